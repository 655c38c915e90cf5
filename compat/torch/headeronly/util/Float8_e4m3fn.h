// Mirrors <torch/headeronly/util/Float8_e4m3fn.h> of PyTorch 2.13.
#pragma once

#include <torch/headeronly/util/flambeau_narrow_float.h>

namespace c10 {

// 1 sign, 4 exponent, 3 mantissa bits; no infinity, one NaN: arXiv:2209.05433.
struct alignas(1) Float8_e4m3fn {
  FLAMBEAU_NARROW_BODY(Float8_e4m3fn, uint8_t)
  inline C10_HOST_DEVICE bool isnan() const;
  inline C10_HOST_DEVICE bool isinf() const;
};

namespace detail {

inline C10_HOST_DEVICE float fp8e4m3fn_to_fp32_value(uint8_t input) {
  const uint32_t magnitude = input & 0x7Fu;
  const float value = magnitude == 0x7F ? fp32_from_bits(0x7FF00000u) : widen_magnitude<3, 7>(magnitude);
  return with_sign(value, input >> 7);
}

// What is too large becomes the largest value, 448.
inline C10_HOST_DEVICE uint8_t fp8e4m3fn_from_fp32_value(float f) {
  const uint32_t w = fp32_to_bits(f), magnitude = w & 0x7FFFFFFFu;
  const uint32_t sign = w >> 24 & 0x80u;
  if (magnitude > 0x7F800000u) return static_cast<uint8_t>(sign | 0x7F);
  if (magnitude >= 136u << 23) return static_cast<uint8_t>(sign | 0x7E);
  const uint32_t rounded = round_magnitude<3, 7>(magnitude);
  return static_cast<uint8_t>(sign | (rounded >= 0x7F ? 0x7E : rounded));
}

}  // namespace detail

inline C10_HOST_DEVICE Float8_e4m3fn::Float8_e4m3fn(float value) : x(detail::fp8e4m3fn_from_fp32_value(value)) {}
inline C10_HOST_DEVICE Float8_e4m3fn::operator float() const { return detail::fp8e4m3fn_to_fp32_value(x); }
inline C10_HOST_DEVICE bool Float8_e4m3fn::isnan() const { return (x & 0x7F) == 0x7F; }
inline C10_HOST_DEVICE bool Float8_e4m3fn::isinf() const { return false; }
FLAMBEAU_NARROW_OPERATORS(Float8_e4m3fn)

}  // namespace c10

HIDDEN_NAMESPACE_BEGIN(torch, headeronly)
FLAMBEAU_NARROW_USING(Float8_e4m3fn)
namespace detail {
using c10::detail::fp8e4m3fn_from_fp32_value;
using c10::detail::fp8e4m3fn_to_fp32_value;
}  // namespace detail
HIDDEN_NAMESPACE_END(torch, headeronly)

template <>
class std::numeric_limits<c10::Float8_e4m3fn> {
 public:
  FLAMBEAU_NARROW_LIMITS(Float8_e4m3fn, true, false, false, false, false, false, 4, 0, 3, -5, -1, 8, 2)
  FLAMBEAU_NARROW_VALUE(Float8_e4m3fn, min, 0x08)
  FLAMBEAU_NARROW_VALUE(Float8_e4m3fn, lowest, 0xFE)
  FLAMBEAU_NARROW_VALUE(Float8_e4m3fn, max, 0x7E)
  FLAMBEAU_NARROW_VALUE(Float8_e4m3fn, epsilon, 0x20)
  FLAMBEAU_NARROW_VALUE(Float8_e4m3fn, round_error, 0x30)
  FLAMBEAU_NARROW_VALUE(Float8_e4m3fn, quiet_NaN, 0x7F)
  FLAMBEAU_NARROW_VALUE(Float8_e4m3fn, denorm_min, 0x01)
};
