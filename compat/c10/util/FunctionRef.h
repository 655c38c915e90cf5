// Mirrors <c10/util/FunctionRef.h> of PyTorch 2.13.
#pragma once

#include <cstdint>
#include <functional>
#include <type_traits>
#include <utility>

namespace c10 {

// A callable borrowed for the time of one call.
template <typename Fn>
class function_ref;

template <typename Ret, typename... Params>
class function_ref<Ret(Params...)> {
  Ret (*callback)(intptr_t callable, Params... params) = nullptr;
  intptr_t callable{};

  template <typename Callable>
  static Ret callback_fn(intptr_t callable, Params... params) {
    return (*reinterpret_cast<Callable*>(callable))(std::forward<Params>(params)...);
  }

 public:
  function_ref() = default;
  function_ref(std::nullptr_t) {}
  template <typename Callable>
  function_ref(
      Callable&& callable,
      std::enable_if_t<!std::is_same_v<std::remove_reference_t<Callable>, function_ref>>* = nullptr,
      std::enable_if_t<std::is_convertible_v<typename std::invoke_result_t<Callable, Params...>, Ret>>* = nullptr)
      : callback(callback_fn<std::remove_reference_t<Callable>>), callable(reinterpret_cast<intptr_t>(&callable)) {}
  Ret operator()(Params... params) const { return callback(callable, std::forward<Params>(params)...); }
  operator bool() const { return callback; }
};

}  // namespace c10
