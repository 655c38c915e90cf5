// Norms, pseudo-inverses, powers and chains of matrices.
#include <ATen/Functions.h>
#include <ATen/MemoryOverlap.h>
#include <ATen/NativeFunctions.h>
#include <ATen/TensorOperators.h>
#include <ATen/WrapDimUtils.h>
#include <ATen/native/composite.h>
#include <ATen/native/driver.h>

#include <limits>

namespace at::native {
namespace {

void check_matrix(const char* name, const Tensor& a) {
  TORCH_CHECK(a.dim() >= 2, name, ": The input tensor A must have at least 2 dimensions.");
}
void check_square(const char* name, const Tensor& a) {
  check_matrix(name, a);
  TORCH_CHECK(a.size(-1) == a.size(-2), name, ": A must be batches of square matrices, but they are ", a.size(-2),
              " by ", a.size(-1), " matrices");
}

double epsilon(ScalarType type) {
  return toRealValueType(type) == kDouble ? std::numeric_limits<double>::epsilon()
                                          : std::numeric_limits<float>::epsilon();
}

bool given(const std::optional<Tensor>& t) { return t && t->defined(); }

/// Below which a singular value counts as zero: max(atol, rtol * the largest), for each matrix.
struct Tolerance {
  Tensor atol, rtol;
  Tolerance(const Tensor& a, const std::optional<Tensor>& absolute, const std::optional<Tensor>& relative,
            const char* name) {
    const TensorOptions options = a.options().dtype(kDouble);
    for (const auto& [what, t] :
         {std::pair<const char*, const std::optional<Tensor>&>{"atol", absolute}, {"rtol", relative}})
      TORCH_CHECK(!given(t) || !t->is_complex(), name, ": ", what, " tensor of complex type is not supported. Got ",
                  given(t) ? t->scalar_type() : kFloat);
    atol = given(absolute) ? *absolute : at::zeros({}, options);
    if (given(relative)) {
      rtol = *relative;
    } else {
      // Where an absolute tolerance is given, there is no relative one.
      const double usual = epsilon(a.scalar_type()) * static_cast<double>(std::max(a.size(-1), a.size(-2)));
      rtol = at::full({}, usual, options);
      if (given(absolute)) rtol = at::where(*absolute > 0, at::zeros({}, options), rtol);
    }
  }
  Tensor of(const Tensor& values) const {
    const Tensor most = values.abs().amax(-1, true);
    return at::maximum(atol.unsqueeze(-1), rtol.unsqueeze(-1) * most).to(values.scalar_type());
  }
};

std::optional<Tensor> tensor_of(const Tensor& a, std::optional<double> value) {
  return value ? std::optional<Tensor>(at::full({}, *value, a.options().dtype(kDouble))) : std::nullopt;
}

}  // namespace

// ---- norms ----

FLB_COMPOSITE(linalg_matrix_norm_str_ord)
Tensor linalg_matrix_norm_str_ord(const Tensor& self, c10::string_view ord, IntArrayRef dim, bool keepdim,
                                  std::optional<ScalarType> dtype) {
  TORCH_CHECK(ord == "fro" || ord == "nuc", "linalg.matrix_norm: Order ", ord, " not supported.");
  TORCH_CHECK(self.dim() >= 2, "linalg.matrix_norm: The input tensor A must have at least 2 dimensions.");
  TORCH_CHECK(dim.size() == 2, "linalg.matrix_norm: dim must be a 2-tuple. Got ", dim);
  const int64_t a = maybe_wrap_dim(dim[0], self.dim()), b = maybe_wrap_dim(dim[1], self.dim());
  TORCH_CHECK(a != b, "linalg.matrix_norm: dims must be different. Got (", dim[0], ", ", dim[1], ")");
  if (ord == "fro") return at::linalg_vector_norm(self, 2, IntArrayRef{a, b}, keepdim, dtype);
  const Tensor x = dtype ? self.to(*dtype) : self;
  const Tensor sum = at::linalg_svdvals(x.movedim({a, b}, {-2, -1})).sum(-1);
  if (!keepdim) return sum;
  return sum.unsqueeze(std::min(a, b)).unsqueeze(std::max(a, b));
}

FLB_COMPOSITE(linalg_norm_ord_str)
Tensor linalg_norm_ord_str(const Tensor& self, c10::string_view ord, OptionalIntArrayRef dim, bool keepdim,
                           std::optional<ScalarType> dtype) {
  TORCH_CHECK(!dim || dim->size() == 1 || dim->size() == 2,
              "linalg.norm: If dim is specified, it must be of length 1 or 2. Got ", *dim);
  TORCH_CHECK(dim || self.dim() == 2,
              "linalg.norm: If dim is not specified but ord is, the input must be 1D or 2D. Got ", self.dim(), "D.");
  return at::linalg_matrix_norm(self, ord, dim.value_or(IntArrayRef{0, 1}), keepdim, dtype);
}

FLB_COMPOSITE(nuclear_norm)
Tensor nuclear_norm(const Tensor& self, bool keepdim) { return at::linalg_matrix_norm(self, "nuc", {-2, -1}, keepdim); }
FLB_COMPOSITE(nuclear_norm_dim)
Tensor nuclear_norm_dim(const Tensor& self, IntArrayRef dim, bool keepdim) {
  return at::linalg_matrix_norm(self, "nuc", dim, keepdim);
}

FLB_COMPOSITE(norm_except_dim)
Tensor norm_except_dim(const Tensor& v, int64_t pow, int64_t dim) {
  if (dim == -1) return v.norm(pow);
  const int64_t d = maybe_wrap_dim(dim, v.dim(), /*wrap_scalar=*/false);
  DimVector shape(v.dim(), 1);
  shape[d] = v.size(d);
  return v.transpose(0, d).contiguous().view({v.size(d), -1}).norm(pow, 1).view(shape);
}

// ---- condition, rank, pseudo-inverse ----

namespace {

Tensor condition_by_inverse(const Tensor& norm, const Tensor& inverse_norm, const Tensor& info) {
  const Tensor result = norm * inverse_norm;
  return result.masked_fill(info > 0, std::numeric_limits<double>::infinity());
}

}  // namespace

FLB_COMPOSITE(linalg_cond)
Tensor linalg_cond(const Tensor& self, const std::optional<Scalar>& p) {
  check_matrix("linalg.cond", self);
  const double order = p ? p->toDouble() : 2.0;
  if (std::abs(order) == 2) {
    const Tensor s = at::linalg_svdvals(self);
    if (self.size(-1) == 0 || self.size(-2) == 0) return at::zeros(self.sizes().slice(0, self.dim() - 2), s.options());
    const Tensor most = s.select(-1, 0), least = s.select(-1, -1);
    return order > 0 ? most / least : least / most;
  }
  check_square("linalg.cond", self);
  if (self.numel() == 0) return at::zeros(self.sizes().slice(0, self.dim() - 2), at::abs(self).options());
  const auto [inverse, info] = at::linalg_inv_ex(self);
  return condition_by_inverse(at::linalg_matrix_norm(self, *p), at::linalg_matrix_norm(inverse, *p), info);
}

FLB_COMPOSITE(linalg_cond_p_str)
Tensor linalg_cond_p_str(const Tensor& self, c10::string_view p) {
  check_square("linalg.cond", self);
  TORCH_CHECK(p == "fro" || p == "nuc", "linalg.cond: invalid norm type: ", p);
  if (self.numel() == 0) return at::zeros(self.sizes().slice(0, self.dim() - 2), at::abs(self).options());
  const auto [inverse, info] = at::linalg_inv_ex(self);
  if (p == "nuc") {
    const Tensor s = at::linalg_svdvals(self), sum = s.sum(-1) * s.reciprocal().sum(-1);
    return sum.masked_fill(info > 0, std::numeric_limits<double>::infinity());
  }
  return condition_by_inverse(at::linalg_matrix_norm(self, p), at::linalg_matrix_norm(inverse, p), info);
}

FLB_COMPOSITE(linalg_matrix_rank_atol_rtol_tensor)
Tensor linalg_matrix_rank_atol_rtol_tensor(const Tensor& input, const std::optional<Tensor>& atol,
                                           const std::optional<Tensor>& rtol, bool hermitian) {
  const char* name = "torch.linalg.matrix_rank";
  check_matrix(name, input);
  const Tolerance tolerance(input, atol, rtol, name);
  if (input.numel() == 0) return at::zeros(input.sizes().slice(0, input.dim() - 2), input.options().dtype(kLong));
  if (hermitian) check_square("linalg.eigh", input);
  const Tensor s = hermitian ? at::linalg_eigvalsh(input).abs() : at::linalg_svdvals(input);
  return (s > tolerance.of(s)).sum(-1);
}
FLB_COMPOSITE(linalg_matrix_rank_atol_rtol_float)
Tensor linalg_matrix_rank_atol_rtol_float(const Tensor& self, std::optional<double> atol, std::optional<double> rtol,
                                          bool hermitian) {
  return at::linalg_matrix_rank(self, tensor_of(self, atol), tensor_of(self, rtol), hermitian);
}
FLB_COMPOSITE(linalg_matrix_rank)
Tensor linalg_matrix_rank(const Tensor& self, double tol, bool hermitian) {
  return at::linalg_matrix_rank(self, tensor_of(self, tol), tensor_of(self, 0.0), hermitian);
}
FLB_COMPOSITE(linalg_matrix_rank_tol_tensor)
Tensor linalg_matrix_rank_tol_tensor(const Tensor& input, const Tensor& tol, bool hermitian) {
  return at::linalg_matrix_rank(input, std::optional<Tensor>(tol), tensor_of(input, 0.0), hermitian);
}

FLB_EXPLICIT(linalg_pinv_atol_rtol_tensor)
Tensor linalg_pinv_atol_rtol_tensor(const Tensor& self, const std::optional<Tensor>& atol,
                                    const std::optional<Tensor>& rtol, bool hermitian) {
  const char* name = "torch.linalg.pinv";
  check_matrix(name, self);
  const Tolerance tolerance(self, atol, rtol, name);
  if (self.numel() == 0) {
    DimVector shape(self.sizes().begin(), self.sizes().end());
    std::swap(shape[shape.size() - 1], shape[shape.size() - 2]);
    return at::empty(shape, self.options());
  }
  const auto inverted = [&](const Tensor& values) {
    const Tensor kept = values.abs() > tolerance.of(values);
    return at::where(kept, values.reciprocal(), at::zeros({}, values.options())).to(self.scalar_type()).unsqueeze(-2);
  };
  if (hermitian) {
    const auto [values, vectors] = at::linalg_eigh(self, "L");
    return (vectors * inverted(values)).matmul(vectors.mH());
  }
  const auto [u, s, vh] = at::linalg_svd(self, /*full_matrices=*/false);
  return (vh.mH() * inverted(s)).matmul(u.mH());
}
FLB_COMPOSITE(linalg_pinv_atol_rtol_float)
Tensor linalg_pinv_atol_rtol_float(const Tensor& self, std::optional<double> atol, std::optional<double> rtol,
                                   bool hermitian) {
  return at::linalg_pinv(self, tensor_of(self, atol), tensor_of(self, rtol), hermitian);
}
FLB_COMPOSITE(linalg_pinv)
Tensor linalg_pinv(const Tensor& self, double rcond, bool hermitian) {
  return at::linalg_pinv(self, tensor_of(self, 0.0), tensor_of(self, rcond), hermitian);
}
FLB_COMPOSITE(linalg_pinv_rcond_tensor)
Tensor linalg_pinv_rcond_tensor(const Tensor& self, const Tensor& rcond, bool hermitian) {
  return at::linalg_pinv(self, tensor_of(self, 0.0), std::optional<Tensor>(rcond), hermitian);
}
FLB_COMPOSITE(pinverse)
Tensor pinverse(const Tensor& self, double rcond) { return at::linalg_pinv(self, rcond, /*hermitian=*/false); }

// ---- least squares ----

FLB_COMPOSITE(linalg_lstsq)
std::tuple<Tensor, Tensor, Tensor, Tensor> linalg_lstsq(const Tensor& self, const Tensor& b,
                                                        std::optional<double> rcond,
                                                        std::optional<c10::string_view> driver) {
  TORCH_CHECK(self.dim() >= 2, "torch.linalg.lstsq: input must have at least 2 dimensions.");
  TORCH_CHECK(b.dim() >= 1, "torch.linalg.lstsq: other must have at least 1 dimension.");
  TORCH_CHECK(self.scalar_type() == b.scalar_type(),
              "torch.linalg.lstsq: Expected input and other to have the same dtype, but got input's dtype ",
              self.scalar_type(), " and other's dtype ", b.scalar_type());
  const c10::string_view how = driver.value_or("gelsy");
  TORCH_CHECK(how == "gels" || how == "gelsy" || how == "gelsd" || how == "gelss",
              "torch.linalg.lstsq: parameter `driver` should be one of (gels, gelsy, gelsd, gelss)");
  const bool vector = self.dim() - 1 == b.dim() && self.sizes().slice(0, self.dim() - 1) == b.sizes();
  const Tensor right = vector ? b.unsqueeze(-1) : b;
  TORCH_CHECK(self.size(-2) == right.size(-2), vector
                                                   ? "torch.linalg.lstsq: input.size(-2) should match other.size(-1)"
                                                   : "torch.linalg.lstsq: input.size(-2) should match other.size(-2)");
  const int64_t m = self.size(-2), n = self.size(-1);
  const double tolerance = rcond.value_or(epsilon(self.scalar_type()) * static_cast<double>(std::max(m, n)));
  const Tensor x = at::linalg_pinv(self, tensor_of(self, 0.0), tensor_of(self, tolerance), false).matmul(right);
  const Tensor none = at::empty({0}, self.options());
  Tensor rank = at::empty({0}, self.options().dtype(kLong)), values = at::empty({0}, at::abs(none).options());
  if (how != "gels") {
    const Tensor s = at::linalg_svdvals(self.detach());
    rank = self.numel() ? (s > tolerance * s.amax(-1, true)).sum(-1)
                        : at::zeros(self.sizes().slice(0, self.dim() - 2), rank.options());
    if (how != "gelsy") values = s;
  }
  Tensor residuals = at::empty({0}, values.options());
  const bool full = how == "gels" || (rank == n).all().item<bool>();
  if (m > n && full && how != "gelsy") residuals = (self.matmul(x) - right).abs().square().sum(-2);
  if (residuals.numel() == 0) residuals = at::empty({0}, values.options());
  // Columns are contiguous and have room for a column of B, as LAPACK leaves them.
  const Tensor room = m > n ? at::constant_pad_nd(x, {0, 0, 0, m - n}, 0) : x;
  const Tensor solution = room.mT().contiguous().mT().narrow(-2, 0, n);
  return {vector ? solution.squeeze(-1) : solution, vector && residuals.dim() > 1 ? residuals.squeeze(-1) : residuals,
          rank, values};
}

// ---- powers and exponentials ----

FLB_COMPOSITE(linalg_matrix_power)
Tensor linalg_matrix_power(const Tensor& self, int64_t n) {
  check_square("linalg.matrix_power", self);
  if (n == 0) return self.clone(MemoryFormat::Contiguous).copy_(at::eye(self.size(-1), self.options()));
  if (n == 1) return self.clone();
  Tensor square = n < 0 ? at::linalg_inv(self) : self, result;
  const auto magnitude = n < 0 ? -static_cast<uint64_t>(n) : static_cast<uint64_t>(n);
  for (uint64_t left = magnitude; left; left /= 2) {
    if (left % 2) result = result.defined() ? result.matmul(square) : square;
    if (left > 1) square = square.matmul(square);
  }
  return result;
}
FLB_COMPOSITE(matrix_power)
Tensor matrix_power(const Tensor& self, int64_t n) { return at::linalg_matrix_power(self, n); }

// exp(A) = exp(A / 2^s)^(2^s), the inner one by its power series.
FLB_COMPOSITE(linalg_matrix_exp)
Tensor linalg_matrix_exp(const Tensor& self) {
  check_square("linalg.matrix_exp", self);
  TORCH_CHECK(isFloatingType(self.scalar_type()) || self.is_complex(),
              "linalg.matrix_exp: Expected a floating point or complex tensor as input. Got ", self.scalar_type());
  if (self.numel() == 0) return self.clone();
  const bool half = self.scalar_type() == kHalf || self.scalar_type() == kBFloat16;
  const Tensor a = half ? self.to(kFloat) : self;
  if (a.size(-1) == 1) return self.exp();
  // A matrix that is not finite has no such power; it must not choose that of the others.
  const Tensor norms = a.detach().abs().sum(-2).amax(-1, true).unsqueeze(-1), finite = norms.isfinite();
  const double norm = norms.masked_fill(finite.logical_not(), 0).amax().item<double>();
  const int squarings = norm > 0.5 ? static_cast<int>(std::ceil(std::log2(norm / 0.5))) : 0;
  const Tensor scaled = a / std::ldexp(1.0, squarings), one = at::eye(a.size(-1), a.options());
  constexpr int kTerms = 14;
  Tensor result = one + scaled / kTerms;
  for (int k = kTerms - 1; k > 0; --k) result = one + scaled.matmul(result) / k;
  for (int i = 0; i < squarings; ++i) result = result.matmul(result);
  if (!finite.all().item<bool>()) result = result.masked_fill(finite.logical_not(), std::nan(""));
  return half ? result.to(self.scalar_type()) : result;
}
FLB_COMPOSITE(matrix_exp)
Tensor matrix_exp(const Tensor& self) { return at::linalg_matrix_exp(self); }

// ---- chains, tensors as matrices ----

namespace {

/// The order of multiplication with the fewest products: split[i][j] is where i..j is cut. Cormen et al., section 15.2.
std::vector<std::vector<size_t>> best_splits(const std::vector<Tensor>& matrices) {
  const size_t n = matrices.size();
  std::vector<std::vector<double>> cost(n, std::vector<double>(n, 0));
  std::vector<std::vector<size_t>> split(n, std::vector<size_t>(n, 0));
  const auto size = [&](size_t i) {
    return static_cast<double>(i < n ? matrices[i].size(0) : matrices[n - 1].size(1));
  };
  for (size_t length = 2; length <= n; ++length)
    for (size_t i = 0; i + length <= n; ++i) {
      const size_t j = i + length - 1;
      cost[i][j] = std::numeric_limits<double>::infinity();
      for (size_t k = i; k < j; ++k) {
        const double c = cost[i][k] + cost[k + 1][j] + size(i) * size(k + 1) * size(j + 1);
        if (c < cost[i][j]) cost[i][j] = c, split[i][j] = k;
      }
    }
  return split;
}

Tensor multiply_chain(const std::vector<Tensor>& m, const std::vector<std::vector<size_t>>& split, size_t i, size_t j) {
  if (i == j) return m[i];
  const size_t k = split[i][j];
  return multiply_chain(m, split, i, k).mm(multiply_chain(m, split, k + 1, j));
}

}  // namespace

FLB_COMPOSITE(linalg_multi_dot)
Tensor linalg_multi_dot(TensorList tensors) {
  const size_t n = tensors.size();
  TORCH_CHECK(n >= 2, "multi_dot(): expected at least 2 tensors but got ", n);
  std::vector<Tensor> m = tensors.vec();
  TORCH_CHECK(m[0].dim() == 1 || m[0].dim() == 2, "multi_dot(): the first tensor must be 1D or 2D but got ", m[0].dim(),
              "D");
  TORCH_CHECK(m[n - 1].dim() == 1 || m[n - 1].dim() == 2, "multi_dot(): the last tensor must be 1D or 2D but got ",
              m[n - 1].dim(), "D");
  const bool first = m[0].dim() == 1, last = m[n - 1].dim() == 1;
  if (first) m[0] = m[0].unsqueeze(0);
  if (last) m[n - 1] = m[n - 1].unsqueeze(-1);
  for (size_t i = 0; i < n; ++i) {
    TORCH_CHECK(m[i].dim() == 2, "multi_dot(): tensor ", i, " must be 2D but got ", m[i].dim(), "D");
    TORCH_CHECK(m[i].scalar_type() == m[0].scalar_type(), "multi_dot(): all tensors must have be the same dtype but ",
                "tensor 0 is ", m[0].scalar_type(), " and tensor ", i, " ", m[i].scalar_type());
    TORCH_CHECK(i == 0 || m[i - 1].size(1) == m[i].size(0), "multi_dot(): tensors ", i - 1, " and ", i, " with shapes ",
                m[i - 1].sizes(), " and ", m[i].sizes(), " cannot be multiplied");
  }
  Tensor result = multiply_chain(m, best_splits(m), 0, n - 1);
  if (last) result = result.squeeze(-1);
  return first ? result.squeeze(0) : result;
}

FLB_COMPOSITE(linalg_tensorinv)
Tensor linalg_tensorinv(const Tensor& self, int64_t ind) {
  TORCH_CHECK(ind > 0, "Expected a strictly positive integer for 'ind'");
  TORCH_CHECK(ind <= self.dim(), "Expected self.dim() to be at least 'ind'");
  const IntArrayRef front = self.sizes().slice(0, ind), back = self.sizes().slice(ind);
  const int64_t rows = c10::multiply_integers(front), columns = c10::multiply_integers(back);
  TORCH_CHECK(rows == columns,
              "Expected self to satisfy the requirement prod(self.shape[ind:]) == "
              "prod(self.shape[:ind]), but got ",
              columns, " != ", rows);
  DimVector shape(back.begin(), back.end());
  shape.append(front.begin(), front.end());
  return at::linalg_inv(self.reshape({rows, rows})).reshape(shape);
}

FLB_COMPOSITE(linalg_tensorsolve)
Tensor linalg_tensorsolve(const Tensor& self, const Tensor& other, OptionalIntArrayRef dims) {
  Tensor a = self;
  if (dims) {
    std::vector<int64_t> last;
    for (int64_t i = static_cast<int64_t>(dims->size()); i > 0; --i) last.push_back(-i);
    a = a.movedim(*dims, last);
  }
  const IntArrayRef of_x = a.sizes().slice(other.dim());
  const int64_t columns = c10::multiply_integers(of_x), rows = c10::multiply_integers(a.sizes().slice(0, other.dim()));
  TORCH_CHECK(columns == rows,
              "Expected self to satisfy the requirement prod(self.shape[other.ndim:]) == "
              "prod(self.shape[:other.ndim]), but got ",
              columns, " != ", rows);
  return at::linalg_solve(a.reshape({rows, columns}), other.flatten()).reshape(of_x);
}

FLB_COMPOSITE(linalg_vander)
Tensor linalg_vander(const Tensor& x, std::optional<int64_t> N) {
  const ScalarType type = x.scalar_type();
  TORCH_CHECK(type != kBool, "linalg.vander supports floating point, complex, and integer tensors, but got ", type);
  const Tensor row = x.dim() == 0 ? x.unsqueeze(-1) : x;
  const int64_t n = N.value_or(row.size(-1));
  TORCH_CHECK(n > 1, "N must be greater than 1.");
  DimVector shape(row.sizes().begin(), row.sizes().end());
  shape.push_back(n - 1);
  const Tensor powers = at::cumprod(row.unsqueeze(-1).expand(shape), -1);
  shape.back() = 1;
  return at::cat({at::ones(shape, powers.options()), powers}, -1);
}

FLB_COMPOSITE(vander)
Tensor vander(const Tensor& x, std::optional<int64_t> N, bool increasing) {
  TORCH_CHECK(x.dim() == 1, "x must be a one-dimensional tensor.");
  const int64_t n = N.value_or(x.size(0));
  TORCH_CHECK(n >= 0, "N must be non-negative.");
  const ScalarType type = isIntegralType(x.scalar_type(), true) ? kLong : x.scalar_type();
  const Tensor result = at::ones({x.size(0), n}, x.options().dtype(type));
  if (n > 1) {
    const Tensor powers = at::cumprod(x.to(type).unsqueeze(-1).expand({x.size(0), n - 1}), -1);
    const Tensor all = at::cat({result.slice(1, 0, 1), powers}, 1);
    return increasing ? all : all.flip({1});
  }
  return result;
}

// ---- the cross product ----

FLB_COMPOSITE(cross)
Tensor cross(const Tensor& self, const Tensor& other, std::optional<int64_t> dim) {
  if (dim) return at::linalg_cross(self, other, *dim);
  TORCH_WARN_ONCE(
      "Using torch.cross without specifying the dim arg is deprecated.\nPlease either pass the dim "
      "explicitly or simply use torch.linalg.cross.\nThe default value of dim will change to agree with "
      "that of linalg.cross in a future release.");
  for (int64_t d = 0; d < self.dim(); ++d)
    if (self.size(d) == 3) return at::linalg_cross(self, other, d);
  TORCH_CHECK(false, "no dimension of size 3 in input");
}
FLB_COMPOSITE(cross_out)
Tensor& cross_out(const Tensor& self, const Tensor& other, std::optional<int64_t> dim, Tensor& out) {
  at::assert_no_overlap(out, self), at::assert_no_overlap(out, other);
  flambeau::store_result("aten::cross", out, at::cross(self, other, dim));
  return out;
}

FLB_EXPLICIT(linalg_cross)
Tensor linalg_cross(const Tensor& self, const Tensor& other, int64_t dim) {
  TORCH_CHECK(self.dim() == other.dim(), "linalg.cross: inputs must have the same number of dimensions.");
  TORCH_CHECK(self.size(dim) == 3 && other.size(dim) == 3, "linalg.cross: inputs dimension ", dim,
              " must have length 3. Got ", self.size(dim), " and ", other.size(dim));
  const auto pair = at::broadcast_tensors({self, other});
  const auto part = [&](size_t i, int64_t k) { return pair[i].select(dim, k); };
  const auto component = [&](int64_t i, int64_t j) { return part(0, i) * part(1, j) - part(0, j) * part(1, i); };
  return at::stack({component(1, 2), component(2, 0), component(0, 1)}, dim);
}
FLB_EXPLICIT(linalg_cross_out)
Tensor& linalg_cross_out(const Tensor& self, const Tensor& other, int64_t dim, Tensor& out) {
  at::assert_no_overlap(out, self), at::assert_no_overlap(out, other);
  flambeau::store_result("aten::linalg_cross", out, at::linalg_cross(self, other, dim));
  return out;
}

}  // namespace at::native
