// Element types. The numbers are those of PyTorch's ScalarType, so the upper rooms convert by a cast.
#pragma once

#include <cstddef>
#include <cstdint>

namespace flambeau {

enum class DType : int8_t {
  uint8 = 0,
  int8,
  int16,
  int32,
  int64,
  float16 = 5,
  float32,
  float64,
  complex32 = 8,
  complex64,
  complex128,
  boolean = 11,
  qint8 = 12,
  quint8,
  qint32,
  bfloat16 = 15,
  quint4x2 = 16,
  quint2x4,
  bits1x8 = 18,
  bits2x4,
  bits4x2,
  bits8,
  bits16,
  float8_e5m2 = 23,
  float8_e4m3fn,
  float8_e5m2fnuz,
  float8_e4m3fnuz,
  uint16 = 27,
  uint32,
  uint64,
  float8_e8m0fnu = 44,
  float4_e2m1fn_x2 = 45,
  undefined = 46,
};

constexpr size_t itemsize(DType t) {
  switch (t) {
    case DType::int16:
    case DType::float16:
    case DType::bfloat16:
    case DType::uint16:
    case DType::bits16:
      return 2;
    case DType::int32:
    case DType::float32:
    case DType::complex32:
    case DType::uint32:
    case DType::qint32:
      return 4;
    case DType::int64:
    case DType::float64:
    case DType::complex64:
    case DType::uint64:
      return 8;
    case DType::complex128:
      return 16;
    case DType::undefined:
      return 0;
    default:
      return 1;
  }
}

constexpr bool is_float8(DType t) {
  return (t >= DType::float8_e5m2 && t <= DType::float8_e4m3fnuz) || t == DType::float8_e8m0fnu;
}
constexpr bool is_floating(DType t) {
  return (t >= DType::float16 && t <= DType::float64) || t == DType::bfloat16 || is_float8(t);
}
/// Computed in float.
constexpr bool is_reduced_floating(DType t) { return t == DType::float16 || t == DType::bfloat16; }
constexpr bool is_complex(DType t) { return t >= DType::complex32 && t <= DType::complex128; }
constexpr bool is_integral(DType t, bool include_bool = false) {
  return (t >= DType::uint8 && t <= DType::int64) || (t >= DType::uint16 && t <= DType::uint64) ||
         (include_bool && t == DType::boolean);
}

}  // namespace flambeau
