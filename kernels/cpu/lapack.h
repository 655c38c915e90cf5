// LAPACK from a shared library that is loaded when the first such operator runs. Matrices are column-major and dense.
#pragma once

#include <string>

#include "kernels/common/number.h"

namespace flambeau::cpu {

/// Where to look for LAPACK first; FLAMBEAU_LAPACK in the environment wins. Takes effect until the first use.
void set_lapack_path(std::string path);

/// T: float, double, or Complex of them. What returns an int returns LAPACK's info.
template <class T>
struct Lapack {
  using Real = real_t<T>;
  using Imaginary = Complex<Real>;

  static int lu(int m, int n, T* a, int* pivots);
  static int lu_solve(char transpose, int n, int columns, const T* lu, const int* pivots, T* b);
  static int cholesky(char triangle, int n, T* a);
  static int cholesky_inverse(char triangle, int n, T* a);
  /// Of the lower triangle.
  static int ldl(bool hermitian, int n, T* a, int* pivots);
  static int ldl_solve(bool hermitian, int n, int columns, const T* ld, const int* pivots, T* b);
  static void qr(int m, int n, T* a, T* tau);
  /// The first n columns of Q from k reflectors.
  static void qr_q(int m, int n, int k, T* a, const T* tau);
  /// job: 'A' all of U and Vh, 'S' the first min(m, n), 'N' none.
  static int svd(char job, int m, int n, T* a, Real* s, T* u, int u_rows, T* vh, int vh_rows);
  static int eigh(bool vectors, char triangle, int n, T* a, Real* values);
  /// vectors may be null.
  static int eig(int n, T* a, Imaginary* values, Imaginary* vectors);
};

}  // namespace flambeau::cpu
