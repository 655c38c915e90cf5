// Mirrors <ATen/detail/MTIAHooksInterface.h> of PyTorch 2.13. Without a library for MTIA, every request says so.
#pragma once

#include <ATen/detail/AcceleratorHooksInterface.h>
#include <c10/core/Allocator.h>
#include <c10/core/Device.h>
#include <c10/core/Storage.h>
#include <c10/core/Stream.h>
#include <c10/util/Exception.h>
#include <c10/util/Registry.h>
#include <c10/util/python_stub.h>

namespace at {

struct TORCH_API MTIAHooksInterface : AcceleratorHooksInterface {
  ~MTIAHooksInterface() override = default;
  void init() const override { unavailable(); }
  virtual bool hasMTIA() const { return false; }
  DeviceIndex deviceCount() const override { return 0; }
  virtual void deviceSynchronize(c10::DeviceIndex) const { unavailable(); }
  virtual std::string showConfig() const { unavailable(); }
  bool hasPrimaryContext(DeviceIndex) const override { return false; }
  void setCurrentDevice(DeviceIndex) const override { unavailable(); }
  DeviceIndex getCurrentDevice() const override { return -1; }
  DeviceIndex exchangeDevice(DeviceIndex) const override { return -1; }
  DeviceIndex maybeExchangeDevice(DeviceIndex) const override { return -1; }
  virtual c10::Stream getCurrentStream(DeviceIndex) const { unavailable(); }
  virtual int64_t getCurrentRawStream(DeviceIndex) const { unavailable(); }
  virtual c10::Stream getDefaultStream(DeviceIndex) const { unavailable(); }
  virtual void setCurrentStream(const c10::Stream&) const { unavailable(); }
  bool isPinnedPtr(const void*) const override { return false; }
  Allocator* getPinnedMemoryAllocator() const override { unavailable(); }
  virtual PyObject* memoryStats(DeviceIndex) const { unavailable(); }
  virtual PyObject* getDeviceCapability(DeviceIndex) const { unavailable(); }
  virtual PyObject* getDeviceProperties(DeviceIndex) const { unavailable(); }
  virtual void emptyCache() const { unavailable(); }
  virtual void recordMemoryHistory(const std::optional<std::string>&, const std::string&, size_t) const {
    unavailable();
  }
  virtual PyObject* memorySnapshot(const std::optional<std::string>&) const { unavailable(); }
  virtual DeviceIndex getDeviceCount() const { return 0; }
  virtual void resetPeakMemoryStats(DeviceIndex) const { unavailable(); }
  virtual void attachOutOfMemoryObserver(PyObject*) const { unavailable(); }
  bool isAvailable() const override;
  virtual int64_t mtiagraphCreate(bool = false) const { unavailable(); }
  virtual void mtiagraphDestroy(int64_t) const { unavailable(); }
  virtual void mtiagraphCaptureBegin(int64_t, MempoolId_t) const { unavailable(); }
  virtual void mtiagraphCaptureEnd(int64_t) const { unavailable(); }
  virtual void mtiagraphInstantiate(int64_t) const { unavailable(); }
  virtual void mtiagraphReplay(int64_t) const { unavailable(); }
  virtual void mtiagraphReset(int64_t) const { unavailable(); }
  virtual MempoolId_t mtiagraphPool(int64_t) const { unavailable(); }
  virtual MempoolId_t graphPoolHandle() const { unavailable(); }
  const Generator& getDefaultGenerator(DeviceIndex) const override { unavailable(); }
  Generator getNewGenerator(DeviceIndex) const override { unavailable(); }

 private:
  [[noreturn]] static void unavailable() { TORCH_CHECK(false, "This needs the MTIA extension, which is not loaded."); }
};

struct TORCH_API MTIAHooksArgs {};
TORCH_DECLARE_REGISTRY(MTIAHooksRegistry, MTIAHooksInterface, MTIAHooksArgs);

namespace detail {
TORCH_API const at::MTIAHooksInterface& getMTIAHooks();
TORCH_API bool isMTIAHooksBuilt();
}  // namespace detail

}  // namespace at
