// Mirrors <ATen/ParallelFuture.h> of PyTorch 2.13.
#pragma once

#include <ATen/core/ivalue.h>
#include <c10/macros/Macros.h>

#include <functional>

namespace at {
/// Runs func among the threads of operators; the future completes when it returns.
TORCH_API c10::intrusive_ptr<c10::ivalue::Future> intraop_launch_future(const std::function<void()>& func);
}  // namespace at
