// Mirrors <ATen/core/type_ptr.h> of PyTorch 2.13: a pointer to a type that exists once and is never freed.
#pragma once

#include <c10/util/Exception.h>
#include <c10/util/MaybeOwned.h>
#include <c10/util/light_std.h>

#include <type_traits>

namespace c10 {

template <typename T>
class SingletonTypePtr {
 public:
  using element_type = typename std::shared_ptr<T>::element_type;

  SingletonTypePtr(T* p) : repr_(p) {}
  // Named by code that is instantiated for both kinds of pointer and never run for this one.
  explicit SingletonTypePtr(std::shared_ptr<T>) { TORCH_CHECK(false); }

  template <typename U = T, std::enable_if_t<!std::is_same_v<std::remove_const_t<U>, void>, bool> = true>
  T& operator*() const {
    return *repr_;
  }
  T* get() const { return repr_; }
  T* operator->() const { return repr_; }
  operator bool() const { return repr_ != nullptr; }

 private:
  T* repr_{nullptr};
};

template <typename T, typename U>
bool operator==(SingletonTypePtr<T> a, SingletonTypePtr<U> b) {
  return static_cast<const void*>(a.get()) == static_cast<const void*>(b.get());
}
template <typename T, typename U>
bool operator!=(SingletonTypePtr<T> a, SingletonTypePtr<U> b) {
  return !(a == b);
}

}  // namespace c10
