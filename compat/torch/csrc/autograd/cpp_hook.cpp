#include <torch/csrc/autograd/cpp_hook.h>
#include <torch/csrc/autograd/custom_function.h>

namespace torch::autograd {

CppFunctionTensorPreHook::CppFunctionTensorPreHook(std::shared_ptr<hooks_list> hooks, size_t value_idx)
    : hooks_(std::move(hooks)), value_idx_(value_idx) {}

variable_list CppFunctionTensorPreHook::operator()(const variable_list& values) {
  at::Tensor value = values[value_idx_];
  for (size_t i = 0; i < hooks_->size(); ++i) {
    const auto& hook = (*hooks_)[i];
    if (!hook) continue;  // removed
    at::TensorBase replaced = hook(value);
    if (!replaced.defined()) continue;
    check_variable_result(value, replaced, std::to_string(i));
    value = at::Tensor(std::move(replaced));
  }
  variable_list results(values);
  results[value_idx_] = std::move(value);
  return results;
}

CppFunctionSingleTensorPreHook::CppFunctionSingleTensorPreHook(
    std::function<at::TensorBase(const at::TensorBase&)> hook, size_t value_idx)
    : hook_(std::move(hook)), value_idx_(value_idx) {}

variable_list CppFunctionSingleTensorPreHook::operator()(const variable_list& values) {
  const at::TensorBase replaced = hook_(values[value_idx_]);
  TORCH_INTERNAL_ASSERT(!replaced.defined(),
                        "CppFunctionSingleTensorPreHook currently only supports hooks that don't return");
  return values;
}

void CppFunctionSingleTensorPreHook::compiled_args(torch::dynamo::autograd::CompiledNodeArgs&) const {
  flambeau::no_compiled_autograd("compiled_args", "CppFunctionSingleTensorPreHook");
}

}  // namespace torch::autograd
