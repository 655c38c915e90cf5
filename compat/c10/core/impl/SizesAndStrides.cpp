#include <c10/core/impl/SizesAndStrides.h>

namespace c10::impl {

void SizesAndStrides::resizeSlowPath(const size_t newSize, const size_t oldSize) {
  constexpr size_t kInline = C10_SIZES_AND_STRIDES_MAX_INLINE_SIZE;
  if (newSize <= kInline) {  // out of the block into the object
    TORCH_INTERNAL_ASSERT_DEBUG_ONLY(!isInline());
    int64_t* block = outOfLineStorage_;
    memcpy(inlineStorage_, block, kInline * sizeof(int64_t));
    memcpy(inlineStorage_ + kInline, block + oldSize, kInline * sizeof(int64_t));
    free(block);
  } else if (isInline()) {
    auto* block = static_cast<int64_t*>(malloc(storageBytes(newSize)));
    TORCH_CHECK(block, "Could not allocate memory to change Tensor SizesAndStrides!");
    memset(block, 0, storageBytes(newSize));
    memcpy(block, inlineStorage_, oldSize * sizeof(int64_t));
    memcpy(block + newSize, inlineStorage_ + kInline, oldSize * sizeof(int64_t));
    outOfLineStorage_ = block;
  } else {
    const bool grows = oldSize < newSize;
    if (grows) resizeOutOfLineStorage(newSize);
    memmove(outOfLineStorage_ + newSize, outOfLineStorage_ + oldSize, std::min(oldSize, newSize) * sizeof(int64_t));
    if (grows) {
      const size_t added = (newSize - oldSize) * sizeof(int64_t);
      memset(outOfLineStorage_ + oldSize, 0, added);
      memset(outOfLineStorage_ + newSize + oldSize, 0, added);
    } else {
      resizeOutOfLineStorage(newSize);
    }
  }
  size_ = newSize;
}

}  // namespace c10::impl
