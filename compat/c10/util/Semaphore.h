// Mirrors <c10/util/Semaphore.h> of PyTorch 2.13.
#pragma once

#include <cstdint>
#include <semaphore>

namespace c10 {

class Semaphore {
 public:
  Semaphore(int32_t initial_count = 0) : impl_(initial_count) {}
  void release(int32_t n = 1) { impl_.release(n); }
  void acquire() { impl_.acquire(); }
  bool tryAcquire() { return impl_.try_acquire(); }

 private:
  std::counting_semaphore<> impl_;
};

}  // namespace c10
