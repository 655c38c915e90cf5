// Mirrors <ATen/detail/HPUHooksInterface.h> of PyTorch 2.13. Without a library for HPU, every request says so.
#pragma once

#include <ATen/detail/AcceleratorHooksInterface.h>
#include <c10/core/Allocator.h>
#include <c10/core/Device.h>
#include <c10/core/Storage.h>
#include <c10/core/Stream.h>
#include <c10/util/Exception.h>
#include <c10/util/Registry.h>

namespace at {

struct TORCH_API HPUHooksInterface : AcceleratorHooksInterface {
  ~HPUHooksInterface() override = default;
  void init() const override { unavailable(); }
  virtual bool hasHPU() const { return false; }
  Device getDeviceFromPtr(void*) const override { unavailable(); }
  bool isPinnedPtr(const void*) const override { return false; }
  Allocator* getPinnedMemoryAllocator() const override { unavailable(); }
  bool hasPrimaryContext(DeviceIndex) const override { unavailable(); }

 private:
  [[noreturn]] static void unavailable() { TORCH_CHECK(false, "This needs the HPU backend, which is not loaded."); }
};

struct TORCH_API HPUHooksArgs {};
TORCH_DECLARE_REGISTRY(HPUHooksRegistry, HPUHooksInterface, HPUHooksArgs);
#define REGISTER_HPU_HOOKS(clsname) C10_REGISTER_CLASS(HPUHooksRegistry, clsname, clsname)

namespace detail {
TORCH_API const at::HPUHooksInterface& getHPUHooks();
}

}  // namespace at
