// Mirrors <ATen/detail/MAIAHooksInterface.h> of PyTorch 2.13. Without a library for MAIA, every request says so.
#pragma once

#include <ATen/detail/AcceleratorHooksInterface.h>
#include <c10/core/Allocator.h>
#include <c10/core/Device.h>
#include <c10/core/Storage.h>
#include <c10/core/Stream.h>
#include <c10/util/Exception.h>
#include <c10/util/Registry.h>

namespace at {

struct TORCH_API MAIAHooksInterface : AcceleratorHooksInterface {
  ~MAIAHooksInterface() override = default;
  void init() const override { unavailable(); }
  bool hasPrimaryContext(DeviceIndex) const override { unavailable(); }
  virtual std::string showConfig() const { unavailable(); }

 private:
  [[noreturn]] static void unavailable() { TORCH_CHECK(false, "This needs the MAIA library, which is not loaded."); }
};

struct TORCH_API MAIAHooksArgs {};
TORCH_DECLARE_REGISTRY(MAIAHooksRegistry, MAIAHooksInterface);
#define REGISTER_MAIA_HOOKS(clsname) C10_REGISTER_CLASS(MAIAHooksRegistry, clsname, clsname)

namespace detail {
TORCH_API const at::MAIAHooksInterface& getMAIAHooks();
}

}  // namespace at
