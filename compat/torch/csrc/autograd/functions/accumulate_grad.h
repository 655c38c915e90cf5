// Mirrors <torch/csrc/autograd/functions/accumulate_grad.h> of PyTorch 2.13: same names, layout and inline meaning.
#pragma once

#include <ATen/TensorOperators.h>
#include <c10/core/AutogradState.h>
#include <torch/csrc/Export.h>
#include <torch/csrc/autograd/function.h>
#include <torch/csrc/autograd/utils/grad_layout_contract.h>
#include <torch/csrc/autograd/variable.h>

namespace torch::autograd {

/// A leaf's end of the graph: adds what arrives to variable.grad().
struct TORCH_API AccumulateGrad : public Node {
  explicit AccumulateGrad(Variable variable_);

  variable_list apply(variable_list&& grads) override;
  void release_resources() override {
    variable.reset();
    Node::release_resources();
  }
  std::vector<std::unique_ptr<FunctionPreHook>>& tensor_pre_hooks() noexcept override { return impl::hooks(variable); }
  std::unique_ptr<PostAccumulateGradHook>& tensor_post_acc_grad_hooks() const noexcept override {
    return impl::post_acc_grad_hooks(variable);
  }

  /// `num_expected_refs`: references to new_grad that do not keep us from taking it over instead of copying it.
  template <typename T>
  static void accumulateGrad(const Variable& variable, at::Tensor& variable_grad, const at::Tensor& new_grad,
                             size_t num_expected_refs, const T& update_grad) {
    const bool graph = GradMode::is_enabled(), sparse = new_grad.is_sparse() || new_grad.is_sparse_csr();
    const bool enforce = c10::AutogradState::get_tls_state().get_grad_layout_enforcement_enabled();
    if (!variable_grad.defined()) {
      const bool strided = !sparse && !variable.is_sparse_csr() && !new_grad.is_nested();
      if (!graph && strided && impl::is_tensor_stealable(new_grad, num_expected_refs) &&
          (!enforce || utils::obeys_layout_contract(new_grad, variable))) {
        update_grad(new_grad.detach());
      } else {
        update_grad(strided ? utils::clone_obey_contract(new_grad, variable) : new_grad.clone());
      }
    } else if (!graph && !(variable_grad.is_sparse() && !new_grad.is_sparse())) {
      variable_grad += new_grad;
    } else {
      update_grad(variable_grad.is_sparse() ? new_grad + variable_grad : variable_grad + new_grad);
    }
  }

  void compiled_args(CompiledNodeArgs& args) const override;
  variable_list apply_with_saved(const variable_list& inputs, SwapSavedVariables& saved) override;

  Variable variable;
};

}  // namespace torch::autograd
