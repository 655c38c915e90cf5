// Mirrors <ATen/autocast_mode.h> of PyTorch 2.13: automatic mixed precision, for each thread.
#pragma once

#include <ATen/core/IListRef.h>
#include <ATen/core/Tensor.h>
#include <c10/core/DeviceType.h>
#include <c10/core/ScalarType.h>
#include <c10/core/impl/LocalDispatchKeySet.h>

#include <array>

namespace at::autocast {

TORCH_API bool is_autocast_enabled(at::DeviceType device_type);
TORCH_API void set_autocast_enabled(at::DeviceType device_type, bool enabled);
TORCH_API at::ScalarType get_autocast_dtype(at::DeviceType device_type);
TORCH_API void set_autocast_dtype(at::DeviceType device_type, at::ScalarType dtype);
/// Drops the casts of leaves that were kept for reuse.
TORCH_API void clear_cache();
TORCH_API int increment_nesting();
TORCH_API int decrement_nesting();
TORCH_API bool is_autocast_cache_enabled();
TORCH_API void set_autocast_cache_enabled(bool enabled);

const std::array<at::DeviceType, 10> _AUTOCAST_SUPPORTED_DEVICES{
    at::kCPU, at::kCUDA, at::kMTIA, at::kMAIA, at::kXPU, at::kIPU, at::kHPU, at::kXLA, at::kPrivateUse1, at::kMPS};

inline DispatchKey get_autocast_dispatch_key_from_device_type(c10::DeviceType device_type) {
  switch (device_type) {
    case c10::DeviceType::CUDA:
      return DispatchKey::Autocast;
    case c10::DeviceType::CPU:
      return DispatchKey::AutocastCPU;
    case c10::DeviceType::MTIA:
      return DispatchKey::AutocastMTIA;
    case c10::DeviceType::MAIA:
      return DispatchKey::AutocastMAIA;
    case c10::DeviceType::XPU:
      return DispatchKey::AutocastXPU;
    case c10::DeviceType::IPU:
      return DispatchKey::AutocastIPU;
    case c10::DeviceType::HPU:
      return DispatchKey::AutocastHPU;
    case c10::DeviceType::XLA:
      return DispatchKey::AutocastXLA;
    case c10::DeviceType::PrivateUse1:
      return DispatchKey::AutocastPrivateUse1;
    case c10::DeviceType::MPS:
      return DispatchKey::AutocastMPS;
    default:
      TORCH_CHECK(false, "unknown device type for autocast in get_autocast_dispatch_key_from_device_type");
  }
}
inline bool is_autocast_available(c10::DeviceType device_type) {
  for (auto supported : _AUTOCAST_SUPPORTED_DEVICES) {
    if (supported == device_type) return true;
  }
  return false;
}
inline at::ScalarType get_lower_precision_fp_from_device_type(c10::DeviceType device_type) {
  TORCH_CHECK(is_autocast_available(device_type), device_type,
              " is not supported in autocast: no lower precision type is known");
  return get_autocast_dtype(device_type);
}

/// `arg` as `to_type` if autocast concerns it; a leaf's cast is kept until clear_cache().
TORCH_API Tensor cached_cast(at::ScalarType to_type, const Tensor& arg,
                             c10::DeviceType device_type = c10::DeviceType::CUDA);

inline std::optional<Tensor> cached_cast(at::ScalarType to_type, const std::optional<Tensor>& arg,
                                         c10::DeviceType device_type = c10::DeviceType::CUDA) {
  if (!arg.has_value()) return std::nullopt;
  return cached_cast(to_type, *arg, device_type);
}
inline std::vector<Tensor> cached_cast(at::ScalarType to_type, const TensorList& arg,
                                       c10::DeviceType device_type = c10::DeviceType::CUDA) {
  std::vector<Tensor> result;
  result.reserve(arg.size());
  for (const auto& t : arg) result.emplace_back(cached_cast(to_type, t, device_type));
  return result;
}
template <typename T>
inline T cached_cast(at::ScalarType, T arg, c10::DeviceType = c10::DeviceType::CUDA) {
  return arg;
}

}  // namespace at::autocast
