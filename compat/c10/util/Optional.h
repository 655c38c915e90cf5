// Mirrors <c10/util/Optional.h> of PyTorch 2.13.
#pragma once

#include <c10/util/light_std.h>

#include <type_traits>

namespace c10 {

using std::bad_optional_access;
using std::make_optional;
using std::nullopt;
using std::nullopt_t;
using std::optional;

namespace detail_ {
template <class U>
constexpr U convert(U v) {
  return v;
}
}  // namespace detail_

template <class T, class F>
[[deprecated("Please use std::optional::value_or instead of c10::value_or_else")]] constexpr T value_or_else(
    const std::optional<T>& v, F&& func) {
  return v.has_value() ? *v : detail_::convert<T>(std::forward<F>(func)());
}
template <class T, class F>
[[deprecated("Please use std::optional::value_or instead of c10::value_or_else")]] constexpr T value_or_else(
    std::optional<T>&& v, F&& func) {
  return v.has_value() ? *std::move(v) : detail_::convert<T>(std::forward<F>(func)());
}

}  // namespace c10
