// LU and what follows from it: determinants, solutions, inverses; triangular systems. Batched, by LAPACK.

#include "backend/op.h"
#include "backend/ops/linalg.h"

namespace flambeau::ops {
namespace {

using namespace linalg;

// ---- LU, determinants, solve, inverse ----

// A, pivot, check_errors -> LU, pivots, info
Specs infer_lu(const Call& call) {
  const View& a = call.in(0);
  check_matrix("torch.lu_factor", a);
  check_floating("torch.lu_factor", a);
  FLB_CHECK(call.boolean(1), "linalg.lu_factor: LU without pivoting is not implemented on the CPU");
  const Dims batch = batch_of(a);
  return {column_major(a, Dims(a.sizes().begin(), a.sizes().end())),
          typed_spec(a, with(batch, {std::min(a.size(-1), a.size(-2))}), DType::int32), info_spec(a, batch)};
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
  for_linalg(call.in(0).dtype(), "lu",
             [&]<class T>() { factor<T>(call.in(0), call.out(0), call.out(1), &call.out(2)); });
  if (call.boolean(2))
    check_info("torch.linalg.lu_factor_ex", call.out(2), [](int i) {
      return "U[" + std::to_string(i) + "," + std::to_string(i) +
             "] is zero and using it on lu_solve would result in a division by zero. If you still want to perform the "
             "factorization, consider calling linalg.lu(A, pivot) or linalg.lu_factor_ex(A, pivot)";
    });
}

/// For a determinant PyTorch factors the transpose of a row-major real matrix, which needs no copy; its gradient counts
/// on that.
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
  return {spec_like(a, batch_of(a)), column_major(a, Dims(a.sizes().begin(), a.sizes().end())),
          typed_spec(a, batch_of(a, 1), DType::int32)};
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
    body(
        i, [&](int64_t k) { return lu[(i * n + k) * n + k]; }, odd);
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
  return {spec_like(a, batch_of(a)), typed_spec(a, batch_of(a), to_real(a.dtype())),
          column_major(a, Dims(a.sizes().begin(), a.sizes().end())), typed_spec(a, batch_of(a, 1), DType::int32)};
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
    OwnedView wide{{b_view.sizes().begin(), b_view.sizes().end()},
                   {b_view.strides().begin(), b_view.strides().end()},
                   b_view.data(),
                   b_view.dtype()};
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
  FLB_CHECK(a.dtype() == b.dtype(), name, ": Expected A and B to have the same dtype, but found A of type ",
            scalar_type_name(a.dtype()), " and B of type ", scalar_type_name(b.dtype()), " instead");
  FLB_CHECK(!vector || left, name,
            ": Vector broadcasting of the left hand side is not supported for left=False. In this case linalg.solve is "
            "equivalent to B / A.squeeze(-1)");
  if (vector) {
    FLB_CHECK(b.size(-1) == a.size(-1), name, ": Incompatible shapes of A and B for the equation AX = B (", a.size(-2),
              "x", a.size(-1), " and ", b.size(-1), "x1)");
    return;
  }
  check_matrix(name, b, "B");
  FLB_CHECK(left ? a.size(-2) == b.size(-2) : a.size(-1) == b.size(-1), name,
            ": Incompatible shapes of A and B for the equation ", left ? "AX = B" : "XA = B", " (", a.size(-2), "x",
            a.size(-1), " and ", b.size(-2), "x", b.size(-1), ")");
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
  return {result, column_major(a, Dims(a.sizes().begin(), a.sizes().end())),
          typed_spec(a, batch_of(a, 1), DType::int32), info_spec(a, batch_of(a))};
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
    OwnedView result{
        s.b.sizes, {call.out(0).strides().begin(), call.out(0).strides().end()}, call.out(0).data(), a.dtype()};
    if (s.vector) result.strides.push_back(1);
    // X A = B is A^T X^T = B^T.
    const OwnedView target = s.left ? result : transposed(result.view()),
                    source = s.left ? s.b : transposed(s.b.view());
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
  if (call.boolean(3))
    check_info("torch.linalg.solve_ex", call.out(3),
               [](int) { return std::string("The solver failed because the input matrix is singular."); });
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
  if (call.boolean(1))
    check_info("linalg.inv_ex", call.out(1), [](int i) {
      return "The diagonal element " + std::to_string(i) +
             " is zero, the inversion could not be completed because the input matrix is singular.";
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
      substitute(a.data() + source_matrix(wide, a_view, i) * n * n, left ? 1 : n, left ? n : 1, x[i], n,
                 result_view.size(-1), upper == left, unit);
    x.store();
  });
}

}  // namespace

FLB_OP(linalg_lu_factor_ex, infer_lu, run_lu);
FLB_OP(_linalg_det, infer_det, run_det);
FLB_OP(_linalg_slogdet, infer_slogdet, run_slogdet);
FLB_OP(_linalg_solve_ex, infer_solve, run_solve);
FLB_OP(linalg_inv_ex, infer_inverse, run_inverse);
FLB_OP(linalg_solve_triangular, infer_triangular, run_triangular);

}  // namespace flambeau::ops
