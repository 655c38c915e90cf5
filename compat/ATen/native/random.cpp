// Random factories: memory, then the in-place operator that fills it.
#include <ATen/Functions.h>
#include <ATen/MemoryOverlap.h>
#include <ATen/NativeFunctions.h>
#include <ATen/native/composite.h>
#include <ATen/native/driver.h>

namespace at::native {
namespace {

using Dtype = std::optional<ScalarType>;
using Lay = std::optional<Layout>;
using Dev = std::optional<Device>;
using Pin = std::optional<bool>;
using Gen = std::optional<Generator>;

Tensor fresh(IntArrayRef size, Dtype dtype, Lay layout, Dev device, Pin pin) {
  return at::empty(size, dtype, layout, device, pin, std::nullopt);
}

}  // namespace

FLB_EXPLICIT(rand)
Tensor rand(IntArrayRef size, Dtype dtype, Lay layout, Dev device, Pin pin) {
  return fresh(size, dtype, layout, device, pin).uniform_(0, 1);
}

FLB_EXPLICIT(rand_generator)
Tensor rand_generator(IntArrayRef size, Gen generator, Dtype dtype, Lay layout, Dev device, Pin pin) {
  return fresh(size, dtype, layout, device, pin).uniform_(0, 1, std::move(generator));
}

FLB_EXPLICIT(randn)
Tensor randn(IntArrayRef size, Dtype dtype, Lay layout, Dev device, Pin pin) {
  return fresh(size, dtype, layout, device, pin).normal_(0, 1);
}

FLB_EXPLICIT(randn_generator)
Tensor randn_generator(IntArrayRef size, Gen generator, Dtype dtype, Lay layout, Dev device, Pin pin) {
  return fresh(size, dtype, layout, device, pin).normal_(0, 1, std::move(generator));
}

FLB_EXPLICIT(randint)
Tensor randint(int64_t high, IntArrayRef size, Dtype dtype, Lay layout, Dev device, Pin pin) {
  return fresh(size, dtype.value_or(kLong), layout, device, pin).random_(0, high);
}

FLB_EXPLICIT(randint_generator)
Tensor randint_generator(int64_t high, IntArrayRef size, Gen generator, Dtype dtype, Lay layout, Dev device, Pin pin) {
  return fresh(size, dtype.value_or(kLong), layout, device, pin).random_(0, high, std::move(generator));
}

FLB_EXPLICIT(randint_low)
Tensor randint_low(int64_t low, int64_t high, IntArrayRef size, Dtype dtype, Lay layout, Dev device, Pin pin) {
  return fresh(size, dtype.value_or(kLong), layout, device, pin).random_(low, high);
}

FLB_EXPLICIT(randint_low_generator)
Tensor randint_low_generator(int64_t low, int64_t high, IntArrayRef size, Gen generator, Dtype dtype, Lay layout,
                             Dev device, Pin pin) {
  return fresh(size, dtype.value_or(kLong), layout, device, pin).random_(low, high, std::move(generator));
}

FLB_EXPLICIT(rand_like)
Tensor rand_like(const Tensor& self, Dtype dtype, Lay layout, Dev device, Pin pin, std::optional<MemoryFormat> format) {
  return at::empty_like(self, dtype, layout, device, pin, format).uniform_(0, 1);
}

FLB_EXPLICIT(randn_like)
Tensor randn_like(const Tensor& self, Dtype dtype, Lay layout, Dev device, Pin pin,
                  std::optional<MemoryFormat> format) {
  return at::empty_like(self, dtype, layout, device, pin, format).normal_(0, 1);
}

FLB_EXPLICIT(randint_like)
Tensor randint_like(const Tensor& self, int64_t high, Dtype dtype, Lay layout, Dev device, Pin pin,
                    std::optional<MemoryFormat> format) {
  return at::empty_like(self, dtype, layout, device, pin, format).random_(0, high);
}

FLB_EXPLICIT(randint_like_low_dtype)
Tensor randint_like_low_dtype(const Tensor& self, int64_t low, int64_t high, Dtype dtype, Lay layout, Dev device,
                              Pin pin, std::optional<MemoryFormat> format) {
  return at::empty_like(self, dtype, layout, device, pin, format).random_(low, high);
}

// The same with a generator of the caller's.
FLB_EXPLICIT(rand_like_generator)
Tensor rand_like_generator(const Tensor& self, Gen generator, Dtype dtype, Lay layout, Dev device, Pin pin,
                           std::optional<MemoryFormat> format) {
  return at::empty_like(self, dtype, layout, device, pin, format).uniform_(0, 1, std::move(generator));
}

FLB_EXPLICIT(randn_like_generator)
Tensor randn_like_generator(const Tensor& self, Gen generator, Dtype dtype, Lay layout, Dev device, Pin pin,
                            std::optional<MemoryFormat> format) {
  return at::empty_like(self, dtype, layout, device, pin, format).normal_(0, 1, std::move(generator));
}

FLB_EXPLICIT(randint_like_generator)
Tensor randint_like_generator(const Tensor& self, int64_t high, Gen generator, Dtype dtype, Lay layout, Dev device,
                              Pin pin, std::optional<MemoryFormat> format) {
  return at::empty_like(self, dtype, layout, device, pin, format).random_(0, high, std::move(generator));
}

FLB_EXPLICIT(randint_like_low_generator_dtype)
Tensor randint_like_low_generator_dtype(const Tensor& self, int64_t low, int64_t high, Gen generator, Dtype dtype,
                                        Lay layout, Dev device, Pin pin, std::optional<MemoryFormat> format) {
  return at::empty_like(self, dtype, layout, device, pin, format).random_(low, high, std::move(generator));
}

FLB_EXPLICIT(normal_float_float)
Tensor normal_float_float(double mean, double std, IntArrayRef size, Gen generator, Dtype dtype, Lay layout, Dev device,
                          Pin pin) {
  return fresh(size, dtype, layout, device, pin).normal_(mean, std, std::move(generator));
}

FLB_CPU(normal_Tensor_float)
Tensor normal_Tensor_float(const Tensor& mean, double std, Gen generator) {
  return at::empty_like(mean, MemoryFormat::Contiguous).normal_(0, std, std::move(generator)).add_(mean);
}

FLB_CPU(normal_float_Tensor)
Tensor normal_float_Tensor(double mean, const Tensor& std, Gen generator) {
  TORCH_CHECK(!std.is_complex(), "normal expects standard deviation to be non-complex");
  TORCH_CHECK(std.numel() == 0 || std.min().ge(0).item<bool>(), "normal expects all elements of std >= 0.0");
  return at::empty_like(std, MemoryFormat::Contiguous).normal_(0, 1, std::move(generator)).mul_(std).add_(mean);
}

FLB_CPU(normal_Tensor_Tensor)
Tensor normal_Tensor_Tensor(const Tensor& mean, const Tensor& std, Gen generator) {
  TORCH_CHECK(std.numel() == 0 || std.min().ge(0).item<bool>(), "normal expects all elements of std >= 0.0");
  const auto pair = at::broadcast_tensors({mean, std});
  return at::empty_like(pair[0], MemoryFormat::Contiguous)
      .normal_(0, 1, std::move(generator))
      .mul_(pair[1])
      .add_(pair[0]);
}

FLB_EXPLICIT(normal_Tensor_float_out)
Tensor& normal_Tensor_float_out(const Tensor& mean, double std, Gen generator, Tensor& out) {
  at::assert_no_partial_overlap(out, mean);
  flambeau::store_result("aten::normal", out, at::normal(mean, std, std::move(generator)));
  return out;
}

FLB_EXPLICIT(normal_float_Tensor_out)
Tensor& normal_float_Tensor_out(double mean, const Tensor& std, Gen generator, Tensor& out) {
  at::assert_no_partial_overlap(out, std);
  flambeau::store_result("aten::normal", out, at::normal(mean, std, std::move(generator)));
  return out;
}

FLB_EXPLICIT(normal_Tensor_Tensor_out)
Tensor& normal_Tensor_Tensor_out(const Tensor& mean, const Tensor& std, Gen generator, Tensor& out) {
  at::assert_no_partial_overlap(out, mean), at::assert_no_partial_overlap(out, std);
  flambeau::store_result("aten::normal", out, at::normal(mean, std, std::move(generator)));
  return out;
}

}  // namespace at::native
