// What Caffe2 needed of a TensorImpl.
#include <c10/core/CopyBytes.h>
#include <c10/core/TensorImpl.h>

namespace c10 {

void TensorImpl::Extend(int64_t num, float growthPct) {
  TORCH_CHECK(sizes_and_strides_.size() >= 1u);
  TORCH_CHECK(num >= 0, "`num` must be non-negative for Extend");
  TORCH_CHECK(is_contiguous_, "Right now Extend is only supported for contiguous Tensor.");
  TORCH_CHECK(!has_symbolic_sizes_strides_, "Extend() called on tensor with symbolic shape");
  using Dims = SmallVector<int64_t, 5>;
  const auto current = sizes_and_strides_.sizes_arrayref();
  Dims wanted(current.begin(), current.end());
  wanted[0] += num;
  if (!storage_.data()) {
    Resize(wanted);
    return;
  }
  const auto wanted_numel = c10::multiply_integers(wanted.begin(), wanted.end());
  if (static_cast<size_t>(wanted_numel) * data_type_.itemsize() <= storage_.nbytes()) {
    sizes_and_strides_.set_sizes(wanted);
    numel_ = wanted_numel;
    return;
  }
  Dims capacity(current.begin(), current.end());
  capacity[0] =
      std::max(wanted[0], static_cast<int64_t>(std::ceil(static_cast<float>(current[0]) * (1 + growthPct / 100))));
  const auto old_data = std::move(storage_.mutable_data_ptr());
  const auto old_numel = numel_;
  Resize(capacity);
  auto* new_data = raw_mutable_data(data_type_);
  if (data_type_.copy()) {
    TORCH_CHECK(device_type() == DeviceType::CPU, "non-POD types work only on CPU");
    data_type_.copy()(old_data.get(), new_data, static_cast<size_t>(old_numel));
  } else {
    CopyBytes(static_cast<size_t>(old_numel) * itemsize(), old_data.get(), device(), new_data, device(),
              /*async=*/true);
  }
  reserved_ = true;
  sizes_and_strides_.set_sizes(wanted);
  numel_ = wanted_numel;
}

void TensorImpl::ReserveSpace(int64_t outer_dim) {
  TORCH_CHECK(is_contiguous_, "Right now ReserveSpace is only supported for contiguous Tensor.");
  TORCH_CHECK(!has_symbolic_sizes_strides_, "ReserveSpace() called on tensor with symbolic shape");
  TORCH_CHECK(storage_.unique(), "Can't call ReserveSpace on shared storage.");
  const auto current = sizes_and_strides_.sizes_arrayref();
  SmallVector<int64_t, 5> capacity(current.begin(), current.end());
  const SmallVector<int64_t, 5> old(current.begin(), current.end());
  capacity[0] = outer_dim;
  const auto numel = c10::multiply_integers(capacity.begin(), capacity.end());
  if (static_cast<size_t>(numel) * data_type_.itemsize() <= storage_.nbytes()) return;
  storage_.mutable_data_ptr().clear();
  const auto old_numel = numel_;
  Resize(capacity);
  raw_mutable_data(data_type_);
  sizes_and_strides_.set_sizes(old);
  numel_ = old_numel;
  reserved_ = true;
}

void TensorImpl::Reshape(const std::vector<int64_t>& dims) {
  TORCH_CHECK(is_contiguous_, "Right now Reshape is only supported for contiguous Tensor.");
  TORCH_CHECK(!has_symbolic_sizes_strides_, "Reshape() called on tensor with symbolic shape");
  int64_t wanted_numel = 1;
  for (const auto d : dims) {
    TORCH_CHECK(d >= 0);
    wanted_numel *= d;
  }
  TORCH_CHECK(
      wanted_numel == numel_,
      "New size and old size are not equal. You cannot use Reshape, but should use Resize. The old caffe2 mixes "
      "Reshape and Resize but this behavior has been changed. If you find this error, most likely you will need "
      "to change corresponding code from Reshape to Resize.");
  sizes_and_strides_.set_sizes(dims);
  empty_tensor_restride(MemoryFormat::Contiguous);
}

void TensorImpl::FreeMemory() {
  if (storage_.use_count() != 1 || !storage_.resizable() || !storage_.allocator()) {
    storage_ = Storage::create_legacy(storage_.device());
  } else {
    storage_.reset_legacy();
  }
  storage_offset_ = 0;
}

void TensorImpl::ShareData(const TensorImpl& src) {
  TORCH_CHECK(src.numel_ == numel_, "Size mismatch - did you call reshape before sharing the data?");
  TORCH_CHECK(src.storage_initialized(), "Source tensor has no content and has size > 0");
  storage_ = src.storage();
  data_type_ = src.dtype();
  device_opt_ = src.device_opt();
  storage_offset_ = src.storage_offset();
}

void TensorImpl::ShareExternalPointer(DataPtr&& data_ptr, const caffe2::TypeMeta data_type, size_t size_bytes) {
  TORCH_CHECK(data_type != ScalarType::Undefined,
              "To share with a raw external pointer you need to pass in an initialized data_type(TypeMeta).");
  TORCH_CHECK(!has_symbolic_sizes_strides_, "ShareExternalPointer() called on tensor with symbolic shape");
  if (!size_bytes) size_bytes = static_cast<size_t>(numel_) * data_type.itemsize();
  if (storage_.unique()) {
    storage_.UniqueStorageShareExternalPointer(std::move(data_ptr), size_bytes);
  } else {
    storage_ = Storage(Storage::use_byte_size_t(), size_bytes, std::move(data_ptr), /*allocator=*/nullptr,
                       /*resizable=*/false);
  }
  data_type_ = data_type;
  device_opt_ = storage_.device();
  storage_offset_ = 0;
}

void TensorImpl::HandleResize() {
  const size_t needed = static_cast<size_t>(storage_offset_ + numel_) * data_type_.itemsize();
  bool reset = storage_.nbytes() < needed;
  if (!reserved_) {
    reset = reset || !FLAGS_caffe2_keep_on_shrink ||
            storage_.nbytes() - needed > static_cast<size_t>(FLAGS_caffe2_max_keep_on_shrink_memory);
  }
  if (reset && storage_initialized()) FreeMemory();
}

}  // namespace c10
