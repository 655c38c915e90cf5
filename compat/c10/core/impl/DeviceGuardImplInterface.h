// Mirrors <c10/core/impl/DeviceGuardImplInterface.h> of PyTorch 2.13.
#pragma once

#include <c10/core/Device.h>
#include <c10/core/DeviceCapability.h>
#include <c10/core/DeviceType.h>
#include <c10/core/Stream.h>
#include <c10/core/impl/TorchDispatchModeTLS.h>
#include <c10/util/Exception.h>
#include <c10/util/Registry.h>

#include <array>
#include <atomic>

namespace c10 {

class DataPtr;

enum class EventFlag { PYTORCH_DEFAULT, BACKEND_DEFAULT, INVALID };

namespace impl {

// What a kind of device must be able to do for guards, streams and events.
struct C10_API DeviceGuardImplInterface {
  DeviceGuardImplInterface() = default;
  DeviceGuardImplInterface(const DeviceGuardImplInterface&) = default;
  DeviceGuardImplInterface& operator=(const DeviceGuardImplInterface&) = default;
  DeviceGuardImplInterface(DeviceGuardImplInterface&&) noexcept = default;
  DeviceGuardImplInterface& operator=(DeviceGuardImplInterface&&) noexcept = default;

  virtual DeviceType type() const = 0;
  virtual Device exchangeDevice(Device) const = 0;
  virtual Device getDevice() const = 0;
  virtual void setDevice(Device) const = 0;
  /// For destructors.
  virtual void uncheckedSetDevice(Device) const noexcept = 0;
  virtual Stream getStream(Device) const = 0;
  virtual Stream getDefaultStream(Device) const {
    TORCH_CHECK(false, "Backend doesn't support acquiring a default stream.")
  }
  virtual Stream getStreamFromGlobalPool(Device, bool /*isHighPriority*/ = false) const {
    TORCH_CHECK(false, "Backend doesn't support acquiring a stream from pool.")
  }
  virtual Stream getNewStream(Device, int /*priority*/ = 0) const {
    TORCH_CHECK(false, "Backend doesn't support create a new Stream.")
  }
  virtual Stream exchangeStream(Stream) const = 0;
  virtual void* getStreamNativeHandle(const Stream) const {
    TORCH_CHECK(false, "Backend doesn't support getting stream native handle.")
  }
  virtual void destroyEvent(void*, const DeviceIndex) const noexcept {}
  virtual void record(void**, const Stream&, const DeviceIndex, const c10::EventFlag) const {
    TORCH_CHECK(false, "Backend doesn't support events.");
  }
  virtual void block(void*, const Stream&) const { TORCH_CHECK(false, "Backend doesn't support events."); }
  virtual bool queryEvent(void*) const { TORCH_CHECK(false, "Backend doesn't support events."); }
  virtual DeviceIndex deviceCount() const noexcept = 0;
  virtual DeviceCapability getDeviceCapability(Device) const {
    TORCH_CHECK(false, "Backend doesn't support getting device capabilities.");
  }
  virtual bool queryStream(const Stream&) const { TORCH_CHECK(false, "Backend doesn't support querying streams."); }
  virtual void synchronizeStream(const Stream&) const {
    TORCH_CHECK(false, "Backend doesn't support synchronizing streams.");
  }
  virtual bool isStreamCapturing(const Stream&) const { return false; }
  virtual void synchronizeEvent(void*) const { TORCH_CHECK(false, "Backend doesn't support synchronizing events."); }
  virtual void synchronizeDevice(const DeviceIndex) const {
    TORCH_CHECK(false, "Backend doesn't support synchronizing all streams on device.");
  }
  virtual void recordDataPtrOnStream(const c10::DataPtr&, const Stream&) const {}
  virtual double elapsedTime(void*, void*, const DeviceIndex) const {
    TORCH_CHECK(false, "Backend doesn't support elapsedTime.");
  }
  virtual ~DeviceGuardImplInterface() = default;
};

// For a kind of device of which there is one, and no streams.
template <DeviceType D>
struct NoOpDeviceGuardImpl : public DeviceGuardImplInterface {
  NoOpDeviceGuardImpl() = default;
  DeviceType type() const override { return D; }
  Device exchangeDevice(Device) const override { return Device(D, -1); }
  Device getDevice() const override { return Device(D, -1); }
  void setDevice(Device) const override {}
  void uncheckedSetDevice(Device) const noexcept override {}
  Stream getStream(Device) const noexcept override { return Stream(Stream::DEFAULT, Device(D, -1)); }
  Stream getNewStream(Device, int /*priority*/ = 0) const override { return Stream(Stream::DEFAULT, Device(D, -1)); }
  Stream exchangeStream(Stream) const noexcept override { return Stream(Stream::DEFAULT, Device(D, -1)); }
  DeviceIndex deviceCount() const noexcept override { return 1; }
  DeviceCapability getDeviceCapability(Device) const override {
    DeviceCapability cap;
    if constexpr (D == DeviceType::Meta) {
      cap.capability_data.capability_bits = (1ULL << kIndex_Byte) | (1ULL << kIndex_Char) | (1ULL << kIndex_Short) |
                                            (1ULL << kIndex_Int) | (1ULL << kIndex_Long) | (1ULL << kIndex_Float) |
                                            (1ULL << kIndex_Double) | (1ULL << kIndex_ComplexFloat) |
                                            (1ULL << kIndex_ComplexDouble) | (1ULL << kIndex_Bool);
    }
    return cap;
  }
  void record(void**, const Stream&, const DeviceIndex, const EventFlag) const override {
    TORCH_CHECK(false, D, " backend doesn't support events.");
  }
  void block(void*, const Stream&) const override { TORCH_CHECK(false, D, " backend doesn't support events.") }
  bool queryEvent(void*) const override { TORCH_CHECK(false, D, " backend doesn't support events.") }
  void destroyEvent(void*, const DeviceIndex) const noexcept override {}
  bool queryStream(const Stream&) const override { return true; }
  void synchronizeStream(const Stream&) const override {}
};

extern C10_API std::array<std::atomic<const DeviceGuardImplInterface*>,
                          static_cast<size_t>(DeviceType::COMPILE_TIME_MAX_DEVICE_TYPES)>
    device_guard_impl_registry;

class C10_API DeviceGuardImplRegistrar {
 public:
  DeviceGuardImplRegistrar(DeviceType, const DeviceGuardImplInterface*);
};
#define C10_REGISTER_GUARD_IMPL(DevType, DeviceGuardImpl)                                                         \
  static ::c10::impl::DeviceGuardImplRegistrar C10_ANONYMOUS_VARIABLE(g_##DeviceType)(::c10::DeviceType::DevType, \
                                                                                      new DeviceGuardImpl());

FLB_ON_USE inline const DeviceGuardImplInterface* getDeviceGuardImpl(DeviceType type) {
  auto p = device_guard_impl_registry[static_cast<size_t>(type) & 0xFF].load();
  TORCH_CHECK(p, "PyTorch is not linked with support for ", type, " devices");
  return p;
}
void C10_API registerDeviceGuard(DeviceType type, const DeviceGuardImplInterface* impl);
inline bool hasDeviceGuardImpl(DeviceType type) { return device_guard_impl_registry[static_cast<size_t>(type)].load(); }
void C10_API ensureCUDADeviceGuardSet();

}  // namespace impl
}  // namespace c10
