// What kernels see of a tensor: where its elements lie, and nothing about who owns them.
#pragma once

#include <cstdint>
#include <span>

#include "kernels/common/dtype.h"

namespace flambeau {

enum class DeviceType : int8_t { cpu = 0, cuda = 1, meta = 14 };  // PyTorch's DeviceType numbers

struct Device {
  DeviceType type = DeviceType::cpu;
  int8_t index = -1;
  friend bool operator==(Device, Device) = default;
};

/// A borrowed strided array. Strides count elements. `data` points at the first element and is null for a meta tensor.
struct View {
  void* data_ = nullptr;
  const int64_t* sizes_ = nullptr;
  const int64_t* strides_ = nullptr;
  int64_t numel_ = 0;
  int32_t dim_ = 0;
  DType dtype_ = DType::undefined;
  Device device_;
  bool wrapped_number = false;  ///< a 0-dim tensor that stands for a Python number: weak in type promotion

  int dim() const { return dim_; }
  DType dtype() const { return dtype_; }
  Device device() const { return device_; }
  int64_t numel() const { return numel_; }
  int64_t size(int d) const { return sizes_[d < 0 ? d + dim_ : d]; }
  int64_t stride(int d) const { return strides_[d < 0 ? d + dim_ : d]; }
  std::span<const int64_t> sizes() const { return {sizes_, static_cast<size_t>(dim_)}; }
  std::span<const int64_t> strides() const { return {strides_, static_cast<size_t>(dim_)}; }
  bool defined() const { return dtype_ != DType::undefined; }
  void* data() const { return data_; }
  template <class T>
  T* ptr() const {
    return static_cast<T*>(data_);
  }

  /// Row-major without gaps; an empty or one-element array always is. Strides of dimensions of size 1 do not count.
  bool is_contiguous() const {
    int64_t expected = 1;
    if (numel_ == 0) return true;
    for (int d = dim_ - 1; d >= 0; --d) {
      if (sizes_[d] != 1 && strides_[d] != expected) return false;
      expected *= sizes_[d];
    }
    return true;
  }
};

}  // namespace flambeau
