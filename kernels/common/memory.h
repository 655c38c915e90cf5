// CPU memory: 64-byte aligned, cached by size so that a large output does not fault in fresh pages each time.
#pragma once

#include <cstddef>
#include <cstdint>

namespace flambeau {

inline constexpr size_t kAlignment = 64;

/// Returns at least `bytes` bytes, aligned to kAlignment (null for 0). Throws Error(out_of_memory). Any thread may free
/// it.
void* allocate(size_t bytes);
void deallocate(void* block) noexcept;
/// Gives all cached blocks back to the system.
void release_cached_memory() noexcept;

/// A kernel's temporary array, uninitialised.
template <class T>
class Scratch {
 public:
  explicit Scratch(int64_t count) : data_(static_cast<T*>(allocate(static_cast<size_t>(count) * sizeof(T)))) {}
  ~Scratch() { deallocate(data_); }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  T* data() const { return data_; }
  T& operator[](int64_t i) const { return data_[i]; }

 private:
  T* data_;
};

}  // namespace flambeau
