// Arrays from one element type to another, and between strided and dense.
#pragma once

#include <cstdint>
#include <span>

#include "kernels/common/dtype.h"

namespace flambeau::cpu {

/// dst[i] = src[i] as PyTorch casts: floats truncate, complex drops its imaginary part, bool is "not zero".
/// dst may be src when the types have one size.
void convert(void* dst, DType to, const void* src, DType from, int64_t count);

/// dst[i] = src[i * stride], elements of `size` bytes, stride in bytes (0 repeats one element).
void gather(void* dst, const void* src, int64_t stride, int64_t count, size_t size);
/// dst[i * stride] = src[i].
void scatter(void* dst, int64_t stride, const void* src, int64_t count, size_t size);

/// A strided array of several dimensions, fastest first; strides in bytes.
struct Strided {
  char* data;  ///< of the element at `at`
  std::span<const int64_t> sizes, strides;
};
/// dst[0..count) = the elements of `from` that follow the one at coordinates `at`, in order.
void gather(void* dst, const Strided& from, std::span<const int64_t> at, int64_t count, size_t size);
/// The other way round.
void scatter(const Strided& to, std::span<const int64_t> at, const void* src, int64_t count, size_t size);

/// The type in which values of `t` are computed: float for half floats, int64 for small integers and bool, ...
constexpr DType wide_type(DType t) {
  switch (t) {
    case DType::float64:
    case DType::complex64:
    case DType::complex128:
    case DType::uint64:
      return t;
    case DType::complex32:
      return DType::complex64;
    default:
      return is_integral(t, true) ? DType::int64 : DType::float32;
  }
}

}  // namespace flambeau::cpu
