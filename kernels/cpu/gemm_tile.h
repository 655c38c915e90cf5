// The leaves of the matrix product that exist once per instruction set. gemm.cpp calls them; nothing else does.
#pragma once

#include "kernels/cpu/gemm.h"

namespace flambeau::cpu {

/// A strip of `width` rows (of a) or columns (of b) to be laid out as [depth][width], its missing part filled with
/// zeros.
template <class T>
struct Strip {
  const T* data;          ///< at the strip's first depth
  const int64_t* across;  ///< offsets of the strip's `valid` rows or columns
  int64_t valid, width;
  Axis along;
  int64_t depth_begin, depth;
  T* packed;
};

/// One depth block of a product: rows [row_begin, row_end), starting with a whole strip, by all columns.
template <class T>
struct Block {
  const Gemm<T>* problem;
  const T* a;  ///< packed strips of `depth` x rows, or the first row itself when rows are adjacent along the depth
  bool packed;
  const T* b;  ///< packed strips of `depth` x columns
  int64_t depth, row_begin, row_end, col_begin, col_end;
  bool first;  ///< the first depth block writes c, the others add to it
};

template <class T>
struct GemmKernels {
  int64_t rows, cols;  ///< the register tile
  int64_t lanes;       ///< elements of a vector
  void (*pack)(const Strip<T>&);
  void (*multiply)(const Block<T>&);
  /// Columns [begin, end) of a product whose b has adjacent columns, straight from the operands.
  void (*direct)(const Gemm<T>&, int64_t begin, int64_t end);
  /// The same where rows of a and columns of b are adjacent along k.
  void (*dots)(const Gemm<T>&, int64_t begin, int64_t end);
};

template <class T>
const GemmKernels<T>& gemm_kernels();

}  // namespace flambeau::cpu
