// Mirrors <torch/csrc/autograd/functions/utils.h> of PyTorch 2.13: same names, layout and inline meaning.
#pragma once

#include <ATen/core/Tensor.h>
#include <c10/util/light_std.h>
#include <torch/csrc/Export.h>
#include <torch/csrc/autograd/InferenceMode.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/function.h>
#include <torch/csrc/autograd/variable.h>
#include <torch/csrc/utils/variadic.h>

#include <functional>
#include <vector>

namespace torch::autograd {

using function_constructor = std::function<c10::intrusive_ptr<Node>(edge_list&&)>;

/// Gives `outputs` a node made by `ctr` if any input requires grad.
TORCH_API variable_list wrap_outputs(const variable_list& inputs, tensor_list&& outputs,
                                     const function_constructor& ctr);

TORCH_API void check_input_variables(const char* name, const variable_list& inputs, int args, int required_args = -1,
                                     bool allow_undefined = false);

struct ComputeRequiresGrad : IterArgs<ComputeRequiresGrad> {
  bool out = false;
  using IterArgs<ComputeRequiresGrad>::operator();
  void operator()(const at::Tensor& tensor) {
    if (tensor.defined() && tensor.requires_grad()) out = true;
  }
  void operator()(const std::optional<at::Tensor>& tensor) {
    if (tensor.has_value()) (*this)(*tensor);
  }
  bool short_circuit() { return out; }
};

template <typename... Args>
inline bool compute_requires_grad(Args&&... args) {
  if (!GradMode::is_enabled()) return false;
  return ComputeRequiresGrad().apply(std::forward<Args>(args)...).out;
}

inline void set_history(const at::Tensor& variable, const c10::intrusive_ptr<Node>& grad_fn) {
  TORCH_CHECK(grad_fn != nullptr);
  if (!variable.defined()) {
    grad_fn->add_input_metadata(Node::undefined_input());
    return;
  }
  TORCH_CHECK(isDifferentiableType(variable.scalar_type()), "Autograd not support dtype: ", variable.scalar_type());
  const auto output_nr = grad_fn->add_input_metadata(variable);
  impl::set_gradient_edge(variable, {grad_fn, output_nr});
}

inline void set_history(const std::vector<Variable>& variables, const c10::intrusive_ptr<Node>& grad_fn) {
  for (auto& variable : variables) set_history(variable, grad_fn);
}

inline bool isFwGradDefined(const std::optional<at::Tensor>& t) {
  return t.has_value() && t->defined() && t->_fw_grad(0).defined();
}

inline bool isFwGradDefinedTensorList(const at::ITensorListRef& variables) {
  bool any = false;
  for (auto& variable : variables) any |= isFwGradDefined(variable);
  return any;
}

inline bool isFwGradDefinedTensorList(const c10::List<std::optional<at::Tensor>>& list) {
  bool any = false;
  for (const auto i : c10::irange(list.size())) any |= isFwGradDefined(list.get(i));
  return any;
}

}  // namespace torch::autograd
