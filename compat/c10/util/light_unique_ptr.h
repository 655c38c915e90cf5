// std::unique_ptr of PyTorch's own types: a part of light_std.h, which says what for. Meanings are those of
// [unique.ptr.single].
#pragma once

#include <memory>
#include <type_traits>

namespace flambeau {
/// unique_ptr<T> takes over what a unique_ptr<U, D> has.
template <class T, class U, class D>
concept GivesPointer = std::is_convertible_v<typename std::unique_ptr<U, D>::pointer, T*> && !std::is_array_v<U> &&
                       std::is_convertible_v<D, std::default_delete<T>>;
}  // namespace flambeau

template <class T>
requires flambeau::light<T>
class std::unique_ptr<T, std::default_delete<T>> : private default_delete<T> {
 public:
  using pointer = T*;
  using element_type = T;
  using deleter_type = default_delete<T>;

  constexpr unique_ptr() noexcept {}
  constexpr unique_ptr(nullptr_t) noexcept {}
  explicit unique_ptr(T* object) noexcept : object_(object) {}
  unique_ptr(T* object, const default_delete<T>&) noexcept : object_(object) {}
  unique_ptr(unique_ptr&& other) noexcept : object_(other.release()) {}
  template <class U, class D>
  requires flambeau::GivesPointer<T, U, D> unique_ptr(unique_ptr<U, D>&& other)
  noexcept : object_(other.release()) {}
  ~unique_ptr() { reset(); }

  unique_ptr& operator=(unique_ptr&& other) noexcept {
    reset(other.release());
    return *this;
  }
  template <class U, class D>
  requires flambeau::GivesPointer<T, U, D> unique_ptr& operator=(unique_ptr<U, D>&& other) noexcept {
    reset(other.release());
    return *this;
  }
  unique_ptr& operator=(nullptr_t) noexcept {
    reset();
    return *this;
  }

  T* release() noexcept {
    T* object = object_;
    object_ = nullptr;
    return object;
  }
  void reset(T* object = nullptr) noexcept {
    T* old = object_;
    object_ = object;
    if (old) get_deleter()(old);
  }
  void swap(unique_ptr& other) noexcept {
    T* object = object_;
    object_ = other.object_;
    other.object_ = object;
  }

  T* get() const noexcept { return object_; }
  default_delete<T>& get_deleter() noexcept { return *this; }
  const default_delete<T>& get_deleter() const noexcept { return *this; }
  explicit operator bool() const noexcept { return object_ != nullptr; }
  T& operator*() const noexcept {
    __glibcxx_assert(object_ != nullptr);
    return *object_;
  }
  T* operator->() const noexcept { return object_; }

 private:
  T* object_ = nullptr;
};
