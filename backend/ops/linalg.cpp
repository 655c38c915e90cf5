// Factorisations and solvers over batches of matrices, by LAPACK (kernels/cpu/lapack.h). Results are column-major, as it leaves them.

#include <cmath>

#include "backend/dense.h"
#include "backend/op.h"
#include "backend/promotion.h"
#include "kernels/cpu/lapack.h"

namespace flambeau::ops {
namespace {

using cpu::Lapack;

// ---- shapes ----

void check_floating(const char* name, const View& a) {
  FLB_CHECK(is_floating(a.dtype()) || is_complex(a.dtype()), name, ": Expected a floating point or complex tensor as input. Got ", scalar_type_name(a.dtype()));
  FLB_CHECK(a.dtype() == DType::float32 || a.dtype() == DType::float64 || a.dtype() == DType::complex64 || a.dtype() == DType::complex128, name,
            ": Low precision dtypes not supported. Got ", scalar_type_name(a.dtype()));
}
void check_matrix(const char* name, const View& a, const char* argument = "A") {
  FLB_CHECK(a.dim() >= 2, name, ": The input tensor ", argument, " must have at least 2 dimensions.");
}
void check_square(const char* name, const View& a) {
  check_matrix(name, a);
  FLB_CHECK(a.size(-1) == a.size(-2), name, ": A must be batches of square matrices, but they are ", a.size(-2), " by ", a.size(-1), " matrices");
}

Dims batch_of(const View& a, int matrix_dims = 2) { return Dims(a.sizes().begin(), a.sizes().end() - matrix_dims); }
Dims with(Dims batch, std::initializer_list<int64_t> more) {
  batch.insert(batch.end(), more.begin(), more.end());
  return batch;
}
int64_t count_of(const Dims& batch) {
  int64_t n = 1;
  for (const int64_t s : batch) n *= s;
  return n;
}

Spec typed_spec(const View& like, const Dims& sizes, DType t) {
  Spec spec = spec_like(like, sizes);
  spec.dtype = t;
  return spec;
}
/// Matrices whose columns are contiguous.
Spec column_major(const View& like, const Dims& sizes, DType t) {
  Spec spec = typed_spec(like, sizes, t);
  spec.strides = contiguous_strides(sizes);
  const size_t n = sizes.size();
  spec.strides[n - 2] = 1, spec.strides[n - 1] = std::max<int64_t>(1, sizes[n - 2]);
  return spec;
}
Spec column_major(const View& like, const Dims& sizes) { return column_major(like, sizes, like.dtype()); }
Spec info_spec(const View& like, const Dims& batch) { return typed_spec(like, batch, DType::int32); }

template <class Body>
void for_linalg(DType t, const char* name, const Body& body) {
  switch (t) {
    case DType::float32: return body.template operator()<float>();
    case DType::float64: return body.template operator()<double>();
    case DType::complex64: return body.template operator()<Complex<float>>();
    case DType::complex128: return body.template operator()<Complex<double>>();
    default: not_implemented_for(name, t);
  }
}

// ---- memory ----

/// The last two dimensions exchanged: a row-major array of this is column-major matrices.
OwnedView transposed(const View& v) {
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

int size_int(int64_t n) {
  FLB_CHECK(n <= INT32_MAX, "a matrix dimension of ", n, " is too large for LAPACK");
  return static_cast<int>(n);
}

template <class T>
T conjugate(T x) {
  if constexpr (is_complex_v<T>) return {x.re, -x.im};
  else return x;
}

// ---- errors ----

[[noreturn]] void singular(const char* name, int64_t matrix, bool batched, const std::string& what) {
  fail(ErrorKind::linalg, name, ": ", batched ? "(Batch element " + std::to_string(matrix) + "): " : "", what);
}

template <class What>
void check_info(const char* name, const View& info_view, const What& what) {
  const Typed<int32_t> info(info_view);
  for (int64_t i = 0; i < info_view.numel(); ++i)
    if (info[i] != 0) singular(name, i, info_view.dim() > 0, what(info[i]));
}

std::string not_positive(int info) {
  return "The factorization could not be completed because the input is not positive-definite (the leading minor of order " + std::to_string(info) + " is not positive-definite).";
}

// ---- LU, determinants, solve, inverse ----

// A, pivot, check_errors -> LU, pivots, info
Specs infer_lu(const Call& call) {
  const View& a = call.in(0);
  check_matrix("torch.lu_factor", a);
  check_floating("torch.lu_factor", a);
  FLB_CHECK(call.boolean(1), "linalg.lu_factor: LU without pivoting is not implemented on the CPU");
  const Dims batch = batch_of(a);
  return {column_major(a, Dims(a.sizes().begin(), a.sizes().end())), typed_spec(a, with(batch, {std::min(a.size(-1), a.size(-2))}), DType::int32), info_spec(a, batch)};
}

template <class T>
void factor(const View& a, const View& lu_view, const View& pivots_view, const View* info_view) {
  const Columns<T> lu(lu_view);
  lu.fill(a);
  const TypedOut<int32_t> pivots(pivots_view);
  const int m = size_int(a.size(-2)), n = size_int(a.size(-1)), least = std::min(m, n);
  const int64_t count = count_of(batch_of(a));
  std::optional<TypedOut<int32_t>> info;
  if (info_view) info.emplace(*info_view);
  for (int64_t i = 0; i < count; ++i) {
    const int result = Lapack<T>::lu(m, n, lu[i], pivots.data() + i * least);
    if (info) (*info)[i] = result;
  }
  lu.store();
  pivots.store();
  if (info) info->store();
}
void run_lu(const Call& call) {
  for_linalg(call.in(0).dtype(), "lu", [&]<class T>() { factor<T>(call.in(0), call.out(0), call.out(1), &call.out(2)); });
  if (call.boolean(2)) check_info("torch.linalg.lu_factor_ex", call.out(2), [](int i) {
    return "U[" + std::to_string(i) + "," + std::to_string(i) + "] is zero and using it on lu_solve would result in a division by zero. If you still want to perform the factorization, consider calling linalg.lu(A, pivot) or linalg.lu_factor_ex(A, pivot)";
  });
}

/// For a determinant PyTorch factors the transpose of a row-major real matrix, which needs no copy; its gradient counts on that.
bool factors_transpose(const View& a) { return a.is_contiguous() && !is_complex(a.dtype()); }
OwnedView as_factored(const View& a) {
  if (factors_transpose(a)) return transposed(a);
  return {{a.sizes().begin(), a.sizes().end()}, {a.strides().begin(), a.strides().end()}, a.data(), a.dtype()};
}

// A -> result, LU, pivots
Specs infer_det(const Call& call) {
  const View& a = call.in(0);
  check_square("linalg.det", a);
  check_floating("linalg.det", a);
  return {spec_like(a, batch_of(a)), column_major(a, Dims(a.sizes().begin(), a.sizes().end())), typed_spec(a, batch_of(a, 1), DType::int32)};
}

/// Calls body(matrix, diagonal of LU, whether rows were exchanged an odd number of times).
template <class T, class Body>
void for_diagonals(const View& lu_view, const View& pivots_view, const Body& body) {
  const Typed<T> lu(transposed(lu_view).view());
  const Typed<int32_t> pivots(pivots_view);
  const int64_t n = lu_view.size(-1), count = count_of(batch_of(lu_view));
  for (int64_t i = 0; i < count; ++i) {
    bool odd = false;
    for (int64_t k = 0; k < n; ++k) odd ^= pivots[i * n + k] != k + 1;
    body(i, [&](int64_t k) { return lu[(i * n + k) * n + k]; }, odd);
  }
}

void run_det(const Call& call) {
  for_linalg(call.in(0).dtype(), "linalg_det", [&]<class T>() {
    factor<T>(as_factored(call.in(0)).view(), call.out(1), call.out(2), nullptr);
    const TypedOut<T> out(call.out(0));
    for_diagonals<T>(call.out(1), call.out(2), [&](int64_t i, const auto& diagonal, bool odd) {
      T product = odd ? T(-1) : T(1);
      for (int64_t k = 0; k < call.in(0).size(-1); ++k) product = product * diagonal(k);
      out[i] = product;
    });
    out.store();
  });
}

// A -> sign, logabsdet, LU, pivots
Specs infer_slogdet(const Call& call) {
  const View& a = call.in(0);
  check_square("linalg.slogdet", a);
  check_floating("linalg.slogdet", a);
  return {spec_like(a, batch_of(a)), typed_spec(a, batch_of(a), to_real(a.dtype())), column_major(a, Dims(a.sizes().begin(), a.sizes().end())), typed_spec(a, batch_of(a, 1), DType::int32)};
}

template <class T>
real_t<T> magnitude(T x) {
  if constexpr (is_complex_v<T>) return std::hypot(x.re, x.im);
  else return std::fabs(x);
}

void run_slogdet(const Call& call) {
  for_linalg(call.in(0).dtype(), "linalg_slogdet", [&]<class T>() {
    factor<T>(as_factored(call.in(0)).view(), call.out(2), call.out(3), nullptr);
    const TypedOut<T> sign(call.out(0));
    const TypedOut<real_t<T>> log(call.out(1));
    for_diagonals<T>(call.out(2), call.out(3), [&](int64_t i, const auto& diagonal, bool odd) {
      T unit = odd ? T(-1) : T(1);
      real_t<T> sum = 0;
      for (int64_t k = 0; k < call.in(0).size(-1); ++k) {
        const T d = diagonal(k);
        const real_t<T> size = magnitude(d);
        unit = size == 0 ? T(0) : unit * (d / T(size));
        sum += std::log(size);
      }
      sign[i] = unit, log[i] = sum;
    });
    sign.store();
    log.store();
  });
}

/// B of a solve is a batch of vectors when its shape is A's without the last dimension.
bool is_vector(const View& a, const View& b) {
  return b.dim() == 1 || (a.dim() - 1 == b.dim() && std::ranges::equal(b.sizes(), a.sizes().first(a.dim() - 1)));
}

struct Solve {
  bool vector, left;
  Dims batch;
  OwnedView a, b;  ///< expanded to the common batch; b a matrix

  Solve(const View& a_view, const View& b_view, bool left_side) : vector(is_vector(a_view, b_view)), left(left_side) {
    OwnedView wide{{b_view.sizes().begin(), b_view.sizes().end()}, {b_view.strides().begin(), b_view.strides().end()}, b_view.data(), b_view.dtype()};
    if (vector) wide.sizes.push_back(1), wide.strides.push_back(1);
    const View b_matrix = wide.view();
    batch = broadcast(a_view.sizes().first(a_view.dim() - 2), b_matrix.sizes().first(b_matrix.dim() - 2));
    a = expand(a_view), b = expand(b_matrix);
  }

 private:
  OwnedView expand(const View& v) const {
    OwnedView wide{with(batch, {v.size(-2), v.size(-1)}), Dims(batch.size() + 2, 0), v.data(), v.dtype()};
    for (int d = 1; d <= v.dim(); ++d)
      if (d <= 2 || v.size(-d) != 1) wide.strides[wide.strides.size() - d] = v.stride(-d);
    return wide;
  }
};

void check_solve(const char* name, const View& a, const View& b, bool left, bool vector) {
  check_square(name, a);
  check_floating(name, a);
  FLB_CHECK(a.dtype() == b.dtype(), name, ": Expected A and B to have the same dtype, but found A of type ", scalar_type_name(a.dtype()), " and B of type ", scalar_type_name(b.dtype()), " instead");
  FLB_CHECK(!vector || left, name, ": Vector broadcasting of the left hand side is not supported for left=False. In this case linalg.solve is equivalent to B / A.squeeze(-1)");
  if (vector) {
    FLB_CHECK(b.size(-1) == a.size(-1), name, ": Incompatible shapes of A and B for the equation AX = B (", a.size(-2), "x", a.size(-1), " and ", b.size(-1), "x1)");
    return;
  }
  check_matrix(name, b, "B");
  FLB_CHECK(left ? a.size(-2) == b.size(-2) : a.size(-1) == b.size(-1), name, ": Incompatible shapes of A and B for the equation ", left ? "AX = B" : "XA = B", " (", a.size(-2), "x", a.size(-1), " and ", b.size(-2), "x", b.size(-1), ")");
}

// A, B, left, check_errors -> result, LU, pivots, info
Specs infer_solve(const Call& call) {
  const View &a = call.in(0), &b = call.in(1);
  const bool left = call.boolean(2);
  check_solve("linalg.solve", a, b, left, a.dim() >= 2 && is_vector(a, b));
  const Solve s(a, b, left);
  Spec result;
  if (s.vector) {
    const Dims sizes = with(s.batch, {b.size(-1)});
    result = column_major(a, with(s.batch, {b.size(-1), 1}));
    result.sizes = sizes;
    result.strides.pop_back();
    if (sizes.size() > 1) result = column_major(a, sizes);
  } else {
    result = left ? column_major(a, s.b.sizes) : spec_like(a, s.b.sizes);
  }
  return {result, column_major(a, Dims(a.sizes().begin(), a.sizes().end())), typed_spec(a, batch_of(a, 1), DType::int32), info_spec(a, batch_of(a))};
}

/// Which matrix of A each matrix of a broadcast batch uses.
int64_t source_matrix(const OwnedView& wide, const View& narrow, int64_t index) {
  int64_t at = 0, step = 1;
  for (int d = 3; d <= static_cast<int>(wide.sizes.size()); ++d) {
    const int64_t size = wide.sizes[wide.sizes.size() - d], i = index % size;
    index /= size;
    if (d > narrow.dim()) continue;
    if (narrow.size(-d) != 1) at += i * step;
    step *= narrow.size(-d);
  }
  return at;
}

void run_solve(const Call& call) {
  const View &a = call.in(0), &b = call.in(1);
  for_linalg(a.dtype(), "linalg_solve", [&]<class T>() {
    const Solve s(a, b, call.boolean(2));
    factor<T>(a, call.out(1), call.out(2), &call.out(3));
    const Typed<T> lu(transposed(call.out(1)).view());
    const Typed<int32_t> pivots(call.out(2));
    OwnedView result{s.b.sizes, {call.out(0).strides().begin(), call.out(0).strides().end()}, call.out(0).data(), a.dtype()};
    if (s.vector) result.strides.push_back(1);
    // X A = B is A^T X^T = B^T.
    const OwnedView target = s.left ? result : transposed(result.view()), source = s.left ? s.b : transposed(s.b.view());
    const View target_view = target.view();
    const Columns<T> x(target_view);
    x.fill(source.view());
    const int n = size_int(a.size(-1)), columns = size_int(target_view.size(-1));
    const char transpose = s.left ? 'N' : 'T';
    for (int64_t i = 0; i < count_of(s.batch); ++i) {
      const int64_t from = source_matrix(s.a, a, i);
      Lapack<T>::lu_solve(transpose, n, columns, lu.data() + from * n * n, pivots.data() + from * n, x[i]);
    }
    x.store();
  });
  if (call.boolean(3)) check_info("torch.linalg.solve_ex", call.out(3), [](int) { return std::string("The solver failed because the input matrix is singular."); });
}

// A, check_errors -> inverse, info
Specs infer_inverse(const Call& call) {
  const View& a = call.in(0);
  check_square("linalg.inv", a);
  check_floating("linalg.inv", a);
  return {column_major(a, Dims(a.sizes().begin(), a.sizes().end())), info_spec(a, batch_of(a))};
}
void run_inverse(const Call& call) {
  const View& a = call.in(0);
  for_linalg(a.dtype(), "linalg_inv", [&]<class T>() {
    const Copy<T> lu(a);
    const Columns<T> out(call.out(0));
    const TypedOut<int32_t> info(call.out(1));
    const int n = size_int(a.size(-1));
    Scratch<int32_t> pivots(n);
    for (int64_t i = 0; i < count_of(batch_of(a)); ++i) {
      info[i] = Lapack<T>::lu(n, n, lu[i], pivots.data());
      std::fill_n(out[i], out.matrix(), T(0));
      for (int64_t k = 0; k < n; ++k) out[i][k * n + k] = T(1);
      if (info[i] == 0) Lapack<T>::lu_solve('N', n, n, lu[i], pivots.data(), out[i]);
    }
    out.store();
    info.store();
  });
  if (call.boolean(1)) check_info("linalg.inv_ex", call.out(1), [](int i) {
    return "The diagonal element " + std::to_string(i) + " is zero, the inversion could not be completed because the input matrix is singular.";
  });
}

// ---- Cholesky ----

template <class T>
void clear_triangle(T* a, int64_t n, bool keep_upper) {
  for (int64_t j = 0; j < n; ++j)
    for (int64_t i = keep_upper ? j + 1 : 0; i < (keep_upper ? n : j); ++i) a[j * n + i] = T(0);
}

// self, upper, check_errors -> L, info
Specs infer_cholesky_ex(const Call& call) {
  const View& a = call.in(0);
  check_square("linalg.cholesky", a);
  check_floating("linalg.cholesky", a);
  return {column_major(a, Dims(a.sizes().begin(), a.sizes().end())), info_spec(a, batch_of(a))};
}
template <class Info>
void cholesky(const View& a, const View& out_view, bool upper, const Info& report) {
  for_linalg(a.dtype(), "cholesky", [&]<class T>() {
    const Columns<T> out(out_view);
    out.fill(a);
    const int n = size_int(a.size(-1));
    for (int64_t i = 0; i < count_of(batch_of(a)); ++i) {
      clear_triangle(out[i], n, upper);
      report(i, Lapack<T>::cholesky(upper ? 'U' : 'L', n, out[i]));
    }
    out.store();
  });
}
void run_cholesky_ex(const Call& call) {
  const TypedOut<int32_t> info(call.out(1));
  cholesky(call.in(0), call.out(0), call.boolean(1), [&](int64_t i, int result) { info[i] = result; });
  info.store();
  if (call.boolean(2)) check_info("linalg.cholesky_ex", call.out(1), not_positive);
}

Specs infer_cholesky(const Call& call) {
  const View& a = call.in(0);
  check_square("cholesky", a);
  check_floating("cholesky", a);
  return {column_major(a, Dims(a.sizes().begin(), a.sizes().end()))};
}
void run_cholesky(const Call& call) {
  cholesky(call.in(0), call.out(0), call.boolean(1), [&](int64_t i, int result) {
    if (result) singular("cholesky", i, call.in(0).dim() > 2, not_positive(result));
  });
}

/// The inverse of A from its triangular factor.
Specs infer_cholesky_inverse(const Call& call) {
  const View& a = call.in(0);
  check_square("cholesky_inverse", a);
  check_floating("cholesky_inverse", a);
  return {column_major(a, Dims(a.sizes().begin(), a.sizes().end()))};
}
void run_cholesky_inverse(const Call& call) {
  const View& a = call.in(0);
  const bool upper = call.boolean(1);
  for_linalg(a.dtype(), "cholesky_inverse", [&]<class T>() {
    const Columns<T> out(call.out());
    out.fill(a);
    const int n = size_int(a.size(-1));
    for (int64_t i = 0; i < count_of(batch_of(a)); ++i) {
      const int info = Lapack<T>::cholesky_inverse(upper ? 'U' : 'L', n, out[i]);
      if (info) singular("cholesky_inverse", i, a.dim() > 2, "The diagonal element " + std::to_string(info) + " is zero, the inversion could not be completed because the input matrix is singular.");
      for (int64_t r = 0; r < n; ++r)
        for (int64_t c = 0; c < r; ++c) {
          T &low = out[i][c * n + r], &high = out[i][r * n + c];
          upper ? low = conjugate(high) : high = conjugate(low);
        }
    }
    out.store();
  });
}

// ---- QR ----

struct QrMode {
  bool q, reduced;
};
QrMode qr_mode(std::string_view mode) {
  FLB_CHECK(mode == "reduced" || mode == "complete" || mode == "r", "qr received unrecognized mode '", mode, "' but expected one of 'reduced' (default), 'r', or 'complete'");
  return {mode != "r", mode != "complete"};
}

// A, mode -> Q, R
Specs infer_qr(const Call& call) {
  const View& a = call.in(0);
  check_matrix("linalg.qr", a);
  check_floating("linalg.qr", a);
  const QrMode mode = qr_mode(call.string(1));
  const int64_t m = a.size(-2), n = a.size(-1), k = std::min(m, n);
  const Dims batch = batch_of(a);
  const Spec q = mode.q ? column_major(a, with(batch, {m, mode.reduced ? k : m})) : spec_like(a, {0});
  return {q, column_major(a, with(batch, {mode.reduced ? k : m, n}))};
}
void run_qr(const Call& call) {
  const View& a = call.in(0);
  const QrMode mode = qr_mode(call.string(1));
  for_linalg(a.dtype(), "qr", [&]<class T>() {
    const int m = size_int(a.size(-2)), n = size_int(a.size(-1)), k = std::min(m, n);
    const Copy<T> work(a);
    const Columns<T> r(call.out(1));
    std::optional<Columns<T>> q;
    if (mode.q) q.emplace(call.out(0));
    Scratch<T> tau(k);
    const int64_t r_rows = call.out(1).size(-2), q_columns = mode.q ? call.out(0).size(-1) : 0;
    for (int64_t i = 0; i < count_of(batch_of(a)); ++i) {
      Lapack<T>::qr(m, n, work[i], tau.data());
      for (int64_t c = 0; c < n; ++c)
        for (int64_t row = 0; row < r_rows; ++row) r[i][c * r_rows + row] = row <= c ? work[i][c * m + row] : T(0);
      if (!q) continue;
      std::fill_n((*q)[i], q->matrix(), T(0));
      std::copy_n(work[i], static_cast<int64_t>(m) * k, (*q)[i]);
      if (m && q_columns) Lapack<T>::qr_q(m, size_int(q_columns), k, (*q)[i], tau.data());
    }
    if (q) q->store();
    r.store();
  });
}

// ---- SVD ----

// A, full_matrices, compute_uv, driver -> U, S, Vh
Specs infer_svd(const Call& call) {
  const View& a = call.in(0);
  check_matrix("linalg.svd", a);
  check_floating("linalg.svd", a);
  FLB_CHECK(!call.has(3), "torch.linalg.svd: keyword argument `driver=` is only supported on CUDA inputs with cuSOLVER backend.");
  const bool full = call.boolean(1);
  const int64_t m = a.size(-2), n = a.size(-1), k = std::min(m, n);
  const Dims batch = batch_of(a);
  const Spec s = typed_spec(a, with(batch, {k}), to_real(a.dtype()));
  if (!call.boolean(2)) return {spec_like(a, {0}), s, spec_like(a, {0})};
  return {column_major(a, with(batch, {m, full ? m : k})), s, column_major(a, with(batch, {full ? n : k, n}))};
}

template <class T>
void identity(T* to, int64_t rows, int64_t matrix) {
  std::fill_n(to, matrix, T(0));
  for (int64_t i = 0; i < rows && i * rows + i < matrix; ++i) to[i * rows + i] = T(1);
}

void run_svd(const Call& call) {
  const View& a = call.in(0);
  const bool full = call.boolean(1), vectors = call.boolean(2);
  for_linalg(a.dtype(), "linalg_svd_cpu", [&]<class T>() {
    const int m = size_int(a.size(-2)), n = size_int(a.size(-1)), k = std::min(m, n);
    const Copy<T> work(a);
    const TypedOut<real_t<T>> s(call.out(1));
    std::optional<Columns<T>> u, vh;
    if (vectors) u.emplace(call.out(0)), vh.emplace(call.out(2));
    for (int64_t i = 0; i < count_of(batch_of(a)); ++i) {
      if (k == 0) {
        if (vectors) identity((*u)[i], m, u->matrix()), identity((*vh)[i], n, vh->matrix());
        continue;
      }
      const int info = Lapack<T>::svd(vectors ? (full ? 'A' : 'S') : 'N', m, n, work[i], s.data() + i * k, vectors ? (*u)[i] : nullptr, m, vectors ? (*vh)[i] : nullptr, full ? n : k);
      if (info) singular("linalg.svd", i, a.dim() > 2, "The algorithm failed to converge because the input matrix is ill-conditioned or has too many repeated singular values (error code: " + std::to_string(info) + ").");
    }
    s.store();
    if (vectors) u->store(), vh->store();
  });
}

// ---- eigenvalues ----

// A, UPLO, compute_v -> eigenvalues, eigenvectors
Specs infer_eigh(const Call& call) {
  const View& a = call.in(0);
  check_square("linalg.eigh", a);
  check_floating("linalg.eigh", a);
  const std::string_view triangle = call.string(1);
  FLB_CHECK(triangle.size() == 1 && std::string_view("LUlu").find(triangle[0]) != std::string_view::npos, "Expected UPLO argument to be 'L' or 'U', but got ", triangle);
  return {typed_spec(a, batch_of(a, 1), to_real(a.dtype())), call.boolean(2) ? column_major(a, Dims(a.sizes().begin(), a.sizes().end())) : spec_like(a, {0})};
}

std::string not_converged(int info) {
  return "The algorithm failed to converge because the input matrix is ill-conditioned or has too many repeated eigenvalues (error code: " + std::to_string(info) + ").";
}

void run_eigh(const Call& call) {
  const View& a = call.in(0);
  const bool vectors = call.boolean(2), upper = call.string(1)[0] == 'U' || call.string(1)[0] == 'u';
  for_linalg(a.dtype(), "linalg_eigh_cpu", [&]<class T>() {
    const Copy<T> work(a);
    const TypedOut<real_t<T>> values(call.out(0));
    std::optional<Columns<T>> out;
    if (vectors) out.emplace(call.out(1));
    const int n = size_int(a.size(-1));
    for (int64_t i = 0; i < count_of(batch_of(a)) && n; ++i) {
      const int info = Lapack<T>::eigh(vectors, upper ? 'U' : 'L', n, work[i], values.data() + i * n);
      if (info) singular("linalg.eigh", i, a.dim() > 2, not_converged(info));
      if (vectors) std::copy_n(work[i], out->matrix(), (*out)[i]);
    }
    values.store();
    if (vectors) out->store();
  });
}

// self -> eigenvalues, eigenvectors, both complex
template <bool vectors>
Specs infer_eig(const Call& call) {
  const View& a = call.in(0);
  check_square("linalg.eig", a);
  check_floating("linalg.eig", a);
  const DType complex = to_complex(a.dtype());
  const Spec values = typed_spec(a, batch_of(a, 1), complex);
  if (!vectors) return {values};
  return {values, column_major(a, Dims(a.sizes().begin(), a.sizes().end()), complex)};
}
template <bool vectors>
void run_eig(const Call& call) {
  const View& a = call.in(0);
  for_linalg(a.dtype(), "linalg_eig", [&]<class T>() {
    using C = Complex<real_t<T>>;
    const Typed<T> source(transposed(a).view());
    const int n = size_int(a.size(-1));
    for (int64_t i = 0; i < a.numel(); ++i)
      FLB_CHECK(std::isfinite(magnitude(source[i])), "torch.linalg.eig: input tensor should not contain infs or NaNs.");
    const Copy<T> work(a);
    const TypedOut<C> values(call.out(0));
    std::optional<Columns<C>> out;
    if (vectors) out.emplace(call.out(1));
    for (int64_t i = 0; i < count_of(batch_of(a)) && n; ++i) {
      const int info = Lapack<T>::eig(n, work[i], values.data() + i * n, vectors ? (*out)[i] : nullptr);
      if (info) singular("torch.linalg.eig", i, a.dim() > 2, not_converged(info));
    }
    values.store();
    if (vectors) out->store();
  });
}

// ---- triangular systems: self, B, upper, left, unitriangular ----

Specs infer_triangular(const Call& call) {
  const View &a = call.in(0), &b = call.in(1);
  const char* name = "linalg.solve_triangular";
  check_matrix(name, b, "B");
  check_solve(name, a, b, call.boolean(3), false);
  const Dims batch = broadcast(a.sizes().first(a.dim() - 2), b.sizes().first(b.dim() - 2));
  return {column_major(b, with(batch, {b.size(-2), b.size(-1)}))};
}

/// Substitution in column-major order; A's element (r, c) is a[r * row + c * col].
template <class T>
void substitute(const T* a, int64_t row, int64_t col, T* x, int64_t n, int64_t columns, bool upper, bool unit) {
  for (int64_t j = 0; j < columns; ++j, x += n)
    for (int64_t step = 0; step < n; ++step) {
      const int64_t k = upper ? n - 1 - step : step;
      if (!unit) x[k] = x[k] / a[k * (row + col)];
      for (int64_t r = upper ? 0 : k + 1; r < (upper ? k : n); ++r) x[r] = x[r] - a[r * row + k * col] * x[k];
    }
}

void run_triangular(const Call& call) {
  const View &a_view = call.in(0), &b = call.in(1);
  const bool upper = call.boolean(2), left = call.boolean(3), unit = call.boolean(4);
  for_linalg(a_view.dtype(), "triangular_solve", [&]<class T>() {
    const View& out = call.out();
    OwnedView wide{{out.sizes().begin(), out.sizes().end()}, Dims(out.dim(), 0), b.data(), b.dtype()};
    for (int d = 1; d <= b.dim(); ++d)
      if (d <= 2 || b.size(-d) != 1) wide.strides[wide.strides.size() - d] = b.stride(-d);
    const OwnedView target{wide.sizes, {out.strides().begin(), out.strides().end()}, out.data(), out.dtype()};
    // X A = B is A^T X^T = B^T.
    const OwnedView result = left ? target : transposed(target.view()), source = left ? wide : transposed(wide.view());
    const View result_view = result.view();
    const Columns<T> x(result_view);
    x.fill(source.view());
    const Typed<T> a(transposed(a_view).view());
    const int64_t n = a_view.size(-1), count = out.numel() ? out.numel() / (out.size(-1) * out.size(-2)) : 0;
    for (int64_t i = 0; i < count; ++i)
      substitute(a.data() + source_matrix(wide, a_view, i) * n * n, left ? 1 : n, left ? n : 1, x[i], n, result_view.size(-1), upper == left, unit);
    x.store();
  });
}

}  // namespace

FLB_OP(linalg_lu_factor_ex, infer_lu, run_lu);
FLB_OP(_linalg_det, infer_det, run_det);
FLB_OP(_linalg_slogdet, infer_slogdet, run_slogdet);
FLB_OP(_linalg_solve_ex, infer_solve, run_solve);
FLB_OP(linalg_inv_ex, infer_inverse, run_inverse);
FLB_OP(linalg_cholesky_ex, infer_cholesky_ex, run_cholesky_ex);
FLB_OP(cholesky, infer_cholesky, run_cholesky);
FLB_OP(cholesky_inverse, infer_cholesky_inverse, run_cholesky_inverse);
FLB_OP(linalg_qr, infer_qr, run_qr);
FLB_OP(_linalg_svd, infer_svd, run_svd);
FLB_OP(_linalg_eigh, infer_eigh, run_eigh);
FLB_OP(linalg_eig, infer_eig<true>, run_eig<true>);
FLB_OP(_linalg_eigvals, infer_eig<false>, run_eig<false>);
FLB_OP(linalg_solve_triangular, infer_triangular, run_triangular);

}  // namespace flambeau::ops
