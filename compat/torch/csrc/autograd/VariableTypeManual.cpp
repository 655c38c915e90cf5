// Autograd and ADInplaceOrView kernels that are not made from codegen/derivatives.toml.
#include <ATen/ops/copy_ops.h>
#include <ATen/ops/detach_ops.h>
#include <ATen/ops/resize_as_ops.h>
#include <ATen/ops/resize_ops.h>
#include <torch/csrc/autograd/functions/tensor.h>
#include <torch/csrc/autograd/generated_support.h>

namespace flambeau::autograd {

using torch::autograd::check_inplace;

at::Tensor& copy_(c10::OperatorKernel*, c10::DispatchKeySet keys, at::Tensor& self, const at::Tensor& src,
                  bool non_blocking) {
  const bool recorded =
      torch::autograd::isDifferentiableType(self.scalar_type()) && torch::autograd::compute_requires_grad(self, src);
  check_inplace(self, recorded);
  c10::intrusive_ptr<torch::autograd::CopyBackwards> grad_fn;
  if (recorded) {
    grad_fn = c10::make_intrusive<torch::autograd::CopyBackwards>();
    grad_fn->set_next_edges(torch::autograd::collect_next_edges(self, src));
    grad_fn->src_options = src.options();
  }
  below_autograd<at::_ops::copy_>(keys, self, src, non_blocking);
  torch::autograd::rebase_history(self, std::move(grad_fn));
  return self;
}

at::Tensor& detach_(c10::OperatorKernel*, c10::DispatchKeySet, at::Tensor& self) {
  TORCH_CHECK(
      !self.is_view(),
      "Can't detach views in-place. Use detach() instead. If you are using DistributedDataParallel (DDP) for training, "
      "and gradient_as_bucket_view is set as True, gradients are views of DDP buckets, and hence detach_() cannot be "
      "called on these gradients. To fix this error, please refer to the Optimizer.zero_grad() function in "
      "torch/optim/optimizer.py as the solution.");
  torch::autograd::AutogradMeta* meta = torch::autograd::impl::materialize_autograd_meta(self);
  meta->set_requires_grad(false, self.unsafeGetTensorImpl());
  meta->grad_fn_.reset();
  meta->output_nr_ = 0;
  return self;
}

const at::Tensor& resize_(c10::OperatorKernel*, c10::DispatchKeySet keys, const at::Tensor& self,
                          c10::SymIntArrayRef size, std::optional<at::MemoryFormat> memory_format) {
  TORCH_CHECK(!self.requires_grad(), "cannot resize variables that require grad");
  return below_views<at::_ops::resize_>(keys, self, size, memory_format);
}

const at::Tensor& resize_as_(c10::OperatorKernel*, c10::DispatchKeySet keys, const at::Tensor& self,
                             const at::Tensor& the_template, std::optional<at::MemoryFormat> memory_format) {
  TORCH_CHECK(!self.requires_grad(), "cannot resize variables that require grad");
  return below_views<at::_ops::resize_as_>(keys, self, the_template, memory_format);
}

namespace inplace_or_view {

at::Tensor& copy_(c10::OperatorKernel*, c10::DispatchKeySet keys, at::Tensor& self, const at::Tensor& src,
                  bool non_blocking) {
  below_views<at::_ops::copy_>(keys, self, src, non_blocking);
  torch::autograd::increment_version(self);
  return self;
}

// Shares the version counter; unlike other views it must not be given new metadata by the user.
at::Tensor detach(c10::OperatorKernel*, c10::DispatchKeySet keys, const at::Tensor& self) {
  at::Tensor out = below_views<at::_ops::detach>(keys, self);
  if (self.is_inference()) return out;
  return torch::autograd::make_variable_non_differentiable_view(self, out, /*allow_tensor_metadata_change=*/false,
                                                                /*is_fresh_tensor=*/true);
}

}  // namespace inplace_or_view

}  // namespace flambeau::autograd
