// Mirrors <ATen/core/boxing/impl/make_boxed_from_unboxed_functor.h> of PyTorch 2.13: calls a C++ kernel with arguments
// from a stack.
#pragma once

#include <ATen/core/IListRef.h>
#include <ATen/core/boxing/OperatorKernel.h>
#include <ATen/core/ivalue.h>
#include <ATen/core/stack.h>
#include <c10/util/Metaprogramming.h>
#include <c10/util/TypeList.h>
#include <c10/util/intrusive_ptr.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace c10 {

using Stack = torch::jit::Stack;
class OperatorHandle;

namespace impl {

using supported_primitive_arg_types =
    guts::typelist::typelist<int64_t, double, bool, std::string_view, at::Tensor, at::Scalar, c10::QScheme,
                             c10::ScalarType, c10::Device, c10::DeviceIndex, c10::Layout, c10::MemoryFormat>;

// Refuses, at compile time, kernel signatures that schemas cannot express. legacy: the old registration API allows
// more.
template <class T, bool legacy, bool input>
struct check_kernel_type {
  static_assert(!std::is_same_v<float, T>, "Kernels take and return double where the schema says float, not float.");
  static_assert(!std::is_same_v<const char*, T>, "Kernels take std::string_view, not const char*.");
  static_assert(!std::is_same_v<std::vector<bool>, T>, "Kernels take List<bool>, not vector<bool>.");
  static_assert(!std::is_integral_v<T> || guts::typelist::contains<supported_primitive_arg_types, T>::value,
                "Kernels take and return int64_t where the schema says int, no other integral type.");
  static_assert(!std::is_same_v<const c10::SymInt&, T>, "Kernels take c10::SymInt by value.");
};
template <class T, bool legacy, bool input>
struct check_kernel_element : check_kernel_type<T, legacy, input> {
  static_assert(!std::is_same_v<T, at::Scalar> || (input && legacy), "Kernels take no lists of Scalar.");
};
template <class T, bool legacy, bool input>
struct check_kernel_type<std::optional<T>, legacy, input> : check_kernel_type<T, legacy, input> {};
template <class T, bool legacy, bool input>
struct check_kernel_type<List<T>, legacy, input> : check_kernel_element<T, legacy, input> {};
template <class T, bool legacy, bool input>
struct check_kernel_type<ArrayRef<T>, legacy, input> : check_kernel_element<T, legacy, input> {};
template <class T, bool legacy, bool input>
struct check_kernel_type<OptionalArrayRef<T>, legacy, input> : check_kernel_element<T, legacy, input> {};
template <class T, size_t N, bool legacy, bool input>
struct check_kernel_type<std::array<T, N>, legacy, input> : check_kernel_element<T, legacy, input> {};
template <class... T, bool legacy, bool input>
struct check_kernel_type<std::tuple<T...>, legacy, input> {
  std::tuple<check_kernel_type<T, legacy, input>...> each;
};
template <class K, class V, bool legacy, bool input>
struct check_kernel_type<Dict<K, V>, legacy, input> : check_kernel_type<V, legacy, input> {
  static_assert(guts::typelist::contains<impl::valid_dict_key_types, K>::value, "Kernels take no Dict of such keys.");
};
template <class K, class V, bool legacy, bool input>
struct check_kernel_type<std::unordered_map<K, V>, legacy, input> : check_kernel_type<V, legacy, input> {
  static_assert(legacy, "Kernels take Dict<Key, Value>, not std::unordered_map.");
};

// References to tensors refer into the stack; everything else is taken out by value.
template <class T>
struct decay_if_not_tensor final {
  using type = std::decay_t<T>;
};
template <>
struct decay_if_not_tensor<at::Tensor&> final {
  using type = at::Tensor&;
};
template <>
struct decay_if_not_tensor<const at::Tensor&> final {
  using type = const at::Tensor&;
};

template <class T, bool AllowDeprecatedTypes>
struct ivalue_to_arg final {
  static decltype(auto) call(IValue& v) {
    [[maybe_unused]] constexpr auto checked = sizeof(check_kernel_type<T, AllowDeprecatedTypes, true>);
    return std::move(v).to<T>();
  }
};
template <bool AllowDeprecatedTypes>
struct ivalue_to_arg<at::Tensor&, AllowDeprecatedTypes> final {
  static at::Tensor& call(IValue& v) { return v.toTensor(); }
};
template <bool AllowDeprecatedTypes>
struct ivalue_to_arg<const at::Tensor&, AllowDeprecatedTypes> final {
  static const at::Tensor& call(IValue& v) { return v.toTensor(); }
};
template <bool AllowDeprecatedTypes>
struct ivalue_to_arg<at::ITensorListRef, AllowDeprecatedTypes> final {
  static List<at::Tensor> call(IValue& v) { return v.toTensorList(); }
};
// An ArrayRef argument refers to a vector that lives as long as the call.
template <class T, bool AllowDeprecatedTypes>
struct ivalue_to_arg<ArrayRef<T>, AllowDeprecatedTypes> final {
  static std::vector<T> call(IValue& v) { return ivalue_to_arg<std::vector<T>, AllowDeprecatedTypes>::call(v); }
};
template <bool AllowDeprecatedTypes>
struct ivalue_to_arg<c10::SymIntArrayRef, AllowDeprecatedTypes> final {
  static std::vector<c10::SymInt> call(IValue& v) {
    if (!v.isIntList()) return ivalue_to_arg<std::vector<c10::SymInt>, AllowDeprecatedTypes>::call(v);
    const auto ints = v.toIntVector();
    return std::vector<c10::SymInt>(ints.begin(), ints.end());
  }
};
template <bool AllowDeprecatedTypes>
struct ivalue_to_arg<c10::OptionalArray<c10::SymInt>, AllowDeprecatedTypes> final {
  static OptionalArray<c10::SymInt> call(IValue& v) {
    if (!v.isIntList()) return std::move(v).to<OptionalArray<c10::SymInt>>();
    const auto ints = v.toIntVector();
    return OptionalArray<c10::SymInt>(std::vector<c10::SymInt>(ints.begin(), ints.end()));
  }
};
template <class T, bool AllowDeprecatedTypes>
struct ivalue_to_arg<std::optional<ArrayRef<T>>, AllowDeprecatedTypes> final {
  static OptionalArray<T> call(IValue& v) { return ivalue_to_arg<OptionalArray<T>, AllowDeprecatedTypes>::call(v); }
};
template <class T, bool AllowDeprecatedTypes>
struct ivalue_to_arg<OptionalArrayRef<T>, AllowDeprecatedTypes> final {
  static OptionalArray<T> call(IValue& v) { return ivalue_to_arg<OptionalArray<T>, AllowDeprecatedTypes>::call(v); }
};

template <class T, bool AllowDeprecatedTypes, class Enable = void>
struct return_to_ivalue final {};
template <class T, bool AllowDeprecatedTypes>
struct return_to_ivalue<T, AllowDeprecatedTypes, std::enable_if_t<!std::is_same_v<at::Tensor&, T>>> final {
  static constexpr auto checked = sizeof(check_kernel_type<T, AllowDeprecatedTypes, false>);
  static IValue call(T&& v) { return c10::ivalue::from(std::move(v)); }
  static IValue copy(const T& v) { return IValue(v); }
};
template <bool AllowDeprecatedTypes>
struct return_to_ivalue<at::Tensor&, AllowDeprecatedTypes, void> final {
  static IValue call(at::Tensor& v) { return c10::ivalue::from(v); }
  static IValue copy(at::Tensor& v) { return IValue(v); }
};

/// The functor as a plain function with the layout that unboxed callers jump to.
template <class KernelFunctor, class OpSignature>
struct wrap_kernel_functor_unboxed_ final {};
template <class KernelFunctor, class ReturnType, class... ParameterTypes>
struct wrap_kernel_functor_unboxed_<KernelFunctor, ReturnType(ParameterTypes...)> final {
  static ReturnType call(OperatorKernel* functor, DispatchKeySet, ParameterTypes... args) {
    return (*static_cast<KernelFunctor*>(functor))(std::forward<ParameterTypes>(args)...);
  }
};
template <class KernelFunctor, class ReturnType, class... ParameterTypes>
struct wrap_kernel_functor_unboxed_<KernelFunctor, ReturnType(DispatchKeySet, ParameterTypes...)> final {
  static ReturnType call(OperatorKernel* functor, DispatchKeySet dispatchKeySet, ParameterTypes... args) {
    return (*static_cast<KernelFunctor*>(functor))(dispatchKeySet, std::forward<ParameterTypes>(args)...);
  }
};
template <class KernelFunctor>
using wrap_kernel_functor_unboxed =
    wrap_kernel_functor_unboxed_<KernelFunctor, typename guts::infer_function_traits_t<KernelFunctor>::func_type>;

template <class Functor, bool AllowDeprecatedTypes, size_t... ivalue_arg_indices, typename... ArgTypes>
std::decay_t<typename guts::infer_function_traits_t<Functor>::return_type> call_functor_with_args_from_stack_(
    OperatorKernel* functor, DispatchKeySet dispatchKeySet, [[maybe_unused]] Stack* stack,
    std::index_sequence<ivalue_arg_indices...>, guts::typelist::typelist<ArgTypes...>*) {
  return wrap_kernel_functor_unboxed<Functor>::call(
      functor, dispatchKeySet,
      ivalue_to_arg<typename decay_if_not_tensor<ArgTypes>::type, AllowDeprecatedTypes>::call(
          torch::jit::peek(*stack, ivalue_arg_indices, sizeof...(ivalue_arg_indices)))...);
}
template <class Functor, bool AllowDeprecatedTypes>
std::decay_t<typename guts::infer_function_traits_t<Functor>::return_type> call_functor_with_args_from_stack(
    OperatorKernel* functor, DispatchKeySet dispatchKeySet, Stack* stack) {
  using ArgTypes = typename c10::remove_DispatchKeySet_arg_from_func<Functor>::parameter_types;
  return call_functor_with_args_from_stack_<Functor, AllowDeprecatedTypes>(
      functor, dispatchKeySet, stack, std::make_index_sequence<guts::typelist::size<ArgTypes>::value>(),
      static_cast<ArgTypes*>(nullptr));
}

template <class OutputType, bool AllowDeprecatedTypes>
struct push_outputs final {
  static void call(OutputType&& output, Stack* stack) {
    torch::jit::push(*stack,
                     return_to_ivalue<OutputType, AllowDeprecatedTypes>::call(std::forward<OutputType>(output)));
  }
  static void copy(const OutputType& output, Stack* stack) {
    torch::jit::push(*stack, return_to_ivalue<OutputType, AllowDeprecatedTypes>::copy(output));
  }
};
template <class... OutputTypes, bool AllowDeprecatedTypes>
struct push_outputs<std::tuple<OutputTypes...>, AllowDeprecatedTypes> final {
  static void call(std::tuple<OutputTypes...>&& output, Stack* stack) {
    call_(std::move(output), stack, std::index_sequence_for<OutputTypes...>());
  }
  static void copy(const std::tuple<OutputTypes...>& output, Stack* stack) {
    copy_(output, stack, std::index_sequence_for<OutputTypes...>());
  }

 private:
  template <size_t... I>
  static void call_(std::tuple<OutputTypes...>&& output, Stack* stack, std::index_sequence<I...>) {
    torch::jit::push(*stack, return_to_ivalue<OutputTypes, AllowDeprecatedTypes>::call(
                                 std::forward<OutputTypes>(std::get<I>(output)))...);
  }
  template <size_t... I>
  static void copy_(const std::tuple<OutputTypes...>& output, Stack* stack, std::index_sequence<I...>) {
    torch::jit::push(*stack, return_to_ivalue<OutputTypes, AllowDeprecatedTypes>::copy(std::get<I>(output))...);
  }
};
template <bool AllowDeprecatedTypes>
struct push_outputs<void, AllowDeprecatedTypes> final {
  static void call(int, Stack*) {}
  static void copy(int, Stack*) {}
};

template <typename T>
struct decay_if_tuple {
  using type = std::decay_t<T>;
};
template <typename... Args>
struct decay_if_tuple<std::tuple<Args...>> {
  using type = std::tuple<std::decay_t<Args>...>;
};
template <typename T>
using decay_if_tuple_t = typename decay_if_tuple<T>::type;

template <class KernelFunctor, bool AllowDeprecatedTypes>
struct make_boxed_from_unboxed_functor final {
  static_assert(std::is_base_of_v<OperatorKernel, KernelFunctor>, "A kernel functor must inherit from OperatorKernel");

  static void call(OperatorKernel* functor, const OperatorHandle&, DispatchKeySet dispatchKeySet, Stack* stack) {
    using ReturnType = typename guts::infer_function_traits_t<KernelFunctor>::return_type;
    using ArgTypes = typename c10::remove_DispatchKeySet_arg_from_func<KernelFunctor>::parameter_types;
    constexpr size_t num_inputs = guts::typelist::size<ArgTypes>::value;
    if constexpr (std::is_same_v<void, ReturnType>) {
      call_functor_with_args_from_stack<KernelFunctor, AllowDeprecatedTypes>(functor, dispatchKeySet, stack);
      torch::jit::drop(*stack, num_inputs);
    } else {
      // By value: a reference would point into the stack that is about to be cut.
      using Output = decay_if_tuple_t<ReturnType>;
      Output output =
          call_functor_with_args_from_stack<KernelFunctor, AllowDeprecatedTypes>(functor, dispatchKeySet, stack);
      torch::jit::drop(*stack, num_inputs);
      push_outputs<Output, AllowDeprecatedTypes>::call(std::move(output), stack);
    }
  }
};

}  // namespace impl
}  // namespace c10

namespace torch {
using OperatorKernel = c10::OperatorKernel;
}
