// Mirrors <ATen/core/op_registration/adaption.h> of PyTorch 2.13: checks that an operator's tensors share a device.
#pragma once

#include <ATen/Tensor.h>
#include <ATen/TensorUtils.h>
#include <ATen/core/List.h>
#include <c10/core/TensorOptions.h>

namespace c10::impl {

[[noreturn]] TORCH_API void common_device_check_failure(Device common_device, const at::Tensor& tensor,
                                                        at::CheckedFrom methodName, at::CheckedFrom argName);

inline void check_and_update_common_device(std::optional<Device>& common_device, const at::Tensor& tensor,
                                           at::CheckedFrom methodName, at::CheckedFrom argName) {
  if (!tensor.defined()) return;
  if (!common_device.has_value()) {
    common_device = tensor.device();
  } else if (C10_UNLIKELY(common_device != tensor.device())) {
    common_device_check_failure(*common_device, tensor, methodName, argName);
  }
}
inline void check_and_update_common_device(std::optional<Device>& common_device,
                                           const std::optional<at::Tensor>& tensor, at::CheckedFrom methodName,
                                           at::CheckedFrom argName) {
  if (tensor.has_value()) check_and_update_common_device(common_device, tensor.value(), methodName, argName);
}
inline void check_and_update_common_device(std::optional<Device>& common_device, at::ITensorListRef tensors,
                                           at::CheckedFrom methodName, at::CheckedFrom argName) {
  for (const auto& tensor : tensors) check_and_update_common_device(common_device, tensor, methodName, argName);
}
inline void check_and_update_common_device(std::optional<Device>& common_device,
                                           const List<std::optional<at::Tensor>>& tensors, at::CheckedFrom methodName,
                                           at::CheckedFrom argName) {
  for (std::optional<at::Tensor> tensor : tensors) {
    check_and_update_common_device(common_device, tensor, methodName, argName);
  }
}

}  // namespace c10::impl
