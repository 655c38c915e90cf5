// Mirrors <ATen/core/stack.h> of PyTorch 2.13: the stack that boxed kernels take arguments from and leave results on.
#pragma once

#include <ATen/core/ivalue.h>
#include <c10/util/Deprecated.h>
#include <c10/util/irange.h>

#include <tuple>
#include <type_traits>
#include <utility>

namespace torch::jit {

using c10::IValue;
using Stack = std::vector<IValue>;

class Operation {
  template <typename F, typename Arg>
  using accepts = std::is_constructible<std::function<void(Arg)>, F&&>;

 public:
  template <typename F, std::enable_if_t<accepts<F, Stack*>::value, int> = 0>
  C10_DEPRECATED_MESSAGE("Please use void(Stack&) to register operator instead.")
  Operation(F&& raw) : op_([raw = std::forward<F>(raw)](Stack& stack) { raw(&stack); }) {}
  template <typename F,
            std::enable_if_t<accepts<F, Stack&>::value && !std::is_same_v<std::decay_t<F>, Operation>, int> = 0>
  Operation(F&& op) : op_(std::forward<F>(op)) {}
  Operation(std::nullptr_t) noexcept {}
  FLB_ON_USE explicit operator bool() const noexcept { return op_ ? true : false; }
  void operator()(Stack& stack) { op_(stack); }
  template <typename T>
  T* target() noexcept {
    return op_.target<T>();
  }

 private:
  std::function<void(Stack&)> op_;
};

/// The i-th of the last N values.
FLB_ON_USE inline IValue& peek(Stack& stack, size_t i, size_t N) { return *(stack.end() - N + i); }
FLB_ON_USE inline IValue& peek(Stack* stack, size_t i, size_t N) { return peek(*stack, i, N); }
FLB_ON_USE inline const IValue& peek(const Stack& stack, size_t i, size_t N) { return *(stack.end() - N + i); }
FLB_ON_USE inline const IValue& peek(const Stack* stack, size_t i, size_t N) { return peek(*stack, i, N); }
FLB_ON_USE inline at::ArrayRef<IValue> peekSlice(const Stack& stack, size_t i, size_t len, size_t N) {
  return at::ArrayRef<IValue>(stack).slice(stack.size() - N + i, len);
}
FLB_ON_USE inline at::ArrayRef<IValue> last(const Stack& stack, size_t N) { return peekSlice(stack, 0, N, N); }
FLB_ON_USE inline at::ArrayRef<IValue> last(const Stack* stack, size_t N) { return last(*stack, N); }

FLB_ON_USE inline void drop(Stack& stack, size_t n) { stack.erase(stack.end() - n, stack.end()); }
FLB_ON_USE inline void drop(Stack* stack, size_t n) { drop(*stack, n); }

inline IValue pop(Stack& stack) {
  TORCH_CHECK(!stack.empty(), "pop() called on empty stack");
  auto value = std::move(stack.back());
  stack.pop_back();
  return value;
}
inline IValue pop(Stack* stack) { return pop(*stack); }
inline std::vector<IValue> pop(Stack& stack, size_t n) {
  std::vector<IValue> values(std::make_move_iterator(stack.end() - n), std::make_move_iterator(stack.end()));
  drop(stack, n);
  return values;
}
/// int64_t a; at::Tensor b; pop(stack, a, b);
template <typename... Types>
inline void pop(Stack& stack, Types&... args) {
  size_t i = 0;
  ((args = std::move(peek(stack, i++, sizeof...(args))).template to<Types>()), ...);
  drop(stack, sizeof...(args));
}
template <typename... Types>
inline void pop(Stack* stack, Types&... args) {
  pop(*stack, args...);
}

namespace detail {
template <typename... Types, size_t... Is>
inline std::tuple<Types...> pop_impl(Stack& stack, std::index_sequence<Is...>) {
  std::tuple<Types...> result{std::move(peek(stack, Is, sizeof...(Types))).template to<Types>()...};
  drop(stack, sizeof...(Types));
  return result;
}
}  // namespace detail

/// auto [a, b] = pop<int64_t, at::Tensor>(stack);
template <typename... Types, std::enable_if_t<(sizeof...(Types) > 0), int> = 0>
inline std::tuple<Types...> pop(Stack& stack) {
  return detail::pop_impl<Types...>(stack, std::make_index_sequence<sizeof...(Types)>{});
}
template <typename... Types, std::enable_if_t<(sizeof...(Types) > 0), int> = 0>
inline std::tuple<Types...> pop(Stack* stack) {
  return pop<Types...>(*stack);
}

template <typename Type>
inline void push_one(Stack& stack, Type&& arg) {
  stack.emplace_back(std::forward<Type>(arg));
}
/// Options are four values to a schema.
FLB_ON_USE inline void push_one(Stack& stack, c10::TensorOptions options) {
  stack.emplace_back(c10::typeMetaToScalarType(options.dtype()));
  stack.emplace_back(options.layout());
  stack.emplace_back(options.device());
  stack.emplace_back(options.pinned_memory());
}
template <typename... Types>
inline void push(Stack& stack, Types&&... args) {
  (push_one(stack, std::forward<Types>(args)), ...);
}
template <typename... Types>
inline void push(Stack* stack, Types&&... args) {
  push(*stack, std::forward<Types>(args)...);
}
template <class T>
inline void push_list_elements(Stack& stack, const c10::List<T>& elements) {
  for (T elem : elements) stack.push_back(std::move(elem));
}

/// Pushes a result; a tuple as its elements.
template <typename T>
inline void pack(Stack& stack, T&& v) {
  stack.emplace_back(std::forward<T>(v));
}
template <typename T>
inline void pack(Stack* stack, T&& v) {
  pack(*stack, std::forward<T>(v));
}
template <std::size_t remaining, typename... Args>
struct TuplePacker {
  static void execute(Stack& stack, std::tuple<Args...>&& t) {
    pack(stack, std::get<sizeof...(Args) - remaining>(std::move(t)));
    TuplePacker<remaining - 1, Args...>::execute(stack, std::move(t));
  }
};
template <typename... Args>
struct TuplePacker<0, Args...> {
  static void execute(Stack&, std::tuple<Args...>&&) {}
};
template <typename... Args>
inline void pack(Stack& stack, std::tuple<Args...>&& t) {
  TuplePacker<sizeof...(Args), Args...>::execute(stack, std::move(t));
}

}  // namespace torch::jit
