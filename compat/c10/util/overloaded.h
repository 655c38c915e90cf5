// Mirrors <c10/util/overloaded.h> of PyTorch 2.13.
#pragma once

#include <c10/util/light_std.h>

namespace c10 {
namespace detail {

template <class... Ts>
struct overloaded_t {};
template <class T0>
struct overloaded_t<T0> : T0 {
  using T0::operator();
  overloaded_t(T0 t0) : T0(std::move(t0)) {}
};
template <class T0, class... Ts>
struct overloaded_t<T0, Ts...> : T0, overloaded_t<Ts...> {
  using T0::operator();
  using overloaded_t<Ts...>::operator();
  overloaded_t(T0 t0, Ts... ts) : T0(std::move(t0)), overloaded_t<Ts...>(std::move(ts)...) {}
};

}  // namespace detail

/// One callable of several, chosen by the argument: std::visit(overloaded(...), variant).
template <class... Ts>
detail::overloaded_t<Ts...> overloaded(Ts... ts) {
  return {std::move(ts)...};
}

}  // namespace c10
