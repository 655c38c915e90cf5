// Mirrors <ATen/DeviceGuard.h> of PyTorch 2.13.
#pragma once

#include <ATen/core/IListRef.h>
#include <ATen/core/Tensor.h>
#include <c10/core/DeviceGuard.h>
#include <c10/core/ScalarType.h>

namespace at {

FLB_ON_USE inline std::optional<Device> device_of(const Tensor& t) {
  return t.defined() ? std::optional<Device>(t.device()) : std::nullopt;
}
FLB_ON_USE inline std::optional<Device> device_of(const std::optional<Tensor>& t) {
  return t.has_value() ? device_of(*t) : std::nullopt;
}
FLB_ON_USE inline std::optional<Device> device_of(ITensorListRef t) {
  return t.empty() ? std::nullopt : device_of(t.front());
}

}  // namespace at
