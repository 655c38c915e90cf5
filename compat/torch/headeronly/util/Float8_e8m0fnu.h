// Mirrors <torch/headeronly/util/Float8_e8m0fnu.h> of PyTorch 2.13.
#pragma once

#include <torch/headeronly/util/flambeau_narrow_float.h>

namespace c10 {

// An exponent alone, the scale of the microscaling formats: values 2^-127 to 2^127 and NaN.
struct alignas(1) Float8_e8m0fnu {
  FLAMBEAU_NARROW_BODY(Float8_e8m0fnu, uint8_t)
  inline C10_HOST_DEVICE bool isnan() const;
};
FLAMBEAU_NARROW_OUTPUT(Float8_e8m0fnu)

namespace detail {
// To nearest in the linear sense; a tie goes up, except from a subnormal.
inline C10_HOST_DEVICE uint8_t fp8e8m0fnu_from_fp32_value(float f) {
  const uint32_t bits = fp32_to_bits(f), exponent = bits >> 23 & 0xFFu, mantissa = bits & 0x7FFFFFu;
  if (exponent == 0xFF) return 0xFF;
  const bool up = mantissa > 0x400000u || (mantissa == 0x400000u && exponent > 0);
  return static_cast<uint8_t>(exponent + (up ? 1 : 0));
}
}  // namespace detail

inline C10_HOST_DEVICE Float8_e8m0fnu::Float8_e8m0fnu(float value) : x(detail::fp8e8m0fnu_from_fp32_value(value)) {}
inline C10_HOST_DEVICE Float8_e8m0fnu::operator float() const {
  if (x == 0) return detail::fp32_from_bits(0x00400000u);
  if (isnan()) return detail::fp32_from_bits(0x7F800001u);
  return detail::fp32_from_bits(static_cast<uint32_t>(x) << 23);
}
inline C10_HOST_DEVICE bool Float8_e8m0fnu::isnan() const { return x == 0xFF; }

}  // namespace c10

HIDDEN_NAMESPACE_BEGIN(torch, headeronly)
using c10::Float8_e8m0fnu;
using c10::operator<<;
namespace detail {
using c10::detail::fp8e8m0fnu_from_fp32_value;
}
HIDDEN_NAMESPACE_END(torch, headeronly)

template <>
class std::numeric_limits<c10::Float8_e8m0fnu> {
 public:
  FLAMBEAU_NARROW_LIMITS(Float8_e8m0fnu, false, false, false, false, false, false, 1, 0, 1, -126, -38, 128, 38)
  FLAMBEAU_NARROW_VALUE(Float8_e8m0fnu, min, 0x00)
  FLAMBEAU_NARROW_VALUE(Float8_e8m0fnu, lowest, 0x00)
  FLAMBEAU_NARROW_VALUE(Float8_e8m0fnu, max, 0xFE)
  FLAMBEAU_NARROW_VALUE(Float8_e8m0fnu, epsilon, 0x7F)
  FLAMBEAU_NARROW_VALUE(Float8_e8m0fnu, round_error, 0x7E)
  FLAMBEAU_NARROW_VALUE(Float8_e8m0fnu, quiet_NaN, 0xFF)
};
