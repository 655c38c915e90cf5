// Matrix product: packed panels and a register tile, for operands of any strides and for arrays known by tables of
// offsets.
#pragma once

#include <cstdint>

namespace flambeau::cpu {

/// Where index i of a dimension lies, in elements: a stride, or a table of offsets.
struct Axis {
  int64_t stride = 0;
  const int64_t* offsets = nullptr;
  int64_t operator()(int64_t i) const { return offsets ? offsets[i] : i * stride; }
};

/// Element (i, j) is data[row(i) + col(j)].
template <class T>
struct Matrix {
  T* data = nullptr;
  Axis row, col;
  Matrix transposed() const { return {data, col, row}; }
};

/// c = alpha a b + beta d, where a is m x k and b is k x n. With beta 0, d is not read. d may be c itself, or have
/// strides of 0.
template <class T>
struct Gemm {
  int64_t m = 0, n = 0, k = 0;
  Matrix<const T> a, b;
  Matrix<T> c;
  Matrix<const T> d;
  T alpha = T(1), beta = T(0);
};

/// A result of m x n cut into parts of tall x wide, at most one for each thread.
struct Grid {
  int64_t tall, wide;
};
/// The grid that is done first, when every part packs its own operands; parts are whole tiles of row_unit x col_unit.
Grid grid_of(int64_t m, int64_t n, int64_t row_unit, int64_t col_unit, int64_t threads);

/// T: float and double (vectorised, parallel), Complex of both (as four real products), integers.
template <class T>
void gemm(const Gemm<T>& problem);

}  // namespace flambeau::cpu
