// Mirrors <ATen/detail/PrivateUse1HooksInterface.h> of PyTorch 2.13. Without a library for PrivateUse1, every request
// says so.
#pragma once

#include <ATen/core/GeneratorForPrivateuseone.h>
#include <ATen/detail/AcceleratorHooksInterface.h>
#include <c10/core/Allocator.h>
#include <c10/core/Device.h>
#include <c10/core/Storage.h>
#include <c10/core/Stream.h>
#include <c10/util/Exception.h>
#include <c10/util/Registry.h>

namespace at {

struct TORCH_API PrivateUse1HooksInterface : AcceleratorHooksInterface {
  ~PrivateUse1HooksInterface() override = default;
  bool isBuilt() const override { unavailable(); }
  bool isAvailable() const override { unavailable(); }
  const at::Generator& getDefaultGenerator(c10::DeviceIndex) const override { unavailable(); }
  Generator getNewGenerator(DeviceIndex device_index = -1) const override {
    if (at::GetGeneratorPrivate().has_value()) return at::GetGeneratorForPrivateuse1(device_index);
    unavailable();
  }
  at::Device getDeviceFromPtr(void*) const override { unavailable(); }
  bool isPinnedPtr(const void*) const override { return false; }
  Allocator* getPinnedMemoryAllocator() const override { unavailable(); }
  bool hasPrimaryContext(DeviceIndex) const override { unavailable(); }
  void init() const override {}
  virtual void resizePrivateUse1Bytes(const c10::Storage&, size_t) const { unavailable(); }

 private:
  [[noreturn]] static void unavailable() {
    TORCH_CHECK(false,
                "You should register `PrivateUse1HooksInterface` by `RegisterPrivateUse1HooksInterface` and implement "
                "this for PrivateUse1.");
  }
};

struct TORCH_API PrivateUse1HooksArgs {};
TORCH_API void RegisterPrivateUse1HooksInterface(at::PrivateUse1HooksInterface* hook_);
TORCH_API bool isPrivateUse1HooksRegistered();

namespace detail {
TORCH_API const at::PrivateUse1HooksInterface& getPrivateUse1Hooks();
}

}  // namespace at
