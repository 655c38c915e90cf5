// Mirrors <c10/core/Stream.h> of PyTorch 2.13.
#pragma once

#include <c10/core/Device.h>
#include <c10/core/DeviceType.h>
#include <c10/macros/Export.h>
#include <c10/util/Exception.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <ostream>

namespace c10 {

using StreamId = int64_t;

struct C10_API StreamData3 {
  StreamId stream_id;
  DeviceIndex device_index;
  DeviceType device_type;
};

// A queue of work on a device. The number's meaning is the device's; 0 is the default queue.
class C10_API Stream final {
 private:
  Device device_;
  StreamId id_;

 public:
  enum Unsafe { UNSAFE };
  enum Default { DEFAULT };

  explicit Stream(Unsafe, Device device, StreamId id) : device_(device), id_(id) {}
  explicit Stream(Default, Device device) : device_(device), id_(0) {}

  bool operator==(const Stream& other) const noexcept { return device_ == other.device_ && id_ == other.id_; }
  bool operator!=(const Stream& other) const noexcept { return !(*this == other); }
  Device device() const noexcept { return device_; }
  DeviceType device_type() const noexcept { return device_.type(); }
  DeviceIndex device_index() const noexcept { return device_.index(); }
  StreamId id() const noexcept { return id_; }
  void* native_handle() const;
  template <typename T>
  void wait(const T& event) const {
    event.block(*this);
  }
  bool query() const;
  void synchronize() const;
  bool is_capturing() const;
  FLB_ON_USE uint64_t hash() const noexcept {
    return static_cast<uint64_t>(device_type()) << 56 | static_cast<uint64_t>(device_index()) << 48 |
           (static_cast<uint64_t>(id()) & ((1ull << 48) - 1));
  }
  FLB_ON_USE struct StreamData3 pack3() const { return {id(), device_index(), device_type()}; }
  FLB_ON_USE static Stream unpack3(StreamId stream_id, DeviceIndex device_index, DeviceType device_type) {
    TORCH_CHECK(isValidDeviceType(device_type));
    return Stream(UNSAFE, Device(device_type, device_index), stream_id);
  }
};

C10_API std::ostream& operator<<(std::ostream& stream, const Stream& s);

}  // namespace c10

template <>
struct std::hash<c10::Stream> {
  size_t operator()(c10::Stream s) const noexcept { return std::hash<uint64_t>{}(s.hash()); }
};
