// Mirrors <ATen/core/UnsafeFromTH.h> of PyTorch 2.13: tensors and storages from raw implementation pointers.
#pragma once

#include <ATen/core/Tensor.h>

namespace at {

FLB_ON_USE inline Tensor unsafeTensorFromTH(void* th_pointer, bool retain) {
  auto impl = c10::intrusive_ptr<TensorImpl, UndefinedTensorImpl>::reclaim(static_cast<TensorImpl*>(th_pointer));
  if (retain && impl.get() != UndefinedTensorImpl::singleton()) c10::raw::intrusive_ptr::incref(impl.get());
  return Tensor(std::move(impl));
}

FLB_ON_USE inline Storage unsafeStorageFromTH(void* th_pointer, bool retain) {
  if (retain && th_pointer) c10::raw::intrusive_ptr::incref(static_cast<StorageImpl*>(th_pointer));
  return Storage(c10::intrusive_ptr<StorageImpl>::reclaim(static_cast<StorageImpl*>(th_pointer)));
}

}  // namespace at
