// Mirrors <c10/core/Event.h> of PyTorch 2.13.
#pragma once

#include <c10/core/Device.h>
#include <c10/core/DeviceType.h>
#include <c10/core/Stream.h>
#include <c10/core/impl/DeviceGuardImplInterface.h>
#include <c10/core/impl/InlineEvent.h>
#include <c10/core/impl/VirtualGuardImpl.h>

namespace c10 {

struct Event final {
  Event() = delete;
  Event(const DeviceType _device_type, const EventFlag _flag = EventFlag::PYTORCH_DEFAULT)
      : impl_{_device_type, _flag} {}
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;
  Event(Event&&) noexcept = default;
  Event& operator=(Event&&) noexcept = default;
  ~Event() = default;

  Device device() const noexcept { return Device(device_type(), device_index()); }
  DeviceType device_type() const noexcept { return impl_.device_type(); }
  FLB_ON_USE DeviceIndex device_index() const noexcept { return impl_.device_index(); }
  FLB_ON_USE EventFlag flag() const noexcept { return impl_.flag(); }
  bool was_marked_for_recording() const noexcept { return impl_.was_marked_for_recording(); }
  FLB_ON_USE void recordOnce(const Stream& stream) { impl_.recordOnce(stream); }
  void record(const Stream& stream) { impl_.record(stream); }
  FLB_ON_USE void block(const Stream& stream) const { impl_.block(stream); }
  bool query() const { return impl_.query(); }
  FLB_ON_USE double elapsedTime(const Event& event) const { return impl_.elapsedTime(event.impl_); }
  FLB_ON_USE void* eventId() const { return impl_.eventId(); }
  FLB_ON_USE void synchronize() const { impl_.synchronize(); }

 private:
  impl::InlineEvent<impl::VirtualGuardImpl> impl_;
};

}  // namespace c10
