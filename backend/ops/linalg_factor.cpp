// Cholesky, QR, singular values and eigenvalues. Batched, by LAPACK; results are column-major, as it leaves them.

#include "backend/op.h"
#include "backend/ops/linalg.h"

namespace flambeau::ops {
namespace {

using namespace linalg;

template <class T>
T conjugate(T x) {
  if constexpr (is_complex_v<T>)
    return {x.re, -x.im};
  else
    return x;
}

std::string not_positive(int info) {
  return "The factorization could not be completed because the input is not positive-definite (the leading minor of "
         "order " +
         std::to_string(info) + " is not positive-definite).";
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
      if (info)
        singular("cholesky_inverse", i, a.dim() > 2,
                 "The diagonal element " + std::to_string(info) +
                     " is zero, the inversion could not be completed because the input matrix is singular.");
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
  FLB_CHECK(mode == "reduced" || mode == "complete" || mode == "r", "qr received unrecognized mode '", mode,
            "' but expected one of 'reduced' (default), 'r', or 'complete'");
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

// A -> R and the reflectors below its diagonal, their factors
Specs infer_geqrf(const Call& call) {
  const View& a = call.in(0);
  check_matrix("torch.geqrf", a, "input");
  check_floating("torch.geqrf", a);
  return {column_major(a, Dims(a.sizes().begin(), a.sizes().end())),
          typed_spec(a, with(batch_of(a), {std::min(a.size(-1), a.size(-2))}), a.dtype())};
}
void run_geqrf(const Call& call) {
  const View& a = call.in(0);
  for_linalg(a.dtype(), "geqrf", [&]<class T>() {
    const Columns<T> out(call.out(0));
    const TypedOut<T> tau(call.out(1));
    out.fill(a);
    const int m = size_int(a.size(-2)), n = size_int(a.size(-1));
    for (int64_t i = 0; i < count_of(batch_of(a)) && m && n; ++i)
      Lapack<T>::qr(m, n, out[i], tau.data() + i * std::min(m, n));
    out.store();
    tau.store();
  });
}

// ---- SVD ----

// A, full_matrices, compute_uv, driver -> U, S, Vh
Specs infer_svd(const Call& call) {
  const View& a = call.in(0);
  check_matrix("linalg.svd", a);
  check_floating("linalg.svd", a);
  FLB_CHECK(!call.has(3),
            "torch.linalg.svd: keyword argument `driver=` is only supported on CUDA inputs with cuSOLVER backend.");
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
      const int info = Lapack<T>::svd(vectors ? (full ? 'A' : 'S') : 'N', m, n, work[i], s.data() + i * k,
                                      vectors ? (*u)[i] : nullptr, m, vectors ? (*vh)[i] : nullptr, full ? n : k);
      if (info)
        singular("linalg.svd", i, a.dim() > 2,
                 "The algorithm failed to converge because the input matrix is ill-conditioned or has too many "
                 "repeated singular values (error code: " +
                     std::to_string(info) + ").");
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
  FLB_CHECK(triangle.size() == 1 && std::string_view("LUlu").find(triangle[0]) != std::string_view::npos,
            "Expected UPLO argument to be 'L' or 'U', but got ", triangle);
  return {typed_spec(a, batch_of(a, 1), to_real(a.dtype())),
          call.boolean(2) ? column_major(a, Dims(a.sizes().begin(), a.sizes().end())) : spec_like(a, {0})};
}

std::string not_converged(int info) {
  return "The algorithm failed to converge because the input matrix is ill-conditioned or has too many repeated "
         "eigenvalues (error code: " +
         std::to_string(info) + ").";
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

}  // namespace

FLB_OP(linalg_cholesky_ex, infer_cholesky_ex, run_cholesky_ex);
FLB_OP(cholesky, infer_cholesky, run_cholesky);
FLB_OP(cholesky_inverse, infer_cholesky_inverse, run_cholesky_inverse);
FLB_OP(linalg_qr, infer_qr, run_qr);
FLB_OP(geqrf, infer_geqrf, run_geqrf);
FLB_OP(_linalg_svd, infer_svd, run_svd);
FLB_OP(_linalg_eigh, infer_eigh, run_eigh);
FLB_OP(linalg_eig, infer_eig<true>, run_eig<true>);
FLB_OP(_linalg_eigvals, infer_eig<false>, run_eig<false>);

}  // namespace flambeau::ops
