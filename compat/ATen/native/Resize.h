// Mirrors <ATen/native/Resize.h> of PyTorch 2.13, as far as programs use it: changing a tensor's shape and its
// storage's size.
#pragma once

#include <ATen/EmptyTensor.h>
#include <ATen/core/Tensor.h>
#include <c10/core/CPUAllocator.h>

namespace at::native {

/// Gives `output` the shape, with a warning when it has elements and another shape. True if anything changed.
TORCH_API bool resize_output(const Tensor& output, IntArrayRef shape);
TORCH_API bool resize_output_symint(const Tensor& output, SymIntArrayRef shape);
/// The warning alone: true if the shape differs.
TORCH_API bool resize_output_check(const Tensor& output, IntArrayRef shape);
TORCH_API bool resize_output_check_symint(const Tensor& output, SymIntArrayRef shape);

TORCH_API void resize_bytes_cpu(StorageImpl* storage, size_t size_bytes);
TORCH_API void resize_bytes_meta(StorageImpl* storage, c10::SymInt size_bytes);
TORCH_API void resize_bytes_nocuda(const Storage& storage, const c10::SymInt& size_bytes);

/// Sets sizes and strides (row-major without `stride`) and lets the storage grow to hold them.
TORCH_API TensorImpl* resize_impl_cpu_(TensorImpl* self, IntArrayRef size, at::OptionalIntArrayRef stride,
                                       bool resize_storage = true);

inline void maybe_resize_storage_cpu(TensorImpl* self, size_t new_size_bytes) {
  if (self->numel() == 0) return;
  const Storage& storage = self->unsafe_storage();
  if (!storage) {
    self->set_storage_keep_dtype(c10::make_intrusive<StorageImpl>(StorageImpl::use_byte_size_t(), new_size_bytes,
                                                                  c10::GetCPUAllocator(), /*resizable=*/true));
  } else if (new_size_bytes > storage.nbytes()) {
    resize_bytes_cpu(storage.unsafeGetStorageImpl(), new_size_bytes);
  }
}

}  // namespace at::native
