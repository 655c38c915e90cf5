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

/// T: float and double (vectorised, parallel), Complex of both (as four real products), integers.
template <class T>
void gemm(const Gemm<T>& problem);

}  // namespace flambeau::cpu
