// The main thread's instance of a thread_local variable, found without asking the dynamic linker, as each access to a
// thread_local of a library that was loaded late does.
#pragma once

#include <unistd.h>

#include <atomic>

namespace flambeau {

template <class T>
class MainThread {
 public:
  constexpr MainThread() = default;

  /// Null on every other thread, and until the main thread has offered.
  T* get() const {
    if (__builtin_thread_pointer() != pointer_.load(std::memory_order_relaxed)) return nullptr;
    if (!instance_) __builtin_unreachable();
    return instance_;
  }
  /// Each thread's instance, once, when it is made.
  void offer(T& mine) {
    if (pointer_.load(std::memory_order_relaxed) || gettid() != getpid()) return;
    instance_ = &mine;
    pointer_.store(__builtin_thread_pointer(), std::memory_order_relaxed);
  }
  /// To be called before the instance is destroyed: another thread may get this thread's place in memory.
  void withdraw(T& mine) {
    if (get() == &mine) pointer_.store(nullptr, std::memory_order_relaxed);
  }

 private:
  std::atomic<void*> pointer_{nullptr};  ///< the main thread's thread pointer
  T* instance_ = nullptr;                ///< read by that thread alone
};

}  // namespace flambeau
