// How at::_ops::X::call reaches a kernel: key set from the arguments, table, jump. Everything rare (a kernel that only
// takes the stack, active profilers) is one cold function, so that three thousand operators cost little code.
#pragma once

#include <ATen/core/dispatch/StaticOps.h>
#include <ATen/record_function.h>

#include <tuple>
#include <type_traits>
#include <utility>

namespace flambeau {

/// The head of a KernelFunction, whose members are private but whose layout is ABI.
struct KernelView {
  c10::OperatorKernel* functor;
  void* boxed;
  void* unboxed;
  void* sym_unboxed;
};
static_assert(sizeof(c10::KernelFunction) == sizeof(KernelView) + sizeof(void*));

inline const KernelView& view_of(const c10::KernelFunction& kernel) {
  return reinterpret_cast<const KernelView&>(kernel);
}

/// The operator's entry: OperatorHandle begins with the pointer to its definition, which begins with the entry.
inline const c10::impl::OperatorEntry& entry_of(const c10::OperatorHandle& handle) {
  return **reinterpret_cast<const c10::impl::OperatorEntry* const*>(&handle);
}

/// One argument on its way to the stack.
struct BoxedArgument {
  const void* value;
  c10::IValue (*box)(const void*);
};

/// Calls the kernel through the stack and tells observers where any listen. Returns what it left on the stack.
std::vector<c10::IValue> call_boxed(const c10::OperatorHandle& op, c10::DispatchKeySet keys,
                                    const BoxedArgument* arguments, int count, bool observed);

/// True while profilers or other record-function callbacks are active on this thread.
inline bool observers_active() { return at::getStepCallbacksUnlessEmpty(at::RecordScope::FUNCTION).has_value(); }

template <class T>
c10::IValue box_argument(const void* value) {
  using Plain = std::remove_cvref_t<T>;
  const Plain& item = *static_cast<const Plain*>(value);
  if constexpr (std::is_same_v<Plain, at::ITensorListRef>) {
    c10::List<at::Tensor> list;
    for (const at::Tensor& tensor : item) list.push_back(tensor);
    return list;
  } else if constexpr (std::is_same_v<Plain, c10::DeviceIndex>) {
    return static_cast<int64_t>(item);
  } else if constexpr (std::is_same_v<Plain, at::OptionalIntArrayRef>) {
    return item.has_value() ? c10::IValue(*item) : c10::IValue();
  } else if constexpr (std::is_same_v<Plain, at::OptionalSymIntArrayRef>) {
    return item.has_value() ? c10::IValue(*item) : c10::IValue();
  } else {
    return c10::IValue(item);
  }
}

/// Results by value come from the stack; references are those of the written arguments.
template <class Ret>
struct Unboxed {
  static Ret get(std::vector<c10::IValue>& stack) { return std::move(stack.at(0)).template to<Ret>(); }
};
template <>
struct Unboxed<void> {
  static void get(std::vector<c10::IValue>&) {}
};
template <class... Items>
struct Unboxed<std::tuple<Items...>> {
  static std::tuple<Items...> get(std::vector<c10::IValue>& stack) {
    return get(stack, std::index_sequence_for<Items...>{});
  }
  template <size_t... I>
  static std::tuple<Items...> get(std::vector<c10::IValue>& stack, std::index_sequence<I...>) {
    return std::tuple<Items...>(std::move(stack.at(I)).template to<Items>()...);
  }
};

template <class T>
auto written(T&& argument) {
  if constexpr (std::is_same_v<T, at::Tensor&>) {
    return std::tuple<at::Tensor&>(argument);
  } else {
    return std::tuple<>();
  }
}

/// The out= arguments are the last that are written; an operator may write others before them.
template <class Ret, class Written, size_t... I>
Ret last_of(Written all, std::index_sequence<I...>) {
  return Ret(std::get<std::tuple_size_v<Written> - sizeof...(I) + I>(all)...);
}

/// Position of the first argument that the operator writes.
int written_position(const c10::OperatorHandle& op);

template <class Ret, class... Args>
[[gnu::cold, gnu::noinline]] Ret call_slowly(const c10::OperatorHandle& op, c10::DispatchKeySet keys, bool observed,
                                             Args... args) {
  const BoxedArgument boxed[sizeof...(Args) + 1] = {BoxedArgument{&args, &box_argument<Args>}..., {}};
  auto stack = call_boxed(op, keys, boxed, sizeof...(Args), observed);
  if constexpr (std::is_same_v<Ret, const at::Tensor&>) {
    return *static_cast<const at::Tensor*>(boxed[written_position(op)].value);
  } else if constexpr (std::is_reference_v<Ret>) {
    auto all = std::tuple_cat(written<Args>(std::forward<Args>(args))...);
    constexpr bool in_place = std::is_same_v<std::tuple_element_t<0, std::tuple<Args...>>, at::Tensor&>;
    return std::get < in_place ? 0 : std::tuple_size_v<decltype(all)> - 1 > (all);
  } else if constexpr (requires { requires std::is_reference_v<std::tuple_element_t<0, Ret>>; }) {
    return last_of<Ret>(std::tuple_cat(written<Args>(std::forward<Args>(args))...),
                        std::make_index_sequence<std::tuple_size_v<Ret>>{});
  } else {
    return Unboxed<Ret>::get(stack);
  }
}

template <class Ret, class... Args>
[[gnu::always_inline]] inline Ret enter(const c10::OperatorHandle& op, c10::DispatchKeySet keys, bool observed,
                                        Args... args) {
  constexpr bool symint = (c10::has_symint<Args>::value || ...);
  const KernelView& kernel = view_of(entry_of(op).lookup(keys));
  void* const target = symint ? kernel.sym_unboxed : kernel.unboxed;
  if (__builtin_expect(target == nullptr || observed, false)) {
    return call_slowly<Ret, Args...>(op, keys, observed, std::forward<Args>(args)...);
  }
  using Function = Ret (*)(c10::OperatorKernel*, c10::DispatchKeySet, Args...);
  return reinterpret_cast<Function>(target)(kernel.functor, keys, std::forward<Args>(args)...);
}

template <class Signature>
struct CallPath;

template <class Ret, class... Args>
struct CallPath<Ret(Args...)> {
  [[gnu::always_inline]] static inline Ret call(int index, Args... args) {
    const c10::OperatorHandle& op = static_op_handle(index);
    const auto keys = entry_of(op).dispatchKeyExtractor().template getDispatchKeySetUnboxed<Args...>(args...);
    return enter<Ret, Args...>(op, keys, observers_active(), std::forward<Args>(args)...);
  }
  [[gnu::always_inline]] static inline Ret redispatch(int index, c10::DispatchKeySet keys, Args... args) {
    return enter<Ret, Args...>(static_op_handle(index), keys, false, std::forward<Args>(args)...);
  }
};

}  // namespace flambeau
