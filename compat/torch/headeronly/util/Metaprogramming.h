// Mirrors <torch/headeronly/util/Metaprogramming.h> of PyTorch 2.13.
#pragma once

#include <torch/headeronly/macros/Macros.h>
#include <torch/headeronly/util/TypeList.h>

#include <tuple>
#include <type_traits>
#include <utility>

namespace c10::guts {

template <class Func>
struct function_traits {
  static_assert(!std::is_same_v<Func, Func>, "In function_traits<Func>, Func must be a plain function type.");
};
template <class Result, class... Args>
struct function_traits<Result(Args...)> {
  using func_type = Result(Args...);
  using return_type = Result;
  using parameter_types = typelist::typelist<Args...>;
  static constexpr auto number_of_parameters = sizeof...(Args);
};

template <typename Functor>
struct infer_function_traits {
  using type = function_traits<c10::guts::detail::strip_class_t<decltype(&Functor::operator())>>;
};
template <typename Result, typename... Args>
struct infer_function_traits<Result (*)(Args...)> {
  using type = function_traits<Result(Args...)>;
};
template <typename Result, typename... Args>
struct infer_function_traits<Result(Args...)> {
  using type = function_traits<Result(Args...)>;
};
template <typename T>
using infer_function_traits_t = typename infer_function_traits<T>::type;

template <typename Result, typename ArgList>
struct make_function_traits;
template <typename Result, typename... Args>
struct make_function_traits<Result, typelist::typelist<Args...>> {
  using type = function_traits<Result(Args...)>;
};
template <typename Result, typename ArgList>
using make_function_traits_t = typename make_function_traits<Result, ArgList>::type;

namespace detail {
template <size_t Start, size_t... Is>
constexpr auto offset_sequence(std::index_sequence<Is...>) -> std::index_sequence<(Start + Is)...> {
  return {};
}
}  // namespace detail
template <size_t Start, size_t N>
using make_offset_index_sequence = decltype(detail::offset_sequence<Start>(std::make_index_sequence<N>()));

template <class Tuple, size_t... Is>
constexpr auto tuple_elements(Tuple t, std::index_sequence<Is...>) {
  return std::tuple<std::tuple_element_t<Is, Tuple>...>(std::get<Is>(t)...);
}

// The first N elements, or the last -N.
template <class Tuple, int N>
auto tuple_take(Tuple t) {
  constexpr size_t size = std::tuple_size<Tuple>();
  if constexpr (N >= 0) {
    static_assert(N <= static_cast<int>(size), "tuple_take: N > size");
    return tuple_elements(t, std::make_index_sequence<N>{});
  } else {
    static_assert(-N <= static_cast<int>(size), "tuple_take: -N > size");
    return tuple_elements(t, make_offset_index_sequence<size + N, -N>{});
  }
}

template <class Tuple, size_t Start, size_t N>
constexpr auto tuple_slice(Tuple t) {
  static_assert(Start + N <= std::tuple_size<Tuple>(), "tuple_slice: Start + N > size");
  return tuple_elements(t, make_offset_index_sequence<Start, N>{});
}

template <class Mapper, class... Args>
auto tuple_map(std::tuple<Args...>&& tuple, const Mapper& mapper) {
  return std::apply(
      [&](Args&... args) {
        return std::tuple<decltype(mapper(std::forward<Args>(args)))...>(mapper(std::forward<Args>(args))...);
      },
      tuple);
}

}  // namespace c10::guts

HIDDEN_NAMESPACE_BEGIN(torch, headeronly, guts)
using c10::guts::function_traits;
using c10::guts::infer_function_traits_t;
using c10::guts::make_function_traits_t;
using c10::guts::tuple_elements;
using c10::guts::tuple_map;
using c10::guts::tuple_slice;
using c10::guts::tuple_take;
HIDDEN_NAMESPACE_END(torch, headeronly, guts)
