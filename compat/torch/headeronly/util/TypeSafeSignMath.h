// Mirrors <torch/headeronly/util/TypeSafeSignMath.h> of PyTorch 2.13.
#pragma once

#include <torch/headeronly/macros/Macros.h>

#include <limits>
#include <type_traits>

namespace c10 {

template <typename T>
inline constexpr bool is_negative(const T& x) {
  if constexpr (std::is_unsigned_v<T>) {
    return false;
  } else {
    return x < T(0);
  }
}

template <typename T>
inline constexpr int signum(const T& x) {
  return static_cast<int>(T(0) < x) - static_cast<int>(is_negative(x));
}

template <typename T, typename U>
inline constexpr bool signs_differ(const T& a, const U& b) {
  return is_negative(a) != is_negative(b);
}

C10_DIAGNOSTIC_PUSH_AND_IGNORED_IF_DEFINED("-Wsign-compare")
template <typename Limit, typename T>
inline constexpr bool greater_than_max(const T& x) {
  constexpr bool can_overflow = std::numeric_limits<T>::digits > std::numeric_limits<Limit>::digits;
  return can_overflow && x > std::numeric_limits<Limit>::max();
}
C10_DIAGNOSTIC_POP()

template <typename Limit, typename T>
inline constexpr bool less_than_lowest(const T& x) {
  if constexpr (std::is_unsigned_v<T>) {
    return false;
  } else if constexpr (std::is_unsigned_v<Limit>) {
    return x < T(0);
  } else {
    return x < std::numeric_limits<Limit>::lowest();
  }
}

}  // namespace c10

HIDDEN_NAMESPACE_BEGIN(torch, headeronly)
using c10::greater_than_max;
using c10::is_negative;
using c10::less_than_lowest;
using c10::signs_differ;
using c10::signum;
HIDDEN_NAMESPACE_END(torch, headeronly)
