#include <torch/csrc/autograd/functions/accumulate_grad.h>

#include <ATen/core/dispatch/undisturbed.h>
#include <ATen/ops/add_ops.h>
#include <torch/csrc/autograd/functions/basic_ops.h>
#include <torch/csrc/autograd/functions/utils.h>

namespace torch::autograd {

// The highest sequence number: gradients are accumulated, and buffers freed, as soon as they are complete.
AccumulateGrad::AccumulateGrad(Variable variable_) : Node(/*sequence_nr=*/UINT64_MAX), variable(std::move(variable_)) {
  add_input_metadata(variable);
}

namespace {

/// sum += grad, at once where there is nothing to record and nothing to convert. False: not done.
bool add_plainly(at::Tensor& sum, const at::Tensor& grad) {
  if (!sum.defined() || GradMode::is_enabled() || !flambeau::is_undisturbed(sum.key_set() | grad.key_set()) ||
      sum.dtype() != grad.dtype() || sum.sizes() != grad.sizes())
    return false;
  at::_ops::add__Tensor::redispatch(c10::DispatchKeySet(c10::DispatchKey::CPU), sum, grad, 1);
  impl::bump_version(sum);
  return true;
}

}  // namespace

variable_list AccumulateGrad::apply(variable_list&& grads) {
  check_input_variables("AccumulateGrad", grads, 1, 0);
  if (!grads[0].defined() || !variable.requires_grad()) return {};

  // Two backward() calls on different threads may reach the same leaf.
  std::lock_guard<std::mutex> lock(mutex_);
  const at::Tensor grad = std::move(grads[0]);
  at::Tensor& sum = variable.mutable_grad();
  if (!add_plainly(sum, grad)) {
    accumulateGrad(variable, sum, grad, /*num_expected_refs=*/1,
                   [&sum](at::Tensor&& updated) { sum = std::move(updated); });
  }
  if (auto& hook = tensor_post_acc_grad_hooks()) (*hook)(variable);
  return {};
}

void AccumulateGrad::compiled_args(CompiledNodeArgs&) const { flambeau::no_compiled_autograd("compiled_args", name()); }
variable_list AccumulateGrad::apply_with_saved(const variable_list&, SwapSavedVariables&) {
  flambeau::no_compiled_autograd("apply_with_saved", name());
}

}  // namespace torch::autograd
