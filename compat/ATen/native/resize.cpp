// resize_ and its relatives.
#include <ATen/Functions.h>
#include <ATen/native/Resize.h>
#include <ATen/native/composite.h>
#include <ATen/native/unwritten.h>
#include <c10/core/Allocator.h>

#include <algorithm>
#include <cstring>

namespace at::native {

bool resize_output_check(const Tensor& output, IntArrayRef shape) {
  if (output.sizes() == shape) return false;
  if (output.numel() != 0) {
    TORCH_WARN("An output with one or more elements was resized since it had shape ", output.sizes(),
               ", which does not match the required output shape ", shape,
               ". This behavior is deprecated, and in a future PyTorch release outputs will not be resized unless they "
               "have zero "
               "elements. You can explicitly reuse an out tensor t by resizing it, inplace, to zero elements with "
               "t.resize_(0).");
  }
  return true;
}

bool resize_output(const Tensor& output, IntArrayRef shape) {
  if (!resize_output_check(output, shape)) return false;
  resize_impl_cpu_(output.unsafeGetTensorImpl(), shape, std::nullopt);
  return true;
}

bool resize_output_symint(const Tensor& output, SymIntArrayRef shape) {
  return resize_output(output, C10_AS_INTARRAYREF_SLOW(shape));
}

bool resize_output_check_symint(const Tensor& output, SymIntArrayRef shape) {
  return resize_output_check(output, C10_AS_INTARRAYREF_SLOW(shape));
}

void resize_bytes_cpu(StorageImpl* storage, size_t size_bytes) {
  TORCH_CHECK(storage->resizable(), "Trying to resize storage that is not resizable");
  at::DataPtr fresh;
  if (size_bytes != 0) {
    fresh = storage->allocator()->allocate(size_bytes);
    const size_t kept = std::min(size_bytes, storage->nbytes());
    if (kept != 0) std::memcpy(fresh.mutable_get(), storage->data(), kept);
  }
  storage->set_data_ptr_noswap(std::move(fresh));
  storage->set_nbytes(size_bytes);
}

void resize_bytes_meta(StorageImpl* storage, c10::SymInt size_bytes) {
  TORCH_CHECK(storage->resizable(), "Trying to resize storage that is not resizable");
  storage->set_nbytes(std::move(size_bytes));
}

void resize_bytes_nocuda(const Storage& storage, const c10::SymInt& size_bytes) {
  if (storage.device_type() == c10::kMeta) return resize_bytes_meta(storage.unsafeGetStorageImpl(), size_bytes);
  TORCH_CHECK(storage.device_type() == c10::kCPU, "UntypedStorage.resize_: got unexpected device type ",
              storage.device_type());
  resize_bytes_cpu(storage.unsafeGetStorageImpl(), size_bytes.guard_int(__FILE__, __LINE__));
}

// The memory comes first: where it cannot be had, the tensor stays as it was.
TensorImpl* resize_impl_cpu_(TensorImpl* self, IntArrayRef size, at::OptionalIntArrayRef stride, bool resize_storage) {
  if (self->sizes() == size && (!stride || self->strides() == *stride)) return self;
  const size_t itemsize = self->itemsize();
  const size_t offset = self->storage_offset();
  const size_t bytes = stride ? at::detail::computeStorageNbytes(size, *stride, itemsize, offset)
                              : at::detail::computeStorageNbytesContiguous(size, itemsize, offset);
  const bool empty = std::find(size.begin(), size.end(), 0) != size.end();
  if (resize_storage && !empty) {
    const Storage& storage = self->unsafe_storage();
    if (!storage) {
      self->set_storage_keep_dtype(c10::make_intrusive<StorageImpl>(StorageImpl::use_byte_size_t(), bytes,
                                                                    c10::GetCPUAllocator(), /*resizable=*/true));
    } else if (bytes > storage.nbytes()) {
      resize_bytes_nocuda(storage, bytes);
    }
  }
  if (stride)
    self->set_sizes_and_strides(size, *stride);
  else
    self->generic_set_sizes_contiguous(size);
  return self;
}

FLB_EXPLICIT(resize_)
const Tensor& resize_(const Tensor& self, IntArrayRef size, std::optional<MemoryFormat> memory_format) {
  at::detail::check_size_nonnegative(size);
  TensorImpl* const impl = self.unsafeGetTensorImpl();
  const size_t bytes = impl->unsafe_storage() ? impl->unsafe_storage().nbytes() : 0;
  resize_impl_cpu_(impl, size, std::nullopt);
  if (flambeau::fills_unwritten() && self.is_cpu()) {
    const auto from = static_cast<int64_t>(bytes / self.itemsize());
    const auto all = static_cast<int64_t>(impl->unsafe_storage().nbytes() / self.itemsize());
    if (from < all) flambeau::fill_unwritten(self.detach().as_strided({all - from}, {1}, from));
  }
  if (memory_format) {
    TORCH_CHECK(*memory_format != MemoryFormat::Preserve, "Unsupported memory format", *memory_format);
    impl->empty_tensor_restride(*memory_format);
  }
  return self;
}

FLB_EXPLICIT(resize_as_)
const Tensor& resize_as_(const Tensor& self, const Tensor& the_template, std::optional<MemoryFormat> memory_format) {
  self.resize_(the_template.sizes());
  if (memory_format) {
    const auto format =
        *memory_format == MemoryFormat::Preserve ? the_template.suggest_memory_format() : *memory_format;
    self.unsafeGetTensorImpl()->empty_tensor_restride(format);
  }
  return self;
}

}  // namespace at::native
