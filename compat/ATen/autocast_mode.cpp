#include <ATen/autocast_kernels.h>
#include <ATen/autocast_mode.h>

#include <mutex>
#include <unordered_map>

namespace at::autocast {

namespace {

constinit thread_local int nesting = 0;
constinit thread_local bool cache_enabled = true;

using Dtypes = std::array<at::ScalarType, at::COMPILE_TIME_MAX_DEVICE_TYPES>;
constexpr Dtypes default_dtypes() {
  Dtypes dtypes{};
  for (auto& dtype : dtypes) dtype = at::ScalarType::Undefined;
  for (auto device : {at::kCPU, at::kXLA, at::kMPS, at::kHPU, at::kXPU, at::kMAIA, at::kMTIA}) {
    dtypes[static_cast<size_t>(device)] = at::kBFloat16;
  }
  for (auto device : {at::kCUDA, at::kIPU, at::kPrivateUse1, at::kMPS, at::kMTIA, at::kXPU}) {
    dtypes[static_cast<size_t>(device)] = at::kHalf;
  }
  return dtypes;
}
constinit thread_local Dtypes dtypes = default_dtypes();

// A leaf's cast with the leaf itself, whose address must not be given to another meanwhile.
struct Cast {
  c10::weak_intrusive_ptr<TensorImpl, UndefinedTensorImpl> source;
  Tensor cast;
};
std::unordered_map<TensorImpl*, Cast>& cache() {
  static thread_local std::unordered_map<TensorImpl*, Cast> casts;
  return casts;
}

bool eligible(const Tensor& tensor, c10::DeviceType device_type) {
  return tensor.defined() && tensor.device().type() == device_type && tensor.is_floating_point() &&
         tensor.scalar_type() != at::kDouble;
}

}  // namespace

const std::array<at::ScalarType, at::COMPILE_TIME_MAX_DEVICE_TYPES>& all_dtypes() { return dtypes; }

bool is_autocast_enabled(at::DeviceType device_type) {
  return !c10::impl::tls_is_dispatch_key_excluded(get_autocast_dispatch_key_from_device_type(device_type));
}
void set_autocast_enabled(at::DeviceType device_type, bool enabled) {
  static std::once_flag registered;
  if (enabled && device_type == at::kCPU) std::call_once(registered, register_cpu_kernels);
  c10::impl::tls_set_dispatch_key_excluded(get_autocast_dispatch_key_from_device_type(device_type), !enabled);
}
at::ScalarType get_autocast_dtype(at::DeviceType device_type) { return dtypes[static_cast<size_t>(device_type)]; }
void set_autocast_dtype(at::DeviceType device_type, at::ScalarType dtype) {
  dtypes[static_cast<size_t>(device_type)] = dtype;
}
void clear_cache() { cache().clear(); }
int increment_nesting() { return ++nesting; }
int decrement_nesting() { return --nesting; }
bool is_autocast_cache_enabled() { return cache_enabled; }
void set_autocast_cache_enabled(bool enabled) { cache_enabled = enabled; }

Tensor cached_cast(at::ScalarType to_type, const Tensor& arg, c10::DeviceType device_type) {
  if (!eligible(arg, device_type) || arg.scalar_type() == to_type) return arg;
  const bool keep = to_type == get_autocast_dtype(device_type) && arg.scalar_type() == at::kFloat &&
                    arg.requires_grad() && arg.is_leaf() && !arg.is_view() && cache_enabled;
  if (!keep) return arg.to(to_type);
  auto& casts = cache();
  if (auto it = casts.find(arg.unsafeGetTensorImpl()); it != casts.end()) return it->second.cast;
  auto cast = arg.to(to_type);
  casts.emplace(arg.unsafeGetTensorImpl(),
                Cast{c10::weak_intrusive_ptr<TensorImpl, UndefinedTensorImpl>(arg.getIntrusivePtr()), cast});
  return cast;
}

}  // namespace at::autocast
