// Mirrors <ATen/core/boxing/impl/boxing.h> of PyTorch 2.13: calls a stack kernel with C++ arguments.
#pragma once

#include <ATen/core/boxing/BoxedKernel.h>
#include <ATen/core/ivalue.h>
#include <ATen/core/stack.h>
#include <c10/core/TensorOptions.h>
#include <c10/util/Metaprogramming.h>

#include <type_traits>

namespace c10::impl {

template <class T>
struct is_mutable_tensor_ref : std::false_type {};
template <>
struct is_mutable_tensor_ref<at::Tensor&> : std::true_type {};

template <class T, class Enable = void>
struct is_tuple_of_mutable_tensor_refs : std::false_type {};
template <class T>
struct is_tuple_of_mutable_tensor_refs<T, std::enable_if_t<guts::is_instantiation_of<std::tuple, T>::value, void>>
    : guts::typelist::all<is_mutable_tensor_ref, guts::typelist::from_tuple_t<T>> {};

template <class T, class Enable = void>
struct has_ivalue_to : std::false_type {};
template <class T>
struct ivalue_to_helper {
  using type = decltype(std::declval<IValue>().template to<T>());
};
template <class T>
using ivalue_to_helper_t = typename ivalue_to_helper<T>::type;
template <class T>
struct has_ivalue_to<T, std::void_t<ivalue_to_helper_t<T>>> : std::true_type {};

template <typename T>
using can_box =
    std::disjunction<std::is_constructible<IValue, std::decay_t<T>>, std::is_same<TensorOptions, std::decay_t<T>>>;
template <typename... Ts>
using can_box_all = std::conjunction<can_box<Ts>...>;
template <typename T>
using can_unbox = std::conjunction<std::disjunction<has_ivalue_to<T>, std::is_same<void, T>>,
                                   std::negation<std::is_lvalue_reference<T>>>;

template <class... Args>
torch::jit::Stack boxArgs(Args... args) {
  torch::jit::Stack stack;
  stack.reserve(sizeof...(Args));
  torch::jit::push(stack, std::forward<Args>(args)...);
  return stack;
}

template <class T>
inline constexpr size_t boxed_size_one() {
  static_assert(!std::is_same_v<std::decay_t<T>, c10::TensorOptions>, "TensorOptions must be passed by value");
  return 1;
}
template <>
inline constexpr size_t boxed_size_one<c10::TensorOptions>() {
  return 4;
}
template <typename...>
struct BoxedSize : std::integral_constant<size_t, 0> {};
template <class T, class... Args>
struct BoxedSize<T, Args...> : std::integral_constant<size_t, boxed_size_one<T>() + BoxedSize<Args...>::value> {};
template <class... Args>
static inline constexpr size_t boxed_size() {
  return BoxedSize<Args...>::value;
}

/// Constructs IValues in raw memory at `dest`, which moves on.
template <typename T>
C10_ALWAYS_INLINE_UNLESS_MOBILE void boxToStack(IValue*& dest, T& arg) {
  new (dest++) IValue(arg);
}
C10_ALWAYS_INLINE_UNLESS_MOBILE void boxToStack(IValue*& dest, c10::TensorOptions options) {
  new (dest++) IValue(c10::typeMetaToScalarType(options.dtype()));
  new (dest++) IValue(options.layout());
  new (dest++) IValue(options.device());
  new (dest++) IValue(options.pinned_memory());
}
inline void boxArgsToStack(IValue*&) {}
template <typename T, typename... Args>
C10_ALWAYS_INLINE_UNLESS_MOBILE void boxArgsToStack(IValue*& dest, T& arg, Args&... args) {
  boxToStack(dest, arg);
  boxArgsToStack(dest, args...);
}

template <class Result>
struct PopResult final {
  static Result call(Stack& stack) {
    TORCH_INTERNAL_ASSERT_DEBUG_ONLY(stack.size() == 1, "Boxed kernel was expected to return one value on the stack, ",
                                     "but instead pushed ", stack.size(), " values.");
    return std::move(stack[0]).to<Result>();
  }
};
template <class... Types>
struct PopResult<std::tuple<Types...>> final {
  using Result = std::tuple<Types...>;
  static Result call(Stack& stack) { return pop_to_tuple(stack, std::index_sequence_for<Types...>()); }

 private:
  template <size_t... I>
  static Result pop_to_tuple(Stack& stack, std::index_sequence<I...>) {
    TORCH_INTERNAL_ASSERT_DEBUG_ONLY(stack.size() == sizeof...(Types), "Boxed kernel was expected to return ",
                                     sizeof...(Types), " values on the stack, ", "but instead pushed ", stack.size(),
                                     " values.");
    return std::make_tuple((std::move(stack[I]).template to<Types>())...);
  }
};

/// One specialisation for each way in which an operator returns: values, self, out, a tuple of outs.
template <class FuncType, class Enable = void>
struct BoxedKernelWrapper {
  static_assert(sizeof(FuncType) != sizeof(FuncType),
                "Function signature contains one or more unsupported parameter and/or return types.");
};

template <class Result, class... Args>
struct BoxedKernelWrapper<Result(Args...), std::enable_if_t<can_box_all<Args...>::value && can_unbox<Result>::value &&
                                                                !is_tuple_of_mutable_tensor_refs<Result>::value,
                                                            void>> {
  static Result call(const BoxedKernel& kernel, const OperatorHandle& op, DispatchKeySet ks, Args... args) {
    torch::jit::Stack stack = boxArgs<Args...>(std::forward<Args>(args)...);
    kernel.callBoxed(op, ks, &stack);
    if constexpr (!std::is_same_v<void, Result>) return PopResult<Result>::call(stack);
  }
};

template <class... OtherArgs>
struct BoxedKernelWrapper<at::Tensor&(at::Tensor&, OtherArgs...),
                          std::enable_if_t<can_box_all<OtherArgs...>::value, void>> {
  static at::Tensor& call(const BoxedKernel& kernel, const OperatorHandle& op, DispatchKeySet ks, at::Tensor& self,
                          OtherArgs... others) {
    torch::jit::Stack stack = boxArgs<at::Tensor&, OtherArgs...>(self, std::forward<OtherArgs>(others)...);
    kernel.callBoxed(op, ks, &stack);
    return self;
  }
};

template <class... OtherArgs>
struct BoxedKernelWrapper<const at::Tensor&(const at::Tensor&, OtherArgs...),
                          std::enable_if_t<can_box_all<OtherArgs...>::value, void>> {
  static const at::Tensor& call(const BoxedKernel& kernel, const OperatorHandle& op, DispatchKeySet ks,
                                const at::Tensor& self, OtherArgs... others) {
    torch::jit::Stack stack = boxArgs(self, others...);
    kernel.callBoxed(op, ks, &stack);
    return self;
  }
};

template <class FirstArg, class... RestArgs>
struct BoxedKernelWrapper<
    at::Tensor&(FirstArg, RestArgs...),
    std::enable_if_t<can_box_all<FirstArg, RestArgs...>::value && !is_mutable_tensor_ref<FirstArg>::value, void>> {
  static at::Tensor& call(const BoxedKernel& kernel, const OperatorHandle& op, DispatchKeySet ks, FirstArg first,
                          RestArgs... rest) {
    torch::jit::Stack stack =
        boxArgs<FirstArg, RestArgs...>(std::forward<FirstArg>(first), std::forward<RestArgs>(rest)...);
    kernel.callBoxed(op, ks, &stack);
    return std::get<sizeof...(RestArgs) - 1>(std::tuple<RestArgs...>{rest...});
  }
};

template <class Result, class... Args>
struct BoxedKernelWrapper<
    Result(Args...),
    std::enable_if_t<can_box_all<Args...>::value && is_tuple_of_mutable_tensor_refs<Result>::value, void>> {
  static Result call(const BoxedKernel& kernel, const OperatorHandle& op, DispatchKeySet ks, Args... args) {
    using ArgTuple = std::tuple<Args...>;
    constexpr int RetCount = std::tuple_size<Result>();
    torch::jit::Stack stack = boxArgs<Args...>(std::forward<Args>(args)...);
    kernel.callBoxed(op, ks, &stack);
    auto result = guts::tuple_take<ArgTuple, -RetCount>(ArgTuple{std::forward<Args>(args)...});
    static_assert(std::is_same_v<Result, decltype(result)>,
                  "An operator that returns a tuple of Tensor references must end with as many such parameters.");
    return result;
  }
};

}  // namespace c10::impl
