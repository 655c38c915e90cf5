// Sums, differences and products of integers that wrap around, as PyTorch's do; for other types the plain operators.
#pragma once

#include <type_traits>

namespace flambeau {

/// Narrower integers are computed in int, where they cannot overflow.
template <class T>
inline constexpr bool wraps = std::is_integral_v<T>&& std::is_signed_v<T> && sizeof(T) >= sizeof(int);

template <class T>
constexpr T wrapping_add(T a, T b) {
  if constexpr (wraps<T>)
    return static_cast<T>(std::make_unsigned_t<T>(a) + std::make_unsigned_t<T>(b));
  else
    return a + b;
}
template <class T>
constexpr T wrapping_sub(T a, T b) {
  if constexpr (wraps<T>)
    return static_cast<T>(std::make_unsigned_t<T>(a) - std::make_unsigned_t<T>(b));
  else
    return a - b;
}
template <class T>
constexpr T wrapping_mul(T a, T b) {
  if constexpr (wraps<T>)
    return static_cast<T>(std::make_unsigned_t<T>(a) * std::make_unsigned_t<T>(b));
  else
    return a * b;
}

}  // namespace flambeau
