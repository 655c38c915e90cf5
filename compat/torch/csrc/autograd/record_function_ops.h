// Mirrors <torch/csrc/autograd/record_function_ops.h> of PyTorch 2.13: named regions as operators of
// torch.ops.profiler.
#pragma once

#include <ATen/record_function.h>
#include <c10/util/light_std.h>
#include <torch/custom_class.h>

#include <string>

namespace torch::autograd::profiler {

struct PythonRecordFunction : public torch::CustomClassHolder {
  at::RecordFunction record;
  explicit PythonRecordFunction(at::RecordScope scope = at::RecordScope::FUNCTION) : record(scope) {}
};

/// Begins a region, which ends with the object or by _record_function_exit.
TORCH_API c10::intrusive_ptr<PythonRecordFunction> record_function_enter_new(
    const std::string& name, const std::optional<std::string>& args = std::nullopt);

}  // namespace torch::autograd::profiler
