// Mirrors <torch/headeronly/util/Float8_fnuz_cvt.h> of PyTorch 2.13.
#pragma once

#include <torch/headeronly/util/flambeau_narrow_float.h>

HIDDEN_NAMESPACE_BEGIN(torch, headeronly, detail)
// The fnuz formats: `we` exponent bits with a bias one larger than usual, `wm` mantissa bits, no -0: its pattern is
// NaN.
template <uint32_t we, uint32_t wm>
inline C10_HOST_DEVICE float fp8_fnuz_to_fp32_value(uint8_t x) {
  static_assert((we == 4 && wm == 3) || (we == 5 && wm == 2));
  if (x == 0x80) return fp32_from_bits(0x7F800001u);
  return c10::detail::with_sign(c10::detail::widen_magnitude<wm, (1 << (we - 1))>(x & 0x7Fu), x >> 7);
}
HIDDEN_NAMESPACE_END(torch, headeronly, detail)

namespace c10::detail {
using torch::headeronly::detail::fp8_fnuz_to_fp32_value;

template <int kExponent, int kMantissa>
inline C10_HOST_DEVICE uint8_t fp8_fnuz_from_fp32_value(float f) {
  constexpr int bias = 1 << (kExponent - 1);
  const uint32_t w = fp32_to_bits(f), magnitude = w & 0x7FFFFFFFu;
  if (magnitude >= static_cast<uint32_t>(127 + bias) << 23) return 0x80;
  const uint32_t rounded = round_magnitude<kMantissa, bias>(magnitude);
  return static_cast<uint8_t>(rounded == 0 ? 0 : rounded | (w >> 24 & 0x80u));
}
}  // namespace c10::detail
