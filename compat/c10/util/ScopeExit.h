// Mirrors <c10/util/ScopeExit.h> of PyTorch 2.13.
#pragma once

#include <type_traits>
#include <utility>

namespace c10 {

template <typename Callable>
class scope_exit {
  Callable ExitFunction;
  bool Engaged = true;

 public:
  template <typename Fp>
  explicit scope_exit(Fp&& F) : ExitFunction(std::forward<Fp>(F)) {}
  scope_exit(scope_exit&& Rhs) noexcept : ExitFunction(std::move(Rhs.ExitFunction)), Engaged(Rhs.Engaged) {
    Rhs.release();
  }
  scope_exit(const scope_exit&) = delete;
  scope_exit& operator=(scope_exit&&) = delete;
  scope_exit& operator=(const scope_exit&) = delete;
  ~scope_exit() {
    if (Engaged) ExitFunction();
  }
  void release() { Engaged = false; }
};

/// Calls F when the result goes out of scope.
template <typename Callable>
scope_exit<std::decay_t<Callable>> make_scope_exit(Callable&& F) {
  return scope_exit<std::decay_t<Callable>>(std::forward<Callable>(F));
}

}  // namespace c10
