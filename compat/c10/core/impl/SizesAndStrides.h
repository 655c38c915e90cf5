// Mirrors <c10/core/impl/SizesAndStrides.h> of PyTorch 2.13.
#pragma once

#include <c10/macros/Macros.h>
#include <c10/util/ArrayRef.h>
#include <c10/util/SmallVector.h>

#include <algorithm>
#include <cstdint>

#define C10_SIZES_AND_STRIDES_MAX_INLINE_SIZE 5

namespace c10::impl {

// Two arrays of one length: inline up to five dimensions, else in one block, the strides after the sizes.
class C10_API SizesAndStrides {
 public:
  using sizes_iterator = int64_t*;
  using sizes_const_iterator = const int64_t*;
  using strides_iterator = int64_t*;
  using strides_const_iterator = const int64_t*;

  SizesAndStrides() {
    size_at_unchecked(0) = 0;
    stride_at_unchecked(0) = 1;
  }
  ~SizesAndStrides() {
    if (C10_UNLIKELY(!isInline())) free(outOfLineStorage_);
  }
  SizesAndStrides(const SizesAndStrides& rhs) : size_(rhs.size_) {
    if (C10_LIKELY(rhs.isInline())) {
      copyDataInline(rhs);
    } else {
      allocateOutOfLineStorage(size_);
      copyDataOutline(rhs);
    }
  }
  SizesAndStrides(SizesAndStrides&& rhs) noexcept : size_(rhs.size_) {
    if (C10_LIKELY(isInline())) {
      memcpy(inlineStorage_, rhs.inlineStorage_, sizeof(inlineStorage_));
    } else {
      outOfLineStorage_ = rhs.outOfLineStorage_;
      rhs.outOfLineStorage_ = nullptr;
    }
    rhs.size_ = 0;
  }
  SizesAndStrides& operator=(const SizesAndStrides& rhs) {
    if (this == &rhs) return *this;
    if (C10_LIKELY(rhs.isInline())) {
      if (C10_UNLIKELY(!isInline())) free(outOfLineStorage_);
      copyDataInline(rhs);
    } else {
      if (isInline()) {
        allocateOutOfLineStorage(rhs.size_);
      } else {
        resizeOutOfLineStorage(rhs.size_);
      }
      copyDataOutline(rhs);
    }
    size_ = rhs.size_;
    return *this;
  }
  SizesAndStrides& operator=(SizesAndStrides&& rhs) noexcept {
    if (this == &rhs) return *this;
    if (C10_UNLIKELY(!isInline())) free(outOfLineStorage_);
    if (C10_LIKELY(rhs.isInline())) {
      copyDataInline(rhs);
    } else {
      outOfLineStorage_ = rhs.outOfLineStorage_;
      rhs.outOfLineStorage_ = nullptr;
    }
    size_ = rhs.size_;
    rhs.size_ = 0;
    return *this;
  }
  FLB_ON_USE bool operator==(const SizesAndStrides& other) const {
    if (size_ != other.size_) return false;
    return isInline() ? !memcmp(inlineStorage_, other.inlineStorage_, sizeof(inlineStorage_))
                      : !memcmp(outOfLineStorage_, other.outOfLineStorage_, storageBytes(size_));
  }
  bool operator!=(const SizesAndStrides& other) const { return !(*this == other); }

  size_t size() const noexcept { return size_; }
  const int64_t* sizes_data() const noexcept { return C10_LIKELY(isInline()) ? inlineStorage_ : outOfLineStorage_; }
  int64_t* sizes_data() noexcept { return C10_LIKELY(isInline()) ? inlineStorage_ : outOfLineStorage_; }
  const int64_t* strides_data() const noexcept {
    return C10_LIKELY(isInline()) ? inlineStorage_ + C10_SIZES_AND_STRIDES_MAX_INLINE_SIZE : outOfLineStorage_ + size_;
  }
  int64_t* strides_data() noexcept {
    return C10_LIKELY(isInline()) ? inlineStorage_ + C10_SIZES_AND_STRIDES_MAX_INLINE_SIZE : outOfLineStorage_ + size_;
  }
  sizes_const_iterator sizes_begin() const noexcept { return sizes_data(); }
  sizes_iterator sizes_begin() noexcept { return sizes_data(); }
  sizes_const_iterator sizes_end() const noexcept { return sizes_begin() + size(); }
  sizes_iterator sizes_end() noexcept { return sizes_begin() + size(); }
  IntArrayRef sizes_arrayref() const noexcept { return IntArrayRef{sizes_data(), size()}; }
  FLB_ON_USE void set_sizes(IntArrayRef newSizes) {
    resize(newSizes.size());
    std::copy(newSizes.begin(), newSizes.end(), sizes_begin());
  }
  FLB_ON_USE void set_strides(IntArrayRef strides) {
    TORCH_INTERNAL_ASSERT(strides.size() == size());
    std::copy(strides.begin(), strides.end(), strides_begin());
  }
  strides_const_iterator strides_begin() const noexcept { return strides_data(); }
  strides_iterator strides_begin() noexcept { return strides_data(); }
  strides_const_iterator strides_end() const noexcept { return strides_begin() + size(); }
  strides_iterator strides_end() noexcept { return strides_begin() + size(); }
  IntArrayRef strides_arrayref() const noexcept { return IntArrayRef{strides_data(), size()}; }

  FLB_ON_USE int64_t size_at(size_t idx) const noexcept {
    assert(idx < size());
    return sizes_data()[idx];
  }
  FLB_ON_USE int64_t& size_at(size_t idx) noexcept {
    assert(idx < size());
    return sizes_data()[idx];
  }
  int64_t size_at_unchecked(size_t idx) const noexcept { return sizes_data()[idx]; }
  int64_t& size_at_unchecked(size_t idx) noexcept { return sizes_data()[idx]; }
  FLB_ON_USE int64_t stride_at(size_t idx) const noexcept {
    assert(idx < size());
    return strides_data()[idx];
  }
  FLB_ON_USE int64_t& stride_at(size_t idx) noexcept {
    assert(idx < size());
    return strides_data()[idx];
  }
  int64_t stride_at_unchecked(size_t idx) const noexcept { return strides_data()[idx]; }
  int64_t& stride_at_unchecked(size_t idx) noexcept { return strides_data()[idx]; }

  /// New dimensions have size and stride 0.
  FLB_ON_USE void resize(size_t newSize) {
    const size_t oldSize = size();
    if (newSize == oldSize) return;
    if (C10_UNLIKELY(newSize > C10_SIZES_AND_STRIDES_MAX_INLINE_SIZE || !isInline())) {
      resizeSlowPath(newSize, oldSize);
      return;
    }
    if (oldSize < newSize) {
      const size_t bytesToZero = (newSize - oldSize) * sizeof(inlineStorage_[0]);
      memset(inlineStorage_ + oldSize, 0, bytesToZero);
      memset(inlineStorage_ + C10_SIZES_AND_STRIDES_MAX_INLINE_SIZE + oldSize, 0, bytesToZero);
    }
    size_ = newSize;
  }
  void resizeSlowPath(size_t newSize, size_t oldSize);

 private:
  bool isInline() const noexcept { return size_ <= C10_SIZES_AND_STRIDES_MAX_INLINE_SIZE; }
  FLB_ON_USE void copyDataInline(const SizesAndStrides& rhs) {
    TORCH_INTERNAL_ASSERT_DEBUG_ONLY(rhs.isInline());
    memcpy(inlineStorage_, rhs.inlineStorage_, sizeof(inlineStorage_));
  }
  static size_t storageBytes(size_t size) noexcept { return size * 2 * sizeof(int64_t); }
  FLB_ON_USE void allocateOutOfLineStorage(size_t size) {
    outOfLineStorage_ = static_cast<int64_t*>(malloc(storageBytes(size)));
    TORCH_CHECK(outOfLineStorage_, "Could not allocate memory for Tensor SizesAndStrides!");
  }
  FLB_ON_USE void resizeOutOfLineStorage(size_t newSize) {
    TORCH_INTERNAL_ASSERT_DEBUG_ONLY(!isInline());
    outOfLineStorage_ = static_cast<int64_t*>(realloc(outOfLineStorage_, storageBytes(newSize)));
    TORCH_CHECK(outOfLineStorage_, "Could not allocate memory for Tensor SizesAndStrides!");
  }
  void copyDataOutline(const SizesAndStrides& rhs) noexcept {
    memcpy(outOfLineStorage_, rhs.outOfLineStorage_, storageBytes(rhs.size_));
  }

  size_t size_{1};
  union {
    int64_t* outOfLineStorage_;
    int64_t inlineStorage_[C10_SIZES_AND_STRIDES_MAX_INLINE_SIZE * 2]{};
  };
};

}  // namespace c10::impl
