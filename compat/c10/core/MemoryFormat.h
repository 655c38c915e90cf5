// Mirrors <c10/core/MemoryFormat.h> of PyTorch 2.13.
#pragma once

#include <c10/util/ArrayRef.h>
#include <c10/util/Exception.h>
#include <torch/headeronly/core/MemoryFormat.h>

#include <cstdint>
#include <initializer_list>
#include <vector>

#define LEGACY_CONTIGUOUS_MEMORY_FORMAT c10::get_contiguous_memory_format()

namespace c10 {

FLB_ON_USE inline std::ostream& operator<<(std::ostream& stream, at::MemoryFormat memory_format) {
  constexpr const char* names[] = {"Contiguous", "Preserve", "ChannelsLast", "ChannelsLast3d"};
  TORCH_CHECK(memory_format < MemoryFormat::NumOptions, "Unknown memory format ", static_cast<int>(memory_format));
  return stream << names[static_cast<int>(memory_format)];
}

namespace detail {
// Strides of a dense array whose dimensions lie in memory in this order, the first the closest together.
template <typename T>
inline std::vector<T> strides_in_order(ArrayRef<T> sizes, std::initializer_list<int> order) {
  std::vector<T> strides(sizes.size());
  T stride = 1;
  for (const int d : order) {
    strides[static_cast<size_t>(d)] = stride;
    stride = stride * sizes[static_cast<size_t>(d)];
  }
  return strides;
}

// Whether dimensions may lie in this order, gaps allowed. The last condition: with N 1 and equal strides an array is
// both channels last and contiguous, and counts as contiguous.
template <typename T>
inline bool strides_follow_order(const ArrayRef<T> sizes, const ArrayRef<T> strides, std::initializer_list<int> order) {
  if (strides[1] == 0) return false;
  T min = 0;
  for (const int index : order) {
    const auto d = static_cast<size_t>(index);
    if (sizes[d] == 0 || strides[d] < min) return false;
    if (d == 0 && min == strides[1]) return false;
    min = strides[d];
    if (sizes[d] > 1) min *= sizes[d];
  }
  return true;
}
}  // namespace detail

template <typename T>
inline std::vector<T> get_channels_last_strides_2d(ArrayRef<T> sizes) {
  if (sizes.size() == 4) return detail::strides_in_order(sizes, {1, 3, 2, 0});
  if (sizes.size() == 3) return detail::strides_in_order(sizes, {0, 2, 1});
  TORCH_INTERNAL_ASSERT(false, "ChannelsLast2d doesn't support size ", sizes.size());
}
inline std::vector<int64_t> get_channels_last_strides_2d(IntArrayRef sizes) {
  return get_channels_last_strides_2d<int64_t>(sizes);
}
template <typename T>
std::vector<T> get_channels_last_strides_3d(ArrayRef<T> sizes) {
  if (sizes.size() == 5) return detail::strides_in_order(sizes, {1, 4, 3, 2, 0});
  if (sizes.size() == 4) return detail::strides_in_order(sizes, {0, 3, 2, 1});
  TORCH_INTERNAL_ASSERT(false, "ChannelsLast3d doesn't support size ", sizes.size());
}
inline std::vector<int64_t> get_channels_last_strides_3d(IntArrayRef sizes) {
  return get_channels_last_strides_3d<int64_t>(sizes);
}

template <typename T>
inline bool is_channels_last_strides_2d_s4(const ArrayRef<T> sizes, const ArrayRef<T> strides) {
  return detail::strides_follow_order(sizes, strides, {1, 3, 2, 0});
}
template <typename T>
inline bool is_channels_last_strides_3d_s5(const ArrayRef<T> sizes, const ArrayRef<T> strides) {
  return detail::strides_follow_order(sizes, strides, {1, 4, 3, 2, 0});
}
template <typename T>
inline bool is_channels_last_strides_2d(const ArrayRef<T> sizes, const ArrayRef<T> strides) {
  return sizes.size() == 4 && is_channels_last_strides_2d_s4(sizes, strides);
}
template <typename T>
inline bool is_channels_last_strides_3d(const ArrayRef<T> sizes, const ArrayRef<T> strides) {
  return sizes.size() == 5 && is_channels_last_strides_3d_s5(sizes, strides);
}
inline bool is_channels_last_strides_2d(const IntArrayRef sizes, const IntArrayRef strides) {
  return is_channels_last_strides_2d<int64_t>(sizes, strides);
}
inline bool is_channels_last_strides_3d(const IntArrayRef sizes, const IntArrayRef strides) {
  return is_channels_last_strides_3d<int64_t>(sizes, strides);
}

}  // namespace c10
