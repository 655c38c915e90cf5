// Mirrors <ATen/detail/XLAHooksInterface.h> of PyTorch 2.13. Without a library for XLA, every request says so.
#pragma once

#include <ATen/detail/AcceleratorHooksInterface.h>
#include <c10/core/Allocator.h>
#include <c10/core/Device.h>
#include <c10/core/Storage.h>
#include <c10/core/Stream.h>
#include <c10/util/Exception.h>
#include <c10/util/Registry.h>

namespace at {

struct TORCH_API XLAHooksInterface : AcceleratorHooksInterface {
  ~XLAHooksInterface() override = default;
  void init() const override { unavailable(); }
  virtual bool hasXLA() const { return false; }
  virtual std::string showConfig() const { unavailable(); }
  const Generator& getDefaultGenerator(DeviceIndex = -1) const override { unavailable(); }
  Generator getNewGenerator(DeviceIndex = -1) const override { unavailable(); }
  DeviceIndex getCurrentDevice() const override { unavailable(); }
  Device getDeviceFromPtr(void*) const override { unavailable(); }
  Allocator* getPinnedMemoryAllocator() const override { unavailable(); }
  bool isPinnedPtr(const void*) const override { unavailable(); }
  bool hasPrimaryContext(DeviceIndex) const override { unavailable(); }

 private:
  [[noreturn]] static void unavailable() { TORCH_CHECK(false, "This needs torch_xla, which is not loaded."); }
};

struct TORCH_API XLAHooksArgs {};
TORCH_DECLARE_REGISTRY(XLAHooksRegistry, XLAHooksInterface, XLAHooksArgs);
#define REGISTER_XLA_HOOKS(clsname) C10_REGISTER_CLASS(XLAHooksRegistry, clsname, clsname)

namespace detail {
TORCH_API const at::XLAHooksInterface& getXLAHooks();
}

}  // namespace at
