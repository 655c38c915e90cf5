#include <c10/util/SmallVector.h>

#include <stdexcept>
#include <string>

namespace c10 {
namespace {

template <class Size_T>
size_t new_capacity(size_t min_size, size_t old_capacity) {
  constexpr size_t max_size = std::numeric_limits<Size_T>::max();
  if (min_size > max_size) {
    throw std::length_error("SmallVector unable to grow. Requested capacity (" + std::to_string(min_size) +
                            ") is larger than maximum value for size type (" + std::to_string(max_size) + ")");
  }
  if (old_capacity == max_size) {
    throw std::length_error("SmallVector capacity unable to grow. Already at maximum size " + std::to_string(max_size));
  }
  return std::clamp(2 * old_capacity + 1, min_size, max_size);
}

void* checked(void* block) {
  if (block == nullptr) throw std::bad_alloc();
  return block;
}

}  // namespace

template <class Size_T>
void* SmallVectorBase<Size_T>::mallocForGrow(size_t MinSize, size_t TSize, size_t& NewCapacity) {
  NewCapacity = new_capacity<Size_T>(MinSize, this->capacity());
  return checked(std::malloc(NewCapacity * TSize));
}

template <class Size_T>
void SmallVectorBase<Size_T>::grow_pod(const void* FirstEl, size_t MinSize, size_t TSize) {
  const size_t capacity = new_capacity<Size_T>(MinSize, this->capacity());
  if (BeginX == FirstEl) {
    void* elements = checked(std::malloc(capacity * TSize));
    memcpy(elements, BeginX, size() * TSize);
    BeginX = elements;
  } else {
    BeginX = checked(std::realloc(BeginX, capacity * TSize));
  }
  Capacity = static_cast<Size_T>(capacity);
}

template class SmallVectorBase<uint32_t>;
template class SmallVectorBase<uint64_t>;

}  // namespace c10
