// Mirrors <c10/util/Synchronized.h> of PyTorch 2.13.
#pragma once

#include <mutex>
#include <utility>

namespace c10 {

// Data that can only be reached with its lock held.
template <typename T>
class Synchronized final {
  mutable std::mutex mutex_;
  T data_;

 public:
  Synchronized() = default;
  Synchronized(T const& data) : data_(data) {}
  Synchronized(T&& data) : data_(std::move(data)) {}
  Synchronized(Synchronized const&) = delete;
  Synchronized(Synchronized&&) = delete;
  Synchronized operator=(Synchronized const&) = delete;
  Synchronized operator=(Synchronized&&) = delete;
  ~Synchronized() = default;

  template <typename CB>
  auto withLock(CB&& cb) {
    std::lock_guard<std::mutex> guard(this->mutex_);
    return std::forward<CB>(cb)(this->data_);
  }
  template <typename CB>
  auto withLock(CB&& cb) const {
    std::lock_guard<std::mutex> guard(this->mutex_);
    return std::forward<CB>(cb)(this->data_);
  }
};

}  // namespace c10
