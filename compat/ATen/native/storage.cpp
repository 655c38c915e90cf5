// What touches storages and raw values: copy_, _to_copy, as_strided, set_, _local_scalar_dense.
#include <ATen/DimVector.h>
#include <ATen/Functions.h>
#include <ATen/NativeFunctions.h>
#include <ATen/core/dispatch/undefined.h>
#include <ATen/native/Resize.h>
#include <ATen/native/composite.h>
#include <ATen/native/driver.h>

#include "backend/copy.h"

namespace flambeau::ops {
extern const OpDef op_copy;
extern const OpDef op_conj_physical;
extern const OpDef op_neg;
}  // namespace flambeau::ops

namespace at::native {
namespace {

/// Throws unless the geometry lies within the storage.
void check_within(const Storage& storage, IntArrayRef size, IntArrayRef stride, int64_t offset,
                  const caffe2::TypeMeta& type) {
  TORCH_CHECK(size.size() == stride.size(), "mismatch in length of strides and shape");
  for (const int64_t s : stride) {
    TORCH_CHECK(s >= 0, "as_strided: Negative strides are not supported at the moment, got strides: ", stride);
  }
  at::detail::check_size_nonnegative(size);
  TORCH_CHECK(offset >= 0, "Tensor: invalid storage offset ", offset);
  const size_t bytes = at::detail::computeStorageNbytes(size, stride, type.itemsize(), offset);
  if (bytes == 0 || at::detail::computeStorageNbytes(size, stride, type.itemsize()) == 0) return;
  TORCH_CHECK(bytes <= storage.nbytes(), "setStorage: sizes ", size, ", strides ", stride, ", storage offset ", offset,
              ", and itemsize ", type.itemsize(), " requiring a storage size of ", bytes,
              " are out of bounds for storage of size ", storage.nbytes());
}

/// Applies an elementwise op to the values that lie in memory, whatever conjugate or negative bits say.
void apply_raw(const flambeau::OpDef& op, const Tensor& self) {
  flambeau::pack::Frame<flambeau::pack::kNoOptions, Tensor> frame(self);
  flambeau::run_in_place(frame.call(op), self);
}

/// The geometry of self in elements of another size: the last dimension, which must be dense, grows or shrinks.
void rescale_geometry(const Tensor& self, ScalarType dtype, int64_t from, int64_t to, DimVector& sizes,
                      DimVector& strides, int64_t& offset) {
  const auto difference = c10::str(" to view ", self.scalar_type(), " as ", dtype, " (different element sizes)");
  TORCH_CHECK(self.dim() != 0, "self.dim() cannot be 0", difference);
  TORCH_CHECK(strides.back() == 1, "self.stride(-1) must be 1", difference, ", but got ", strides.back());
  if (from > to) {
    const int64_t ratio = from / to;
    for (auto& stride : strides) stride *= ratio;
    strides.back() = 1;
    sizes.back() *= ratio;
    offset *= ratio;
    return;
  }
  const int64_t ratio = to / from;
  TORCH_CHECK(sizes.back() % ratio == 0, "self.size(-1) must be divisible by ", ratio, difference, ", but got ",
              sizes.back());
  TORCH_CHECK(offset % ratio == 0, "self.storage_offset() must be divisible by ", ratio, difference, ", but got ",
              offset);
  for (size_t d = 0; d + 1 < strides.size(); ++d) {
    TORCH_CHECK(strides[d] % ratio == 0, "self.stride(", d, ") must be divisible by ", ratio, difference, ", but got ",
                strides[d]);
    strides[d] /= ratio;
  }
  sizes.back() /= ratio;
  offset /= ratio;
}

void check_defined(const char* op, const Tensor& self, const Tensor& other) {
  if (!self.defined() || !other.defined()) flambeau::refuse_undefined(op, "", self.defined() ? 1 : 0);
}

template <class T>
Scalar negated_if(bool negative, T value) {
  return Scalar(negative ? static_cast<T>(-value) : value);
}

/// The only element as another type.
template <class T>
T converted_element(const Tensor& self, flambeau::DType type) {
  T value{};
  flambeau::Dims strides;
  flambeau::copy(flambeau::contiguous_view(&value, type, {}, strides), flambeau::view_of(self.view(IntArrayRef())));
  return value;
}

}  // namespace

FLB_EXPLICIT(copy_)
Tensor& copy_(Tensor& self, const Tensor& src, bool non_blocking) {
  TORCH_CHECK(self.defined(), "self is undefined");
  TORCH_CHECK(src.defined(), "src is undefined");
  if (self.is_same(src)) return self;
  TORCH_CHECK_NOT_IMPLEMENTED(self.is_meta() || !src.is_meta(), "Cannot copy out of meta tensor; no data!");
  flambeau::pack::Frame<flambeau::pack::kNoOptions, Tensor, Tensor, bool> frame(self, src, non_blocking);
  flambeau::run_in_place(frame.call(flambeau::ops::op_copy), self);
  if (self.is_meta()) return self;
  if (self.is_complex() && src.is_complex() && self.is_conj() != src.is_conj())
    apply_raw(flambeau::ops::op_conj_physical, self);
  if (self.is_neg() != src.is_neg()) apply_raw(flambeau::ops::op_neg, self);
  return self;
}

FLB_EXPLICIT(_to_copy)
Tensor _to_copy(const Tensor& self, std::optional<ScalarType> dtype, std::optional<Layout> layout,
                std::optional<Device> device, std::optional<bool> pin_memory, bool non_blocking,
                std::optional<MemoryFormat> memory_format) {
  const MemoryFormat format = memory_format.value_or(MemoryFormat::Preserve);
  const TensorOptions options =
      self.options().merge_in(TensorOptions().dtype(dtype).layout(layout).device(device).pinned_memory(pin_memory));
  Tensor result = at::empty_like(self, options, format);
  return result.copy_(self, non_blocking);
}

FLB_EXPLICIT(as_strided)
Tensor as_strided(const Tensor& self, IntArrayRef size, IntArrayRef stride, std::optional<int64_t> storage_offset) {
  const int64_t offset = storage_offset.value_or(self.storage_offset());
  check_within(self.storage(), size, stride, offset, self.dtype());
  auto impl = c10::make_intrusive<TensorImpl>(TensorImpl::VIEW, Storage(self.storage()), self.key_set(), self.dtype());
  impl->set_sizes_and_strides(size, stride, offset);
  return Tensor(std::move(impl));
}

FLB_EXPLICIT(as_strided_)
const Tensor& as_strided_(const Tensor& self, IntArrayRef size, IntArrayRef stride,
                          std::optional<int64_t> storage_offset) {
  const int64_t offset = storage_offset.value_or(self.storage_offset());
  check_within(self.storage(), size, stride, offset, self.dtype());
  self.unsafeGetTensorImpl()->set_sizes_and_strides(size, stride, offset);
  return self;
}

FLB_EXPLICIT(set__source_Storage_storage_offset)
Tensor& set__source_Storage_storage_offset(Tensor& self, Storage source, int64_t storage_offset, IntArrayRef size,
                                           IntArrayRef stride) {
  TORCH_CHECK(storage_offset >= 0, "Tensor: invalid storage offset ", storage_offset);
  TORCH_CHECK(stride.empty() || size.size() == stride.size(), "unequal size length (", size.size(),
              ") and stride length (", stride.size(), ")");
  TORCH_CHECK(self.storage().device() == source.device(), "Attempted to set the storage of a tensor on device \"",
              self.storage().device(), "\" to a storage on different device \"", source.device(),
              "\".  This is no longer allowed; the devices must match.");
  at::detail::check_size_nonnegative(size);
  const bool contiguous = stride.empty() && !size.empty();
  const bool empty = std::find(size.begin(), size.end(), 0) != size.end();
  const size_t bytes = contiguous ? at::detail::computeStorageNbytesContiguous(size, self.itemsize(), storage_offset)
                                  : at::detail::computeStorageNbytes(size, stride, self.itemsize(), storage_offset);
  if (!empty && bytes > source.nbytes()) resize_bytes_nocuda(source, bytes);
  TensorImpl* const impl = self.unsafeGetTensorImpl();
  impl->set_storage_keep_dtype(std::move(source));
  impl->set_storage_offset(storage_offset);
  if (contiguous)
    impl->generic_set_sizes_contiguous(size);
  else
    impl->set_sizes_and_strides(size, stride);
  return self;
}

FLB_EXPLICIT(set__source_Storage)
Tensor& set__source_Storage(Tensor& self, Storage source) {
  const int64_t count = static_cast<int64_t>(source.nbytes() / self.itemsize());
  return self.set_(std::move(source), 0, {count}, {});
}

FLB_EXPLICIT(set__source_Tensor)
Tensor& set__source_Tensor(Tensor& self, const Tensor& source) {
  if (self.is_same(source)) return self;
  TORCH_CHECK(self.dtype() == source.dtype(), "Could not set tensor of type ", source.dtype(), " to a tensor of type ",
              self.dtype());
  return self.set_(source.storage(), source.storage_offset(), source.sizes(), source.strides());
}

FLB_EXPLICIT(set__source_Tensor_storage_offset)
Tensor& set__source_Tensor_storage_offset(Tensor& self, const Tensor& source, int64_t storage_offset, IntArrayRef size,
                                          IntArrayRef stride) {
  TORCH_CHECK(source.is_contiguous(), "passed in tensor to be used as storage must be contiguous");
  return self.set_(source.storage(), storage_offset + source.storage_offset(), size, stride);
}

FLB_EXPLICIT(set_)
Tensor& set_(Tensor& self) { return self.set_(at::empty({0}, self.options()).storage(), 0, {0}, {}); }

FLB_CPU(_local_scalar_dense)
FLB_META(_local_scalar_dense)
Scalar _local_scalar_dense(const Tensor& self) {
  TORCH_CHECK(!self.is_meta(), "Tensor.item() cannot be called on meta tensors");
  TORCH_CHECK(self.numel() > 0, "_local_scalar_dense: Empty tensor not supported");
  const void* const data = self.const_data_ptr();
  switch (self.scalar_type()) {
    case kFloat:
      return negated_if(self.is_neg(), *static_cast<const float*>(data));
    case kDouble:
      return negated_if(self.is_neg(), *static_cast<const double*>(data));
    case kLong:
      return negated_if(self.is_neg(), *static_cast<const int64_t*>(data));
    case kBool:
      return Scalar(*static_cast<const bool*>(data));
    case kUInt64:
      return Scalar(*static_cast<const uint64_t*>(data));
    default:
      break;
  }
  if (self.is_complex()) {
    c10::complex<double> value = converted_element<c10::complex<double>>(self, flambeau::DType::complex128);
    if (self.is_conj()) value = {value.real(), -value.imag()};
    return negated_if(self.is_neg(), value);
  }
  if (self.is_floating_point())
    return negated_if(self.is_neg(), converted_element<double>(self, flambeau::DType::float64));
  return negated_if(self.is_neg(), converted_element<int64_t>(self, flambeau::DType::int64));
}

FLB_EXPLICIT(_conj)
Tensor _conj(const Tensor& self) {
  Tensor result = at::alias(self);
  result._set_conj(!self.is_conj());
  return result;
}

FLB_EXPLICIT(_neg_view)
Tensor _neg_view(const Tensor& self) {
  Tensor result = at::alias(self);
  result._set_neg(!self.is_neg());
  return result;
}

FLB_EXPLICIT(view_dtype)
Tensor view_dtype(const Tensor& self, ScalarType dtype) {
  const auto type = c10::scalarTypeToTypeMeta(dtype);
  const int64_t from = static_cast<int64_t>(self.itemsize()), to = static_cast<int64_t>(type.itemsize());
  TORCH_CHECK(!self.is_conj() || self.scalar_type() == dtype,
              "torch.Tensor.view is not supported for conjugate view tensors when converting to a different dtype.");
  TORCH_CHECK(
      !self.is_neg() || self.scalar_type() == dtype,
      "torch.Tensor.view is not supported for tensors with negative bit set when converting to a different dtype.");
  DimVector sizes(self.sizes()), strides(self.strides());
  int64_t offset = self.storage_offset();
  if (from != to) rescale_geometry(self, dtype, from, to, sizes, strides, offset);
  auto impl = c10::make_intrusive<TensorImpl>(TensorImpl::VIEW, Storage(self.storage()), self.key_set(), type);
  impl->set_sizes_and_strides(sizes, strides, offset);
  return Tensor(std::move(impl));
}

FLB_COMPOSITE(is_set_to)
bool is_set_to(const Tensor& self, const Tensor& tensor) {
  return self.storage().unsafeGetStorageImpl() == tensor.storage().unsafeGetStorageImpl() &&
         self.storage_offset() == tensor.storage_offset() && self.sizes() == tensor.sizes() &&
         self.strides() == tensor.strides();
}

FLB_EXPLICIT(is_same_size)
bool is_same_size(const Tensor& self, const Tensor& other) {
  check_defined("aten::is_same_size", self, other);
  return self.sizes() == other.sizes();
}

FLB_CPU(equal)
bool equal(const Tensor& self, const Tensor& other) {
  check_defined("aten::equal", self, other);
  TORCH_CHECK(self.scalar_type() == other.scalar_type(), "Expected all tensors to have the same dtype, but got ",
              self.dtype(), " and ", other.dtype());
  return self.sizes() == other.sizes() && (self.numel() == 0 || at::eq(self, other).all().item<bool>());
}

}  // namespace at::native
