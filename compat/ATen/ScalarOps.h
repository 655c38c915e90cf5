// Mirrors <ATen/ScalarOps.h> of PyTorch 2.13: numbers as 0-dim tensors.
#pragma once

#include <ATen/Tensor.h>
#include <c10/core/Scalar.h>

namespace at::detail {
TORCH_API Tensor scalar_tensor_static(const Scalar& s, const std::optional<ScalarType> dtype_opt,
                                      const std::optional<Device> device_opt);
}  // namespace at::detail

namespace c10 {

/// Double, Long, Bool or ComplexDouble, as the number is.
FLB_ON_USE inline at::Tensor scalar_to_tensor(const Scalar& s, const Device device = at::kCPU) {
  TORCH_CHECK(device == at::kCPU, "scalar_to_tensor: only CPU is built");
  return at::detail::scalar_tensor_static(s, s.type(), at::kCPU);
}

}  // namespace c10

namespace at::native {

/// As scalar_to_tensor, marked as a number, so that it is weak in type promotion.
FLB_ON_USE inline Tensor wrapped_scalar_tensor(const Scalar& scalar, const Device device = at::kCPU) {
  Tensor tensor = c10::scalar_to_tensor(scalar, device);
  tensor.unsafeGetTensorImpl()->set_wrapped_number(true);
  return tensor;
}

}  // namespace at::native
