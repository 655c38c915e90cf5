// Mirrors <ATen/core/Variadic.h> of PyTorch 2.13: calls an overload set on each of many arguments, and on list
// elements.
#pragma once

#include <ATen/core/List.h>
#include <c10/util/ArrayRef.h>

#include <utility>

namespace at {

/// F derives from it and defines operator() for the types that matter to it.
template <typename F>
struct IterArgs {
  template <typename... Args>
  inline F& apply() {
    return self();
  }
  template <typename T, typename... Args>
  inline F& apply(T&& arg, Args&&... args) {
    self()(std::forward<T>(arg));
    if (self().short_circuit()) return self();
    return apply(std::forward<Args>(args)...);
  }

  template <typename T>
  void operator()(c10::IListRef<T> args) {
    each(args);
  }
  template <typename T>
  void operator()(at::ArrayRef<T> args) {
    each(args);
  }
  template <typename T>
  void operator()(const torch::List<T>& args) {
    each(args);
  }
  template <typename T>
  void operator()(const std::vector<T>& args) {
    self()(at::ArrayRef<T>{args});
  }
  /// Whether what was seen so far decides.
  constexpr bool short_circuit() const { return false; }

 private:
  template <class Range>
  void each(const Range& args) {
    for (const auto& arg : args) {
      self()(arg);
      if (self().short_circuit()) return;
    }
  }
  inline F& self() { return *static_cast<F*>(this); }
};

}  // namespace at
