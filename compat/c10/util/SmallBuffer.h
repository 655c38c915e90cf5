// Mirrors <c10/util/SmallBuffer.h> of PyTorch 2.13.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

namespace c10 {

// An uninitialised array, on the heap only when it is longer than N.
template <typename T, size_t N>
class SmallBuffer {
  static_assert(std::is_trivial_v<T>, "SmallBuffer is intended for POD types");

  std::array<T, N> storage_;
  size_t size_{};
  T* data_{};

 public:
  SmallBuffer(size_t size) : size_(size), data_(size > N ? new T[size] : storage_.data()) {}
  SmallBuffer(const SmallBuffer&) = delete;
  SmallBuffer& operator=(const SmallBuffer&) = delete;
  SmallBuffer(SmallBuffer&& rhs) noexcept : size_{rhs.size_} {
    rhs.size_ = 0;
    if (size_ > N) {
      data_ = std::exchange(rhs.data_, nullptr);
    } else {
      storage_ = std::move(rhs.storage_);
      data_ = storage_.data();
    }
  }
  SmallBuffer& operator=(SmallBuffer&&) = delete;
  ~SmallBuffer() {
    if (size_ > N) delete[] data_;
  }

  T& operator[](size_t idx) { return data_[idx]; }
  const T& operator[](size_t idx) const { return data_[idx]; }
  T* data() { return data_; }
  const T* data() const { return data_; }
  size_t size() const { return size_; }
  T* begin() { return data_; }
  const T* begin() const { return data_; }
  T* end() { return data_ + size_; }
  const T* end() const { return data_ + size_; }
};

}  // namespace c10
