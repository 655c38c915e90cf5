// Mirrors <torch/nested.h> of PyTorch 2.13: lists of tensors of different sizes as one tensor.
#pragma once

#include <ATen/ATen.h>
#include <ATen/core/ATen_fwd.h>
#include <c10/util/light_std.h>
#include <torch/csrc/api/include/torch/detail/TensorDataContainer.h>

#include <vector>

namespace torch::nested {

/// A new leaf that holds a copy of each tensor.
FLB_ON_USE inline at::Tensor nested_tensor(at::TensorList nested_tensor_data, const at::TensorOptions& options = {}) {
  at::Tensor nested =
      at::_nested_tensor_from_tensor_list(nested_tensor_data, c10::typeMetaToScalarType(options.dtype()), std::nullopt,
                                          options.device(), options.pinned_memory());
  if (options.requires_grad()) nested.requires_grad_(true);
  return nested;
}

/// The same from braced lists, one for each tensor.
FLB_ON_USE inline at::Tensor nested_tensor(at::ArrayRef<detail::TensorDataContainer> nested_tensor_data,
                                           const at::TensorOptions& options = {}) {
  std::vector<at::Tensor> tensors;
  tensors.reserve(nested_tensor_data.size());
  for (const detail::TensorDataContainer& element : nested_tensor_data) {
    TORCH_CHECK(element.is_init_list(), "nested_tensor() not implemented for these parameters");
    tensors.push_back(element.convert_to_tensor(options));
  }
  return nested_tensor(at::TensorList(tensors), options);
}

/// Differentiable with respect to each tensor.
FLB_ON_USE inline at::Tensor as_nested_tensor(at::TensorList list, std::optional<at::ScalarType> dtype = std::nullopt,
                                              std::optional<at::Device> device = std::nullopt) {
  return at::_nested_tensor_from_tensor_list(list, dtype, std::nullopt, device, std::nullopt);
}

inline at::Tensor to_padded_tensor(const at::Tensor& self, double padding,
                                   at::OptionalIntArrayRef output_size = std::nullopt) {
  return at::nested_to_padded_tensor(self, padding, output_size);
}

}  // namespace torch::nested
