#include <ATen/ops/from_blob.h>

#include <ATen/EmptyTensor.h>
#include <c10/core/Allocator.h>
#include <c10/core/DefaultDtype.h>

#include <array>

namespace at {

namespace {
// Zeros, for the shapes of the empty tensors that the geometry is set on afterwards.
constexpr std::array<int64_t, 5> kZeros = {0, 0, 0, 0, 0};
}  // namespace

Tensor TensorMaker::make_tensor() {
  TORCH_CHECK_VALUE(!deleter_ || !ctx_, "The deleter and context arguments are mutually exclusive.");
  const Device device = device_.value_or(opts_.device());
  TORCH_CHECK_NOT_IMPLEMENTED(device.is_cpu() || device.is_meta(), "not implemented: from_blob on device ", device);
  at::detail::check_size_nonnegative(sizes_);
  const std::size_t bytes = computeStorageSize();
  DataPtr pointer = ctx_ ? makeDataPtrFromContext() : deleter_ ? makeDataPtrFromDeleter() : DataPtr{data_, device};
  TORCH_CHECK(!resizeable_ || allocator_ != nullptr,
              "Must specify an allocator with allocator() if you want to use resizeable_storage()");
  Storage storage{Storage::use_byte_size_t{}, bytes, std::move(pointer), allocator_, resizeable_};

  const auto key = device.is_meta() ? DispatchKey::Meta : DispatchKey::CPU;
  Tensor tensor = at::detail::make_tensor<TensorImpl>(std::move(storage), DispatchKeySet(key), opts_.dtype());
  TensorImpl* const impl = tensor.unsafeGetTensorImpl();
  if (strides_) {
    impl->set_sizes_and_strides(sizes_, *strides_);
  } else {
    impl->set_sizes_contiguous(sizes_);
  }
  if (storage_offset_) impl->set_storage_offset(*storage_offset_);
  impl->set_requires_grad(opts_.requires_grad());
  return tensor;
}

std::size_t TensorMaker::computeStorageSize() const noexcept {
  const std::size_t itemsize = opts_.dtype().itemsize(), offset = storage_offset_.value_or(0);
  if (strides_) return at::detail::computeStorageNbytes(sizes_, *strides_, itemsize, offset);
  std::size_t count = 1;
  for (const int64_t s : sizes_) count *= static_cast<std::size_t>(s);
  return itemsize * (count + offset);
}

DataPtr TensorMaker::makeDataPtrFromDeleter() noexcept {
  return InefficientStdFunctionContext::makeDataPtr(data_, std::move(deleter_), device_.value_or(opts_.device()));
}

DataPtr TensorMaker::makeDataPtrFromContext() noexcept {
  const ContextDeleter deleter = ctx_.get_deleter();
  return DataPtr{data_, ctx_.release(), deleter, device_.value_or(opts_.device())};
}

IntArrayRef TensorMaker::makeTempSizes() const noexcept {
  if (opts_.has_memory_format() && *opts_.memory_format_opt() == MemoryFormat::ChannelsLast) return {kZeros.data(), 4};
  if (opts_.has_memory_format() && *opts_.memory_format_opt() == MemoryFormat::ChannelsLast3d) return kZeros;
  return {kZeros.data(), 1};
}

}  // namespace at
