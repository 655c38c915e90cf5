// Mirrors <torch/csrc/autograd/function_hook.h> of PyTorch 2.13: same names, layout and inline meaning.
#pragma once

#include <ATen/Tensor.h>
#include <torch/csrc/Export.h>

#include <string>
#include <vector>

namespace torch::dynamo::autograd {
class CompiledNodeArgs;
class SwapSavedVariables;
struct PackedArgs;
}  // namespace torch::dynamo::autograd

namespace flambeau {
/// Compiled autograd is not part of Flambeau: throws c10::NotImplementedError.
FLB_ON_USE [[noreturn]] inline void no_compiled_autograd(const char* what, const std::string& who) {
  C10_THROW_ERROR(NotImplementedError,
                  std::string("not implemented: compiled autograd (").append(what).append(" of ").append(who) + ")");
}
}  // namespace flambeau

namespace torch::autograd {

using Variable = at::Tensor;
using variable_list = std::vector<Variable>;

/// Runs before a node with its incoming gradients, which it may replace.
struct TORCH_API FunctionPreHook {
  virtual ~FunctionPreHook() = default;
  virtual variable_list operator()(const variable_list& grads) = 0;
  virtual void compiled_args(torch::dynamo::autograd::CompiledNodeArgs&) const {
    flambeau::no_compiled_autograd("FunctionPreHook::compiled_args", typeid(*this).name());
  }
};

/// Runs after a node.
struct TORCH_API FunctionPostHook {
  virtual ~FunctionPostHook() = default;
  virtual variable_list operator()(const variable_list& grad_inputs, const variable_list& grad_outputs) = 0;
  virtual void compiled_args(torch::dynamo::autograd::CompiledNodeArgs&) const {
    flambeau::no_compiled_autograd("FunctionPostHook::compiled_args", typeid(*this).name());
  }
};

/// Runs when a leaf's .grad has been accumulated.
struct TORCH_API PostAccumulateGradHook {
  virtual ~PostAccumulateGradHook() = default;
  virtual void operator()(const Variable& tensor) = 0;
  virtual void compiled_args(torch::dynamo::autograd::CompiledNodeArgs&) const {
    flambeau::no_compiled_autograd("PostAccumulateGradHook::compiled_args", typeid(*this).name());
  }
  virtual void apply_with_saved(Variable&, torch::dynamo::autograd::SwapSavedVariables&) {
    flambeau::no_compiled_autograd("PostAccumulateGradHook::apply_with_saved", typeid(*this).name());
  }
};

}  // namespace torch::autograd
