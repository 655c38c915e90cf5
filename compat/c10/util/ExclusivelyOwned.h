// Mirrors <c10/util/ExclusivelyOwned.h> of PyTorch 2.13.
#pragma once

#include <type_traits>
#include <utility>

namespace c10 {

template <typename T>
struct ExclusivelyOwnedTraits;

// A smart pointer, such as Tensor, that is known to be the only one: destroying it needs no atomic operation.
template <typename T>
class ExclusivelyOwned {
  using EOT = ExclusivelyOwnedTraits<T>;
  typename ExclusivelyOwnedTraits<T>::repr_type repr_;

 public:
  ExclusivelyOwned() : repr_(EOT::nullRepr()) {}
  explicit ExclusivelyOwned(T&& t) : repr_(EOT::moveToRepr(std::move(t))) {}
  template <class... Args>
  explicit ExclusivelyOwned(std::in_place_t, Args&&... args) : repr_(EOT::createInPlace(std::forward<Args>(args)...)) {}
  ExclusivelyOwned(const ExclusivelyOwned&) = delete;
  ExclusivelyOwned(ExclusivelyOwned&& rhs) noexcept : repr_(std::move(rhs.repr_)) { rhs.repr_ = EOT::nullRepr(); }
  ExclusivelyOwned& operator=(const ExclusivelyOwned&) = delete;
  ExclusivelyOwned& operator=(ExclusivelyOwned&& rhs) noexcept {
    EOT::destroyOwned(repr_);
    repr_ = std::move(rhs.repr_);
    rhs.repr_ = EOT::nullRepr();
    return *this;
  }
  ExclusivelyOwned& operator=(T&& rhs) noexcept {
    EOT::destroyOwned(repr_);
    repr_ = EOT::moveToRepr(std::move(rhs));
    return *this;
  }
  ~ExclusivelyOwned() { EOT::destroyOwned(repr_); }

  explicit operator bool() const noexcept = delete;
  operator T() && { return std::move(*this).take(); }
  T take() && { return EOT::take(repr_); }
  typename EOT::const_pointer_type operator->() const { return get(); }
  typename EOT::const_pointer_type get() const { return EOT::getImpl(repr_); }
  typename EOT::pointer_type operator->() { return get(); }
  typename EOT::pointer_type get() { return EOT::getImpl(repr_); }
  std::remove_pointer_t<typename EOT::const_pointer_type>& operator*() const { return *get(); }
  std::remove_pointer_t<typename EOT::pointer_type>& operator*() { return *get(); }
};

}  // namespace c10
