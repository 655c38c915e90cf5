// Mirrors <ATen/detail/HIPHooksInterface.h> of PyTorch 2.13. Without a library for HIP, every request says so.
#pragma once

#include <ATen/detail/AcceleratorHooksInterface.h>
#include <c10/core/Allocator.h>
#include <c10/core/Device.h>
#include <c10/core/Storage.h>
#include <c10/core/Stream.h>
#include <c10/util/Exception.h>
#include <c10/util/Registry.h>

namespace at {

struct TORCH_API HIPHooksInterface : AcceleratorHooksInterface {
  ~HIPHooksInterface() override = default;
  void init() const override { unavailable(); }
  const Generator& getDefaultGenerator(DeviceIndex = -1) const override { unavailable(); }
  virtual bool hasHIP() const { return false; }
  virtual c10::DeviceIndex current_device() const { return -1; }
  bool isPinnedPtr(const void*) const override { return false; }
  Allocator* getPinnedMemoryAllocator() const override { unavailable(); }
  virtual int getNumGPUs() const { return 0; }
  bool hasPrimaryContext(DeviceIndex) const override { unavailable(); }

 private:
  [[noreturn]] static void unavailable() {
    TORCH_CHECK(false, "This needs HIP, and the library ATen_hip is not loaded.");
  }
};

struct TORCH_API HIPHooksArgs {};
TORCH_DECLARE_REGISTRY(HIPHooksRegistry, HIPHooksInterface, HIPHooksArgs);
#define REGISTER_HIP_HOOKS(clsname) C10_REGISTER_CLASS(HIPHooksRegistry, clsname, clsname)

namespace detail {
TORCH_API const at::HIPHooksInterface& getHIPHooks();
}

}  // namespace at
