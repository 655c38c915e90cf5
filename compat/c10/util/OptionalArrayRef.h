// Mirrors <c10/util/OptionalArrayRef.h> of PyTorch 2.13.
#pragma once

#include <c10/util/ArrayRef.h>
#include <c10/util/light_std.h>

#include <cstdint>
#include <initializer_list>
#include <type_traits>
#include <utility>

namespace c10 {

// An optional<ArrayRef<T>> that also takes one T, without the temporary list optional would refer to.
template <typename T>
class OptionalArrayRef final {
  template <typename U>
  static constexpr bool is_other =
      !std::is_same_v<std::decay_t<U>, OptionalArrayRef> && !std::is_same_v<std::decay_t<U>, std::in_place_t> &&
      std::is_constructible_v<ArrayRef<T>, U&&>;

 public:
  constexpr OptionalArrayRef() noexcept = default;
  constexpr OptionalArrayRef(std::nullopt_t) noexcept {}
  OptionalArrayRef(const OptionalArrayRef& other) = default;
  OptionalArrayRef(OptionalArrayRef&& other) noexcept = default;
  constexpr OptionalArrayRef(const std::optional<ArrayRef<T>>& other) noexcept : wrapped_opt_array_ref(other) {}
  constexpr OptionalArrayRef(std::optional<ArrayRef<T>>&& other) noexcept : wrapped_opt_array_ref(std::move(other)) {}
  constexpr OptionalArrayRef(const T& value) noexcept : wrapped_opt_array_ref(value) {}
  template <typename U = ArrayRef<T>,
            std::enable_if_t<is_other<U> && std::is_convertible_v<U&&, ArrayRef<T>> && !std::is_convertible_v<U&&, T>,
                             bool> = false>
  constexpr OptionalArrayRef(U&& value) noexcept(std::is_nothrow_constructible_v<ArrayRef<T>, U&&>)
      : wrapped_opt_array_ref(std::forward<U>(value)) {}
  template <typename U = ArrayRef<T>,
            std::enable_if_t<is_other<U> && !std::is_convertible_v<U&&, ArrayRef<T>>, bool> = false>
  constexpr explicit OptionalArrayRef(U&& value) noexcept(std::is_nothrow_constructible_v<ArrayRef<T>, U&&>)
      : wrapped_opt_array_ref(std::forward<U>(value)) {}
  template <typename... Args>
  constexpr explicit OptionalArrayRef(std::in_place_t ip, Args&&... args) noexcept
      : wrapped_opt_array_ref(ip, std::forward<Args>(args)...) {}
  template <typename U, typename... Args>
  constexpr explicit OptionalArrayRef(std::in_place_t ip, std::initializer_list<U> il, Args&&... args)
      : wrapped_opt_array_ref(ip, il, std::forward<Args>(args)...) {}
  constexpr OptionalArrayRef(const std::initializer_list<T>& Vec) : wrapped_opt_array_ref(ArrayRef<T>(Vec)) {}
  ~OptionalArrayRef() = default;

  constexpr OptionalArrayRef& operator=(std::nullopt_t) noexcept {
    wrapped_opt_array_ref = std::nullopt;
    return *this;
  }
  OptionalArrayRef& operator=(const OptionalArrayRef& other) = default;
  OptionalArrayRef& operator=(OptionalArrayRef&& other) noexcept = default;
  constexpr OptionalArrayRef& operator=(const std::optional<ArrayRef<T>>& other) noexcept {
    wrapped_opt_array_ref = other;
    return *this;
  }
  constexpr OptionalArrayRef& operator=(std::optional<ArrayRef<T>>&& other) noexcept {
    wrapped_opt_array_ref = std::move(other);
    return *this;
  }
  template <typename U = ArrayRef<T>, typename = std::enable_if_t<!std::is_same_v<std::decay_t<U>, OptionalArrayRef> &&
                                                                  std::is_constructible_v<ArrayRef<T>, U&&> &&
                                                                  std::is_assignable_v<ArrayRef<T>&, U&&>>>
  constexpr OptionalArrayRef& operator=(U&& value) noexcept(
      std::is_nothrow_constructible_v<ArrayRef<T>, U&&>&& std::is_nothrow_assignable_v<ArrayRef<T>&, U&&>) {
    wrapped_opt_array_ref = std::forward<U>(value);
    return *this;
  }

  constexpr ArrayRef<T>* operator->() noexcept { return &wrapped_opt_array_ref.value(); }
  constexpr const ArrayRef<T>* operator->() const noexcept { return &wrapped_opt_array_ref.value(); }
  constexpr ArrayRef<T>& operator*() & noexcept { return wrapped_opt_array_ref.value(); }
  constexpr const ArrayRef<T>& operator*() const& noexcept { return wrapped_opt_array_ref.value(); }
  constexpr ArrayRef<T>&& operator*() && noexcept { return std::move(wrapped_opt_array_ref.value()); }
  constexpr const ArrayRef<T>&& operator*() const&& noexcept { return std::move(wrapped_opt_array_ref.value()); }
  constexpr explicit operator bool() const noexcept { return wrapped_opt_array_ref.has_value(); }
  constexpr bool has_value() const noexcept { return wrapped_opt_array_ref.has_value(); }
  constexpr ArrayRef<T>& value() & { return wrapped_opt_array_ref.value(); }
  constexpr const ArrayRef<T>& value() const& { return wrapped_opt_array_ref.value(); }
  constexpr ArrayRef<T>&& value() && { return std::move(wrapped_opt_array_ref.value()); }
  constexpr const ArrayRef<T>&& value() const&& { return std::move(wrapped_opt_array_ref.value()); }
  template <typename U>
  constexpr std::enable_if_t<std::is_convertible_v<U&&, ArrayRef<T>>, ArrayRef<T>> value_or(U&& default_value) const& {
    return wrapped_opt_array_ref.value_or(std::forward<U>(default_value));
  }
  template <typename U>
  constexpr std::enable_if_t<std::is_convertible_v<U&&, ArrayRef<T>>, ArrayRef<T>> value_or(U&& default_value) && {
    return wrapped_opt_array_ref.value_or(std::forward<U>(default_value));
  }

  constexpr void swap(OptionalArrayRef& other) noexcept {
    std::swap(wrapped_opt_array_ref, other.wrapped_opt_array_ref);
  }
  constexpr void reset() noexcept { wrapped_opt_array_ref.reset(); }
  template <typename... Args>
  constexpr std::enable_if_t<std::is_constructible_v<ArrayRef<T>, Args&&...>, ArrayRef<T>&> emplace(
      Args&&... args) noexcept(std::is_nothrow_constructible_v<ArrayRef<T>, Args&&...>) {
    return wrapped_opt_array_ref.emplace(std::forward<Args>(args)...);
  }
  template <typename U, typename... Args>
  constexpr ArrayRef<T>& emplace(std::initializer_list<U> il, Args&&... args) noexcept {
    return wrapped_opt_array_ref.emplace(il, std::forward<Args>(args)...);
  }

  friend bool operator==(OptionalArrayRef a1, ArrayRef<T> other) { return a1.has_value() && a1.value() == other; }

 private:
  std::optional<ArrayRef<T>> wrapped_opt_array_ref;
};

using OptionalIntArrayRef = OptionalArrayRef<int64_t>;

}  // namespace c10
