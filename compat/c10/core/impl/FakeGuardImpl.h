// Mirrors <c10/core/impl/FakeGuardImpl.h> of PyTorch 2.13.
#pragma once

#include <c10/core/impl/DeviceGuardImplInterface.h>

#include <array>

namespace c10::impl {

constexpr DeviceIndex kFakeGuardImplMaxDevices = 8;

// Eight devices that only remember which is current: for tests of guards.
template <DeviceType T>
struct FakeGuardImpl final : public DeviceGuardImplInterface {
  static constexpr DeviceType static_type = T;
  FakeGuardImpl(DeviceType) {}
  FakeGuardImpl() = default;
  DeviceType type() const override { return T; }
  Device exchangeDevice(Device d) const override {
    AT_ASSERT(d.type() == type());
    AT_ASSERT(d.index() < kFakeGuardImplMaxDevices);
    Device old_device = getDevice();
    current_device_ = d.index();
    return old_device;
  }
  Device getDevice() const override { return Device(type(), current_device_); }
  void setDevice(Device d) const override {
    AT_ASSERT(d.type() == type());
    setDeviceIndex(d.index());
  }
  void uncheckedSetDevice(Device d) const noexcept override { current_device_ = d.index(); }
  Stream getStream(Device d) const noexcept override { return Stream(Stream::UNSAFE, d, current_streams_[d.index()]); }
  Stream exchangeStream(Stream s) const noexcept override {
    const auto old_id = std::exchange(current_streams_[s.device_index()], s.id());
    return Stream(Stream::UNSAFE, s.device(), old_id);
  }
  DeviceIndex deviceCount() const noexcept override { return kFakeGuardImplMaxDevices; }
  void record(void**, const Stream&, const DeviceIndex, const EventFlag) const override {}
  void block(void*, const Stream&) const override {}
  bool queryEvent(void*) const override { return true; }
  void destroyEvent(void*, const DeviceIndex) const noexcept override {}

  static DeviceIndex getDeviceIndex() { return current_device_; }
  static void setDeviceIndex(DeviceIndex i) {
    AT_ASSERT(i >= 0);
    AT_ASSERT(i < kFakeGuardImplMaxDevices);
    current_device_ = i;
  }
  static StreamId getCurrentStreamIdFor(DeviceIndex i) { return current_streams_.at(i); }
  static void resetStreams() { current_streams_.fill(0); }

 private:
  thread_local static DeviceIndex current_device_;
  thread_local static std::array<StreamId, kFakeGuardImplMaxDevices> current_streams_;
};

template <DeviceType T>
thread_local DeviceIndex FakeGuardImpl<T>::current_device_ = 0;
template <DeviceType T>
thread_local std::array<StreamId, kFakeGuardImplMaxDevices> FakeGuardImpl<T>::current_streams_ = {};

}  // namespace c10::impl
