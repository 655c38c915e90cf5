// Mirrors <c10/core/StreamGuard.h> of PyTorch 2.13.
#pragma once

#include <c10/core/Device.h>
#include <c10/core/Stream.h>
#include <c10/core/impl/InlineStreamGuard.h>
#include <c10/core/impl/VirtualGuardImpl.h>
#include <c10/util/ArrayRef.h>
#include <c10/util/Optional.h>

namespace c10 {

struct StreamGuard {
  explicit StreamGuard() = delete;
  ~StreamGuard() = default;
  explicit StreamGuard(Stream stream) : guard_(stream) {}
  StreamGuard(const StreamGuard&) = delete;
  StreamGuard& operator=(const StreamGuard&) = delete;
  StreamGuard(StreamGuard&& other) = delete;
  StreamGuard& operator=(StreamGuard&& other) = delete;
  void reset_stream(Stream stream) { guard_.reset_stream(stream); }
  Stream original_stream() const { return guard_.original_stream(); }
  Stream current_stream() const { return guard_.current_stream(); }
  Device current_device() const { return guard_.current_device(); }
  FLB_ON_USE Device original_device() const { return guard_.original_device(); }

 private:
  c10::impl::InlineStreamGuard<impl::VirtualGuardImpl> guard_;
};

struct OptionalStreamGuard {
  explicit OptionalStreamGuard() = default;
  explicit OptionalStreamGuard(Stream stream) : guard_(stream) {}
  explicit OptionalStreamGuard(std::optional<Stream> stream_opt) : guard_(stream_opt) {}
  OptionalStreamGuard(const OptionalStreamGuard&) = delete;
  OptionalStreamGuard& operator=(const OptionalStreamGuard&) = delete;
  OptionalStreamGuard(OptionalStreamGuard&& other) = delete;
  OptionalStreamGuard& operator=(OptionalStreamGuard&& other) = delete;
  ~OptionalStreamGuard() = default;
  FLB_ON_USE void reset_stream(Stream stream) { guard_.reset_stream(stream); }
  FLB_ON_USE std::optional<Stream> original_stream() const { return guard_.original_stream(); }
  FLB_ON_USE std::optional<Stream> current_stream() const { return guard_.current_stream(); }
  FLB_ON_USE void reset() { guard_.reset(); }

 private:
  c10::impl::InlineOptionalStreamGuard<impl::VirtualGuardImpl> guard_;
};

struct MultiStreamGuard {
  FLB_ON_USE explicit MultiStreamGuard(ArrayRef<Stream> streams) : guard_(streams) {}
  MultiStreamGuard(const MultiStreamGuard&) = delete;
  MultiStreamGuard& operator=(const MultiStreamGuard&) = delete;
  MultiStreamGuard(MultiStreamGuard&& other) = delete;
  MultiStreamGuard& operator=(MultiStreamGuard&& other) = delete;
  ~MultiStreamGuard() = default;

 private:
  c10::impl::InlineMultiStreamGuard<impl::VirtualGuardImpl> guard_;
};

}  // namespace c10
