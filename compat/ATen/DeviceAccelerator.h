// Mirrors <ATen/DeviceAccelerator.h> of PyTorch 2.13: the one accelerator of the process, if there is one.
#pragma once

#include <c10/core/DeviceCapability.h>
#include <c10/core/DeviceType.h>
#include <c10/core/Stream.h>
#include <c10/macros/Macros.h>
#include <c10/util/light_std.h>

namespace at::accelerator {

/// checked: throws if there is none.
TORCH_API std::optional<c10::DeviceType> getAccelerator(bool checked = false);
TORCH_API bool isAccelerator(c10::DeviceType device_type);

template <typename... T, typename = std::enable_if_t<(std::is_same_v<T, c10::DeviceType> && ...)>>
inline bool isAcceleratorExcluded(c10::DeviceType device_type, c10::DeviceType first_excluded, T... rest_excluded) {
  return device_type != first_excluded && ((device_type != rest_excluded) && ...) && isAccelerator(device_type);
}

TORCH_API c10::DeviceIndex deviceCount();
TORCH_API void setDeviceIndex(c10::DeviceIndex device_index);
TORCH_API c10::DeviceIndex getDeviceIndex();
TORCH_API void setCurrentStream(c10::Stream stream);
TORCH_API c10::Stream getCurrentStream(c10::DeviceIndex device_index);
TORCH_API void synchronizeDevice(c10::DeviceIndex device_index);
TORCH_API c10::DeviceIndex exchangeDevice(c10::DeviceIndex device_index);
TORCH_API c10::DeviceIndex maybeExchangeDevice(c10::DeviceIndex device_index);
TORCH_API c10::DeviceCapability getDeviceCapability(c10::DeviceIndex device_index);
TORCH_API void emptyHostCache();

}  // namespace at::accelerator

namespace at {
using at::accelerator::getAccelerator;
using at::accelerator::isAccelerator;
}  // namespace at
