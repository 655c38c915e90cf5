// Mirrors <torch/csrc/autograd/utils/grad_layout_contract.h> of PyTorch 2.13: same names, layout and inline meaning.
#pragma once

#include <ATen/Tensor.h>

namespace torch::autograd::utils {

/// A dense leaf's gradient has the leaf's strides, any other is contiguous.
inline bool obeys_layout_contract(const at::Tensor& grad, const at::Tensor& variable) {
  if (variable.is_nested() || variable.is_sparse()) return false;
  if (!variable.is_non_overlapping_and_dense()) return grad.is_contiguous(at::MemoryFormat::Contiguous);
  const auto sizes = grad.sym_sizes(), strides = grad.sym_strides(), wanted = variable.sym_strides();
  for (size_t i = 0; i < sizes.size(); ++i) {
    if (sizes[i] != 1 ? strides[i] != wanted[i] : strides[i] == 0) return false;
  }
  return true;
}

inline at::Tensor clone_obey_contract(const at::Tensor& new_grad, const at::Tensor& variable) {
  if (!variable.is_non_overlapping_and_dense()) return new_grad.clone(at::MemoryFormat::Contiguous);
  return new_grad
      .new_empty_strided_symint(variable.sym_sizes(), variable.sym_strides(),
                                variable.options().memory_format(std::nullopt).dtype(new_grad.dtype()))
      .copy_(new_grad);
}

}  // namespace torch::autograd::utils
