// Mirrors <ATen/detail/XPUHooksInterface.h> of PyTorch 2.13. Without a library for XPU, every request says so.
#pragma once

#include <ATen/detail/AcceleratorHooksInterface.h>
#include <c10/core/Allocator.h>
#include <c10/core/Device.h>
#include <c10/core/Storage.h>
#include <c10/core/Stream.h>
#include <c10/util/Exception.h>
#include <c10/util/Registry.h>

namespace at {

namespace xpu {
struct LevelZero;
}

struct TORCH_API XPUHooksInterface : AcceleratorHooksInterface {
  ~XPUHooksInterface() override = default;
  void init() const override { unavailable(); }
  virtual bool hasXPU() const { return false; }
  virtual std::string showConfig() const { unavailable(); }
  virtual int32_t getGlobalIdxFromDevice(const Device&) const { unavailable(); }
  const Generator& getDefaultGenerator(DeviceIndex = -1) const override { unavailable(); }
  Generator getNewGenerator(DeviceIndex = -1) const override { unavailable(); }
  virtual DeviceIndex getNumGPUs() const { return 0; }
  virtual DeviceIndex current_device() const { unavailable(); }
  Device getDeviceFromPtr(void*) const override { unavailable(); }
  virtual void deviceSynchronize(DeviceIndex) const { unavailable(); }
  Allocator* getPinnedMemoryAllocator() const override { unavailable(); }
  bool isPinnedPtr(const void*) const override { return false; }
  bool hasPrimaryContext(DeviceIndex) const override { unavailable(); }
  virtual const at::xpu::LevelZero& level_zero() const { unavailable(); }

 private:
  [[noreturn]] static void unavailable() {
    TORCH_CHECK(false, "This needs XPU, and the library ATen_xpu is not loaded.");
  }
};

struct TORCH_API XPUHooksArgs {};
TORCH_DECLARE_REGISTRY(XPUHooksRegistry, XPUHooksInterface, XPUHooksArgs);
#define REGISTER_XPU_HOOKS(clsname) C10_REGISTER_CLASS(XPUHooksRegistry, clsname, clsname)

namespace detail {
TORCH_API const at::XPUHooksInterface& getXPUHooks();
}

}  // namespace at
