// Mirrors <c10/util/ssize.h> of PyTorch 2.13.
#pragma once

#include <c10/util/Exception.h>
#include <c10/util/TypeSafeSignMath.h>

#include <cstddef>
#include <type_traits>

namespace c10 {

template <typename C>
constexpr auto ssize(const C& c) -> std::common_type_t<std::ptrdiff_t, std::make_signed_t<decltype(c.size())>> {
  using R = std::common_type_t<std::ptrdiff_t, std::make_signed_t<decltype(c.size())>>;
  TORCH_INTERNAL_ASSERT_DEBUG_ONLY(!greater_than_max<R>(c.size()));
  return static_cast<R>(c.size());
}
template <typename T, std::ptrdiff_t N>
constexpr auto ssize(const T (&)[N]) noexcept -> std::ptrdiff_t {
  return N;
}

}  // namespace c10
