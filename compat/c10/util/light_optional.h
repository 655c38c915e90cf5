// std::optional of PyTorch's own types: a part of light_std.h, which says what for. Meanings are those of [optional].
#pragma once

#include <initializer_list>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

namespace flambeau {

/// The value of an optional and whether there is one.
template <class T, bool = std::is_trivially_copyable_v<T>>
struct OptionalPayload {
  constexpr OptionalPayload() noexcept : none_() {}
  template <class... Args>
  constexpr explicit OptionalPayload(std::in_place_t, Args&&... args)
      : value_(static_cast<Args&&>(args)...), engaged_(true) {}

  constexpr void reset() noexcept { engaged_ = false; }

  struct None {};
  union {
    None none_;
    T value_;
  };
  bool engaged_ = false;
};

template <class T>
struct OptionalPayload<T, false> {
  // What is passed in registers must not depend on which optional it is.
  static_assert(!std::is_trivially_destructible_v<T> && __is_constructible(T, const T&));

  constexpr OptionalPayload() noexcept : none_() {}
  template <class... Args>
  constexpr explicit OptionalPayload(std::in_place_t, Args&&... args)
      : value_(static_cast<Args&&>(args)...), engaged_(true) {}
  constexpr OptionalPayload(const OptionalPayload& other) : none_() {
    if (other.engaged_) engage(other.value_);
  }
  constexpr OptionalPayload(OptionalPayload&& other) noexcept(__is_nothrow_constructible(T, T)) : none_() {
    if (other.engaged_) engage(static_cast<T&&>(other.value_));
  }
  constexpr ~OptionalPayload() { reset(); }

  constexpr OptionalPayload& operator=(const OptionalPayload& other) {
    assign(other.engaged_, other.value_);
    return *this;
  }
  constexpr OptionalPayload& operator=(OptionalPayload&& other) noexcept(__is_nothrow_constructible(T, T) &&
                                                                         __is_nothrow_assignable(T&, T)) {
    assign(other.engaged_, static_cast<T&&>(other.value_));
    return *this;
  }

  constexpr void reset() noexcept {
    if (!engaged_) return;
    engaged_ = false;
    value_.~T();
  }
  template <class U>
  constexpr void engage(U&& value) {
    std::construct_at(__builtin_addressof(value_), static_cast<U&&>(value));
    engaged_ = true;
  }
  template <class U>
  constexpr void assign(bool engaged, U&& value) {
    if (!engaged) return reset();
    if (!engaged_) return engage(static_cast<U&&>(value));
    value_ = static_cast<U&&>(value);
  }

  struct None {};
  union {
    None none_;
    T value_;
  };
  bool engaged_ = false;
};

template <class T, class... Args>
concept Made = __is_constructible(T, Args...);
template <class T, class U, class... Args>
concept MadeOfList = __is_constructible(T, std::initializer_list<U>&, Args...);

/// Whether a T is made from an optional O as a whole, so that O's value is not taken out for it.
template <class T, class O>
inline constexpr bool made_from_optional =
    __is_constructible(T, O&) || __is_constructible(T, const O&) || __is_constructible(T, O) ||
    __is_constructible(T, const O) || std::is_convertible_v<O&, T> || std::is_convertible_v<const O&, T> ||
    std::is_convertible_v<O, T> || std::is_convertible_v<const O, T>;
template <class T, class O>
inline constexpr bool assigned_from_optional = made_from_optional<T, O> || __is_assignable(T&, O&) ||
                                               __is_assignable(T&, const O&) || __is_assignable(T&, O) ||
                                               __is_assignable(T&, const O);

/// U makes the value of an optional<T>, or sets it.
template <class T, class U, class Plain = std::remove_cvref_t<U>>
concept MakesValue = !std::is_same_v<Plain, std::optional<T>> && !std::is_same_v<Plain, std::in_place_t> && Made<T, U>;
template <class T, class U>
concept SetsValue = Made<T, U> && __is_assignable(T&, U) && !std::is_same_v<std::remove_cvref_t<U>, std::optional<T>> &&
                    !(std::is_scalar_v<T> && std::is_same_v<T, std::decay_t<U>>);
/// The value of an optional<U>, which comes as Value, does.
template <class T, class U, class Value>
concept TakenFrom = !std::is_same_v<U, T> && Made<T, Value> && !made_from_optional<T, std::optional<U>>;
template <class T, class U, class Value>
concept SetFrom = !std::is_same_v<U, T> && Made<T, Value> && __is_assignable(T&, Value) &&
                  !assigned_from_optional<T, std::optional<U>>;

}  // namespace flambeau

template <class T>
requires flambeau::light<T>
class std::optional<T> : private flambeau::OptionalPayload<T> {
  using Payload = flambeau::OptionalPayload<T>;

 public:
  using value_type = T;

  constexpr optional() noexcept {}
  constexpr optional(nullopt_t) noexcept {}
  template <class... Args>
  requires flambeau::Made<T, Args...>
  constexpr explicit optional(in_place_t tag, Args&&... args) : Payload(tag, static_cast<Args&&>(args)...) {}
  template <class U, class... Args>
  requires flambeau::MadeOfList<T, U, Args...>
  constexpr explicit optional(in_place_t tag, initializer_list<U> list, Args&&... args)
      : Payload(tag, list, static_cast<Args&&>(args)...) {}
  template <class U = T>
  requires flambeau::MakesValue<T, U>
  constexpr explicit(!is_convertible_v<U, T>) optional(U&& value) : Payload(in_place, static_cast<U&&>(value)) {}
  template <class U>
  requires flambeau::TakenFrom<T, U, const U&>
  constexpr explicit(!is_convertible_v<const U&, T>) optional(const optional<U>& other) {
    if (other.has_value()) emplace(*other);
  }
  template <class U>
  requires flambeau::TakenFrom<T, U, U>
  constexpr explicit(!is_convertible_v<U, T>) optional(optional<U>&& other) {
    if (other.has_value()) emplace(*static_cast<optional<U>&&>(other));
  }

  constexpr optional& operator=(nullopt_t) noexcept {
    Payload::reset();
    return *this;
  }
  template <class U = T>
  requires flambeau::SetsValue<T, U>
  constexpr optional& operator=(U&& value) {
    if (this->engaged_) {
      this->value_ = static_cast<U&&>(value);
    } else {
      emplace(static_cast<U&&>(value));
    }
    return *this;
  }
  template <class U>
  requires flambeau::SetFrom<T, U, const U&>
  constexpr optional& operator=(const optional<U>& other) {
    return other.has_value() ? *this = *other : *this = nullopt;
  }
  template <class U>
  requires flambeau::SetFrom<T, U, U>
  constexpr optional& operator=(optional<U>&& other) {
    return other.has_value() ? *this = *static_cast<optional<U>&&>(other) : *this = nullopt;
  }

  template <class... Args>
  requires flambeau::Made<T, Args...>
  constexpr T& emplace(Args&&... args) {
    Payload::reset();
    std::construct_at(__builtin_addressof(this->value_), static_cast<Args&&>(args)...);
    this->engaged_ = true;
    return this->value_;
  }
  template <class U, class... Args>
  requires flambeau::MadeOfList<T, U, Args...>
  constexpr T& emplace(initializer_list<U> list, Args&&... args) {
    Payload::reset();
    std::construct_at(__builtin_addressof(this->value_), list, static_cast<Args&&>(args)...);
    this->engaged_ = true;
    return this->value_;
  }
  constexpr void reset() noexcept { Payload::reset(); }
  constexpr void swap(optional& other) noexcept(__is_nothrow_constructible(T, T) && is_nothrow_swappable_v<T>) {
    using std::swap;
    if (this->engaged_ && other.engaged_) return swap(this->value_, other.value_);
    optional& full = this->engaged_ ? *this : other;
    if (!full.engaged_) return;
    (this->engaged_ ? other : *this).emplace(static_cast<T&&>(full.value_));
    full.reset();
  }

  constexpr bool has_value() const noexcept { return this->engaged_; }
  constexpr explicit operator bool() const noexcept { return this->engaged_; }

  constexpr const T* operator->() const noexcept { return __builtin_addressof(got()); }
  constexpr T* operator->() noexcept { return __builtin_addressof(got()); }
  constexpr const T& operator*() const& noexcept { return got(); }
  constexpr T& operator*() & noexcept { return got(); }
  constexpr T&& operator*() && noexcept { return static_cast<T&&>(got()); }
  constexpr const T&& operator*() const&& noexcept { return static_cast<const T&&>(got()); }
  constexpr const T& value() const& { return checked(), this->value_; }
  constexpr T& value() & { return checked(), this->value_; }
  constexpr T&& value() && { return checked(), static_cast<T&&>(this->value_); }
  constexpr const T&& value() const&& { return checked(), static_cast<const T&&>(this->value_); }
  template <class U>
  constexpr T value_or(U&& other) const& {
    return this->engaged_ ? this->value_ : static_cast<T>(static_cast<U&&>(other));
  }
  template <class U>
  constexpr T value_or(U&& other) && {
    return this->engaged_ ? static_cast<T&&>(this->value_) : static_cast<T>(static_cast<U&&>(other));
  }

 private:
  constexpr const T& got() const noexcept {
    __glibcxx_assert(this->engaged_);
    return this->value_;
  }
  constexpr T& got() noexcept {
    __glibcxx_assert(this->engaged_);
    return this->value_;
  }
  constexpr void checked() const {
    if (!this->engaged_) throw bad_optional_access();
  }
};
