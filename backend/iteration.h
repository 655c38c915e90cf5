// How operands of different shapes and strides are walked together: broadcasting, the order of dimensions, coalescing.
#pragma once

#include "absl/container/inlined_vector.h"
#include "backend/call.h"

namespace flambeau {

/// The shape that both broadcast to. Throws PyTorch's error where they do not.
Dims broadcast(std::span<const int64_t> a, std::span<const int64_t> b);

/// "[2, 3]", as in messages.
std::string shape_text(std::span<const int64_t> sizes);

/// Row-major strides in elements.
Dims contiguous_strides(std::span<const int64_t> sizes);

/// Strides of a new array of `shape` that keeps the inputs' memory order (permuted, channels-last), in elements; empty
/// if row-major.
Dims output_strides(std::span<const int64_t> shape, std::span<const View* const> inputs);

/// One operand of a walk; strides are in bytes. A Scalar or absent operand has no memory (data null, strides 0).
struct Operand {
  char* data = nullptr;
  Dims strides;
};

/// Dimensions of a walk, fastest first, merged where every operand allows it.
struct Walk {
  Dims sizes;
  absl::InlinedVector<Operand, 4> operands;
  int64_t numel = 1;

  /// Over `shape`; each view is broadcast to it. A null view is an operand without memory. The first views decide the
  /// order.
  Walk(std::span<const int64_t> shape, std::span<const View* const> views);

  int dim() const { return static_cast<int>(sizes.size()); }
  /// Operand `i` is dense in the walk's order, elements of `size` bytes.
  bool dense(int i, int64_t size) const;
  bool constant(int i) const;
};

}  // namespace flambeau
