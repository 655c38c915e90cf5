// Mirrors <c10/util/Unroll.h> of PyTorch 2.13.
#pragma once

#include <c10/macros/Macros.h>

#include <type_traits>

namespace c10 {

// Calls f(0, args...), f(1, args...), up to n - 1, each number a type of its own.
template <int n>
struct ForcedUnroll {
  template <typename Func, typename... Args>
  C10_ALWAYS_INLINE void operator()(const Func& f, Args... args) const {
    ForcedUnroll<n - 1>{}(f, args...);
    f(std::integral_constant<int, n - 1>{}, args...);
  }
};

template <>
struct ForcedUnroll<1> {
  template <typename Func, typename... Args>
  C10_ALWAYS_INLINE void operator()(const Func& f, Args... args) const {
    f(std::integral_constant<int, 0>{}, args...);
  }
};

}  // namespace c10
