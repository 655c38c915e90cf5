// Mirrors <c10/util/Load.h> of PyTorch 2.13.
#pragma once

#include <c10/macros/Macros.h>

#include <cstring>

namespace c10 {
namespace detail {

template <typename T>
struct LoadImpl {
  C10_HOST_DEVICE static T apply(const void* src) { return *reinterpret_cast<const T*>(src); }
};
// Any byte but 0 is true: reading one as bool would be undefined.
template <>
struct LoadImpl<bool> {
  C10_HOST_DEVICE static bool apply(const void* src) { return *reinterpret_cast<const unsigned char*>(src); }
};

}  // namespace detail

template <typename T>
C10_HOST_DEVICE constexpr T load(const void* src) {
  return c10::detail::LoadImpl<T>::apply(src);
}
template <typename scalar_t>
C10_HOST_DEVICE constexpr scalar_t load(const scalar_t* src) {
  return c10::detail::LoadImpl<scalar_t>::apply(src);
}

}  // namespace c10
