// Tensors from nothing: empty, zeros, ones, full, rand and their _like and new_ forms.
#include <ATen/EmptyTensor.h>
#include <ATen/Functions.h>
#include <ATen/NativeFunctions.h>
#include <ATen/native/composite.h>
#include <ATen/native/unwritten.h>
#include <c10/core/DefaultDtype.h>

#include <algorithm>
#include <numeric>

namespace at::native {
namespace {

using Dtype = std::optional<ScalarType>;
using LayoutOpt = std::optional<Layout>;
using DeviceOpt = std::optional<Device>;
using Pin = std::optional<bool>;
using Format = std::optional<MemoryFormat>;

bool on_meta(DeviceOpt device) {
  const Device d = device.value_or(kCPU);
  TORCH_CHECK_NOT_IMPLEMENTED(d.is_cpu() || d.is_meta(), "not implemented: tensors on device ", d);
  return d.is_meta();
}

TensorOptions gather(Dtype dtype, LayoutOpt layout, DeviceOpt device, Pin pin) {
  return TensorOptions().dtype(dtype).layout(layout).device(device).pinned_memory(pin);
}

TensorOptions gather_like(const Tensor& self, Dtype dtype, LayoutOpt layout, DeviceOpt device, Pin pin) {
  return self.options().merge_in(gather(dtype, layout, device, pin));
}

/// Dense strides that keep the order of self's dimensions in memory.
std::vector<int64_t> dense_strides(const Tensor& self) {
  const auto sizes = self.sizes(), strides = self.strides();
  std::vector<int64_t> order(sizes.size()), result(sizes.size());
  std::iota(order.rbegin(), order.rend(), 0);
  std::stable_sort(order.begin(), order.end(), [&](int64_t a, int64_t b) { return strides[a] < strides[b]; });
  int64_t next = 1;
  for (const int64_t d : order) {
    result[d] = next;
    next *= std::max<int64_t>(sizes[d], 1);
  }
  return result;
}

/// The dtype of a tensor that is filled with a number.
ScalarType dtype_of_value(const Scalar& value, Dtype dtype) {
  if (dtype) return *dtype;
  if (value.isBoolean()) return kBool;
  if (value.isIntegral(false)) return kLong;
  const ScalarType standard = c10::get_default_dtype_as_scalartype();
  return value.isComplex() ? toComplexType(standard) : standard;
}

Tensor unwritten(Tensor t) {
  if (flambeau::fills_unwritten()) flambeau::fill_unwritten(t);
  return t;
}

}  // namespace

FLB_CPU(empty_memory_format)
FLB_META(empty_memory_format)
Tensor empty_memory_format(IntArrayRef size, Dtype dtype, LayoutOpt layout, DeviceOpt device, Pin pin_memory,
                           Format memory_format) {
  TORCH_CHECK(memory_format != MemoryFormat::Preserve, "Unsupported memory format", *memory_format);
  if (on_meta(device)) return at::detail::empty_meta(size, dtype, layout, device, pin_memory, memory_format);
  return unwritten(at::detail::empty_cpu(size, dtype, layout, device, pin_memory, memory_format));
}

FLB_CPU(empty_strided)
FLB_META(empty_strided)
Tensor empty_strided(IntArrayRef size, IntArrayRef stride, Dtype dtype, LayoutOpt layout, DeviceOpt device,
                     Pin pin_memory) {
  if (on_meta(device)) return at::detail::empty_strided_meta(size, stride, dtype, layout, device, pin_memory);
  return unwritten(at::detail::empty_strided_cpu(size, stride, dtype, layout, device, pin_memory));
}

FLB_EXPLICIT(empty_like)
Tensor empty_like(const Tensor& self, Dtype dtype, LayoutOpt layout, DeviceOpt device, Pin pin_memory,
                  Format memory_format) {
  const TensorOptions options = gather_like(self, dtype, layout, device, pin_memory);
  const MemoryFormat format = memory_format.value_or(MemoryFormat::Preserve);
  if (format != MemoryFormat::Preserve) return at::empty(self.sizes(), options.memory_format(format));
  if (self.is_non_overlapping_and_dense()) return at::empty_strided(self.sizes(), self.strides(), options);
  return at::empty_strided(self.sizes(), dense_strides(self), options);
}

FLB_EXPLICIT(empty_permuted)
Tensor empty_permuted(IntArrayRef size, IntArrayRef physical_layout, Dtype dtype, LayoutOpt layout, DeviceOpt device,
                      Pin pin_memory) {
  TORCH_CHECK(size.size() == physical_layout.size(),
              "Number of dimensions in size does not match the length of the physical_layout; ",
              "i.e. len(size) = ", size.size(), " is not equal to len(physical_layout) = ", physical_layout.size());
  std::vector<int64_t> stride(size.size());
  std::vector<bool> seen(size.size());
  int64_t next = 1;
  for (auto it = physical_layout.rbegin(); it != physical_layout.rend(); ++it) {
    TORCH_CHECK(*it >= 0 && *it < static_cast<int64_t>(size.size()),
                "Dimension out of range (expected to be between 0 and ", static_cast<int64_t>(size.size()) - 1,
                ", but got ", *it, ").");
    TORCH_CHECK(!seen[*it], "Duplicate dim not allowed");
    seen[*it] = true;
    stride[*it] = next;
    next *= std::max<int64_t>(size[*it], 1);
  }
  return at::empty_strided(size, stride, gather(dtype, layout, device, pin_memory));
}

FLB_EXPLICIT(new_empty)
Tensor new_empty(const Tensor& self, IntArrayRef size, Dtype dtype, LayoutOpt layout, DeviceOpt device,
                 Pin pin_memory) {
  return at::empty(size, gather_like(self, dtype, layout, device, pin_memory));
}

FLB_EXPLICIT(new_empty_strided)
Tensor new_empty_strided(const Tensor& self, IntArrayRef size, IntArrayRef stride, Dtype dtype, LayoutOpt layout,
                         DeviceOpt device, Pin pin_memory) {
  return at::empty_strided(size, stride, gather_like(self, dtype, layout, device, pin_memory));
}

FLB_EXPLICIT(zeros)
Tensor zeros(IntArrayRef size, Dtype dtype, LayoutOpt layout, DeviceOpt device, Pin pin_memory) {
  return at::empty(size, gather(dtype, layout, device, pin_memory)).zero_();
}

FLB_EXPLICIT(_efficientzerotensor)
Tensor _efficientzerotensor(IntArrayRef size, Dtype dtype, LayoutOpt layout, DeviceOpt device, Pin pin_memory) {
  return at::zeros(size, gather(dtype, layout, device, pin_memory));
}

FLB_EXPLICIT(ones)
Tensor ones(IntArrayRef size, Dtype dtype, LayoutOpt layout, DeviceOpt device, Pin pin_memory) {
  return at::empty(size, gather(dtype, layout, device, pin_memory)).fill_(1);
}

FLB_EXPLICIT(full)
Tensor full(IntArrayRef size, const Scalar& fill_value, Dtype dtype, LayoutOpt layout, DeviceOpt device,
            Pin pin_memory) {
  return at::empty(size, gather(dtype_of_value(fill_value, dtype), layout, device, pin_memory)).fill_(fill_value);
}

FLB_EXPLICIT(scalar_tensor)
Tensor scalar_tensor(const Scalar& s, Dtype dtype, LayoutOpt layout, DeviceOpt device, Pin pin_memory) {
  return at::empty({}, gather(dtype, layout, device, pin_memory)).fill_(s);
}

FLB_EXPLICIT(zeros_like)
Tensor zeros_like(const Tensor& self, Dtype dtype, LayoutOpt layout, DeviceOpt device, Pin pin_memory,
                  Format memory_format) {
  return at::empty_like(self, gather(dtype, layout, device, pin_memory), memory_format).zero_();
}

FLB_EXPLICIT(ones_like)
Tensor ones_like(const Tensor& self, Dtype dtype, LayoutOpt layout, DeviceOpt device, Pin pin_memory,
                 Format memory_format) {
  return at::empty_like(self, gather(dtype, layout, device, pin_memory), memory_format).fill_(1);
}

FLB_EXPLICIT(full_like)
Tensor full_like(const Tensor& self, const Scalar& fill_value, Dtype dtype, LayoutOpt layout, DeviceOpt device,
                 Pin pin_memory, Format memory_format) {
  return at::empty_like(self, gather(dtype, layout, device, pin_memory), memory_format).fill_(fill_value);
}

FLB_EXPLICIT(new_zeros)
Tensor new_zeros(const Tensor& self, IntArrayRef size, Dtype dtype, LayoutOpt layout, DeviceOpt device,
                 Pin pin_memory) {
  return at::zeros(size, gather_like(self, dtype, layout, device, pin_memory));
}

FLB_EXPLICIT(new_ones)
Tensor new_ones(const Tensor& self, IntArrayRef size, Dtype dtype, LayoutOpt layout, DeviceOpt device, Pin pin_memory) {
  return at::ones(size, gather_like(self, dtype, layout, device, pin_memory));
}

FLB_EXPLICIT(new_full)
Tensor new_full(const Tensor& self, IntArrayRef size, const Scalar& fill_value, Dtype dtype, LayoutOpt layout,
                DeviceOpt device, Pin pin_memory) {
  return at::full(size, fill_value, gather_like(self, dtype, layout, device, pin_memory));
}

}  // namespace at::native
