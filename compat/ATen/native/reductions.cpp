// Reductions that are composites of the engine's: variance's older forms, norms, aliases.
#include <ATen/Functions.h>
#include <ATen/NativeFunctions.h>
#include <ATen/TensorOperators.h>
#include <ATen/WrapDimUtils.h>
#include <ATen/native/composite.h>

#include <limits>

namespace at::native {
namespace {

std::optional<Scalar> correction(bool unbiased) { return Scalar(unbiased ? 1 : 0); }

/// The two dimensions of a matrix norm, as [row, column], moved to the end.
Tensor matrices(const Tensor& self, IntArrayRef dim) {
  TORCH_CHECK(dim.size() == 2, "linalg.matrix_norm: dim must be a 2-tuple. Got ", dim);
  return at::movedim(self, dim, {-2, -1});
}

}  // namespace

FLB_COMPOSITE(var)
Tensor var(const Tensor& self, bool unbiased) { return at::var(self, std::nullopt, correction(unbiased)); }
FLB_COMPOSITE(var_dim)
Tensor var_dim(const Tensor& self, OptionalIntArrayRef dim, bool unbiased, bool keepdim) {
  return at::var(self, dim, correction(unbiased), keepdim);
}
FLB_COMPOSITE(std)
Tensor std(const Tensor& self, bool unbiased) { return at::std(self, std::nullopt, correction(unbiased)); }
FLB_COMPOSITE(std_dim)
Tensor std_dim(const Tensor& self, OptionalIntArrayRef dim, bool unbiased, bool keepdim) {
  return at::std(self, dim, correction(unbiased), keepdim);
}
FLB_COMPOSITE(var_mean)
::std::tuple<Tensor, Tensor> var_mean(const Tensor& self, bool unbiased) {
  return at::var_mean(self, ::std::nullopt, correction(unbiased));
}
FLB_COMPOSITE(var_mean_dim)
::std::tuple<Tensor, Tensor> var_mean_dim(const Tensor& self, OptionalIntArrayRef dim, bool unbiased, bool keepdim) {
  return at::var_mean(self, dim, correction(unbiased), keepdim);
}
FLB_COMPOSITE(std_mean)
::std::tuple<Tensor, Tensor> std_mean(const Tensor& self, bool unbiased) {
  return at::std_mean(self, ::std::nullopt, correction(unbiased));
}
FLB_COMPOSITE(std_mean_dim)
::std::tuple<Tensor, Tensor> std_mean_dim(const Tensor& self, OptionalIntArrayRef dim, bool unbiased, bool keepdim) {
  return at::std_mean(self, dim, correction(unbiased), keepdim);
}

FLB_COMPOSITE(frobenius_norm_dim)
Tensor frobenius_norm_dim(const Tensor& self, IntArrayRef dim, bool keepdim) {
  return at::linalg_vector_norm(self, 2, dim, keepdim);
}

FLB_COMPOSITE(linalg_norm)
Tensor linalg_norm(const Tensor& self, const ::std::optional<Scalar>& ord, OptionalIntArrayRef dim, bool keepdim,
                   ::std::optional<ScalarType> dtype) {
  TORCH_CHECK(!dim || dim->size() == 1 || dim->size() == 2 || !ord,
              "linalg.norm: If dim is specified, it must be of length 1 or 2. Got ", *dim);
  if (ord && ((dim && dim->size() == 2) || (!dim && self.dim() == 2))) {
    return at::linalg_matrix_norm(self, *ord, dim.value_or(IntArrayRef{0, 1}), keepdim, dtype);
  }
  TORCH_CHECK(!ord || dim || self.dim() == 1,
              "linalg.norm: If dim is not specified but ord is, the input must be 1D or 2D. Got ", self.dim(), "D.");
  return at::linalg_vector_norm(self, ord.value_or(2), dim, keepdim, dtype);
}

FLB_COMPOSITE(linalg_matrix_norm)
Tensor linalg_matrix_norm(const Tensor& self, const Scalar& ord, IntArrayRef dim, bool keepdim,
                          ::std::optional<ScalarType> dtype) {
  const double order = ord.toDouble(), size = ::std::abs(order);
  constexpr double kInfinity = ::std::numeric_limits<double>::infinity();
  TORCH_CHECK(size == 1 || size == 2 || size == kInfinity, "linalg.matrix_norm: Order ", order, " not supported.");
  const Tensor x = matrices(dtype ? self.to(*dtype) : self, dim);
  Tensor result;
  if (size == 2) {
    const Tensor values = at::linalg_svdvals(x);
    result = order > 0 ? values.amax({-1}) : values.amin({-1});
  } else {
    // Sums along columns for order 1, along rows for infinity.
    const Tensor sums = at::linalg_vector_norm(x, 1, IntArrayRef{size == 1 ? -2 : -1});
    result = order > 0 ? sums.amax({-1}) : sums.amin({-1});
  }
  if (!keepdim) return result;
  DimVector shape(self.sizes().begin(), self.sizes().end());
  for (const int64_t d : dim) shape[maybe_wrap_dim(d, self.dim())] = 1;
  return result.reshape(shape);
}

FLB_COMPOSITE(linalg_vecdot)
Tensor linalg_vecdot(const Tensor& x, const Tensor& y, int64_t dim) { return at::conj(x).mul(y).sum(IntArrayRef{dim}); }

FLB_COMPOSITE(linalg_diagonal)
Tensor linalg_diagonal(const Tensor& A, int64_t offset, int64_t dim1, int64_t dim2) {
  return A.diagonal(offset, dim1, dim2);
}

FLB_COMPOSITE(diff)
Tensor diff(const Tensor& self, int64_t n, int64_t dim, const ::std::optional<Tensor>& prepend,
            const ::std::optional<Tensor>& append) {
  TORCH_CHECK(self.dim() > 0, "diff expects input to be at least one-dimensional");
  TORCH_CHECK(n >= 0, "order must be non-negative but got ", n);
  ::std::vector<Tensor> parts;
  if (prepend && prepend->defined()) parts.push_back(*prepend);
  parts.push_back(self);
  if (append && append->defined()) parts.push_back(*append);
  Tensor x = parts.size() > 1 ? at::cat(parts, dim) : self;
  n = ::std::min(n, x.size(dim));
  for (; n > 0; --n) {
    const int64_t size = x.size(dim);
    const Tensor next = x.narrow(dim, 1, size - 1), here = x.narrow(dim, 0, size - 1);
    x = x.scalar_type() == kBool ? at::logical_xor(next, here) : next - here;
  }
  return x;
}

FLB_EXPLICIT(nanmean)
Tensor nanmean(const Tensor& self, OptionalIntArrayRef dim, bool keepdim, ::std::optional<ScalarType> dtype) {
  TORCH_CHECK(self.is_floating_point() || self.is_complex(),
              "nanmean(): expected input to have floating point or complex dtype but got ", self.scalar_type());
  const Tensor count = at::logical_not(at::isnan(self.detach())).sum(dim, keepdim);
  return at::nansum(self, dim, keepdim, dtype).div(count);
}

FLB_EXPLICIT(dist)
Tensor dist(const Tensor& self, const Tensor& other, const Scalar& p) { return at::norm(self - other, p); }

FLB_COMPOSITE(allclose)
bool allclose(const Tensor& self, const Tensor& other, double rtol, double atol, bool equal_nan) {
  return at::isclose(self, other, rtol, atol, equal_nan).all().item<bool>();
}

FLB_COMPOSITE(isclose)
Tensor isclose(const Tensor& self, const Tensor& other, double rtol, double atol, bool equal_nan) {
  TORCH_CHECK(self.scalar_type() == other.scalar_type(), self.scalar_type(), " did not match ", other.scalar_type());
  TORCH_CHECK(rtol >= 0, "rtol must be greater than or equal to zero, but got ", rtol);
  TORCH_CHECK(atol >= 0, "atol must be greater than or equal to zero, but got ", atol);
  Tensor close = self == other;
  if (equal_nan && (self.is_floating_point() || self.is_complex()))
    close = close.logical_or(self.ne(self).logical_and(other.ne(other)));
  if (rtol == 0 && atol == 0) return close;
  const bool integral = isIntegralType(self.scalar_type(), true);
  const Tensor a = integral ? self.to(at::kDouble) : self, b = integral ? other.to(at::kDouble) : other;
  const Tensor error = (a - b).abs(), allowed = (b * rtol).abs() + atol;
  return close.logical_or(at::isfinite(error).logical_and(error <= allowed));
}

FLB_COMPOSITE(special_softmax)
Tensor special_softmax(const Tensor& self, int64_t dim, ::std::optional<ScalarType> dtype) {
  return at::softmax(self, dim, dtype);
}
FLB_COMPOSITE(special_log_softmax)
Tensor special_log_softmax(const Tensor& self, int64_t dim, ::std::optional<ScalarType> dtype) {
  return at::log_softmax(self, dim, dtype);
}
FLB_COMPOSITE(special_logsumexp)
Tensor special_logsumexp(const Tensor& self, IntArrayRef dim, bool keepdim) {
  return at::logsumexp(self, dim, keepdim);
}
FLB_ELEMENTWISE(special_xlogy)
Tensor special_xlogy(const Tensor& self, const Tensor& other) { return at::xlogy(self, other); }

}  // namespace at::native
