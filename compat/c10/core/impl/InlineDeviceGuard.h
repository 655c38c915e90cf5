// Mirrors <c10/core/impl/InlineDeviceGuard.h> of PyTorch 2.13.
#pragma once

#include <c10/core/Device.h>
#include <c10/core/DeviceType.h>
#include <c10/core/impl/DeviceGuardImplInterface.h>
#include <c10/core/impl/VirtualGuardImpl.h>
#include <c10/util/Exception.h>
#include <c10/util/Optional.h>

#include <type_traits>
#include <utility>

namespace c10::impl {

// Makes a device current for the guard's life. T is the device's implementation, known at compile time, or
// VirtualGuardImpl.
template <typename T>
class InlineDeviceGuard {
  template <typename U>
  using IfVirtual = typename std::enable_if_t<std::is_same_v<U, VirtualGuardImpl>>;
  template <typename U>
  using IfStatic = typename std::enable_if_t<!std::is_same_v<U, VirtualGuardImpl>>;

 public:
  explicit InlineDeviceGuard() = delete;
  explicit InlineDeviceGuard(Device device)
      : impl_(device.type()),
        original_device_(device.index() == -1 ? impl_.getDevice() : impl_.exchangeDevice(device)),
        current_device_(device.index() == -1 ? original_device_ : device) {}
  template <typename U = T, typename = IfStatic<U>>
  explicit InlineDeviceGuard(DeviceIndex device_index) : InlineDeviceGuard(Device(U::static_type, device_index)) {}
  template <typename U = T, typename = IfVirtual<U>>
  explicit InlineDeviceGuard(Device device, const DeviceGuardImplInterface* impl)
      : impl_(VirtualGuardImpl(impl ? impl : getDeviceGuardImpl(device.type()))),
        original_device_(device.index() == -1 ? impl_.getDevice() : impl_.exchangeDevice(device)),
        current_device_(device.index() == -1 ? original_device_ : device) {}
  InlineDeviceGuard(const InlineDeviceGuard<T>&) = delete;
  InlineDeviceGuard<T>& operator=(const InlineDeviceGuard<T>&) = delete;
  InlineDeviceGuard(InlineDeviceGuard<T>&& other) = delete;
  InlineDeviceGuard& operator=(InlineDeviceGuard<T>&& other) = delete;
  ~InlineDeviceGuard() { impl_.uncheckedSetDevice(original_device_); }

  template <typename U = T, typename = IfStatic<U>>
  void set_device(at::Device device) {
    AT_ASSERT((U::static_type == DeviceType::HIP && device.is_cuda()) || device.type() == U::static_type);
    if (device.index() == -1) return;
    impl_.setDevice(device);
    current_device_ = device;
  }
  template <typename U = T>
  IfStatic<U> reset_device(at::Device device) {
    set_device(device);
  }
  /// Also to another kind of device: the old kind's original device is restored first.
  template <typename U = T>
  IfVirtual<U> reset_device(at::Device device, const impl::DeviceGuardImplInterface* impl = nullptr) {
    if (device.index() == -1) return;
    if (device.type() == original_device_.type()) {
      AT_ASSERT(impl == nullptr || impl->type() == device.type());
      impl_.setDevice(device);
    } else {
      impl_.setDevice(original_device_);
      impl_ = !impl ? VirtualGuardImpl(device.type()) : VirtualGuardImpl(impl);
      original_device_ = impl_.exchangeDevice(device);
    }
    current_device_ = device;
  }
  void set_index(DeviceIndex index) { reset_device(Device(original_device_.type(), index)); }
  Device original_device() const { return original_device_; }
  Device current_device() const { return current_device_; }

 protected:
  T impl_;

 private:
  Device original_device_;
  Device current_device_;
};

template <typename T>
class InlineOptionalDeviceGuard {
  template <typename U>
  using IfVirtual = typename std::enable_if_t<std::is_same_v<U, VirtualGuardImpl>>;
  template <typename U>
  using IfStatic = typename std::enable_if_t<!std::is_same_v<U, VirtualGuardImpl>>;

 public:
  explicit InlineOptionalDeviceGuard() : guard_() {}
  ~InlineOptionalDeviceGuard() = default;
  explicit InlineOptionalDeviceGuard(std::optional<Device> device_opt) : guard_() {
    if (device_opt.has_value()) guard_.emplace(device_opt.value());
  }
  template <typename U = T, typename = IfStatic<U>>
  explicit InlineOptionalDeviceGuard(std::optional<DeviceIndex> device_index_opt) : guard_() {
    if (device_index_opt.has_value()) guard_.emplace(device_index_opt.value());
  }
  template <typename... Args>
  explicit InlineOptionalDeviceGuard(Args&&... args) : guard_(std::in_place, std::forward<Args>(args)...) {}
  InlineOptionalDeviceGuard(const InlineOptionalDeviceGuard<T>& other) = delete;
  InlineOptionalDeviceGuard(InlineOptionalDeviceGuard<T>&& other) = delete;
  InlineOptionalDeviceGuard& operator=(const InlineOptionalDeviceGuard& other) = delete;
  InlineOptionalDeviceGuard& operator=(InlineOptionalDeviceGuard&& other) = delete;

  template <typename U = T, typename = IfStatic<U>>
  void set_device(at::Device device) {
    if (guard_.has_value()) {
      guard_->set_device(device);
    } else {
      guard_.emplace(device);
    }
  }
  template <typename U = T>
  IfVirtual<U> reset_device(at::Device device, const DeviceGuardImplInterface* impl = nullptr) {
    if (guard_.has_value()) {
      guard_->reset_device(device, impl);
    } else {
      guard_.emplace(device, impl);
    }
  }
  template <typename U = T>
  IfStatic<U> reset_device(at::Device device) {
    if (guard_.has_value()) {
      guard_->reset_device(device);
    } else {
      guard_.emplace(device);
    }
  }
  template <typename U = T, typename = IfStatic<U>>
  void set_index(DeviceIndex index) {
    if (guard_.has_value()) {
      guard_->set_index(index);
    } else {
      guard_.emplace(index);
    }
  }
  std::optional<Device> original_device() const {
    return guard_.has_value() ? std::make_optional(guard_->original_device()) : std::nullopt;
  }
  std::optional<Device> current_device() const {
    return guard_.has_value() ? std::make_optional(guard_->current_device()) : std::nullopt;
  }
  void reset() { guard_.reset(); }

 private:
  std::optional<InlineDeviceGuard<T>> guard_;
};

}  // namespace c10::impl
