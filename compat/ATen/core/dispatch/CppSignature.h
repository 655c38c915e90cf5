// Mirrors <ATen/core/dispatch/CppSignature.h> of PyTorch 2.13: a kernel's C++ function type at run time.
#pragma once

#include <c10/core/DispatchKeySet.h>
#include <c10/macros/Macros.h>
#include <c10/util/Metaprogramming.h>
#include <c10/util/Type.h>

#include <cstring>
#include <typeindex>

namespace flambeau {
struct DispatcherAccess;
}

namespace c10::impl {

class TORCH_API CppSignature final {
 public:
  CppSignature(const CppSignature&) = default;
  CppSignature(CppSignature&&) noexcept = default;
  CppSignature& operator=(const CppSignature&) = default;
  CppSignature& operator=(CppSignature&&) noexcept = default;

  /// Of a function or functor; a leading DispatchKeySet does not count.
  template <class FuncType>
  static CppSignature make() {
    using plain_type = typename c10::remove_DispatchKeySet_arg_from_func<std::decay_t<FuncType>>::func_type;
    return CppSignature(std::type_index(typeid(plain_type)));
  }
  std::string name() const { return c10::demangle(signature_.name()); }

  // By name where libraries have a type_info each.
  friend bool operator==(const CppSignature& a, const CppSignature& b) {
    return a.signature_ == b.signature_ || std::strcmp(a.signature_.name(), b.signature_.name()) == 0;
  }

 private:
  friend struct flambeau::DispatcherAccess;
  FLB_ON_USE explicit CppSignature(std::type_index signature) : signature_(std::move(signature)) {}
  std::type_index signature_;
};

inline bool operator!=(const CppSignature& a, const CppSignature& b) { return !(a == b); }

}  // namespace c10::impl
