// Mirrors <torch/headeronly/util/Float8_e5m2fnuz.h> of PyTorch 2.13.
#pragma once

#include <torch/headeronly/util/Float8_fnuz_cvt.h>

namespace c10 {

// As e5m2 with bias 16, neither infinity nor -0.
struct alignas(1) Float8_e5m2fnuz {
  FLAMBEAU_NARROW_BODY(Float8_e5m2fnuz, uint8_t)
  inline C10_HOST_DEVICE bool isnan() const;
  inline C10_HOST_DEVICE bool isinf() const;
};

namespace detail {
inline C10_HOST_DEVICE uint8_t fp8e5m2fnuz_from_fp32_value(float f) { return fp8_fnuz_from_fp32_value<5, 2>(f); }
}  // namespace detail

inline C10_HOST_DEVICE Float8_e5m2fnuz::Float8_e5m2fnuz(float value) : x(detail::fp8e5m2fnuz_from_fp32_value(value)) {}
inline C10_HOST_DEVICE Float8_e5m2fnuz::operator float() const { return detail::fp8_fnuz_to_fp32_value<5, 2>(x); }
inline C10_HOST_DEVICE bool Float8_e5m2fnuz::isnan() const { return x == 0x80; }
inline C10_HOST_DEVICE bool Float8_e5m2fnuz::isinf() const { return false; }
FLAMBEAU_NARROW_OPERATORS(Float8_e5m2fnuz)

}  // namespace c10

HIDDEN_NAMESPACE_BEGIN(torch, headeronly)
FLAMBEAU_NARROW_USING(Float8_e5m2fnuz)
namespace detail {
using c10::detail::fp8e5m2fnuz_from_fp32_value;
}  // namespace detail
HIDDEN_NAMESPACE_END(torch, headeronly)

template <>
class std::numeric_limits<c10::Float8_e5m2fnuz> {
 public:
  FLAMBEAU_NARROW_LIMITS(Float8_e5m2fnuz, true, false, false, false, numeric_limits<float>::tinyness_before, false, 3,
                         0, 2, -14, -4, 16, 4)
  FLAMBEAU_NARROW_VALUE(Float8_e5m2fnuz, min, 0x04)
  FLAMBEAU_NARROW_VALUE(Float8_e5m2fnuz, max, 0x7F)
  FLAMBEAU_NARROW_VALUE(Float8_e5m2fnuz, lowest, 0xFF)
  FLAMBEAU_NARROW_VALUE(Float8_e5m2fnuz, epsilon, 0x34)
  FLAMBEAU_NARROW_VALUE(Float8_e5m2fnuz, round_error, 0x38)
  FLAMBEAU_NARROW_VALUE(Float8_e5m2fnuz, infinity, 0x80)
  FLAMBEAU_NARROW_VALUE(Float8_e5m2fnuz, quiet_NaN, 0x80)
  FLAMBEAU_NARROW_VALUE(Float8_e5m2fnuz, denorm_min, 0x01)
};
