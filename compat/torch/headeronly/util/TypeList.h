// Mirrors <torch/headeronly/util/TypeList.h> of PyTorch 2.13.
#pragma once

#include <torch/headeronly/macros/Macros.h>
#include <torch/headeronly/util/TypeTraits.h>

#include <algorithm>
#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>

namespace c10::guts {

template <class... T>
struct false_t : std::false_type {};
template <template <class> class... T>
struct false_higher_t : std::false_type {};

namespace typelist {

template <class... Items>
struct typelist final {
 public:
  typelist() = delete;
};

// An undefined primary template makes a non-typelist argument a compile error.
template <class TypeList>
struct size;
template <class... Types>
struct size<typelist<Types...>> final {
  static constexpr size_t value = sizeof...(Types);
};

template <class TypeList>
struct to_tuple;
template <class... Types>
struct to_tuple<typelist<Types...>> final {
  using type = std::tuple<Types...>;
};
template <class TypeList>
using to_tuple_t = typename to_tuple<TypeList>::type;

template <class Tuple>
struct from_tuple;
template <class... Types>
struct from_tuple<std::tuple<Types...>> final {
  using type = typelist<Types...>;
};
template <class Tuple>
using from_tuple_t = typename from_tuple<Tuple>::type;

template <class... TypeLists>
struct concat;
template <>
struct concat<> final {
  using type = typelist<>;
};
template <class... Types>
struct concat<typelist<Types...>> final {
  using type = typelist<Types...>;
};
template <class... A, class... B, class... Rest>
struct concat<typelist<A...>, typelist<B...>, Rest...> final {
  using type = typename concat<typelist<A..., B...>, Rest...>::type;
};
template <class... TypeLists>
using concat_t = typename concat<TypeLists...>::type;

template <template <class> class Condition, class TypeList>
struct filter;
template <template <class> class Condition, class... Types>
struct filter<Condition, typelist<Types...>> final {
  using type = concat_t<std::conditional_t<Condition<Types>::value, typelist<Types>, typelist<>>...>;
};
template <template <class> class Condition, class TypeList>
using filter_t = typename filter<Condition, TypeList>::type;

template <template <class> class Condition, class TypeList>
struct count_if final {
  static constexpr size_t value = size<filter_t<Condition, TypeList>>::value;
};

namespace detail {
template <class TypeList, class Type, class Enable = void>
struct contains {};
template <class Type, class... Types>
struct contains<typelist<Types...>, Type, void> : std::bool_constant<(std::is_same_v<Types, Type> || ...)> {};
}  // namespace detail
template <class TypeList, class Type>
using contains = typename detail::contains<TypeList, Type>::type;

template <template <class> class Condition, class TypeList>
struct all;
template <template <class> class Condition, class... Types>
struct all<Condition, typelist<Types...>> : std::conjunction<Condition<Types>...> {};

template <template <class> class Condition, class TypeList>
struct true_for_any_type;
template <template <class> class Condition, class... Types>
struct true_for_any_type<Condition, typelist<Types...>> final : std::disjunction<Condition<Types>...> {};

template <template <class> class Mapper, class TypeList>
struct map;
template <template <class> class Mapper, class... Types>
struct map<Mapper, typelist<Types...>> final {
  using type = typelist<Mapper<Types>...>;
};
template <template <class> class Mapper, class TypeList>
using map_t = typename map<Mapper, TypeList>::type;

template <class TypeList>
struct head;
template <class Head, class... Tail>
struct head<typelist<Head, Tail...>> final {
  using type = Head;
};
template <class TypeList>
using head_t = typename head<TypeList>::type;

template <class Default, class TypeList>
struct head_with_default final {
  using type = Default;
};
template <class Default, class Head, class... Tail>
struct head_with_default<Default, typelist<Head, Tail...>> final {
  using type = Head;
};
template <class Default, class TypeList>
using head_with_default_t = typename head_with_default<Default, TypeList>::type;

template <size_t Index, class TypeList>
struct element;
template <size_t Index, class... Types>
struct element<Index, typelist<Types...>> {
  static_assert(Index < sizeof...(Types), "Index is out of bounds in typelist::element");
  using type = std::tuple_element_t<Index, std::tuple<Types...>>;
};
template <size_t Index, class TypeList>
using element_t = typename element<Index, TypeList>::type;

template <class TypeList>
struct last final {
  using type = element_t<size<TypeList>::value - 1, TypeList>;
};
template <class TypeList>
using last_t = typename last<TypeList>::type;

namespace detail {
template <class TypeList, size_t offset, class IndexSequence>
struct take_elements final {};
template <class TypeList, size_t offset, size_t... Indices>
struct take_elements<TypeList, offset, std::index_sequence<Indices...>> final {
  using type = typelist<element_t<offset + Indices, TypeList>...>;
};
}  // namespace detail

template <class TypeList, size_t num>
struct take final {
  static_assert(num <= size<TypeList>::value, "typelist::take of more elements than there are");
  using type = typename detail::take_elements<TypeList, 0, std::make_index_sequence<num>>::type;
};
template <class TypeList, size_t num>
using take_t = typename take<TypeList, num>::type;

template <class TypeList, size_t num>
struct drop final {
  static_assert(num <= size<TypeList>::value, "typelist::drop of more elements than there are");
  using type =
      typename detail::take_elements<TypeList, num, std::make_index_sequence<size<TypeList>::value - num>>::type;
};
template <class TypeList, size_t num>
using drop_t = typename drop<TypeList, num>::type;

template <class TypeList, size_t num>
struct drop_if_nonempty final {
  using type = drop_t<TypeList, std::min(num, size<TypeList>::value)>;
};
template <class TypeList, size_t num>
using drop_if_nonempty_t = typename drop_if_nonempty<TypeList, num>::type;

template <class TypeList>
struct reverse;
template <>
struct reverse<typelist<>> final {
  using type = typelist<>;
};
template <class Head, class... Tail>
struct reverse<typelist<Head, Tail...>> final {
  using type = concat_t<typename reverse<typelist<Tail...>>::type, typelist<Head>>;
};
template <class TypeList>
using reverse_t = typename reverse<TypeList>::type;

template <class TypeList, template <class> class Condition, class Enable = void>
struct find_if;
template <class Head, class... Tail, template <class> class Condition>
struct find_if<typelist<Head, Tail...>, Condition, std::enable_if_t<Condition<Head>::value>> final {
  static constexpr size_t value = 0;
};
template <class Head, class... Tail, template <class> class Condition>
struct find_if<typelist<Head, Tail...>, Condition, std::enable_if_t<!Condition<Head>::value>> final {
  static constexpr size_t value = 1 + find_if<typelist<Tail...>, Condition>::value;
};

namespace detail {
template <class T>
struct type_ final {
  using type = T;
};
template <class TypeList>
struct map_types_to_values;
template <class... Types>
struct map_types_to_values<typelist<Types...>> final {
  template <class Func>
  static auto call(Func&& func) {
    return std::tuple{std::forward<Func>(func)(type_<Types>())...};
  }
};
}  // namespace detail
template <class TypeList, class Func>
auto map_types_to_values(Func&& func) {
  return detail::map_types_to_values<TypeList>::call(std::forward<Func>(func));
}

}  // namespace typelist
}  // namespace c10::guts

HIDDEN_NAMESPACE_BEGIN(torch, headeronly)
namespace guts {
using c10::guts::false_t;
namespace typelist {
using c10::guts::typelist::all;
using c10::guts::typelist::concat_t;
using c10::guts::typelist::contains;
using c10::guts::typelist::count_if;
using c10::guts::typelist::drop_if_nonempty_t;
using c10::guts::typelist::drop_t;
using c10::guts::typelist::filter_t;
using c10::guts::typelist::find_if;
using c10::guts::typelist::from_tuple_t;
using c10::guts::typelist::head_t;
using c10::guts::typelist::head_with_default_t;
using c10::guts::typelist::map_t;
using c10::guts::typelist::map_types_to_values;
using c10::guts::typelist::reverse_t;
using c10::guts::typelist::size;
using c10::guts::typelist::take_t;
using c10::guts::typelist::to_tuple_t;
using c10::guts::typelist::true_for_any_type;
using c10::guts::typelist::typelist;
}  // namespace typelist
}  // namespace guts
HIDDEN_NAMESPACE_END(torch, headeronly)
