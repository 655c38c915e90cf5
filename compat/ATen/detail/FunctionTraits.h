// Mirrors <ATen/detail/FunctionTraits.h> of PyTorch 2.13: argument and result types of anything that can be called.
#pragma once

#include <cstddef>
#include <tuple>

template <typename T>
struct function_traits : function_traits<decltype(&T::operator())> {};
template <typename Class, typename T>
struct function_traits<T Class::*> : function_traits<T> {};
template <typename Class, typename Return, typename... Args>
struct function_traits<Return (Class::*)(Args...) const> : function_traits<Return(Args...)> {};
template <typename T>
struct function_traits<T&> : function_traits<T> {};
template <typename T>
struct function_traits<T*> : function_traits<T> {};
template <typename Return, typename... Args>
struct function_traits<Return(Args...)> {
  enum { arity = sizeof...(Args) };
  using ArgsTuple = std::tuple<Args...>;
  using result_type = Return;
  template <size_t i>
  struct arg {
    using type = std::tuple_element_t<i, ArgsTuple>;
  };
};

template <typename T>
struct nullary_function_traits {
  using traits = function_traits<T>;
  using result_type = typename traits::result_type;
};
template <typename T>
struct unary_function_traits {
  using traits = function_traits<T>;
  using result_type = typename traits::result_type;
  using arg1_t = typename traits::template arg<0>::type;
};
template <typename T>
struct binary_function_traits {
  using traits = function_traits<T>;
  using result_type = typename traits::result_type;
  using arg1_t = typename traits::template arg<0>::type;
  using arg2_t = typename traits::template arg<1>::type;
};

template <typename T>
struct invoke_traits : function_traits<T> {};
template <typename T>
struct invoke_traits<T&> : invoke_traits<T> {};
template <typename T>
struct invoke_traits<T&&> : invoke_traits<T> {};
template <typename Class, typename Return, typename... Args>
struct invoke_traits<Return (Class::*)(Args...)> : function_traits<Return(Class&, Args...)> {};
template <typename Class, typename Return, typename... Args>
struct invoke_traits<Return (Class::*)(Args...) const> : function_traits<Return(const Class&, Args...)> {};
template <typename Return, typename... Args>
struct invoke_traits<Return(Args...)> : function_traits<Return(Args...)> {};
