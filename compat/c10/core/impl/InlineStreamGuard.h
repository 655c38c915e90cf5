// Mirrors <c10/core/impl/InlineStreamGuard.h> of PyTorch 2.13.
#pragma once

#include <c10/core/impl/InlineDeviceGuard.h>
#include <c10/util/ArrayRef.h>
#include <c10/util/irange.h>

#include <vector>

namespace c10::impl {

// Makes a stream, and its device, current for the guard's life.
template <typename T>
class InlineStreamGuard : private InlineDeviceGuard<T> {
 public:
  explicit InlineStreamGuard() = delete;
  explicit InlineStreamGuard(Stream stream)
      : InlineDeviceGuard<T>(stream.device()),
        original_stream_of_original_device_(this->impl_.getStream(original_device())),
        original_stream_of_current_device_(this->impl_.exchangeStream(stream)),
        current_stream_(stream) {}
  template <typename U = T, typename = typename std::enable_if_t<std::is_same_v<U, VirtualGuardImpl>>>
  explicit InlineStreamGuard(Stream stream, const DeviceGuardImplInterface* impl)
      : InlineDeviceGuard<T>(stream.device(), impl ? impl : getDeviceGuardImpl(stream.device_type())),
        original_stream_of_original_device_(this->impl_.getStream(original_device())),
        original_stream_of_current_device_(this->impl_.exchangeStream(stream)),
        current_stream_(stream) {}
  InlineStreamGuard(const InlineStreamGuard<T>&) = delete;
  InlineStreamGuard<T>& operator=(const InlineStreamGuard<T>&) = delete;
  InlineStreamGuard(InlineStreamGuard<T>&& other) = delete;
  InlineStreamGuard& operator=(InlineStreamGuard<T>&& other) = delete;
  ~InlineStreamGuard() { this->impl_.exchangeStream(original_stream_of_current_device_); }

  void reset_stream(Stream stream) {
    if (stream.device() == this->current_device()) {
      this->impl_.exchangeStream(stream);
    } else {
      this->impl_.exchangeStream(original_stream_of_current_device_);
      this->reset_device(stream.device());
      original_stream_of_current_device_ = this->impl_.exchangeStream(stream);
    }
    current_stream_ = stream;
  }
  Stream original_stream() const { return original_stream_of_original_device_; }
  Stream current_stream() const { return current_stream_; }
  Device current_device() const { return InlineDeviceGuard<T>::current_device(); }
  Device original_device() const { return InlineDeviceGuard<T>::original_device(); }

 private:
  Stream original_stream_of_original_device_;
  Stream original_stream_of_current_device_;
  Stream current_stream_;
};

template <typename T>
class InlineOptionalStreamGuard {
 public:
  explicit InlineOptionalStreamGuard() : guard_() {}
  ~InlineOptionalStreamGuard() = default;
  explicit InlineOptionalStreamGuard(std::optional<Stream> stream_opt) : guard_() {
    if (stream_opt.has_value()) guard_.emplace(stream_opt.value());
  }
  template <typename... Args>
  explicit InlineOptionalStreamGuard(Args&&... args) : guard_(std::in_place, std::forward<Args>(args)...) {}
  InlineOptionalStreamGuard(const InlineOptionalStreamGuard<T>& other) = delete;
  InlineOptionalStreamGuard& operator=(const InlineOptionalStreamGuard& other) = delete;
  InlineOptionalStreamGuard(InlineOptionalStreamGuard<T>&& other) = delete;
  InlineOptionalStreamGuard& operator=(InlineOptionalStreamGuard<T>&& other) = delete;

  void reset_stream(Stream stream) {
    if (guard_.has_value()) {
      guard_->reset_stream(stream);
    } else {
      guard_.emplace(stream);
    }
  }
  std::optional<Stream> original_stream() const {
    return guard_.has_value() ? std::make_optional(guard_->original_stream()) : std::nullopt;
  }
  std::optional<Stream> current_stream() const {
    return guard_.has_value() ? std::make_optional(guard_->current_stream()) : std::nullopt;
  }
  void reset() { guard_.reset(); }

 private:
  std::optional<InlineStreamGuard<T>> guard_;
};

// A stream on each of several devices of one kind; the current device stays.
template <typename T>
class InlineMultiStreamGuard {
 public:
  explicit InlineMultiStreamGuard(ArrayRef<Stream> streams) {
    if (streams.empty()) return;
    impl_.emplace(getDeviceTypeOfStreams(streams));
    original_streams_.reserve(streams.size());
    for (const Stream& s : streams) original_streams_.emplace_back(this->impl_->exchangeStream(s));
  }
  InlineMultiStreamGuard(const InlineMultiStreamGuard&) = delete;
  InlineMultiStreamGuard<T>& operator=(const InlineMultiStreamGuard&) = delete;
  InlineMultiStreamGuard(InlineMultiStreamGuard&& other) = delete;
  InlineMultiStreamGuard& operator=(InlineMultiStreamGuard&& other) = delete;
  ~InlineMultiStreamGuard() noexcept {
    if (!this->impl_.has_value()) return;
    for (const Stream& s : original_streams_) this->impl_->exchangeStream(s);
  }

 protected:
  std::optional<T> impl_;

 private:
  std::vector<Stream> original_streams_;

  static DeviceType getDeviceTypeOfStreams(ArrayRef<Stream> streams) {
    TORCH_INTERNAL_ASSERT(!streams.empty());
    const DeviceType type = streams[0].device_type();
    for (const auto idx : c10::irange(1, streams.size())) {
      TORCH_CHECK_VALUE(streams[idx].device_type() == type, "Streams have a mix of device types: stream 0 is on ",
                        streams[0].device(), " while stream ", idx, " is on device ", streams[idx].device());
    }
    return type;
  }
};

}  // namespace c10::impl
