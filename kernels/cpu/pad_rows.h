// Rows into a frame of zeros.
#pragma once

#include <concepts>
#include <cstdint>

namespace flambeau::cpu {

template <class T>
struct PadKernel {
  void (*pad)(const T* from, int64_t step, int64_t rows, T* to, int64_t left, int64_t count, int64_t width);
};
template <class T>
const PadKernel<T>& pad_kernel();  ///< T: float or double

/// Writes `rows` rows of `width` elements, one behind the other: `left` zeros, `count` elements of the source's row
/// (rows lie `step` elements apart), zeros.
template <class T>
void pad_rows(const T* from, int64_t step, int64_t rows, T* to, int64_t left, int64_t count, int64_t width) {
  if constexpr (std::floating_point<T>) return pad_kernel<T>().pad(from, step, rows, to, left, count, width);
  for (int64_t r = 0; r < rows; ++r)
    for (int64_t i = 0; i < width; ++i)
      to[r * width + i] = i < left || i >= left + count ? T(0) : from[r * step + i - left];
}

}  // namespace flambeau::cpu
