// Mirrors <c10/util/Semaphore.h> of PyTorch 2.13.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>

namespace c10 {

/// Counts permits; a program in C++17 has no std::counting_semaphore.

class Semaphore {
 public:
  Semaphore(int32_t initial_count = 0) : count_(initial_count) {}
  void release(int32_t n = 1) {
    const std::lock_guard<std::mutex> lock(mutex_);
    count_ += n;
    n == 1 ? released_.notify_one() : released_.notify_all();
  }
  void acquire() {
    std::unique_lock<std::mutex> lock(mutex_);
    released_.wait(lock, [this] { return count_ > 0; });
    --count_;
  }
  bool tryAcquire() {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (count_ == 0) return false;
    --count_;
    return true;
  }

 private:
  std::mutex mutex_;
  std::condition_variable released_;
  int32_t count_;
};

}  // namespace c10
