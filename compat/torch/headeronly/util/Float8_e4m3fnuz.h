// Mirrors <torch/headeronly/util/Float8_e4m3fnuz.h> of PyTorch 2.13.
#pragma once

#include <torch/headeronly/util/Float8_fnuz_cvt.h>

namespace c10 {

// As e4m3fn with bias 8, neither infinity nor -0.
struct alignas(1) Float8_e4m3fnuz {
  FLAMBEAU_NARROW_BODY(Float8_e4m3fnuz, uint8_t)
  inline C10_HOST_DEVICE bool isnan() const;
  inline C10_HOST_DEVICE bool isinf() const;
};

namespace detail {
inline C10_HOST_DEVICE uint8_t fp8e4m3fnuz_from_fp32_value(float f) { return fp8_fnuz_from_fp32_value<4, 3>(f); }
}  // namespace detail

inline C10_HOST_DEVICE Float8_e4m3fnuz::Float8_e4m3fnuz(float value) : x(detail::fp8e4m3fnuz_from_fp32_value(value)) {}
inline C10_HOST_DEVICE Float8_e4m3fnuz::operator float() const { return detail::fp8_fnuz_to_fp32_value<4, 3>(x); }
inline C10_HOST_DEVICE bool Float8_e4m3fnuz::isnan() const { return x == 0x80; }
inline C10_HOST_DEVICE bool Float8_e4m3fnuz::isinf() const { return false; }
FLAMBEAU_NARROW_OPERATORS(Float8_e4m3fnuz)

}  // namespace c10

HIDDEN_NAMESPACE_BEGIN(torch, headeronly)
FLAMBEAU_NARROW_USING(Float8_e4m3fnuz)
namespace detail {
using c10::detail::fp8e4m3fnuz_from_fp32_value;
}  // namespace detail
HIDDEN_NAMESPACE_END(torch, headeronly)

template <>
class std::numeric_limits<c10::Float8_e4m3fnuz> {
 public:
  FLAMBEAU_NARROW_LIMITS(Float8_e4m3fnuz, true, false, false, false, false, false, 4, 0, 3, -6, -1, 8, 2)
  FLAMBEAU_NARROW_VALUE(Float8_e4m3fnuz, min, 0x08)
  FLAMBEAU_NARROW_VALUE(Float8_e4m3fnuz, lowest, 0xFF)
  FLAMBEAU_NARROW_VALUE(Float8_e4m3fnuz, max, 0x7F)
  FLAMBEAU_NARROW_VALUE(Float8_e4m3fnuz, epsilon, 0x28)
  FLAMBEAU_NARROW_VALUE(Float8_e4m3fnuz, round_error, 0x38)
  FLAMBEAU_NARROW_VALUE(Float8_e4m3fnuz, infinity, 0x80)
  FLAMBEAU_NARROW_VALUE(Float8_e4m3fnuz, quiet_NaN, 0x80)
  FLAMBEAU_NARROW_VALUE(Float8_e4m3fnuz, denorm_min, 0x01)
};
