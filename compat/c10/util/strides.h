// Mirrors <c10/util/strides.h> of PyTorch 2.13.
#pragma once

#include <c10/util/ArrayRef.h>
#include <c10/util/DimVector.h>

#include <algorithm>

namespace c10 {

inline DimVector contiguous_strides(const IntArrayRef sizes) {
  const auto dims = static_cast<int64_t>(sizes.size());
  DimVector strides(static_cast<size_t>(dims), 1);
  for (auto i = dims - 2; i >= 0; --i) strides[i] = strides[i + 1] * std::max<int64_t>(sizes[i + 1], 1);
  return strides;
}

}  // namespace c10
