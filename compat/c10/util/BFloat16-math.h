// Mirrors <c10/util/BFloat16-math.h> of PyTorch 2.13.
#pragma once

#include <c10/util/BFloat16.h>
#include <c10/util/Half.h>
#include <c10/util/generic_math.h>

#include <cmath>
#include <cstdint>
#include <cstring>
#include <type_traits>

namespace c10 {

template <typename T>
struct is_reduced_floating_point
    : std::integral_constant<bool, std::is_same_v<T, c10::Half> || std::is_same_v<T, c10::BFloat16>> {};
template <typename T>
constexpr bool is_reduced_floating_point_v = is_reduced_floating_point<T>::value;

}  // namespace c10

namespace std {

#if !defined(FBCODE_CAFFE2) && !defined(C10_NODEPRECATED)
using c10::is_reduced_floating_point;
using c10::is_reduced_floating_point_v;
#endif

#define FLAMBEAU_REDUCED template <typename T, typename std::enable_if_t<c10::is_reduced_floating_point_v<T>, int> = 0>
// Computed as floats.
#define FLAMBEAU_UNARY(name) \
  FLAMBEAU_REDUCED inline T name(T a) { return std::name(static_cast<float>(a)); }
FLAMBEAU_UNARY(acos)
FLAMBEAU_UNARY(asin)
FLAMBEAU_UNARY(atan)
FLAMBEAU_UNARY(atanh)
FLAMBEAU_UNARY(erf)
FLAMBEAU_UNARY(erfc)
FLAMBEAU_UNARY(exp)
FLAMBEAU_UNARY(expm1)
FLAMBEAU_UNARY(log)
FLAMBEAU_UNARY(log10)
FLAMBEAU_UNARY(log1p)
FLAMBEAU_UNARY(log2)
FLAMBEAU_UNARY(ceil)
FLAMBEAU_UNARY(cos)
FLAMBEAU_UNARY(floor)
FLAMBEAU_UNARY(nearbyint)
FLAMBEAU_UNARY(sin)
FLAMBEAU_UNARY(tan)
FLAMBEAU_UNARY(sinh)
FLAMBEAU_UNARY(cosh)
FLAMBEAU_UNARY(tanh)
FLAMBEAU_UNARY(trunc)
FLAMBEAU_UNARY(lgamma)
FLAMBEAU_UNARY(sqrt)
FLAMBEAU_UNARY(abs)
#undef FLAMBEAU_UNARY
FLAMBEAU_REDUCED inline bool isfinite(T a) { return std::isfinite(static_cast<float>(a)); }
FLAMBEAU_REDUCED inline T rsqrt(T a) { return 1.0 / std::sqrt(static_cast<float>(a)); }
FLAMBEAU_REDUCED inline T pow(T a, double b) { return std::pow(static_cast<float>(a), b); }
FLAMBEAU_REDUCED inline T pow(T a, T b) { return std::pow(static_cast<float>(a), static_cast<float>(b)); }
FLAMBEAU_REDUCED inline T fmod(T a, T b) { return std::fmod(static_cast<float>(a), static_cast<float>(b)); }

/// One step of the bits, which order the numbers of one sign.
FLAMBEAU_REDUCED C10_HOST_DEVICE inline T nextafter(T from, T to) {
  constexpr uint16_t sign = 0x8000;
  if (from != from || to != to) return from + to;
  const uint16_t to_bits = to.x;
  if (from.x == to_bits) return from;
  const uint16_t from_size = from.x & static_cast<uint16_t>(~sign);
  const uint16_t to_size = to_bits & static_cast<uint16_t>(~sign);
  if (from_size == 0) {
    if (to_size == 0) return to;
    from.x = static_cast<uint16_t>((to_bits & sign) | 1);
    return from;
  }
  if (from_size > to_size || ((from.x ^ to_bits) & sign) != 0) {
    from.x--;
  } else {
    from.x++;
  }
  return from;
}
#undef FLAMBEAU_REDUCED

}  // namespace std
