// Mirrors <c10/util/accumulate.h> of PyTorch 2.13.
#pragma once

#include <c10/util/Exception.h>

#include <cstdint>
#include <functional>
#include <iterator>
#include <numeric>
#include <type_traits>
#include <utility>

namespace c10 {

template <typename C, std::enable_if_t<std::is_integral_v<typename C::value_type>, int> = 0>
inline int64_t sum_integers(const C& container) {
  return std::accumulate(container.begin(), container.end(), static_cast<int64_t>(0));
}
template <typename Iter, std::enable_if_t<std::is_integral_v<typename std::iterator_traits<Iter>::value_type>, int> = 0>
inline int64_t sum_integers(Iter begin, Iter end) {
  return std::accumulate(begin, end, static_cast<int64_t>(0));
}

template <typename C, std::enable_if_t<std::is_integral_v<typename C::value_type>, int> = 0>
inline int64_t multiply_integers(const C& container) {
  return std::accumulate(container.begin(), container.end(), static_cast<int64_t>(1), std::multiplies<>());
}
template <typename Iter, std::enable_if_t<std::is_integral_v<typename std::iterator_traits<Iter>::value_type>, int> = 0>
inline int64_t multiply_integers(Iter begin, Iter end) {
  return std::accumulate(begin, end, static_cast<int64_t>(1), std::multiplies<>());
}

/// The product of dims[k:].
template <typename C, std::enable_if_t<std::is_integral_v<typename C::value_type>, int> = 0>
inline int64_t numelements_from_dim(const int k, const C& dims) {
  TORCH_INTERNAL_ASSERT_DEBUG_ONLY(k >= 0);
  if (k > static_cast<int>(dims.size())) return 1;
  return multiply_integers(std::next(dims.cbegin(), k), dims.cend());
}
/// The product of dims[:k].
template <typename C, std::enable_if_t<std::is_integral_v<typename C::value_type>, int> = 0>
inline int64_t numelements_to_dim(const int k, const C& dims) {
  TORCH_INTERNAL_ASSERT(0 <= k);
  TORCH_INTERNAL_ASSERT(static_cast<unsigned>(k) <= dims.size());
  return multiply_integers(dims.cbegin(), std::next(dims.cbegin(), k));
}
/// The product of dims[k:l], in either order of k and l.
template <typename C, std::enable_if_t<std::is_integral_v<typename C::value_type>, int> = 0>
inline int64_t numelements_between_dim(int k, int l, const C& dims) {
  TORCH_INTERNAL_ASSERT(0 <= k);
  TORCH_INTERNAL_ASSERT(0 <= l);
  if (k > l) std::swap(k, l);
  TORCH_INTERNAL_ASSERT(static_cast<unsigned>(l) < dims.size());
  return multiply_integers(std::next(dims.cbegin(), k), std::next(dims.cbegin(), l));
}

}  // namespace c10
