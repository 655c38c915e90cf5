// Mirrors <ATen/detail/AcceleratorHooksInterface.h> of PyTorch 2.13: what the core needs of a device that a library
// brings.
#pragma once

#include <ATen/core/Generator.h>
#include <c10/core/Allocator.h>
#include <c10/core/Device.h>
#include <c10/core/Stream.h>

namespace at {

struct TORCH_API AcceleratorHooksInterface {
  virtual ~AcceleratorHooksInterface() = default;
  virtual bool isBuilt() const { return false; }
  virtual bool isAvailable() const { return false; }
  virtual bool hasPrimaryContext(DeviceIndex device_index) const = 0;
  virtual void init() const { TORCH_CHECK(false, "Backend doesn`t support init()"); }
  virtual DeviceIndex deviceCount() const { return 0; }
  virtual void setCurrentDevice(DeviceIndex) const { TORCH_CHECK(false, "Backend doesn't support setCurrentDevice()"); }
  virtual DeviceIndex getCurrentDevice() const { TORCH_CHECK(false, "Backend doesn't support getCurrentDevice()"); }
  virtual DeviceIndex exchangeDevice(DeviceIndex) const {
    TORCH_CHECK(false, "Backend doesn't support exchangeDevice()");
  }
  virtual DeviceIndex maybeExchangeDevice(DeviceIndex) const {
    TORCH_CHECK(false, "Backend doesn't support maybeExchangeDevice()");
  }
  virtual bool isPinnedPtr(const void*) const { return false; }
  virtual Allocator* getPinnedMemoryAllocator() const {
    TORCH_CHECK(false, "Backend doesn't support getPinnedMemoryAllocator()");
  }
  virtual Device getDeviceFromPtr(void*) const { TORCH_CHECK(false, "Backend doesn't support getDeviceFromPtr()"); }
  virtual const Generator& getDefaultGenerator(DeviceIndex = -1) const {
    TORCH_CHECK(false, "Backend doesn`t support getDefaultGenerator()");
  }
  virtual Generator getNewGenerator(DeviceIndex = -1) const {
    TORCH_CHECK(false, "Backend doesn`t support getNewGenerator()");
  }
};

}  // namespace at
