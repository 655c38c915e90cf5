// Mirrors <c10/util/overflows.h> of PyTorch 2.13.
#pragma once

#include <c10/macros/Macros.h>
#include <c10/util/TypeSafeSignMath.h>
#include <c10/util/complex.h>

#include <cmath>
#include <limits>
#include <type_traits>

namespace c10 {

// Whether a value lies outside To's range. An unsigned To also takes negative numbers in range when negated, unless
// strict.
template <typename To, typename From>
std::enable_if_t<std::is_same_v<From, bool>, bool> overflows(From, bool = false) {
  return false;
}

template <typename To, typename From>
std::enable_if_t<std::is_integral_v<From> && !std::is_same_v<From, bool>, bool> overflows(
    From f, bool strict_unsigned = false) {
  using limit = std::numeric_limits<typename scalar_value_type<To>::type>;
  if constexpr (!limit::is_signed && std::numeric_limits<From>::is_signed) {
    if (!strict_unsigned) {
      return greater_than_max<To>(f) ||
             (c10::is_negative(f) && -static_cast<uint64_t>(f) > static_cast<uint64_t>(limit::max()));
    }
  }
  return c10::less_than_lowest<To>(f) || greater_than_max<To>(f);
}

template <typename To, typename From>
std::enable_if_t<std::is_floating_point_v<From>, bool> overflows(From f, bool = false) {
  using limit = std::numeric_limits<typename scalar_value_type<To>::type>;
  if (limit::has_infinity && std::isinf(static_cast<double>(f))) return false;
  if (!limit::has_quiet_NaN && f != f) return true;
  return f < limit::lowest() || f > limit::max();
}

template <typename To, typename From>
std::enable_if_t<is_complex<From>::value, bool> overflows(From f, bool strict_unsigned = false) {
  using Part = typename scalar_value_type<To>::type;
  if (!is_complex<To>::value && f.imag() != 0) return true;
  return overflows<Part, typename From::value_type>(f.real(), strict_unsigned) ||
         overflows<Part, typename From::value_type>(f.imag(), strict_unsigned);
}

}  // namespace c10
