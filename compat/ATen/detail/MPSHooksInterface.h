// Mirrors <ATen/detail/MPSHooksInterface.h> of PyTorch 2.13. Without a library for MPS, every request says so.
#pragma once

#include <ATen/detail/AcceleratorHooksInterface.h>
#include <c10/core/Allocator.h>
#include <c10/core/Device.h>
#include <c10/core/Storage.h>
#include <c10/core/Stream.h>
#include <c10/util/Exception.h>
#include <c10/util/Registry.h>

namespace at {

struct TORCH_API MPSHooksInterface : AcceleratorHooksInterface {
  ~MPSHooksInterface() override = default;
  void init() const override { unavailable(); }
  virtual bool hasMPS() const { return false; }
  virtual bool isOnMacOSorNewer(unsigned = 13, unsigned = 0) const { unavailable(); }
  const Generator& getDefaultGenerator(DeviceIndex = -1) const override { unavailable(); }
  Generator getNewGenerator(DeviceIndex) const override { unavailable(); }
  virtual Allocator* getMPSDeviceAllocator() const { unavailable(); }
  virtual void deviceSynchronize() const { unavailable(); }
  virtual void commitStream() const { unavailable(); }
  virtual void* getCommandBuffer() const { unavailable(); }
  virtual void* getDispatchQueue() const { unavailable(); }
  virtual void emptyCache() const { unavailable(); }
  virtual size_t getCurrentAllocatedMemory() const { unavailable(); }
  virtual size_t getDriverAllocatedMemory() const { unavailable(); }
  virtual size_t getRecommendedMaxMemory() const { unavailable(); }
  virtual size_t getMaxBufferLength() const { unavailable(); }
  virtual void setMemoryFraction(double) const { unavailable(); }
  virtual void profilerStartTrace(const std::string&, bool) const { unavailable(); }
  virtual void profilerStopTrace() const { unavailable(); }
  virtual uint32_t acquireEvent(bool) const { unavailable(); }
  Device getDeviceFromPtr(void*) const override { unavailable(); }
  virtual void releaseEvent(uint32_t) const { unavailable(); }
  virtual void recordEvent(uint32_t) const { unavailable(); }
  virtual void waitForEvent(uint32_t) const { unavailable(); }
  virtual void synchronizeEvent(uint32_t) const { unavailable(); }
  virtual bool queryEvent(uint32_t) const { unavailable(); }
  virtual double elapsedTimeOfEvents(uint32_t, uint32_t) const { unavailable(); }
  bool hasPrimaryContext(DeviceIndex) const override { unavailable(); }
  bool isPinnedPtr(const void*) const override { return false; }
  Allocator* getPinnedMemoryAllocator() const override { unavailable(); }

 private:
  [[noreturn]] static void unavailable() { TORCH_CHECK(false, "This needs the MPS backend, which is not there."); }
};

struct TORCH_API MPSHooksArgs {};
TORCH_DECLARE_REGISTRY(MPSHooksRegistry, MPSHooksInterface);
#define REGISTER_MPS_HOOKS(clsname) C10_REGISTER_CLASS(MPSHooksRegistry, clsname, clsname)

namespace detail {
TORCH_API const at::MPSHooksInterface& getMPSHooks();
}

}  // namespace at
