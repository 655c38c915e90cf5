// Mirrors <c10/util/MaybeOwned.h> of PyTorch 2.13.
#pragma once

#include <c10/macros/Macros.h>
#include <c10/util/Exception.h>
#include <c10/util/light_std.h>

#include <type_traits>
#include <utility>

namespace c10 {

template <typename T>
struct MaybeOwnedTraitsGenericImpl {
  using owned_type = T;
  using borrow_type = const T*;
  static borrow_type createBorrow(const owned_type& from) { return &from; }
  static void assignBorrow(borrow_type& lhs, borrow_type rhs) { lhs = rhs; }
  static void destroyBorrow(borrow_type&) {}
  static const owned_type& referenceFromBorrow(const borrow_type& borrow) { return *borrow; }
  static const owned_type* pointerFromBorrow(const borrow_type& borrow) { return borrow; }
  static bool debugBorrowIsValid(const borrow_type& borrow) { return borrow != nullptr; }
};

template <typename T>
struct MaybeOwnedTraits;
template <typename T>
struct MaybeOwnedTraits<std::shared_ptr<T>> : public MaybeOwnedTraitsGenericImpl<std::shared_ptr<T>> {};

// A T of one's own, or somebody else's for as long as that lives: saves a reference count where both occur.
template <typename T>
class MaybeOwned final {
  using Traits = MaybeOwnedTraits<T>;
  using borrow_type = typename MaybeOwnedTraits<T>::borrow_type;
  using owned_type = typename MaybeOwnedTraits<T>::owned_type;

  bool isBorrowed_;
  union {
    borrow_type borrow_;
    owned_type own_;
  };

  explicit MaybeOwned(const owned_type& t) : isBorrowed_(true), borrow_(Traits::createBorrow(t)) {}
  explicit MaybeOwned(T&& t) noexcept(std::is_nothrow_move_constructible_v<T>)
      : isBorrowed_(false), own_(std::move(t)) {}
  template <class... Args>
  explicit MaybeOwned(std::in_place_t, Args&&... args) : isBorrowed_(false), own_(std::forward<Args>(args)...) {}

 public:
  explicit MaybeOwned() : isBorrowed_(true), borrow_() {}
  MaybeOwned(const MaybeOwned& rhs) : isBorrowed_(rhs.isBorrowed_) { construct(rhs); }
  MaybeOwned(MaybeOwned&& rhs) noexcept(
      std::is_nothrow_move_constructible_v<T>&& std::is_nothrow_move_assignable_v<borrow_type>)
      : isBorrowed_(rhs.isBorrowed_) {
    construct(std::move(rhs));
  }
  MaybeOwned& operator=(const MaybeOwned& rhs) {
    if (this != &rhs) assign(rhs);
    return *this;
  }
  MaybeOwned& operator=(MaybeOwned&& rhs) noexcept(
      std::is_nothrow_move_assignable_v<T>&& std::is_nothrow_move_assignable_v<borrow_type>&&
          std::is_nothrow_move_constructible_v<T>&& std::is_nothrow_destructible_v<T>&&
              std::is_nothrow_destructible_v<borrow_type>) {
    if (this != &rhs) assign(std::move(rhs));
    return *this;
  }

  static MaybeOwned borrowed(const T& t) { return MaybeOwned(t); }
  static MaybeOwned owned(T&& t) noexcept(std::is_nothrow_move_constructible_v<T>) { return MaybeOwned(std::move(t)); }
  template <class... Args>
  static MaybeOwned owned(std::in_place_t, Args&&... args) {
    return MaybeOwned(std::in_place, std::forward<Args>(args)...);
  }

  ~MaybeOwned() noexcept(std::is_nothrow_destructible_v<T>&& std::is_nothrow_destructible_v<borrow_type>) { destroy(); }

  bool unsafeIsBorrowed() const { return isBorrowed_; }
  const T& operator*() const& { return C10_LIKELY(isBorrowed_) ? Traits::referenceFromBorrow(borrow_) : own_; }
  const T* operator->() const { return C10_LIKELY(isBorrowed_) ? Traits::pointerFromBorrow(borrow_) : &own_; }
  T operator*() && {
    if (isBorrowed_) return Traits::referenceFromBorrow(borrow_);
    return std::move(own_);
  }

 private:
  void destroy() {
    if (C10_UNLIKELY(!isBorrowed_)) {
      own_.~T();
    } else {
      Traits::destroyBorrow(borrow_);
    }
  }
  template <class Other>
  void construct(Other&& rhs) {
    if (C10_LIKELY(isBorrowed_)) {
      ::new (&borrow_) borrow_type();
      Traits::assignBorrow(borrow_, rhs.borrow_);
    } else {
      ::new (&own_) T(std::forward<Other>(rhs).own_);
    }
  }
  template <class Other>
  void assign(Other&& rhs) {
    if (isBorrowed_ && rhs.isBorrowed_) {
      Traits::assignBorrow(borrow_, rhs.borrow_);
    } else if (!isBorrowed_ && !rhs.isBorrowed_) {
      own_ = std::forward<Other>(rhs).own_;
    } else {
      destroy();
      isBorrowed_ = rhs.isBorrowed_;
      construct(std::forward<Other>(rhs));
    }
  }
};

}  // namespace c10
