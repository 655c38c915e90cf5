// Factorisations and solvers under the names that users call, as composites of the kernels in backend/ops/linalg_*.cpp.
#include <ATen/Functions.h>
#include <ATen/NativeFunctions.h>
#include <ATen/TensorOperators.h>
#include <ATen/WrapDimUtils.h>
#include <ATen/core/grad_mode.h>
#include <ATen/native/composite.h>

namespace at::native {
namespace {

void check_square(const char* name, const Tensor& a) {
  TORCH_CHECK(a.dim() >= 2, name, ": The input tensor A must have at least 2 dimensions.");
  TORCH_CHECK(a.size(-1) == a.size(-2), name, ": A must be batches of square matrices, but they are ", a.size(-2),
              " by ", a.size(-1), " matrices");
}

/// Whether vectors are needed although only values were asked for: their gradient goes through them.
bool records(const Tensor& t) { return GradMode::is_enabled() && t.requires_grad(); }

/// A copy whose columns are contiguous, as LAPACK leaves its results.
Tensor column_major(const Tensor& t) { return t.mT().clone(MemoryFormat::Contiguous).mT(); }

std::string failure(c10::string_view name, int64_t info) {
  const std::string number = std::to_string(info);
  if (name.find("inv") != c10::string_view::npos)
    return "The diagonal element " + number +
           " is zero, the inversion could not be completed because the input matrix is singular.";
  if (name.find("solve") != c10::string_view::npos) return "The solver failed because the input matrix is singular.";
  if (name.find("cholesky") != c10::string_view::npos)
    return "The factorization could not be completed because the input is not positive-definite (the leading minor "
           "of order " +
           number + " is not positive-definite).";
  if (name.find("lu_factor") != c10::string_view::npos)
    return "U[" + number + "," + number +
           "] is zero and using it on lu_solve would result in a division by zero. If you still want to perform the "
           "factorization, consider calling linalg.lu(A, pivot) or linalg.lu_factor_ex(A, pivot)";
  if (name.find("lstsq") != c10::string_view::npos)
    return "The least squares solution could not be computed because the input matrix does not have full rank (error "
           "code: " +
           number + ").";
  return "The algorithm failed to converge because the input matrix is ill-conditioned or has too many repeated "
         "eigenvalues (error code: " +
         number + ").";
}

}  // namespace

FLB_EXPLICIT(_linalg_check_errors)
void _linalg_check_errors(const Tensor& info, c10::string_view api_name, bool is_matrix) {
  if (info.is_meta() || !info.ne(0).any().item<bool>()) return;
  const Tensor flat = info.flatten();
  for (int64_t i = 0; i < flat.numel(); ++i) {
    const auto code = flat.select(0, i).item<int64_t>();
    const std::string batch = is_matrix ? ": " : ": (Batch element " + std::to_string(i) + "): ";
    TORCH_CHECK_LINALG(code == 0, api_name, batch, failure(api_name, code));
  }
}

// ---- inverses, determinants, systems ----

FLB_COMPOSITE(linalg_inv)
Tensor linalg_inv(const Tensor& A) {
  const auto [result, info] = at::linalg_inv_ex(A);
  at::_linalg_check_errors(info, "linalg.inv", A.dim() == 2);
  return result;
}
FLB_COMPOSITE(inverse)
Tensor inverse(const Tensor& self) { return at::linalg_inv(self); }

FLB_COMPOSITE(linalg_det)
Tensor linalg_det(const Tensor& A) { return std::get<0>(at::_linalg_det(A)); }
FLB_COMPOSITE(det)
Tensor det(const Tensor& self) { return at::linalg_det(self); }
FLB_COMPOSITE(linalg_slogdet)
std::tuple<Tensor, Tensor> linalg_slogdet(const Tensor& A) {
  auto [sign, logabsdet, lu, pivots] = at::_linalg_slogdet(A);
  return {sign, logabsdet};
}
FLB_COMPOSITE(slogdet)
std::tuple<Tensor, Tensor> slogdet(const Tensor& self) { return at::linalg_slogdet(self); }
FLB_COMPOSITE(logdet)
Tensor logdet(const Tensor& self) {
  const auto [sign, logabsdet] = at::linalg_slogdet(self);
  if (self.is_complex()) return sign.log() + logabsdet;
  return at::where(sign == -1, std::numeric_limits<double>::quiet_NaN(), logabsdet);
}

FLB_COMPOSITE(linalg_solve_ex)
std::tuple<Tensor, Tensor> linalg_solve_ex(const Tensor& A, const Tensor& B, bool left, bool check_errors) {
  auto [result, lu, pivots, info] = at::_linalg_solve_ex(A, B, left, check_errors);
  return {result, info};
}
FLB_COMPOSITE(linalg_solve)
Tensor linalg_solve(const Tensor& A, const Tensor& B, bool left) {
  const auto [result, info] = at::linalg_solve_ex(A, B, left);
  at::_linalg_check_errors(info, "torch.linalg.solve", A.dim() == 2);
  return result;
}

FLB_COMPOSITE(triangular_solve)
std::tuple<Tensor, Tensor> triangular_solve(const Tensor& self, const Tensor& A, bool upper, bool transpose,
                                            bool unitriangular) {
  TORCH_CHECK(self.dim() >= 2, "torch.triangular_solve: Expected b to have at least 2 dimensions, but it has ",
              self.dim(), " dimensions instead");
  TORCH_CHECK(A.dim() >= 2, "torch.triangular_solve: Expected A to have at least 2 dimensions, but it has ", A.dim(),
              " dimensions instead");
  const Tensor factor = transpose ? A.mT() : A;
  const Tensor x = at::linalg_solve_triangular(factor, self, upper != transpose, true, unitriangular);
  DimVector shape(x.sizes().begin(), x.sizes().end() - 2);
  shape.append({A.size(-2), A.size(-1)});
  return {x, column_major(A.expand(shape))};
}

// ---- Cholesky ----

FLB_COMPOSITE(linalg_cholesky)
Tensor linalg_cholesky(const Tensor& self, bool upper) {
  const auto [factor, info] = at::linalg_cholesky_ex(self, upper, false);
  at::_linalg_check_errors(info, "linalg.cholesky", self.dim() == 2);
  return factor;
}

FLB_COMPOSITE(cholesky_solve)
Tensor cholesky_solve(const Tensor& self, const Tensor& input2, bool upper) {
  TORCH_CHECK(self.dim() >= 2, "b should have at least 2 dimensions, but has ", self.dim(), " dimensions instead");
  TORCH_CHECK(input2.dim() >= 2, "u should have at least 2 dimensions, but has ", input2.dim(), " dimensions instead");
  check_square("cholesky_solve", input2);
  const Tensor low = upper ? input2.mH() : input2;
  const Tensor half = at::linalg_solve_triangular(low, self, /*upper=*/false);
  return at::linalg_solve_triangular(low.mH(), half, /*upper=*/true);
}

// ---- LU ----

namespace {

/// The matrix P of A = P L U, from LAPACK's row exchanges.
Tensor permutation_of(const Tensor& pivots, int64_t rows, const TensorOptions& options) {
  TORCH_CHECK(pivots.scalar_type() == kInt, "torch.lu_unpack: LU_pivots is expected to be a contiguous tensor of ",
              "torch.int32 dtype.\nNote: this function is intended to be used with the output produced by ",
              "torch.linalg.lu_factor");
  DimVector batch(pivots.sizes().begin(), pivots.sizes().end() - 1);
  const int64_t count = c10::multiply_integers(batch), steps = pivots.size(-1);
  const Tensor exchanges = pivots.contiguous(), order = at::arange(rows, options.dtype(kLong)).repeat({count, 1});
  const auto* from = exchanges.const_data_ptr<int32_t>();
  auto* to = order.mutable_data_ptr<int64_t>();
  for (int64_t b = 0; b < count; ++b, from += steps, to += rows)
    for (int64_t i = 0; i < steps; ++i) {
      TORCH_CHECK(from[i] >= 1 && from[i] <= rows,
                  "pivots passed to lu_unpack must be between 1 and LU.size(-2) inclusive. Did you properly pass the ",
                  "result of lu_factor?");
      std::swap(to[i], to[from[i] - 1]);
    }
  DimVector shape = batch;
  shape.append({rows, rows});
  return at::zeros({count, rows, rows}, options).scatter_(1, order.unsqueeze(1), 1).reshape(shape);
}

}  // namespace

FLB_COMPOSITE(lu_unpack)
std::tuple<Tensor, Tensor, Tensor> lu_unpack(const Tensor& LU_data, const Tensor& LU_pivots, bool unpack_data,
                                             bool unpack_pivots) {
  TORCH_CHECK(LU_data.dim() >= 2,
              "torch.lu_unpack: Expected tensor with 2 or more dimensions. Got size: ", LU_data.sizes(), " instead");
  const int64_t m = LU_data.size(-2), n = LU_data.size(-1), k = std::min(m, n);
  const Tensor none = at::empty({0}, LU_data.options());
  Tensor p = none, l = none, u = none;
  if (unpack_data) {
    l = LU_data.narrow(-1, 0, k).tril(-1);
    l = l + at::eye(m, k, LU_data.options());
    u = LU_data.narrow(-2, 0, k).triu();
  }
  if (unpack_pivots) p = permutation_of(LU_pivots, m, LU_data.options());
  return {p, l, u};
}

FLB_COMPOSITE(linalg_lu_factor)
std::tuple<Tensor, Tensor> linalg_lu_factor(const Tensor& A, bool pivot) {
  const auto [lu, pivots, info] = at::linalg_lu_factor_ex(A, pivot, false);
  at::_linalg_check_errors(info, "torch.linalg.lu_factor", A.dim() == 2);
  return {lu, pivots};
}

FLB_COMPOSITE(linalg_ldl_factor)
std::tuple<Tensor, Tensor> linalg_ldl_factor(const Tensor& self, bool hermitian) {
  const auto [ld, pivots, info] = at::linalg_ldl_factor_ex(self, hermitian, false);
  at::_linalg_check_errors(info, "torch.linalg.ldl_factor", self.dim() == 2);
  return {ld, pivots};
}

FLB_COMPOSITE(_lu_with_info)
std::tuple<Tensor, Tensor, Tensor> _lu_with_info(const Tensor& self, bool pivot, bool check_errors) {
  return at::linalg_lu_factor_ex(self, pivot, check_errors);
}

FLB_COMPOSITE(linalg_lu)
std::tuple<Tensor, Tensor, Tensor> linalg_lu(const Tensor& A, bool pivot) {
  const auto [lu, pivots, info] = at::linalg_lu_factor_ex(A, pivot, false);
  return at::lu_unpack(lu, pivots, true, true);
}

FLB_COMPOSITE(linalg_lu_solve)
Tensor linalg_lu_solve(const Tensor& LU, const Tensor& pivots, const Tensor& B, bool left, bool adjoint) {
  check_square("torch.linalg.lu_solve", LU);
  TORCH_CHECK(B.dim() >= 2, "torch.linalg.lu_solve: The input tensor B must have at least 2 dimensions.");
  TORCH_CHECK(pivots.scalar_type() == kInt, "linalg.lu_solve: pivots should be a Tensor of scalar type torch.int32");
  TORCH_CHECK(LU.scalar_type() == B.scalar_type(), "linalg.lu_solve: Expected LU and B to have the same dtype, but ",
              "found LU of type ", LU.scalar_type(), " and B of type ", B.scalar_type(), " instead");
  // X A = B is A^H X^H = B^H.
  if (!left) return at::linalg_lu_solve(LU, pivots, B.mH(), true, !adjoint).mH();
  const Tensor p = std::get<0>(at::lu_unpack(LU, pivots, false, true));
  const auto solve = [](const Tensor& a, const Tensor& b, bool upper, bool unit) {
    return at::linalg_solve_triangular(a, b, upper, true, unit);
  };
  if (adjoint) return column_major(p.matmul(solve(LU.mH(), solve(LU.mH(), B, false, false), true, true)));
  return solve(LU, solve(LU, p.mT().matmul(B), false, true), true, false);
}

FLB_COMPOSITE(lu_solve)
Tensor lu_solve(const Tensor& self, const Tensor& LU_data, const Tensor& LU_pivots) {
  return at::linalg_lu_solve(LU_data, LU_pivots, self);
}

// ---- QR and reflectors ----

FLB_COMPOSITE(qr)
std::tuple<Tensor, Tensor> qr(const Tensor& self, bool some) {
  return at::linalg_qr(self, some ? "reduced" : "complete");
}

namespace {

/// Reflector i of LAPACK's packed form: zeros, a one, then what is below the diagonal. As a column.
Tensor reflector(const Tensor& packed, int64_t i) {
  const Tensor column = packed.narrow(-1, i, 1);
  DimVector shape(column.sizes().begin(), column.sizes().end());
  shape[shape.size() - 2] = i;
  const Tensor zeros = at::zeros(shape, packed.options());
  shape[shape.size() - 2] = 1;
  return at::cat({zeros, at::ones(shape, packed.options()), column.slice(-2, i + 1)}, -2);
}

/// (1 - tau v v^H) applied from the left to c.
Tensor reflected(const Tensor& v, const Tensor& tau, const Tensor& c) { return c - v.matmul(tau * v.mH().matmul(c)); }

}  // namespace

FLB_COMPOSITE(linalg_householder_product)
Tensor linalg_householder_product(const Tensor& input, const Tensor& tau) {
  const char* name = "torch.linalg.householder_product";
  TORCH_CHECK(input.dim() >= 2, name, ": input must have at least 2 dimensions.");
  TORCH_CHECK(input.size(-2) >= input.size(-1), name,
              ": input.shape[-2] must be greater than or equal to input.shape[-1]");
  TORCH_CHECK(input.size(-1) >= tau.size(-1), name, ": input.shape[-1] must be greater than or equal to tau.shape[-1]");
  TORCH_CHECK(input.dim() - tau.dim() == 1, name,
              ": Expected tau to have one dimension less than input, but got tau.ndim equal to ", tau.dim(),
              " and input.ndim is equal to ", input.dim());
  TORCH_CHECK(input.scalar_type() == tau.scalar_type(), name, ": tau dtype ", tau.scalar_type(),
              " does not match input dtype ", input.scalar_type());
  Tensor q = at::eye(input.size(-2), input.size(-1), input.options()).expand(input.sizes());
  for (int64_t i = tau.size(-1) - 1; i >= 0; --i)
    q = reflected(reflector(input, i), tau.narrow(-1, i, 1).unsqueeze(-1), q);
  // Column by column in memory, as LAPACK leaves it.
  return column_major(q);
}

FLB_COMPOSITE(orgqr)
Tensor orgqr(const Tensor& self, const Tensor& input2) { return at::linalg_householder_product(self, input2); }

FLB_COMPOSITE(ormqr)
Tensor ormqr(const Tensor& self, const Tensor& input2, const Tensor& input3, bool left, bool transpose) {
  TORCH_CHECK(self.dim() >= 2, "torch.ormqr: input must have at least 2 dimensions.");
  TORCH_CHECK(input3.dim() >= 2, "torch.ormqr: other must have at least 2 dimensions.");
  TORCH_CHECK(self.dim() - input2.dim() == 1, "torch.ormqr: Expected tau to have one dimension less than input, but ",
              "got tau.ndim equal to ", input2.dim(), " and input.ndim is equal to ", self.dim());
  const int64_t side = input3.size(left ? -2 : -1), count = input2.size(-1);
  TORCH_CHECK(side >= count, "torch.ormqr: other.shape[", left ? -2 : -1, "] must be greater than or equal to ",
              "tau.shape[-1]");
  TORCH_CHECK(side == self.size(-2), "torch.ormqr: other.shape[", left ? -2 : -1, "] must be equal to input.shape[-2]");
  // From the right: C Q = (Q^H C^H)^H. Q is the product of the reflectors in order, Q^H in the reverse one, with
  // conjugate factors.
  const bool adjoint = left == transpose;
  Tensor c = left ? input3 : input3.mH();
  for (int64_t step = 0; step < count; ++step) {
    const int64_t i = adjoint ? step : count - 1 - step;
    const Tensor tau = input2.narrow(-1, i, 1).unsqueeze(-1);
    c = reflected(reflector(self, i), adjoint ? tau.conj() : tau, c);
  }
  const Tensor result = left ? c : c.mH();
  return column_major(result);
}

// ---- singular values and eigenvalues ----

FLB_COMPOSITE(linalg_svd)
std::tuple<Tensor, Tensor, Tensor> linalg_svd(const Tensor& A, bool full_matrices,
                                              std::optional<c10::string_view> driver) {
  return at::_linalg_svd(A, full_matrices, true, driver);
}
FLB_COMPOSITE(linalg_svdvals)
Tensor linalg_svdvals(const Tensor& A, std::optional<c10::string_view> driver) {
  return std::get<1>(at::_linalg_svd(A, false, records(A), driver));
}
FLB_COMPOSITE(svd)
std::tuple<Tensor, Tensor, Tensor> svd(const Tensor& self, bool some, bool compute_uv) {
  TORCH_CHECK(self.dim() >= 2, "linalg.svd: input should have at least 2 dimensions, but has ", self.dim(),
              " dimensions instead");
  if (compute_uv) {
    auto [u, s, vh] = at::linalg_svd(self, !some);
    return {u, s, vh.mH()};
  }
  const Tensor s = at::linalg_svdvals(self);
  DimVector shape(self.sizes().begin(), self.sizes().end() - 2);
  shape.append({self.size(-2), self.size(-2)});
  const Tensor u = at::zeros(shape, self.options());
  shape[shape.size() - 2] = shape.back() = self.size(-1);
  return {u, s, at::zeros(shape, self.options())};
}

FLB_COMPOSITE(linalg_eigh)
std::tuple<Tensor, Tensor> linalg_eigh(const Tensor& self, c10::string_view UPLO) {
  return at::_linalg_eigh(self, UPLO, true);
}
FLB_COMPOSITE(linalg_eigvalsh)
Tensor linalg_eigvalsh(const Tensor& self, c10::string_view UPLO) {
  return std::get<0>(at::_linalg_eigh(self, UPLO, records(self)));
}
FLB_COMPOSITE(linalg_eigvals)
Tensor linalg_eigvals(const Tensor& self) {
  return records(self) ? std::get<0>(at::linalg_eig(self)) : at::_linalg_eigvals(self);
}

}  // namespace at::native
