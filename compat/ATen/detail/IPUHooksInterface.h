// Mirrors <ATen/detail/IPUHooksInterface.h> of PyTorch 2.13. Without a library for IPU, every request says so.
#pragma once

#include <ATen/detail/AcceleratorHooksInterface.h>
#include <c10/core/Allocator.h>
#include <c10/core/Device.h>
#include <c10/core/Storage.h>
#include <c10/core/Stream.h>
#include <c10/util/Exception.h>
#include <c10/util/Registry.h>

namespace at {

struct TORCH_API IPUHooksInterface : AcceleratorHooksInterface {
  ~IPUHooksInterface() override = default;
  void init() const override { unavailable(); }
  bool hasPrimaryContext(DeviceIndex) const override { unavailable(); }
  const Generator& getDefaultGenerator(DeviceIndex = -1) const override { unavailable(); }
  Generator getNewGenerator(DeviceIndex = -1) const override { unavailable(); }

 private:
  [[noreturn]] static void unavailable() { TORCH_CHECK(false, "This needs the IPU library, which is not loaded."); }
};

struct TORCH_API IPUHooksArgs {};
TORCH_DECLARE_REGISTRY(IPUHooksRegistry, IPUHooksInterface);
#define REGISTER_IPU_HOOKS(clsname) C10_REGISTER_CLASS(IPUHooksRegistry, clsname, clsname)

namespace detail {
TORCH_API const at::IPUHooksInterface& getIPUHooks();
}

}  // namespace at
