#include <c10/core/impl/DeviceGuardImplInterface.h>

namespace c10::impl {

constinit std::array<std::atomic<const DeviceGuardImplInterface*>,
                     static_cast<size_t>(DeviceType::COMPILE_TIME_MAX_DEVICE_TYPES)>
    device_guard_impl_registry{};

namespace {
// The inlined readers of the table ask nobody, so these must stand in it before main. Never destroyed.
[[gnu::constructor]] void register_plain_guards() {
  alignas(DeviceGuardImplInterface) static std::byte cpu[sizeof(NoOpDeviceGuardImpl<DeviceType::CPU>)];
  alignas(DeviceGuardImplInterface) static std::byte meta[sizeof(NoOpDeviceGuardImpl<DeviceType::Meta>)];
  registerDeviceGuard(DeviceType::CPU, new (cpu) NoOpDeviceGuardImpl<DeviceType::CPU>());
  registerDeviceGuard(DeviceType::Meta, new (meta) NoOpDeviceGuardImpl<DeviceType::Meta>());
}
}  // namespace

void registerDeviceGuard(DeviceType type, const DeviceGuardImplInterface* impl) {
  device_guard_impl_registry[static_cast<size_t>(type)].store(impl);
}

DeviceGuardImplRegistrar::DeviceGuardImplRegistrar(DeviceType type, const DeviceGuardImplInterface* impl) {
  registerDeviceGuard(type, impl);
}

void ensureCUDADeviceGuardSet() {
  constexpr auto cuda = static_cast<size_t>(DeviceType::CUDA);
  const auto* p = device_guard_impl_registry[cuda].load();
  // Without devices a guard that does nothing keeps code that guards all kinds alike working.
  if (p != nullptr && p->deviceCount() == 0) {
    static const auto* none = new NoOpDeviceGuardImpl<DeviceType::CUDA>();
    registerDeviceGuard(DeviceType::CUDA, none);
  }
}

}  // namespace c10::impl
