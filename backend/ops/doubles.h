#pragma once

#include "backend/copy.h"
#include "backend/dense.h"
#include "kernels/common/memory.h"

namespace flambeau::ops {

/// An operand as doubles in row-major order, in the shape of the result.
struct Doubles {
  Scratch<double> values;
  Doubles(const View& from, const View& like) : values(like.numel()) {
    Dims strides;
    copy(contiguous_view(values.data(), DType::float64, like.sizes(), strides), from);
  }
  void store(const View& out) {
    Dims strides;
    copy(out, contiguous_view(values.data(), DType::float64, out.sizes(), strides));
  }
};

}  // namespace flambeau::ops
