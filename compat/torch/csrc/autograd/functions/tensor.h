// Mirrors <torch/csrc/autograd/functions/tensor.h> of PyTorch 2.13: same names, layout and inline meaning.
#pragma once

#include <ATen/TensorGeometry.h>
#include <c10/util/light_std.h>
#include <torch/csrc/Export.h>
#include <torch/csrc/autograd/function.h>
#include <torch/csrc/autograd/variable.h>

#include <cstdint>

namespace torch::autograd {

/// self.copy_(src): nothing for self, the gradient with src's options for src.
struct TORCH_API CopyBackwards : public Node {
  variable_list apply(variable_list&& grads) override;
  void compiled_args(CompiledNodeArgs& args) const override;
  variable_list apply_with_saved(const variable_list& inputs, SwapSavedVariables& saved) override;

  at::TensorOptions src_options;
};

/// An in-place operation `fn` on a view, seen from its base: the gradient passes, but for the view's part, where fn's
/// goes.
struct TORCH_API CopySlices : public Node {
  CopySlices(const Variable& base_var, at::TensorGeometry view_, std::unique_ptr<ViewFunc> view_fn_,
             c10::intrusive_ptr<Node> fn_);

  template <typename T>
  variable_list apply_impl(variable_list&& inputs, const T& call_fn);
  variable_list apply(variable_list&& inputs) override;
  void release_variables() override;
  void compiled_args(CompiledNodeArgs& args) const override;
  variable_list apply_with_saved(const variable_list& inputs, SwapSavedVariables& saved) override;
  void update_exec_info();

  at::TensorGeometry base;
  at::TensorGeometry view;
  std::unique_ptr<ViewFunc> view_fn;  ///< null when the view is a strided one
  c10::intrusive_ptr<Node> fn;
};

}  // namespace torch::autograd
