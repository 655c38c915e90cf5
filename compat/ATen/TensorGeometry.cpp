#include <ATen/TensorGeometry.h>

namespace at {

bool geometry_is_contiguous(IntArrayRef sizes, IntArrayRef strides) {
  TORCH_INTERNAL_ASSERT(sizes.size() == strides.size());
  int64_t expected = 1;
  bool contiguous = true;
  for (size_t d = sizes.size(); d-- > 0;) {
    if (sizes[d] == 0) return true;
    contiguous &= sizes[d] == 1 || strides[d] == expected;
    expected *= sizes[d];
  }
  return contiguous;
}

bool TensorGeometry::is_contiguous() const {
  if (numel_ == 0) return true;
  return geometry_is_contiguous(sizes(), strides());
}

}  // namespace at
