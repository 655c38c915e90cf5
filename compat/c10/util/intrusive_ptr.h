// Mirrors <c10/util/intrusive_ptr.h> of PyTorch 2.13.
#pragma once

#include <c10/util/Exception.h>
#include <c10/util/MaybeOwned.h>
#include <c10/util/light_std.h>

#include <atomic>
#include <climits>
#include <type_traits>

namespace pybind11 {
template <typename, typename...>
class class_;
}
namespace torch::utils {
class PyObjectPreservation;
}

namespace c10 {

class intrusive_ptr_target;

namespace raw {
namespace weak_intrusive_ptr {
inline void incref(intrusive_ptr_target* self);
}
namespace intrusive_ptr {
FLB_ON_USE inline void incref(intrusive_ptr_target* self);
}
struct DontIncreaseRefcount {};
}  // namespace raw

// One 64-bit word counts everything: strong references in the low half; in the high half weak ones, all strong
// references together holding one of them; the top bit says that a Python object exists. Its owner and ours keep each
// other alive: while more than one strong reference exists, we own one of the Python object.
namespace detail {

constexpr uint64_t kImpracticallyHugeReferenceCount = 0x0FFFFFFF;
constexpr uint64_t kImpracticallyHugeWeakReferenceCount = kImpracticallyHugeReferenceCount << 32;
constexpr uint64_t kReferenceCountOne = 1;
constexpr uint64_t kWeakReferenceCountOne = kReferenceCountOne << 32;
constexpr uint64_t kUniqueRef = kReferenceCountOne | kWeakReferenceCountOne;
constexpr uint64_t kHasPyObject = uint64_t(1) << 63;

template <class TTarget>
struct intrusive_target_default_null_type final {
  static constexpr TTarget* singleton() noexcept { return nullptr; }
};

template <class TTarget, class ToNullType, class FromNullType>
TTarget* assign_ptr_(TTarget* rhs) {
  return FromNullType::singleton() == rhs ? ToNullType::singleton() : rhs;
}

inline uint32_t refcount(uint64_t combined_refcount) { return static_cast<uint32_t>(combined_refcount); }
inline uint32_t weakcount(uint64_t combined_refcount) {
  return static_cast<uint32_t>((combined_refcount & ~kHasPyObject) >> 32);
}
inline bool has_pyobject(uint64_t combined_refcount) { return (combined_refcount & kHasPyObject) != 0; }
inline bool is_uniquely_owned(uint64_t combined_refcount) { return (combined_refcount & ~kHasPyObject) == kUniqueRef; }

// Taking a reference needs no order; giving one back must order all earlier uses before a deletion.
inline uint64_t atomic_combined_refcount_increment(std::atomic<uint64_t>& combined_refcount, uint64_t inc) {
  return combined_refcount.fetch_add(inc, std::memory_order_relaxed) + inc;
}
inline uint32_t atomic_weakcount_increment(std::atomic<uint64_t>& combined_refcount) {
  return weakcount(atomic_combined_refcount_increment(combined_refcount, kWeakReferenceCountOne));
}
inline uint64_t atomic_combined_refcount_decrement(std::atomic<uint64_t>& combined_refcount, uint64_t dec) {
  return combined_refcount.fetch_sub(dec, std::memory_order_acq_rel) - dec;
}
inline uint32_t atomic_weakcount_decrement(std::atomic<uint64_t>& combined_refcount) {
  return weakcount(atomic_combined_refcount_decrement(combined_refcount, kWeakReferenceCountOne));
}

template <class T, class = void>
struct TargetTraits {
  static constexpr bool can_have_pyobject = false;
};

}  // namespace detail

class C10_API intrusive_ptr_target {
  mutable std::atomic<uint64_t> combined_refcount_;
  static_assert(sizeof(std::atomic<uint64_t>) == 8 && alignof(std::atomic<uint64_t>) == 8);

  template <typename T, typename NullType>
  friend class intrusive_ptr;
  friend inline void raw::intrusive_ptr::incref(intrusive_ptr_target* self);
  template <typename T, typename NullType>
  friend class weak_intrusive_ptr;
  friend inline void raw::weak_intrusive_ptr::incref(intrusive_ptr_target* self);
  template <typename T>
  friend struct ExclusivelyOwnedTensorTraits;
  friend class torch::utils::PyObjectPreservation;

 protected:
  virtual ~intrusive_ptr_target() {
    C10_DIAGNOSTIC_PUSH_AND_IGNORED_IF_DEFINED("-Wterminate")
    TORCH_INTERNAL_ASSERT_DEBUG_ONLY(
        refcount() == 0 || refcount() >= detail::kImpracticallyHugeReferenceCount,
        "Tried to destruct an intrusive_ptr_target that still has intrusive_ptr to it; refcount was ", refcount());
    TORCH_INTERNAL_ASSERT_DEBUG_ONLY(
        weakcount() <= 1 || weakcount() == detail::kImpracticallyHugeReferenceCount - 1 ||
            weakcount() == detail::kImpracticallyHugeReferenceCount,
        "Tried to destruct an intrusive_ptr_target that still has weak_intrusive_ptr to it");
    C10_DIAGNOSTIC_POP()
  }
  constexpr intrusive_ptr_target() noexcept : combined_refcount_(0) {}
  // A copy is a new object: nobody refers to it yet.
  intrusive_ptr_target(intrusive_ptr_target&&) noexcept : intrusive_ptr_target() {}
  intrusive_ptr_target& operator=(intrusive_ptr_target&&) noexcept { return *this; }
  intrusive_ptr_target(const intrusive_ptr_target&) noexcept : intrusive_ptr_target() {}
  intrusive_ptr_target& operator=(const intrusive_ptr_target&) noexcept { return *this; }

 private:
  /// Called when the last strong reference goes while weak ones remain.
  virtual void release_resources() {}
  virtual void incref_pyobject() const noexcept {}
  virtual void decref_pyobject() const noexcept {}
  virtual bool try_incref_pyobject() const noexcept { return false; }

  FLB_ON_USE uint32_t refcount(std::memory_order order = std::memory_order_relaxed) const {
    return detail::refcount(combined_refcount_.load(order));
  }
  FLB_ON_USE uint32_t weakcount(std::memory_order order = std::memory_order_relaxed) const {
    return detail::weakcount(combined_refcount_.load(order));
  }
};

namespace detail {
template <>
struct TargetTraits<c10::intrusive_ptr_target> {
  static constexpr bool can_have_pyobject = true;
};
}  // namespace detail

template <class TTarget, class NullType>
class weak_intrusive_ptr;

template <class TTarget, class NullType = detail::intrusive_target_default_null_type<TTarget>>
class intrusive_ptr final {
 private:
  static_assert(std::is_base_of_v<TTarget, std::remove_pointer_t<decltype(NullType::singleton())>>,
                "NullType::singleton() must return a element_type* pointer");

  TTarget* target_;

  template <typename T>
  friend struct ExclusivelyOwnedTensorTraits;
  template <class TTarget2, class NullType2>
  friend class intrusive_ptr;
  friend class weak_intrusive_ptr<TTarget, NullType>;
  // pybind11 makes holders from raw pointers.
  template <typename, typename...>
  friend class pybind11::class_;

  void retain_() noexcept {
    if (target_ == NullType::singleton()) return;
    const uint64_t combined =
        detail::atomic_combined_refcount_increment(target_->combined_refcount_, detail::kReferenceCountOne);
    TORCH_INTERNAL_ASSERT_DEBUG_ONLY(detail::refcount(combined) != 1,
                                     "intrusive_ptr: Cannot increase refcount after it reached zero.");
    if constexpr (detail::TargetTraits<TTarget>::can_have_pyobject) {
      if (detail::has_pyobject(combined) && detail::refcount(combined) == 2) target_->incref_pyobject();
    }
  }

  void reset_() noexcept {
    if (target_ != NullType::singleton()) reset_not_null_(target_);
  }

  C10_NOINLINE static void reset_not_null_(TTarget* target) noexcept {
    // With no other reference of any kind nobody can take one: spare the atomic subtraction.
    if (detail::is_uniquely_owned(target->combined_refcount_.load(std::memory_order_acquire))) {
      target->combined_refcount_.store(0, std::memory_order_relaxed);
      delete target;
      return;
    }
    const uint64_t combined =
        detail::atomic_combined_refcount_decrement(target->combined_refcount_, detail::kReferenceCountOne);
    if (detail::refcount(combined) == 0) {
      if (detail::weakcount(combined) == 1) {
        delete target;
      } else {
        release_resources_and_decrement_weakrefs_(target);
      }
      return;
    }
    if constexpr (detail::TargetTraits<TTarget>::can_have_pyobject) {
      if (detail::has_pyobject(combined) && detail::refcount(combined) == 1) target->decref_pyobject();
    }
  }

  C10_NOINLINE static void release_resources_and_decrement_weakrefs_(TTarget* target) noexcept {
    const_cast<std::remove_const_t<TTarget>*>(target)->release_resources();
    if (detail::atomic_weakcount_decrement(target->combined_refcount_) == 0) delete target;
  }

  explicit intrusive_ptr(TTarget* target) : intrusive_ptr(target, raw::DontIncreaseRefcount{}) {
    if (target_ == NullType::singleton()) return;
    TORCH_INTERNAL_ASSERT_DEBUG_ONLY(target_->combined_refcount_.load(std::memory_order_relaxed) == 0,
                                     "intrusive_ptr: Newly-created target had non-zero refcounts.");
    target_->combined_refcount_.store(detail::kUniqueRef, std::memory_order_relaxed);
  }

 public:
  using element_type = TTarget;

  intrusive_ptr() noexcept : intrusive_ptr(NullType::singleton(), raw::DontIncreaseRefcount{}) {}
  intrusive_ptr(std::nullptr_t) noexcept : intrusive_ptr(NullType::singleton(), raw::DontIncreaseRefcount{}) {}
  explicit intrusive_ptr(TTarget* target, raw::DontIncreaseRefcount) noexcept : target_(target) {}
  // A template: overload resolution shall not instantiate unique_ptr<TTarget> wherever an intrusive_ptr is made.
  template <class From, class = std::enable_if_t<std::is_convertible_v<From*, TTarget*>>>
  explicit intrusive_ptr(std::unique_ptr<From> rhs) noexcept : intrusive_ptr(rhs.release()) {}
  intrusive_ptr(intrusive_ptr&& rhs) noexcept : target_(rhs.target_) { rhs.target_ = NullType::singleton(); }
  template <class From, class FromNullType>
  intrusive_ptr(intrusive_ptr<From, FromNullType>&& rhs) noexcept
      : target_(detail::assign_ptr_<TTarget, NullType, FromNullType>(rhs.target_)) {
    static_assert(std::is_convertible_v<From*, TTarget*>, "intrusive_ptr moved from a pointer of wrong type");
    rhs.target_ = FromNullType::singleton();
  }
  intrusive_ptr(const intrusive_ptr& rhs) : target_(rhs.target_) { retain_(); }
  template <class From, class FromNullType>
  intrusive_ptr(const intrusive_ptr<From, FromNullType>& rhs)
      : target_(detail::assign_ptr_<TTarget, NullType, FromNullType>(rhs.target_)) {
    static_assert(std::is_convertible_v<From*, TTarget*>, "intrusive_ptr copied from a pointer of wrong type");
    retain_();
  }
  ~intrusive_ptr() noexcept { reset_(); }

  intrusive_ptr& operator=(intrusive_ptr&& rhs) & noexcept {
    return this->template operator=<TTarget, NullType>(std::move(rhs));
  }
  template <class From, class FromNullType>
  intrusive_ptr& operator=(intrusive_ptr<From, FromNullType>&& rhs) & noexcept {
    intrusive_ptr tmp = std::move(rhs);
    swap(tmp);
    return *this;
  }
  intrusive_ptr& operator=(const intrusive_ptr& rhs) & noexcept {
    return this->template operator=<TTarget, NullType>(rhs);
  }
  template <class From, class FromNullType>
  intrusive_ptr& operator=(const intrusive_ptr<From, NullType>& rhs) & noexcept {
    intrusive_ptr tmp = rhs;
    swap(tmp);
    return *this;
  }

  TTarget* get() const noexcept { return target_; }
  TTarget& operator*() const noexcept { return *target_; }
  TTarget* operator->() const noexcept { return target_; }
  operator bool() const noexcept { return target_ != NullType::singleton(); }
  bool defined() const noexcept { return target_ != NullType::singleton(); }
  void reset() noexcept {
    reset_();
    target_ = NullType::singleton();
  }
  void swap(intrusive_ptr& rhs) noexcept { std::swap(target_, rhs.target_); }
  uint32_t use_count() const noexcept {
    return target_ == NullType::singleton() ? 0 : target_->refcount(std::memory_order_relaxed);
  }
  uint32_t weak_use_count() const noexcept {
    return target_ == NullType::singleton() ? 0 : target_->weakcount(std::memory_order_relaxed);
  }
  bool unique() const noexcept { return use_count() == 1; }
  /// unique, and no weak reference either.
  bool is_uniquely_owned() const noexcept {
    TORCH_INTERNAL_ASSERT_DEBUG_ONLY(target_ != NullType::singleton());
    return detail::is_uniquely_owned(target_->combined_refcount_.load(std::memory_order_acquire));
  }

  /// Gives the reference to the caller, who hands it back with reclaim.
  TTarget* release() noexcept {
    TTarget* result = target_;
    target_ = NullType::singleton();
    return result;
  }
  static intrusive_ptr reclaim(TTarget* owning_ptr) {
    TORCH_INTERNAL_ASSERT_DEBUG_ONLY(
        owning_ptr == NullType::singleton() || owning_ptr->refcount() == 0 || owning_ptr->weakcount(),
        "TTarget violates the invariant that refcount > 0  =>  weakcount > 0");
    return intrusive_ptr(owning_ptr, raw::DontIncreaseRefcount{});
  }
  static intrusive_ptr reclaim_copy(TTarget* owning_ptr) {
    auto ret = reclaim(owning_ptr);
    ret.retain_();
    return ret;
  }
  template <class... Args>
  static intrusive_ptr make(Args&&... args) {
    return intrusive_ptr(new TTarget(std::forward<Args>(args)...));
  }
  static intrusive_ptr unsafe_steal_from_new(TTarget* raw_ptr) { return intrusive_ptr(raw_ptr); }
  /// For an object on the stack: the counts are made so large that it is never deleted.
  static intrusive_ptr unsafe_adapt_non_heap_allocated(TTarget* raw_ptr, uint32_t expected_decrefs) {
    intrusive_ptr result(raw_ptr, raw::DontIncreaseRefcount{});
#ifdef NDEBUG
    expected_decrefs = 0;
#endif
    result.target_->combined_refcount_.store(
        detail::refcount(detail::kImpracticallyHugeReferenceCount + expected_decrefs) |
            detail::kImpracticallyHugeWeakReferenceCount,
        std::memory_order_relaxed);
    return result;
  }
  static intrusive_ptr unsafe_reclaim_from_nonowning(TTarget* raw_ptr) {
    TORCH_INTERNAL_ASSERT_DEBUG_ONLY(raw_ptr == NullType::singleton() || raw_ptr->refcount() > 0,
                                     "intrusive_ptr: Can only reclaim pointers that are owned by someone");
    return reclaim_copy(raw_ptr);
  }
};

template <class TTarget, class NullType = detail::intrusive_target_default_null_type<TTarget>, class... Args>
inline intrusive_ptr<TTarget, NullType> make_intrusive(Args&&... args) {
  return intrusive_ptr<TTarget, NullType>::make(std::forward<Args>(args)...);
}

template <class TTarget, class NullType>
inline void swap(intrusive_ptr<TTarget, NullType>& lhs, intrusive_ptr<TTarget, NullType>& rhs) noexcept {
  lhs.swap(rhs);
}
template <class T1, class N1, class T2, class N2>
inline bool operator<(const intrusive_ptr<T1, N1>& lhs, const intrusive_ptr<T2, N2>& rhs) noexcept {
  return lhs.get() < rhs.get();
}
template <class T1, class N1, class T2, class N2>
inline bool operator==(const intrusive_ptr<T1, N1>& lhs, const intrusive_ptr<T2, N2>& rhs) noexcept {
  return lhs.get() == rhs.get();
}
template <class T1, class N1>
inline bool operator==(const intrusive_ptr<T1, N1>& lhs, std::nullptr_t) noexcept {
  return lhs.get() == nullptr;
}
template <class T2, class N2>
inline bool operator==(std::nullptr_t, const intrusive_ptr<T2, N2>& rhs) noexcept {
  return nullptr == rhs.get();
}
template <class T1, class N1, class T2, class N2>
inline bool operator!=(const intrusive_ptr<T1, N1>& lhs, const intrusive_ptr<T2, N2>& rhs) noexcept {
  return !operator==(lhs, rhs);
}
template <class T1, class N1>
inline bool operator!=(const intrusive_ptr<T1, N1>& lhs, std::nullptr_t) noexcept {
  return !operator==(lhs, nullptr);
}
template <class T2, class N2>
inline bool operator!=(std::nullptr_t, const intrusive_ptr<T2, N2>& rhs) noexcept {
  return !operator==(nullptr, rhs);
}

template <typename T>
struct MaybeOwnedTraits<c10::intrusive_ptr<T>> {
  using owned_type = c10::intrusive_ptr<T>;
  using borrow_type = c10::intrusive_ptr<T>;
  static borrow_type createBorrow(const owned_type& from) { return borrow_type::reclaim(from.get()); }
  static void assignBorrow(borrow_type& lhs, const borrow_type& rhs) {
    lhs.release();
    lhs = borrow_type::reclaim(rhs.get());
  }
  static void destroyBorrow(borrow_type& toDestroy) { toDestroy.release(); }
  static const owned_type& referenceFromBorrow(const borrow_type& borrow) noexcept { return borrow; }
  static const owned_type* pointerFromBorrow(const borrow_type& borrow) noexcept { return &borrow; }
  static bool debugBorrowIsValid(const borrow_type&) noexcept { return true; }
};

template <typename TTarget, class NullType = detail::intrusive_target_default_null_type<TTarget>>
class weak_intrusive_ptr final {
 private:
  static_assert(std::is_base_of_v<intrusive_ptr_target, TTarget>,
                "intrusive_ptr can only be used for classes that inherit from intrusive_ptr_target.");
  static_assert(std::is_base_of_v<TTarget, std::remove_pointer_t<decltype(NullType::singleton())>>,
                "NullType::singleton() must return a element_type* pointer");

  TTarget* target_;

  template <class TTarget2, class NullType2>
  friend class weak_intrusive_ptr;

  void retain_() {
    if (target_ == NullType::singleton()) return;
    [[maybe_unused]] const uint32_t count = detail::atomic_weakcount_increment(target_->combined_refcount_);
    TORCH_INTERNAL_ASSERT_DEBUG_ONLY(count != 1,
                                     "weak_intrusive_ptr: Cannot increase weakcount after it reached zero.");
  }
  void reset_() noexcept {
    if (target_ != NullType::singleton() && detail::atomic_weakcount_decrement(target_->combined_refcount_) == 0) {
      delete target_;
    }
    target_ = NullType::singleton();
  }
  constexpr explicit weak_intrusive_ptr(TTarget* target) : target_(target) {}

 public:
  using element_type = TTarget;

  explicit weak_intrusive_ptr(const intrusive_ptr<TTarget, NullType>& ptr) : weak_intrusive_ptr(ptr.get()) {
    retain_();
  }
  weak_intrusive_ptr(weak_intrusive_ptr&& rhs) noexcept : target_(rhs.target_) { rhs.target_ = NullType::singleton(); }
  template <class From, class FromNullType>
  weak_intrusive_ptr(weak_intrusive_ptr<From, FromNullType>&& rhs) noexcept
      : target_(detail::assign_ptr_<TTarget, NullType, FromNullType>(rhs.target_)) {
    rhs.target_ = FromNullType::singleton();
  }
  weak_intrusive_ptr(const weak_intrusive_ptr& rhs) : target_(rhs.target_) { retain_(); }
  template <class From, class FromNullType>
  weak_intrusive_ptr(const weak_intrusive_ptr<From, FromNullType>& rhs)
      : target_(detail::assign_ptr_<TTarget, NullType, FromNullType>(rhs.target_)) {
    retain_();
  }
  ~weak_intrusive_ptr() noexcept { reset_(); }

  weak_intrusive_ptr& operator=(weak_intrusive_ptr&& rhs) & noexcept {
    return this->template operator=<TTarget, NullType>(std::move(rhs));
  }
  template <class From, class FromNullType>
  weak_intrusive_ptr& operator=(weak_intrusive_ptr<From, FromNullType>&& rhs) & noexcept {
    weak_intrusive_ptr tmp = std::move(rhs);
    swap(tmp);
    return *this;
  }
  weak_intrusive_ptr& operator=(const weak_intrusive_ptr& rhs) & noexcept {
    if (this == &rhs) return *this;
    return this->template operator=<TTarget, NullType>(rhs);
  }
  weak_intrusive_ptr& operator=(const intrusive_ptr<TTarget, NullType>& rhs) & noexcept {
    weak_intrusive_ptr tmp(rhs);
    swap(tmp);
    return *this;
  }
  template <class From, class FromNullType>
  weak_intrusive_ptr& operator=(const weak_intrusive_ptr<From, NullType>& rhs) & noexcept {
    weak_intrusive_ptr tmp = rhs;
    swap(tmp);
    return *this;
  }

  void reset() noexcept { reset_(); }
  void swap(weak_intrusive_ptr& rhs) noexcept { std::swap(target_, rhs.target_); }
  TTarget* _unsafe_get_target() const noexcept { return target_; }
  uint32_t use_count() const noexcept {
    return target_ == NullType::singleton() ? 0 : target_->refcount(std::memory_order_relaxed);
  }
  uint32_t weak_use_count() const noexcept {
    return target_ == NullType::singleton() ? 0 : target_->weakcount(std::memory_order_relaxed);
  }
  bool expired() const noexcept { return use_count() == 0; }

  intrusive_ptr<TTarget, NullType> lock() const noexcept {
    using Strong = intrusive_ptr<TTarget, NullType>;
    if (target_ == NullType::singleton()) return Strong();
    bool increfed = false;
    uint64_t combined = target_->combined_refcount_.load(std::memory_order_relaxed);
    do {
      if (detail::refcount(combined) == 0) return Strong();
      if constexpr (detail::TargetTraits<TTarget>::can_have_pyobject) {
        // The step from one reference to two makes us an owner of the Python object, which may be dying.
        if (detail::has_pyobject(combined) && detail::refcount(combined) == 1 && !increfed) {
          if (!target_->try_incref_pyobject()) return Strong();
          increfed = true;
        }
      }
    } while (!target_->combined_refcount_.compare_exchange_weak(combined, combined + detail::kReferenceCountOne,
                                                                std::memory_order_acquire, std::memory_order_relaxed));
    if constexpr (detail::TargetTraits<TTarget>::can_have_pyobject) {
      if (increfed && detail::refcount(combined) != 1) target_->decref_pyobject();
    }
    return Strong(target_, raw::DontIncreaseRefcount{});
  }

  TTarget* release() noexcept {
    TTarget* result = target_;
    target_ = NullType::singleton();
    return result;
  }
  static weak_intrusive_ptr reclaim(TTarget* owning_weak_ptr) {
    TORCH_INTERNAL_ASSERT_DEBUG_ONLY(
        owning_weak_ptr == NullType::singleton() || owning_weak_ptr->weakcount() > 1 ||
            (owning_weak_ptr->refcount() == 0 && owning_weak_ptr->weakcount() > 0),
        "weak_intrusive_ptr: Can only reclaim pointers that were created using weak_intrusive_ptr::release().");
    return weak_intrusive_ptr(owning_weak_ptr);
  }
  static weak_intrusive_ptr reclaim_copy(TTarget* owning_ptr) {
    auto ret = reclaim(owning_ptr);
    ret.retain_();
    return ret;
  }

  template <class T1, class N1, class T2, class N2>
  friend bool operator<(const weak_intrusive_ptr<T1, N1>& lhs, const weak_intrusive_ptr<T2, N2>& rhs) noexcept;
  template <class T1, class N1, class T2, class N2>
  friend bool operator==(const weak_intrusive_ptr<T1, N1>& lhs, const weak_intrusive_ptr<T2, N2>& rhs) noexcept;
};

template <class TTarget, class NullType>
inline void swap(weak_intrusive_ptr<TTarget, NullType>& lhs, weak_intrusive_ptr<TTarget, NullType>& rhs) noexcept {
  lhs.swap(rhs);
}
template <class T1, class N1, class T2, class N2>
inline bool operator<(const weak_intrusive_ptr<T1, N1>& lhs, const weak_intrusive_ptr<T2, N2>& rhs) noexcept {
  return lhs.target_ < rhs.target_;
}
template <class T1, class N1, class T2, class N2>
inline bool operator==(const weak_intrusive_ptr<T1, N1>& lhs, const weak_intrusive_ptr<T2, N2>& rhs) noexcept {
  return lhs.target_ == rhs.target_;
}
template <class T1, class N1, class T2, class N2>
inline bool operator!=(const weak_intrusive_ptr<T1, N1>& lhs, const weak_intrusive_ptr<T2, N2>& rhs) noexcept {
  return !operator==(lhs, rhs);
}

using weak_intrusive_ptr_target = intrusive_ptr_target;

// The same counts for C interfaces, on raw pointers.
namespace raw {
namespace intrusive_ptr {

template <typename FlbOnUse>
inline void incref(intrusive_ptr_target* self) {
  if (self == nullptr) return;
  const uint64_t combined =
      detail::atomic_combined_refcount_increment(self->combined_refcount_, detail::kReferenceCountOne);
  if (detail::has_pyobject(combined) && detail::refcount(combined) == 2) self->incref_pyobject();
}
inline void decref(intrusive_ptr_target* self) { c10::intrusive_ptr<intrusive_ptr_target>::reclaim(self); }
template <typename T>
inline T* make_weak(T* self) {
  auto ptr = c10::intrusive_ptr<T>::reclaim(self);
  c10::weak_intrusive_ptr<T> wptr(ptr);
  ptr.release();
  return wptr.release();
}
FLB_ON_USE inline uint32_t use_count(intrusive_ptr_target* self) {
  auto ptr = c10::intrusive_ptr<intrusive_ptr_target>::reclaim(self);
  const auto count = ptr.use_count();
  ptr.release();
  return count;
}

}  // namespace intrusive_ptr

namespace weak_intrusive_ptr {

inline void incref(weak_intrusive_ptr_target* self) { detail::atomic_weakcount_increment(self->combined_refcount_); }
inline void decref(weak_intrusive_ptr_target* self) { c10::weak_intrusive_ptr<intrusive_ptr_target>::reclaim(self); }
template <typename T>
inline T* lock(T* self) {
  auto wptr = c10::weak_intrusive_ptr<T>::reclaim(self);
  auto ptr = wptr.lock();
  wptr.release();
  return ptr.release();
}
FLB_ON_USE inline uint32_t use_count(weak_intrusive_ptr_target* self) {
  auto wptr = c10::weak_intrusive_ptr<intrusive_ptr_target>::reclaim(self);
  const auto count = wptr.use_count();
  wptr.release();
  return count;
}

}  // namespace weak_intrusive_ptr
}  // namespace raw
}  // namespace c10

template <class TTarget, class NullType>
struct std::hash<c10::intrusive_ptr<TTarget, NullType>> {
  size_t operator()(const c10::intrusive_ptr<TTarget, NullType>& x) const { return std::hash<TTarget*>()(x.get()); }
};
template <class TTarget, class NullType>
struct std::hash<c10::weak_intrusive_ptr<TTarget, NullType>> {
  size_t operator()(const c10::weak_intrusive_ptr<TTarget, NullType>& x) const {
    return std::hash<TTarget*>()(x._unsafe_get_target());
  }
};
