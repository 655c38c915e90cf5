// Random tensors: an empty one, filled by the in-place form.
#include <ATen/Functions.h>
#include <ATen/NativeFunctions.h>
#include <ATen/native/composite.h>

namespace at::native {
namespace {

using Dtype = std::optional<ScalarType>;
using LayoutOpt = std::optional<Layout>;
using DeviceOpt = std::optional<Device>;
using Pin = std::optional<bool>;
using Format = std::optional<MemoryFormat>;
using Gen = std::optional<Generator>;

Tensor blank(IntArrayRef size, Dtype dtype, LayoutOpt layout, DeviceOpt device, Pin pin) {
  return at::empty(size, TensorOptions().dtype(dtype).layout(layout).device(device).pinned_memory(pin));
}

Tensor blank_like(const Tensor& self, Dtype dtype, LayoutOpt layout, DeviceOpt device, Pin pin, Format format) {
  return at::empty_like(self, TensorOptions().dtype(dtype).layout(layout).device(device).pinned_memory(pin), format);
}

}  // namespace

FLB_EXPLICIT(rand)
Tensor rand(IntArrayRef size, Dtype dtype, LayoutOpt layout, DeviceOpt device, Pin pin_memory) {
  return blank(size, dtype, layout, device, pin_memory).uniform_(0, 1);
}

FLB_EXPLICIT(rand_generator)
Tensor rand_generator(IntArrayRef size, Gen generator, Dtype dtype, LayoutOpt layout, DeviceOpt device, Pin pin_memory) {
  return blank(size, dtype, layout, device, pin_memory).uniform_(0, 1, generator);
}

FLB_EXPLICIT(rand_like)
Tensor rand_like(const Tensor& self, Dtype dtype, LayoutOpt layout, DeviceOpt device, Pin pin_memory, Format memory_format) {
  return blank_like(self, dtype, layout, device, pin_memory, memory_format).uniform_(0, 1);
}

FLB_EXPLICIT(rand_like_generator)
Tensor rand_like_generator(const Tensor& self, Gen generator, Dtype dtype, LayoutOpt layout, DeviceOpt device, Pin pin_memory,
                           Format memory_format) {
  return blank_like(self, dtype, layout, device, pin_memory, memory_format).uniform_(0, 1, generator);
}

FLB_EXPLICIT(randn)
Tensor randn(IntArrayRef size, Dtype dtype, LayoutOpt layout, DeviceOpt device, Pin pin_memory) {
  return blank(size, dtype, layout, device, pin_memory).normal_(0, 1);
}

FLB_EXPLICIT(randn_generator)
Tensor randn_generator(IntArrayRef size, Gen generator, Dtype dtype, LayoutOpt layout, DeviceOpt device, Pin pin_memory) {
  return blank(size, dtype, layout, device, pin_memory).normal_(0, 1, generator);
}

FLB_EXPLICIT(randn_like)
Tensor randn_like(const Tensor& self, Dtype dtype, LayoutOpt layout, DeviceOpt device, Pin pin_memory, Format memory_format) {
  return blank_like(self, dtype, layout, device, pin_memory, memory_format).normal_(0, 1);
}

FLB_EXPLICIT(randn_like_generator)
Tensor randn_like_generator(const Tensor& self, Gen generator, Dtype dtype, LayoutOpt layout, DeviceOpt device, Pin pin_memory,
                            Format memory_format) {
  return blank_like(self, dtype, layout, device, pin_memory, memory_format).normal_(0, 1, generator);
}

FLB_EXPLICIT(randint)
Tensor randint(int64_t high, IntArrayRef size, Dtype dtype, LayoutOpt layout, DeviceOpt device, Pin pin_memory) {
  return blank(size, dtype, layout, device, pin_memory).random_(0, high);
}

FLB_EXPLICIT(randint_generator)
Tensor randint_generator(int64_t high, IntArrayRef size, Gen generator, Dtype dtype, LayoutOpt layout, DeviceOpt device,
                         Pin pin_memory) {
  return blank(size, dtype, layout, device, pin_memory).random_(0, high, generator);
}

FLB_EXPLICIT(randint_low)
Tensor randint_low(int64_t low, int64_t high, IntArrayRef size, Dtype dtype, LayoutOpt layout, DeviceOpt device, Pin pin_memory) {
  return blank(size, dtype, layout, device, pin_memory).random_(low, high);
}

FLB_EXPLICIT(randint_low_generator)
Tensor randint_low_generator(int64_t low, int64_t high, IntArrayRef size, Gen generator, Dtype dtype, LayoutOpt layout,
                             DeviceOpt device, Pin pin_memory) {
  return blank(size, dtype, layout, device, pin_memory).random_(low, high, generator);
}

FLB_EXPLICIT(randint_like)
Tensor randint_like(const Tensor& self, int64_t high, Dtype dtype, LayoutOpt layout, DeviceOpt device, Pin pin_memory,
                    Format memory_format) {
  return blank_like(self, dtype, layout, device, pin_memory, memory_format).random_(0, high);
}

FLB_EXPLICIT(randint_like_low_dtype)
Tensor randint_like_low_dtype(const Tensor& self, int64_t low, int64_t high, Dtype dtype, LayoutOpt layout, DeviceOpt device,
                              Pin pin_memory, Format memory_format) {
  return blank_like(self, dtype, layout, device, pin_memory, memory_format).random_(low, high);
}

FLB_EXPLICIT(normal_float_float)
Tensor normal_float_float(double mean, double std, IntArrayRef size, Gen generator, Dtype dtype, LayoutOpt layout, DeviceOpt device,
                          Pin pin_memory) {
  return blank(size, dtype, layout, device, pin_memory).normal_(mean, std, generator);
}

}  // namespace at::native
