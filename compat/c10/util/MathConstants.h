// Mirrors <c10/util/MathConstants.h> of PyTorch 2.13.
#pragma once

#include <c10/macros/Macros.h>
#include <c10/util/BFloat16.h>
#include <c10/util/Half.h>

namespace c10 {

#define FLAMBEAU_FORALL_CONSTANTS(_)                     \
  _(e, 2.718281828459045235360287471352662)              \
  _(euler, 0.577215664901532860606512090082402)          \
  _(frac_1_pi, 0.318309886183790671537767526745028)      \
  _(frac_1_sqrt_pi, 0.564189583547756286948079451560772) \
  _(frac_sqrt_2, 0.707106781186547524400844362104849)    \
  _(frac_sqrt_3, 0.577350269189625764509148780501957)    \
  _(golden_ratio, 1.618033988749894848204586834365638)   \
  _(ln_10, 2.302585092994045684017991454684364)          \
  _(ln_2, 0.693147180559945309417232121458176)           \
  _(log_10_e, 0.434294481903251827651128918916605)       \
  _(log_2_e, 1.442695040888963407359924681001892)        \
  _(pi, 3.141592653589793238462643383279502)             \
  _(sqrt_2, 1.414213562373095048801688724209698)         \
  _(sqrt_3, 1.732050807568877293527446341505872)

namespace detail {
#define FLAMBEAU_CONSTANT(name, value)        \
  template <typename T>                       \
  C10_HOST_DEVICE inline constexpr T name() { \
    return static_cast<T>(value);             \
  }
FLAMBEAU_FORALL_CONSTANTS(FLAMBEAU_CONSTANT)
#undef FLAMBEAU_CONSTANT

template <>
C10_HOST_DEVICE inline constexpr BFloat16 pi<BFloat16>() {
  return BFloat16(0x4049, BFloat16::from_bits());
}
template <>
C10_HOST_DEVICE inline constexpr Half pi<Half>() {
  return Half(0x4248, Half::from_bits());
}
}  // namespace detail

#define FLAMBEAU_CONSTANT(name, value) \
  template <typename T>                \
  constexpr T name = c10::detail::name<T>();
FLAMBEAU_FORALL_CONSTANTS(FLAMBEAU_CONSTANT)
#undef FLAMBEAU_CONSTANT
#undef FLAMBEAU_FORALL_CONSTANTS

}  // namespace c10
