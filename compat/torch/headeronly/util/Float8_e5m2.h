// Mirrors <torch/headeronly/util/Float8_e5m2.h> of PyTorch 2.13.
#pragma once

#include <torch/headeronly/util/Half.h>

namespace c10 {

// The upper half of binary16: 1 sign, 5 exponent, 2 mantissa bits: arXiv:2209.05433.
struct alignas(1) Float8_e5m2 {
  FLAMBEAU_NARROW_BODY(Float8_e5m2, uint8_t)
  inline C10_HOST_DEVICE bool isnan() const;
  inline C10_HOST_DEVICE bool isinf() const;
};

namespace detail {

inline C10_HOST_DEVICE float fp8e5m2_to_fp32_value(uint8_t input) {
  return fp16_ieee_to_fp32_value(static_cast<uint16_t>(input << 8));
}

inline C10_HOST_DEVICE uint8_t fp8e5m2_from_fp32_value(float f) {
  const uint32_t w = fp32_to_bits(f), magnitude = w & 0x7FFFFFFFu;
  const uint32_t sign = w >> 24 & 0x80u;
  if (magnitude >= 143u << 23) return static_cast<uint8_t>(sign | (magnitude > 0x7F800000u ? 0x7F : 0x7C));
  return static_cast<uint8_t>(sign | round_magnitude<2, 15>(magnitude));
}

}  // namespace detail

inline C10_HOST_DEVICE Float8_e5m2::Float8_e5m2(float value) : x(detail::fp8e5m2_from_fp32_value(value)) {}
inline C10_HOST_DEVICE Float8_e5m2::operator float() const { return detail::fp8e5m2_to_fp32_value(x); }
inline C10_HOST_DEVICE bool Float8_e5m2::isnan() const { return (x & 0x7F) > 0x7C; }
inline C10_HOST_DEVICE bool Float8_e5m2::isinf() const { return (x & 0x7F) == 0x7C; }
FLAMBEAU_NARROW_OPERATORS(Float8_e5m2)

}  // namespace c10

HIDDEN_NAMESPACE_BEGIN(torch, headeronly)
FLAMBEAU_NARROW_USING(Float8_e5m2)
namespace detail {
using c10::detail::fp8e5m2_from_fp32_value;
using c10::detail::fp8e5m2_to_fp32_value;
}  // namespace detail
HIDDEN_NAMESPACE_END(torch, headeronly)

template <>
class std::numeric_limits<c10::Float8_e5m2> {
 public:
  FLAMBEAU_NARROW_LIMITS(Float8_e5m2, true, true, false, false, numeric_limits<float>::tinyness_before, false, 3, 0, 2,
                         -13, -4, 16, 4)
  FLAMBEAU_NARROW_VALUE(Float8_e5m2, min, 0x04)
  FLAMBEAU_NARROW_VALUE(Float8_e5m2, max, 0x7B)
  FLAMBEAU_NARROW_VALUE(Float8_e5m2, lowest, 0xFB)
  FLAMBEAU_NARROW_VALUE(Float8_e5m2, epsilon, 0x34)
  FLAMBEAU_NARROW_VALUE(Float8_e5m2, round_error, 0x38)
  FLAMBEAU_NARROW_VALUE(Float8_e5m2, infinity, 0x7C)
  FLAMBEAU_NARROW_VALUE(Float8_e5m2, quiet_NaN, 0x7F)
  FLAMBEAU_NARROW_VALUE(Float8_e5m2, denorm_min, 0x01)
};
