// Specs that many operators share.
#pragma once

#include "backend/iteration.h"

namespace flambeau {

/// Row-major.
inline Spec spec_of(DType dtype, Device device, std::span<const int64_t> sizes) {
  return {dtype, device, Dims(sizes.begin(), sizes.end()), {}};
}

/// The shape of `v` and, where it is dense, its strides (PyTorch's preserve_format).
inline Spec spec_like(const View& v, DType dtype) {
  const View* views[] = {&v};
  Spec spec = spec_of(dtype, v.device(), v.sizes());
  spec.strides = output_strides(v.sizes(), views);
  return spec;
}

/// A dimension from [-dim, dim) as one from [0, dim); a 0-dim tensor counts as one of 1 dimension.
inline int64_t wrap_dim(int64_t d, int64_t dim) {
  const int64_t n = dim > 0 ? dim : 1;
  FLB_CHECK_AS(index, d >= -n && d < n, "Dimension out of range (expected to be in range of [", -n, ", ", n - 1,
               "], but got ", d, ")");
  return d < 0 ? d + n : d;
}

}  // namespace flambeau
