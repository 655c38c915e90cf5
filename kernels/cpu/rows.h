// Sums, maxima and scalings of dense rows: what softmax and the normalisations are made of.
#pragma once

#include <cstdint>

namespace flambeau::cpu {

template <class T>
struct RowKernels {
  // Sums are taken in a few dozen lanes, in blocks whose totals add up in double.
  double (*sum)(const T* x, int64_t n);
  double (*dot)(const T* x, const T* y, int64_t n, T center);  ///< sum of (x - center) y
  double (*squares)(const T* x, int64_t n, T mean);            ///< sum of (x - mean)^2

  void (*affine)(const T* x, T* y, int64_t n, T scale, T shift);            ///< y = x scale + shift
  void (*combine)(const T* x, const T* y, T* z, int64_t n, T a, T b, T c);  ///< z = a x + b y + c
  void (*weigh)(const T* x, const T* w, const T* b, T* y, int64_t n, T scale,
                T center);  ///< y = (x - center) scale w + b; w, b may be null
  void (*accumulate)(const T* x, const T* y, T* sum, int64_t n, T scale, T center);  ///< sum += y (x - center) scale
  void (*add)(const T* x, T* sum, int64_t n);                                        ///< sum += x
  void (*multiply)(const T* x, const T* y, T* z, int64_t n);                         ///< z = x y

  /// One row's softmax, or its logarithm.
  void (*softmax)(const T* x, T* y, int64_t n, bool log);
  void (*softmax_backward)(const T* grad, const T* y, T* to, int64_t n, bool log);
  /// The same down n rows that are `step` apart, for `width` columns at once.
  void (*softmax_columns)(const T* x, T* y, int64_t n, int64_t step, int64_t width, bool log);
  void (*softmax_columns_backward)(const T* grad, const T* y, T* to, int64_t n, int64_t step, int64_t width, bool log);
};

template <class T>
const RowKernels<T>& row_kernels();  ///< T: float or double

}  // namespace flambeau::cpu
