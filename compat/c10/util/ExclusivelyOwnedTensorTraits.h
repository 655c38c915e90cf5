// Mirrors <c10/util/ExclusivelyOwnedTensorTraits.h> of PyTorch 2.13.
#pragma once

#include <c10/core/TensorImpl.h>
#include <c10/core/UndefinedTensorImpl.h>

#include <utility>

namespace c10 {

template <typename TensorType>
struct ExclusivelyOwnedTensorTraits {
  using repr_type = TensorType;
  using pointer_type = TensorType*;
  using const_pointer_type = const TensorType*;

  static repr_type nullRepr() { return TensorType(); }
  template <class... Args>
  static repr_type createInPlace(Args&&... args) {
    return TensorType(std::forward<Args>(args)...);
  }
  static repr_type moveToRepr(TensorType&& x) { return std::move(x); }
  static void destroyOwned(TensorType& x) {
    TensorImpl* const toDestroy = x.unsafeReleaseTensorImpl();
    if (toDestroy == UndefinedTensorImpl::singleton()) return;
    TORCH_INTERNAL_ASSERT_DEBUG_ONLY(toDestroy->refcount() == 1 && toDestroy->weakcount() == 1,
                                     "ExclusivelyOwned<Tensor> destroyed with refcount ", toDestroy->refcount(),
                                     " and weakcount ", toDestroy->weakcount(), ", expected 1 and 1");
#ifndef NDEBUG
    toDestroy->combined_refcount_.store(0, std::memory_order_relaxed);
#endif
    delete toDestroy;
  }
  static TensorType take(TensorType& x) { return std::move(x); }
  static pointer_type getImpl(repr_type& x) { return &x; }
  static const_pointer_type getImpl(const repr_type& x) { return &x; }
};

}  // namespace c10
