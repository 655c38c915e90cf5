// Mirrors <torch/headeronly/util/BFloat16.h> of PyTorch 2.13.
#pragma once

#include <torch/headeronly/util/flambeau_narrow_float.h>

#include <cmath>

namespace c10 {

// The upper half of a float.
struct alignas(2) BFloat16 {
  uint16_t x;
  BFloat16() = default;
  struct from_bits_t {};
  static constexpr C10_HOST_DEVICE from_bits_t from_bits() { return from_bits_t(); }
  constexpr C10_HOST_DEVICE BFloat16(unsigned short bits, from_bits_t) : x(bits) {}
  inline C10_HOST_DEVICE BFloat16(float value);
  inline C10_HOST_DEVICE operator float() const;
};

namespace detail {
inline C10_HOST_DEVICE float f32_from_bits(uint16_t src) { return fp32_from_bits(static_cast<uint32_t>(src) << 16); }
inline C10_HOST_DEVICE uint16_t bits_from_f32(float src) { return static_cast<uint16_t>(fp32_to_bits(src) >> 16); }
inline C10_HOST_DEVICE uint16_t round_to_nearest_even(float src) {
  if (std::isnan(src)) return 0x7FC0;
  const uint32_t bits = fp32_to_bits(src);
  return static_cast<uint16_t>((bits + 0x7FFFu + ((bits >> 16) & 1)) >> 16);
}
}  // namespace detail

inline C10_HOST_DEVICE BFloat16::BFloat16(float value) : x(detail::round_to_nearest_even(value)) {}
inline C10_HOST_DEVICE BFloat16::operator float() const { return detail::f32_from_bits(x); }
FLAMBEAU_NARROW_OPERATORS(BFloat16)

inline C10_HOST_DEVICE BFloat16& operator|(BFloat16& a, const BFloat16& b) {
  a.x = a.x | b.x;
  return a;
}
inline C10_HOST_DEVICE BFloat16& operator^(BFloat16& a, const BFloat16& b) {
  a.x = a.x ^ b.x;
  return a;
}
inline C10_HOST_DEVICE BFloat16& operator&(BFloat16& a, const BFloat16& b) {
  a.x = a.x & b.x;
  return a;
}
inline C10_HOST_DEVICE bool operator>(BFloat16& lhs, BFloat16& rhs) {
  return static_cast<float>(lhs) > static_cast<float>(rhs);
}
inline C10_HOST_DEVICE bool operator<(BFloat16& lhs, BFloat16& rhs) {
  return static_cast<float>(lhs) < static_cast<float>(rhs);
}

}  // namespace c10

HIDDEN_NAMESPACE_BEGIN(torch, headeronly)
FLAMBEAU_NARROW_USING(BFloat16)
using c10::operator<;
using c10::operator>;
namespace detail {
using c10::detail::bits_from_f32;
using c10::detail::f32_from_bits;
using c10::detail::round_to_nearest_even;
}  // namespace detail
HIDDEN_NAMESPACE_END(torch, headeronly)

template <>
class std::numeric_limits<c10::BFloat16> {
 public:
  FLAMBEAU_NARROW_LIMITS(BFloat16, true, true, true, numeric_limits<float>::has_denorm,
                         numeric_limits<float>::tinyness_before, false, 8, 2, 4, -125, -37, 128, 38)
  FLAMBEAU_NARROW_VALUE(BFloat16, min, 0x0080)
  FLAMBEAU_NARROW_VALUE(BFloat16, lowest, 0xFF7F)
  FLAMBEAU_NARROW_VALUE(BFloat16, max, 0x7F7F)
  FLAMBEAU_NARROW_VALUE(BFloat16, epsilon, 0x3C00)
  FLAMBEAU_NARROW_VALUE(BFloat16, round_error, 0x3F00)
  FLAMBEAU_NARROW_VALUE(BFloat16, infinity, 0x7F80)
  FLAMBEAU_NARROW_VALUE(BFloat16, quiet_NaN, 0x7FC0)
  FLAMBEAU_NARROW_VALUE(BFloat16, signaling_NaN, 0x7F80)
  FLAMBEAU_NARROW_VALUE(BFloat16, denorm_min, 0x0001)
};
