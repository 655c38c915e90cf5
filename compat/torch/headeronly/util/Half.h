// Mirrors <torch/headeronly/util/Half.h> of PyTorch 2.13.
#pragma once

#include <torch/headeronly/util/flambeau_narrow_float.h>

#ifdef __F16C__
#include <immintrin.h>
#endif

namespace c10 {

// IEEE binary16.
struct alignas(2) Half {
  FLAMBEAU_NARROW_BODY(Half, unsigned short)
};

namespace detail {

C10_HOST_DEVICE inline float fp16_ieee_to_fp32_value(uint16_t h) {
#ifdef __F16C__
  return _cvtsh_ss(h);
#else
  const uint32_t magnitude = h & 0x7FFFu;
  if (magnitude < 0x7C00) return with_sign(widen_magnitude<10, 15>(magnitude), h >> 15);
  const uint32_t quiet = magnitude > 0x7C00 ? 0x00400000u : 0u;
  return with_sign(fp32_from_bits(0x7F800000u | quiet | magnitude << 13), h >> 15);
#endif
}

inline uint16_t fp16_ieee_from_fp32_value(float f) {
#ifdef __F16C__
  return _cvtss_sh(f, _MM_FROUND_TO_NEAREST_INT);
#else
  const uint32_t w = fp32_to_bits(f), magnitude = w & 0x7FFFFFFFu;
  const uint32_t sign = (w >> 16) & 0x8000u;
  if (magnitude > 0x7F800000u) return static_cast<uint16_t>(sign | 0x7E00u);
  if (magnitude >= 143u << 23) return static_cast<uint16_t>(sign | 0x7C00u);
  return static_cast<uint16_t>(sign | round_magnitude<10, 15>(magnitude));
#endif
}

inline uint32_t fp16_ieee_to_fp32_bits(uint16_t h) { return fp32_to_bits(fp16_ieee_to_fp32_value(h)); }

}  // namespace detail

inline C10_HOST_DEVICE Half::Half(float value) : x(detail::fp16_ieee_from_fp32_value(value)) {}
inline C10_HOST_DEVICE Half::operator float() const { return detail::fp16_ieee_to_fp32_value(x); }
FLAMBEAU_NARROW_OPERATORS(Half)

}  // namespace c10

HIDDEN_NAMESPACE_BEGIN(torch, headeronly)
FLAMBEAU_NARROW_USING(Half)
namespace detail {
using c10::detail::fp16_ieee_from_fp32_value;
using c10::detail::fp16_ieee_to_fp32_bits;
using c10::detail::fp16_ieee_to_fp32_value;
}  // namespace detail
HIDDEN_NAMESPACE_END(torch, headeronly)

template <>
class std::numeric_limits<c10::Half> {
 public:
  FLAMBEAU_NARROW_LIMITS(Half, true, true, true, numeric_limits<float>::has_denorm,
                         numeric_limits<float>::tinyness_before, true, 11, 3, 5, -13, -4, 16, 4)
  FLAMBEAU_NARROW_VALUE(Half, min, 0x0400)
  FLAMBEAU_NARROW_VALUE(Half, lowest, 0xFBFF)
  FLAMBEAU_NARROW_VALUE(Half, max, 0x7BFF)
  FLAMBEAU_NARROW_VALUE(Half, epsilon, 0x1400)
  FLAMBEAU_NARROW_VALUE(Half, round_error, 0x3800)
  FLAMBEAU_NARROW_VALUE(Half, infinity, 0x7C00)
  FLAMBEAU_NARROW_VALUE(Half, quiet_NaN, 0x7E00)
  FLAMBEAU_NARROW_VALUE(Half, signaling_NaN, 0x7D00)
  FLAMBEAU_NARROW_VALUE(Half, denorm_min, 0x0001)
};
