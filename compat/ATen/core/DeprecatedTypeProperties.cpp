#include <ATen/core/DeprecatedTypeProperties.h>
#include <ATen/core/Tensor.h>
#include <ATen/core/UnsafeFromTH.h>

namespace at {

void DeprecatedTypePropertiesDeleter::operator()(DeprecatedTypeProperties* ptr) { delete ptr; }

DeprecatedTypePropertiesRegistry::DeprecatedTypePropertiesRegistry() {
  for (int b = 0; b < static_cast<int>(Backend::NumOptions); ++b) {
    for (int s = 0; s < static_cast<int>(ScalarType::NumOptions); ++s) {
      registry[b][s] = std::make_unique<DeprecatedTypeProperties>(static_cast<Backend>(b), static_cast<ScalarType>(s));
    }
  }
}

DeprecatedTypeProperties& DeprecatedTypePropertiesRegistry::getDeprecatedTypeProperties(Backend p, ScalarType s) const {
  return *registry[static_cast<int>(p)][static_cast<int>(s)];
}

DeprecatedTypePropertiesRegistry& globalDeprecatedTypePropertiesRegistry() {
  static auto& registry =
      *new DeprecatedTypePropertiesRegistry();  // outlives every static that may name a type at exit
  return registry;
}

Tensor DeprecatedTypeProperties::unsafeTensorFromTH(void* th_pointer, bool retain) const {
  return at::unsafeTensorFromTH(th_pointer, retain);
}
Storage DeprecatedTypeProperties::unsafeStorageFromTH(void* th_pointer, bool retain) const {
  return at::unsafeStorageFromTH(th_pointer, retain);
}

Tensor DeprecatedTypeProperties::copy(const Tensor& src, bool non_blocking, std::optional<Device> to_device) const {
  return src.to(options(to_device), non_blocking, /*copy=*/true);
}

}  // namespace at
