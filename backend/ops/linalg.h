// What the factorisations and solvers share: shapes of batches of matrices, column-major memory, errors.
#pragma once

#include <cmath>
#include <string>

#include "backend/dense.h"
#include "backend/promotion.h"
#include "kernels/cpu/lapack.h"

namespace flambeau::ops::linalg {

using cpu::Lapack;

// ---- shapes ----

inline void check_floating(const char* name, const View& a) {
  FLB_CHECK(is_floating(a.dtype()) || is_complex(a.dtype()), name,
            ": Expected a floating point or complex tensor as input. Got ", scalar_type_name(a.dtype()));
  FLB_CHECK(a.dtype() == DType::float32 || a.dtype() == DType::float64 || a.dtype() == DType::complex64 ||
                a.dtype() == DType::complex128,
            name, ": Low precision dtypes not supported. Got ", scalar_type_name(a.dtype()));
}
inline void check_matrix(const char* name, const View& a, const char* argument = "A") {
  FLB_CHECK(a.dim() >= 2, name, ": The input tensor ", argument, " must have at least 2 dimensions.");
}
inline void check_square(const char* name, const View& a) {
  check_matrix(name, a);
  FLB_CHECK(a.size(-1) == a.size(-2), name, ": A must be batches of square matrices, but they are ", a.size(-2), " by ",
            a.size(-1), " matrices");
}

inline Dims batch_of(const View& a, int matrix_dims = 2) {
  return Dims(a.sizes().begin(), a.sizes().end() - matrix_dims);
}
inline Dims with(Dims batch, std::initializer_list<int64_t> more) {
  batch.insert(batch.end(), more.begin(), more.end());
  return batch;
}
inline int64_t count_of(const Dims& batch) {
  int64_t n = 1;
  for (const int64_t s : batch) n *= s;
  return n;
}

inline Spec typed_spec(const View& like, const Dims& sizes, DType t) {
  Spec spec = spec_like(like, sizes);
  spec.dtype = t;
  return spec;
}
/// Matrices whose columns are contiguous.
inline Spec column_major(const View& like, const Dims& sizes, DType t) {
  Spec spec = typed_spec(like, sizes, t);
  spec.strides = contiguous_strides(sizes);
  const size_t n = sizes.size();
  spec.strides[n - 2] = 1, spec.strides[n - 1] = std::max<int64_t>(1, sizes[n - 2]);
  return spec;
}
inline Spec column_major(const View& like, const Dims& sizes) { return column_major(like, sizes, like.dtype()); }
inline Spec info_spec(const View& like, const Dims& batch) { return typed_spec(like, batch, DType::int32); }

template <class Body>
void for_linalg(DType t, const char* name, const Body& body) {
  switch (t) {
    case DType::float32:
      return body.template operator()<float>();
    case DType::float64:
      return body.template operator()<double>();
    case DType::complex64:
      return body.template operator()<Complex<float>>();
    case DType::complex128:
      return body.template operator()<Complex<double>>();
    default:
      not_implemented_for(name, t);
  }
}

// ---- memory ----

/// The last two dimensions exchanged: a row-major array of this is column-major matrices.
inline OwnedView transposed(const View& v) {
  OwnedView t{{v.sizes().begin(), v.sizes().end()}, {v.strides().begin(), v.strides().end()}, v.data(), v.dtype()};
  const size_t n = t.sizes.size();
  std::swap(t.sizes[n - 2], t.sizes[n - 1]);
  std::swap(t.strides[n - 2], t.strides[n - 1]);
  return t;
}

/// An output's matrices in column-major order.
template <class T>
class Columns {
 public:
  explicit Columns(const View& v) : view_(transposed(v)), out_(view_.view()), matrix_(v.size(-1) * v.size(-2)) {}
  T* operator[](int64_t i) const { return out_.data() + i * matrix_; }
  int64_t matrix() const { return matrix_; }
  void store() const { out_.store(); }
  void fill(const View& from) const {
    const Typed<T> values(transposed(from).view());
    std::copy_n(values.data(), out_.numel(), out_.data());
  }

 private:
  OwnedView view_;
  TypedOut<T> out_;
  int64_t matrix_;
};

/// A modifiable column-major copy of an argument's matrices.
template <class T>
class Copy {
 public:
  explicit Copy(const View& v) : matrix_(v.size(-1) * v.size(-2)), data_(v.numel()) {
    const Typed<T> values(transposed(v).view());
    std::copy_n(values.data(), v.numel(), data_.data());
  }
  T* operator[](int64_t i) const { return data_.data() + i * matrix_; }

 private:
  int64_t matrix_;
  Scratch<T> data_;
};

inline int size_int(int64_t n) {
  FLB_CHECK(n <= INT32_MAX, "a matrix dimension of ", n, " is too large for LAPACK");
  return static_cast<int>(n);
}

// ---- errors ----

[[noreturn]] inline void singular(const char* name, int64_t matrix, bool batched, const std::string& what) {
  fail(ErrorKind::linalg, name, ": ", batched ? "(Batch element " + std::to_string(matrix) + "): " : "", what);
}

template <class What>
void check_info(const char* name, const View& info_view, const What& what) {
  const Typed<int32_t> info(info_view);
  for (int64_t i = 0; i < info_view.numel(); ++i)
    if (info[i] != 0) singular(name, i, info_view.dim() > 0, what(info[i]));
}

template <class T>
real_t<T> magnitude(T x) {
  if constexpr (is_complex_v<T>)
    return std::hypot(x.re, x.im);
  else
    return std::fabs(x);
}

}  // namespace flambeau::ops::linalg
