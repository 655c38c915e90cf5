// What happens at a key for which an operator has no kernel: the fallbacks that are there from the start.
#pragma once

#include <ATen/core/dispatch/StaticOps.h>

#include <array>

namespace flambeau {

inline constexpr const char* kBuiltInFallback = "built in";

void fill_backend_fallbacks(std::array<c10::impl::AnnotatedKernel, c10::num_runtime_entries>& fallbacks);

/// Gives a new, empty operator the schema and kernels of a built-in one.
void register_static_op(const StaticOp& op, const c10::OperatorHandle& handle);

}  // namespace flambeau
