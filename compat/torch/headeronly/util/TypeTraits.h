// Mirrors <torch/headeronly/util/TypeTraits.h> of PyTorch 2.13.
#pragma once

#include <torch/headeronly/macros/Macros.h>

#include <functional>
#include <type_traits>

namespace c10::guts {

template <class T, class Enable = void>
struct is_equality_comparable : std::false_type {};
template <class T>
struct is_equality_comparable<T, std::void_t<decltype(std::declval<T&>() == std::declval<T&>())>> : std::true_type {};
template <class T>
using is_equality_comparable_t = typename is_equality_comparable<T>::type;

template <class T, class Enable = void>
struct is_hashable : std::false_type {};
template <class T>
struct is_hashable<T, std::void_t<decltype(std::hash<T>()(std::declval<T&>()))>> : std::true_type {};
template <class T>
using is_hashable_t = typename is_hashable<T>::type;

template <class T>
struct is_function_type : std::false_type {};
template <class Result, class... Args>
struct is_function_type<Result(Args...)> : std::true_type {};
template <class T>
using is_function_type_t = typename is_function_type<T>::type;

template <template <class...> class Template, class T>
struct is_instantiation_of : std::false_type {};
template <template <class...> class Template, class... Args>
struct is_instantiation_of<Template, Template<Args...>> : std::true_type {};
template <template <class...> class Template, class T>
using is_instantiation_of_t = typename is_instantiation_of<Template, T>::type;

namespace detail {
template <typename T>
struct strip_class {};
template <typename Class, typename Result, typename... Args>
struct strip_class<Result (Class::*)(Args...)> {
  using type = Result(Args...);
};
template <typename Class, typename Result, typename... Args>
struct strip_class<Result (Class::*)(Args...) const> {
  using type = Result(Args...);
};
template <typename T>
using strip_class_t = typename strip_class<T>::type;
}  // namespace detail

template <class Functor, class Enable = void>
struct is_functor : std::false_type {};
template <class Functor>
struct is_functor<Functor,
                  std::enable_if_t<is_function_type<detail::strip_class_t<decltype(&Functor::operator())>>::value>>
    : std::true_type {};

namespace detail {
template <class LambdaType, class FuncType>
struct is_stateless_lambda__ final {};
template <class LambdaType, class C, class Result, class... Args>
struct is_stateless_lambda__<LambdaType, Result (C::*)(Args...) const>
    : std::is_convertible<LambdaType, Result (*)(Args...)> {};
template <class LambdaType, class C, class Result, class... Args>
struct is_stateless_lambda__<LambdaType, Result (C::*)(Args...)>
    : std::is_convertible<LambdaType, Result (*)(Args...)> {};
template <class LambdaType, class Enable = void>
struct is_stateless_lambda_ final : std::false_type {};
template <class LambdaType>
struct is_stateless_lambda_<LambdaType, std::enable_if_t<is_functor<LambdaType>::value>>
    : is_stateless_lambda__<LambdaType, decltype(&LambdaType::operator())> {};
}  // namespace detail
template <class T>
using is_stateless_lambda = detail::is_stateless_lambda_<std::decay_t<T>>;

template <template <class> class C, class Enable = void>
struct is_type_condition : std::false_type {};
template <template <class> class C>
struct is_type_condition<C, std::enable_if_t<std::is_same_v<bool, std::remove_cv_t<decltype(C<int>::value)>>>>
    : std::true_type {};

template <class T>
struct is_fundamental : std::is_fundamental<T> {};

}  // namespace c10::guts

HIDDEN_NAMESPACE_BEGIN(torch, headeronly, guts)
using c10::guts::is_equality_comparable;
using c10::guts::is_function_type;
using c10::guts::is_hashable;
using c10::guts::is_instantiation_of;
using c10::guts::is_stateless_lambda;
using c10::guts::is_type_condition;
HIDDEN_NAMESPACE_END(torch, headeronly, guts)
