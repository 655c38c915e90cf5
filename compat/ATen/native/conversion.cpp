// Conversions: to and its forms, contiguous, clone, item, lift.
#include <ATen/Functions.h>
#include <ATen/NativeFunctions.h>
#include <ATen/core/dispatch/undefined.h>
#include <ATen/native/composite.h>
#include <c10/core/CPUAllocator.h>

namespace at::native {
namespace {

/// The copy that `to` makes, or self where nothing would change.
Tensor converted(const Tensor& self, ScalarType dtype, Device device, bool non_blocking, bool copy,
                 std::optional<MemoryFormat> format) {
  const MemoryFormat wanted = format.value_or(MemoryFormat::Preserve);
  const bool same_layout = wanted == MemoryFormat::Preserve || self.suggest_memory_format() == wanted;
  if (self.scalar_type() == dtype && self.device() == device && !copy && same_layout) return self;
  return at::_to_copy(self, dtype, self.layout(), device, std::nullopt, non_blocking, wanted);
}

/// A device without an index means the current one of its kind.
Device with_index(Device device) {
  return device.is_cpu() || device.has_index() ? Device(device.type(), device.is_cpu() ? -1 : device.index()) : device;
}

}  // namespace

FLB_COMPOSITE(to_dtype)
Tensor to_dtype(const Tensor& self, ScalarType dtype, bool non_blocking, bool copy,
                std::optional<MemoryFormat> memory_format) {
  if (!self.defined()) flambeau::refuse_undefined("aten::to", "dtype", 0);
  return converted(self, dtype, self.device(), non_blocking, copy, memory_format);
}

FLB_COMPOSITE(to_device)
Tensor to_device(const Tensor& self, Device device, ScalarType dtype, bool non_blocking, bool copy,
                 std::optional<MemoryFormat> memory_format) {
  return converted(self, dtype, with_index(device), non_blocking, copy, memory_format);
}

FLB_COMPOSITE(to_dtype_layout)
Tensor to_dtype_layout(const Tensor& self, std::optional<ScalarType> dtype, std::optional<Layout> layout,
                       std::optional<Device> device, std::optional<bool>, bool non_blocking, bool copy,
                       std::optional<MemoryFormat> memory_format) {
  TORCH_CHECK(!layout || *layout == self.layout(),
              "to(options) doesn't support converting to a different layout, but got self.layout being ", self.layout(),
              " and options.layout set as ", *layout);
  return converted(self, dtype.value_or(self.scalar_type()), device ? with_index(*device) : self.device(), non_blocking,
                   copy, memory_format);
}

FLB_COMPOSITE(to_other)
Tensor to_other(const Tensor& self, const Tensor& other, bool non_blocking, bool copy,
                std::optional<MemoryFormat> memory_format) {
  return converted(self, other.scalar_type(), other.device(), non_blocking, copy, memory_format);
}

FLB_COMPOSITE(type_as)
Tensor type_as(const Tensor& self, const Tensor& other) { return self.to(other.options()); }

FLB_COMPOSITE(contiguous)
Tensor contiguous(const Tensor& self, MemoryFormat memory_format) {
  if (self.is_contiguous(memory_format)) return self;
  TORCH_CHECK(memory_format != MemoryFormat::Preserve,
              "preserve memory format is unsupported by the contiguous operator");
  return self.clone(memory_format);
}

FLB_EXPLICIT(clone)
Tensor clone(const Tensor& self, std::optional<MemoryFormat> memory_format) {
  const MemoryFormat format = memory_format.value_or(MemoryFormat::Preserve);
  Tensor copy = format == MemoryFormat::Preserve && self.is_non_overlapping_and_dense()
                    ? at::empty_strided(self.sizes(), self.strides(), self.options())
                    : at::empty_like(self, self.options(), format);
  return copy.copy_(self);
}

FLB_COMPOSITE(item)
Scalar item(const Tensor& self) {
  TORCH_CHECK(self.numel() == 1, "a Tensor with ", self.numel(), " elements cannot be converted to Scalar");
  return at::_local_scalar_dense(self);
}

FLB_COMPOSITE(is_nonzero)
bool is_nonzero(const Tensor& self) {
  TORCH_CHECK(self.numel() != 0, "Boolean value of Tensor with no values is ambiguous");
  TORCH_CHECK(self.numel() == 1, "Boolean value of Tensor with more than one value is ambiguous");
  const Scalar value = self.item();
  if (value.isComplex()) return value.toComplexDouble() != 0.0;
  return value.isFloatingPoint() ? value.toDouble() != 0 : value.to<int64_t>() != 0;
}

FLB_EXPLICIT(lift)
Tensor lift(const Tensor& self) { return self; }

FLB_EXPLICIT(lift_fresh)
Tensor lift_fresh(const Tensor& self) { return at::alias(self); }

FLB_COMPOSITE(resolve_conj)
Tensor resolve_conj(const Tensor& self) { return self.is_conj() ? self.clone() : self; }

FLB_COMPOSITE(resolve_neg)
Tensor resolve_neg(const Tensor& self) { return self.is_neg() ? self.clone() : self; }

FLB_COMPOSITE(real)
Tensor real(const Tensor& self) {
  if (!self.is_complex()) return self;
  return at::select(at::view_as_real(self.is_conj() ? self._conj() : self), -1, 0);
}

FLB_COMPOSITE(imag)
Tensor imag(const Tensor& self) {
  TORCH_CHECK(self.is_complex(), "imag is not implemented for tensors with non-complex dtypes.");
  if (self.is_conj()) return at::_neg_view(at::select(at::view_as_real(self._conj()), -1, 1));
  return at::select(at::view_as_real(self), -1, 1);
}

FLB_COMPOSITE(conj)
Tensor conj(const Tensor& self) { return self.is_complex() ? at::_conj(self) : self; }

FLB_COMPOSITE(data)
Tensor data(const Tensor& self) { return self.variable_data(); }

FLB_COMPOSITE(is_floating_point)
bool is_floating_point(const Tensor& self) { return isFloatingType(self.scalar_type()); }

FLB_COMPOSITE(is_complex)
bool is_complex(const Tensor& self) { return isComplexType(self.scalar_type()); }

FLB_COMPOSITE(is_signed)
bool is_signed(const Tensor& self) { return self.is_signed(); }

}  // namespace at::native
