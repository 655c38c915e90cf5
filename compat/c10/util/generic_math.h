// Mirrors <c10/util/generic_math.h> of PyTorch 2.13.
#pragma once

#include <c10/macros/Macros.h>
#include <c10/util/TypeSafeSignMath.h>
#include <c10/util/copysign.h>

#include <cmath>
#include <limits>

#define C10_COMPAT_COPYSIGN c10::copysign

namespace c10 {

// Python's floor division. From fmod, so that the quotient is right even where a / b rounds up to the next integer.
template <typename scalar_t>
inline C10_HOST_DEVICE scalar_t div_floor_floating(scalar_t a, scalar_t b) __ubsan_ignore_float_divide_by_zero__ {
  if (C10_UNLIKELY(b == 0)) return a / b;
  const auto mod = std::fmod(a, b);
  auto div = (a - mod) / b;
  if (mod != 0 && (b < 0) != (mod < 0)) div -= scalar_t(1);
  if (div == 0) return C10_COMPAT_COPYSIGN(scalar_t(0), a / b);
  scalar_t floor = std::floor(div);
  if (div - floor > scalar_t(0.5)) floor += scalar_t(1.0);
  return floor;
}

template <typename scalar_t>
inline C10_HOST_DEVICE scalar_t div_floor_integer(scalar_t a, scalar_t b) {
  if (C10_UNLIKELY(b == 0)) return scalar_t(0);
  if (C10_UNLIKELY(std::is_signed<scalar_t>::value && a == std::numeric_limits<scalar_t>::min() && b == scalar_t(-1))) {
    return a;
  }
  const auto quotient = a / b;
  return c10::signs_differ(a, b) && a % b != 0 ? quotient - 1 : quotient;
}

// Python's %: the result has the divisor's sign.
template <typename scalar_t, std::enable_if_t<std::is_floating_point_v<scalar_t>, int> = 0>
inline C10_HOST_DEVICE scalar_t div_mod(scalar_t a, scalar_t b) __ubsan_ignore_float_divide_by_zero__ {
  auto mod = std::fmod(a, b);
  if (C10_UNLIKELY(b == 0)) return mod;
  if (mod == 0) return C10_COMPAT_COPYSIGN(scalar_t(0), b);
  if ((b < 0) != (mod < 0)) mod += b;
  return mod;
}
template <typename scalar_t, std::enable_if_t<std::is_integral_v<scalar_t>, int> = 0>
inline C10_HOST_DEVICE scalar_t div_mod(scalar_t a, scalar_t b) {
  auto mod = a % b;
  if (mod != 0 && (b < 0) != (mod < 0)) mod += b;
  return mod;
}

}  // namespace c10
