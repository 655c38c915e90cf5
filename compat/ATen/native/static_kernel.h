// Builds rows of the static table: adapts functions of various shapes to what the dispatcher jumps to, and gives each
// its form for calls through the stack. Used by generated sources only.
#pragma once

#include <ATen/MemoryOverlap.h>
#include <ATen/core/boxing/impl/make_boxed_from_unboxed_functor.h>
#include <ATen/core/dispatch/StaticOps.h>
#include <ATen/native/Resize.h>
#include <ATen/native/driver.h>
#include <torch/library.h>

namespace flambeau {

// ---- plain arguments: SymInt types as the integers that composite functions take

inline int64_t plain(const c10::SymInt& v) { return v.guard_int(__FILE__, __LINE__); }
inline at::IntArrayRef plain(c10::SymIntArrayRef v) { return C10_AS_INTARRAYREF_SLOW(v); }
inline at::OptionalIntArrayRef plain(at::OptionalSymIntArrayRef v) {
  return v ? at::OptionalIntArrayRef(C10_AS_INTARRAYREF_SLOW(*v)) : std::nullopt;
}
inline std::optional<int64_t> plain(const std::optional<c10::SymInt>& v) {
  return v ? std::make_optional(v->guard_int(__FILE__, __LINE__)) : std::nullopt;
}
template <class T>
T&& plain(std::remove_reference_t<T>& v) {
  return static_cast<T&&>(v);
}
template <class T>
decltype(auto) plain_argument(std::remove_reference_t<T>& v) {
  if constexpr (c10::has_symint<T>::value) {
    return plain(v);
  } else {
    return static_cast<T&&>(v);
  }
}

/// Fn under the operator's own signature. Fn may begin with (OperatorKernel*, DispatchKeySet), with (DispatchKeySet),
/// or take the arguments alone, with SymInt types or plain integers.
template <auto Fn, class Signature>
struct Adapter;

template <auto Fn, class Ret, class... Args>
struct Adapter<Fn, Ret(Args...)> {
  static Ret call(c10::OperatorKernel* kernel, c10::DispatchKeySet keys, Args... args) {
    using F = decltype(Fn);
    if constexpr (std::is_invocable_v<F, c10::OperatorKernel*, c10::DispatchKeySet, Args...>) {
      return Fn(kernel, keys, std::forward<Args>(args)...);
    } else if constexpr (std::is_invocable_v<F, c10::DispatchKeySet, Args...>) {
      return Fn(keys, std::forward<Args>(args)...);
    } else if constexpr (std::is_invocable_v<F, Args...>) {
      return Fn(std::forward<Args>(args)...);
    } else {
      return Fn(plain_argument<Args>(args)...);
    }
  }
};

// ---- forms derived from the functional one

/// op_(self, ...): self.copy_(op(self, ...)).
template <class Op, class Signature>
struct InPlaceFrom;

template <class Op, class Ret, class Self, class... Args>
struct InPlaceFrom<Op, Ret(Self, Args...)> {
  static Ret call(c10::OperatorKernel*, c10::DispatchKeySet, Self self, Args... args) {
    if constexpr (std::is_void_v<Ret>) {  // _foreach_x_: self is a list
      const std::vector<at::Tensor> results = Op::call(self, std::forward<Args>(args)...);
      for (size_t i = 0; i < results.size(); ++i) const_cast<at::Tensor&>(self[i]).copy_(results[i]);
    } else {
      const at::Tensor result = Op::call(self, std::forward<Args>(args)...);
      TORCH_CHECK(result.sizes() == self.sizes(), "output with shape ", self.sizes(),
                  " doesn't match the broadcast shape ", result.sizes());
      TORCH_CHECK(c10::canCast(result.scalar_type(), self.scalar_type()), "result type ", result.scalar_type(),
                  " can't be cast to the desired output type ", self.scalar_type());
      const_cast<at::Tensor&>(static_cast<const at::Tensor&>(self)).copy_(result);
      return self;
    }
  }
};

/// What an out= form that is made of the functional one asks of its output.
enum class OutRule {
  any,          ///< a type to which the result can be converted
  elementwise,  ///< the same, and before it is resized no overlap but that it is an operand
  exact,        ///< the result's type, where PyTorch generates the form
};

inline void store_result(const char* op, at::TensorList out, const std::vector<at::Tensor>& result, bool elementwise) {
  TORCH_CHECK(out.size() == result.size(), "expected ", result.size(), " outputs, but got ", out.size());
  for (size_t i = 0; i < result.size(); ++i) store_result(op, out[i], result[i], elementwise);
}

/// An output that partly overlaps an argument is refused.
template <class T>
void check_apart(const at::Tensor& out, const T& argument) {
  if constexpr (std::is_same_v<T, at::Tensor>) {
    if (out.defined() && argument.defined()) at::assert_no_partial_overlap(out, argument);
  } else if constexpr (std::is_same_v<T, std::optional<at::Tensor>>) {
    if (argument) check_apart(out, *argument);
  }
}

inline void check_same_type(const at::Tensor& out, const at::Tensor& result) {
  TORCH_CHECK(!out.defined() || !result.defined() || result.scalar_type() == out.scalar_type(),
              "Expected out tensor to have dtype ", result.dtype(), ", but got ", out.dtype(), " instead");
}
inline void check_same_type(at::TensorList out, const std::vector<at::Tensor>& result) {
  for (size_t i = 0; i < std::min(out.size(), result.size()); ++i) check_same_type(out[i], result[i]);
}

/// op(..., out): out <- op(...). With Options the functional form takes dtype, layout, device and pin_memory there,
/// out's own.
template <class Op, class Signature, int Outs, int Options, OutRule Rule>
struct OutFrom;

template <class Op, class Ret, class... Args, int Outs, int Options, OutRule Rule>
struct OutFrom<Op, Ret(Args...), Outs, Options, Rule> {
  static constexpr bool kElementwise = Rule == OutRule::elementwise;
  static constexpr size_t kInputs = sizeof...(Args) - Outs;
  static Ret call(c10::OperatorKernel*, c10::DispatchKeySet, Args... args) {
    return run(std::make_index_sequence < Options >= 0 ? Options : kInputs > {},
               std::make_index_sequence < Options >= 0 ? kInputs - Options : 0 > {}, std::make_index_sequence<Outs>{},
               std::tuple<Args&&...>(std::forward<Args>(args)...));
  }

 private:
  template <size_t... I, size_t... J, size_t... O>
  static Ret run(std::index_sequence<I...>, std::index_sequence<J...>, std::index_sequence<O...>,
                 std::tuple<Args&&...> all) {
    if constexpr (kElementwise && Outs == 1) (check_apart(std::get<kInputs>(all), std::get<I>(all)), ...);
    auto result = [&] {
      if constexpr (Options >= 0) {
        const at::Tensor& out = std::get<kInputs>(all);
        return Op::call(std::get<I>(std::move(all))..., out.scalar_type(), out.layout(), out.device(), std::nullopt,
                        std::get<Options + J>(std::move(all))...);
      } else {
        return Op::call(std::get<I>(std::move(all))...);
      }
    }();
    if constexpr (Outs == 1) {
      if constexpr (Rule == OutRule::exact) check_same_type(std::get<kInputs>(all), result);
      store_result(Op::name, std::get<kInputs>(all), result, kElementwise);
      if constexpr (!std::is_void_v<Ret>) return std::get<kInputs>(all);
    } else {
      if constexpr (Rule == OutRule::exact) (check_same_type(std::get<kInputs + O>(all), std::get<O>(result)), ...);
      (store_result(Op::name, std::get<kInputs + O>(all), std::get<O>(result), kElementwise), ...);
      if constexpr (!std::is_void_v<Ret>) return Ret(std::get<kInputs + O>(all)...);
    }
  }
};

/// op(self, ...): a clone of self, on which op_ runs.
template <class Op, class Signature>
struct FunctionalFrom;

template <class Op, class Ret, class... Args>
struct FunctionalFrom<Op, Ret(const at::Tensor&, Args...)> {
  static Ret call(c10::OperatorKernel*, c10::DispatchKeySet, const at::Tensor& self, Args... args) {
    at::Tensor result = self.clone();
    Op::call(result, std::forward<Args>(args)...);
    return result;
  }
};

/// view_copy(...): the view's values in memory of their own.
template <class Op, class Signature>
struct CopyOf;

template <class Op, class Ret, class... Args>
struct CopyOf<Op, Ret(Args...)> {
  static Ret call(c10::OperatorKernel*, c10::DispatchKeySet, Args... args) {
    Ret result = Op::call(std::forward<Args>(args)...);
    if constexpr (std::is_same_v<Ret, at::Tensor>) {
      return result.clone(at::MemoryFormat::Contiguous);
    } else {
      for (at::Tensor& item : result) item = item.clone(at::MemoryFormat::Contiguous);
      return result;
    }
  }
};

template <class T>
decltype(auto) element(const T& argument, size_t i) {
  if constexpr (std::is_same_v<T, at::TensorList> || std::is_same_v<T, at::ArrayRef<at::Scalar>>) {
    return argument[i];
  } else {
    return argument;
  }
}
inline size_t list_size(size_t known, at::TensorList list) {
  TORCH_CHECK(known == size_t(-1) || known == list.size(), "Tensor lists must have the same number of tensors, got ",
              known, " and ", list.size());
  return list.size();
}
inline size_t list_size(size_t known, at::ArrayRef<at::Scalar> list) {
  TORCH_CHECK(known == size_t(-1) || known == list.size(),
              "Tensor list must have same number of elements as scalar list.");
  return list.size();
}
template <class T>
size_t list_size(size_t known, const T&) {
  return known;
}

/// _foreach_op(lists...): op on the items of the lists, one after the other. Fn calls the operator with the items.
template <auto Fn, class Signature>
struct ForEach;

template <auto Fn, class Ret, class... Args>
struct ForEach<Fn, Ret(Args...)> {
  static Ret call(c10::OperatorKernel*, c10::DispatchKeySet, Args... args) {
    size_t count = -1;
    ((count = list_size(count, args)), ...);
    TORCH_CHECK(count > 0, "Tensor list must have at least one tensor.");
    if constexpr (std::is_void_v<Ret>) {
      for (size_t i = 0; i < count; ++i) Fn(element(args, i)...);
    } else {
      std::vector<at::Tensor> results;
      results.reserve(count);
      for (size_t i = 0; i < count; ++i) results.push_back(Fn(element(args, i)...));
      return results;
    }
  }
};

/// A factory without tensor arguments: goes on to the backend that its options name.
template <class Op, class Signature, int Options>
struct BackendSelect;

template <class Op, class Ret, class... Args, int Options>
struct BackendSelect<Op, Ret(Args...), Options> {
  static Ret call(c10::OperatorKernel*, c10::DispatchKeySet, Args... args) {
    const auto all = std::tie(args...);
    const auto key =
        c10::computeDispatchKey(std::get<Options>(all), std::get<Options + 1>(all), std::get<Options + 2>(all));
    return Op::redispatch(c10::DispatchKeySet(key), std::forward<Args>(args)...);
  }
};

// ---- through the stack

template <class T>
struct Owned {
  using type = std::remove_cvref_t<T>;
};
template <class... T>
struct Owned<std::tuple<T...>> {
  using type = std::tuple<std::remove_cvref_t<T>...>;
};

template <class Signature>
struct FromStack;

template <class Ret, class... Args>
struct FromStack<Ret(c10::OperatorKernel*, c10::DispatchKeySet, Args...)> {
  using Function = Ret (*)(c10::OperatorKernel*, c10::DispatchKeySet, Args...);
  static constexpr bool symint = (c10::has_symint<Args>::value || ...);

  [[gnu::noinline]] static void call(Function function, c10::OperatorKernel* kernel, c10::DispatchKeySet keys,
                                     std::vector<c10::IValue>* stack) {
    call(function, kernel, keys, *stack, std::index_sequence_for<Args...>{});
  }

 private:
  template <class T>
  static decltype(auto) argument(c10::IValue& value) {
    return c10::impl::ivalue_to_arg<typename c10::impl::decay_if_not_tensor<T>::type, false>::call(value);
  }
  template <size_t... I>
  static void call(Function function, c10::OperatorKernel* kernel, c10::DispatchKeySet keys,
                   std::vector<c10::IValue>& stack, std::index_sequence<I...>) {
    constexpr size_t count = sizeof...(Args);
    TORCH_INTERNAL_ASSERT(stack.size() >= count);
    [[maybe_unused]] c10::IValue* const first = stack.data() + stack.size() - count;
    if constexpr (std::is_void_v<Ret>) {
      function(kernel, keys, argument<Args>(first[I])...);
      stack.resize(stack.size() - count);
    } else {
      using Result = typename Owned<Ret>::type;
      Result result = function(kernel, keys, argument<Args>(first[I])...);
      stack.resize(stack.size() - count);
      c10::impl::push_outputs<Result, false>::call(std::move(result), &stack);
    }
  }
};

template <auto Fn>
void boxed(c10::OperatorKernel* kernel, const c10::OperatorHandle&, c10::DispatchKeySet keys,
           std::vector<c10::IValue>* stack) {
  FromStack<std::remove_pointer_t<decltype(Fn)>>::call(Fn, kernel, keys, stack);
}

}  // namespace flambeau
