// Mirrors <c10/util/Array.h> of PyTorch 2.13.
#pragma once

#include <array>
#include <utility>

namespace c10 {

template <typename V, typename... T>
inline constexpr auto array_of(T&&... t) -> std::array<V, sizeof...(T)> {
  return {{std::forward<T>(t)...}};
}

}  // namespace c10
