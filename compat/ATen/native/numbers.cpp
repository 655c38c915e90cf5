// Powers, scaling and special functions as composites, and special functions under their names in torch.special.
#include <ATen/Functions.h>
#include <ATen/MemoryOverlap.h>
#include <ATen/NativeFunctions.h>
#include <ATen/ScalarOps.h>
#include <ATen/TensorOperators.h>
#include <ATen/native/composite.h>
#include <ATen/native/driver.h>

#include <cmath>
#include <numbers>

namespace at::native {
namespace {

ScalarType double_of(bool complex) { return complex ? kComplexDouble : kDouble; }

void check_in_place(const Tensor& self, ScalarType type) {
  TORCH_CHECK(self.scalar_type() == type, "the base given to float_power_ has dtype ", self.scalar_type(),
              " but the operation's result requires dtype ", type);
}
void check_out(const Tensor& out, ScalarType type) {
  TORCH_CHECK(out.scalar_type() == type, "the output given to float_power has dtype ", out.scalar_type(),
              " but the operation's result requires dtype ", type);
}

}  // namespace

// ---- powers, always in double precision ----

FLB_COMPOSITE(float_power_Tensor_Tensor)
Tensor float_power_Tensor_Tensor(const Tensor& self, const Tensor& exponent) {
  const ScalarType type = double_of(self.is_complex() || exponent.is_complex());
  return at::pow(self.to(type), exponent.to(type));
}
FLB_COMPOSITE(float_power_Tensor_Scalar)
Tensor float_power_Tensor_Scalar(const Tensor& self, const Scalar& exponent) {
  const bool complex = self.is_complex() || exponent.isComplex();
  const Tensor base = self.to(double_of(complex));
  return complex ? at::pow(base, exponent.toComplexDouble()) : at::pow(base, exponent.toDouble());
}
FLB_COMPOSITE(float_power_Scalar)
Tensor float_power_Scalar(const Scalar& self, const Tensor& exponent) {
  const bool complex = self.isComplex() || exponent.is_complex();
  const Tensor power = exponent.to(double_of(complex));
  return complex ? at::pow(self.toComplexDouble(), power) : at::pow(self.toDouble(), power);
}
FLB_COMPOSITE(float_power__Tensor)
Tensor& float_power__Tensor(Tensor& self, const Tensor& exponent) {
  const ScalarType type = double_of(self.is_complex() || exponent.is_complex());
  check_in_place(self, type);
  return self.pow_(exponent.to(type));
}
FLB_COMPOSITE(float_power__Scalar)
Tensor& float_power__Scalar(Tensor& self, const Scalar& exponent) {
  const bool complex = self.is_complex() || exponent.isComplex();
  check_in_place(self, double_of(complex));
  return complex ? self.pow_(exponent.toComplexDouble()) : self.pow_(exponent.toDouble());
}

FLB_COMPOSITE(float_power_Tensor_Tensor_out)
Tensor& float_power_Tensor_Tensor_out(const Tensor& self, const Tensor& exponent, Tensor& out) {
  const ScalarType type = double_of(self.is_complex() || exponent.is_complex());
  check_out(out, type);
  return at::pow_out(out, self.to(type), exponent.to(type));
}
FLB_COMPOSITE(float_power_Tensor_Scalar_out)
Tensor& float_power_Tensor_Scalar_out(const Tensor& self, const Scalar& exponent, Tensor& out) {
  const bool complex = self.is_complex() || exponent.isComplex();
  check_out(out, double_of(complex));
  const Tensor base = self.to(double_of(complex));
  return complex ? at::pow_out(out, base, exponent.toComplexDouble()) : at::pow_out(out, base, exponent.toDouble());
}
FLB_COMPOSITE(float_power_Scalar_out)
Tensor& float_power_Scalar_out(const Scalar& self, const Tensor& exponent, Tensor& out) {
  const bool complex = self.isComplex() || exponent.is_complex();
  check_out(out, double_of(complex));
  const Tensor power = exponent.to(double_of(complex));
  return complex ? at::pow_out(out, self.toComplexDouble(), power) : at::pow_out(out, self.toDouble(), power);
}

FLB_EXPLICIT(heaviside_out)
Tensor& heaviside_out(const Tensor& self, const Tensor& values, Tensor& out) {
  TORCH_CHECK(!self.is_complex() && !values.is_complex() && !out.is_complex(),
              "heaviside is not yet implemented for complex tensors.");
  TORCH_CHECK(self.dtype() == values.dtype() && out.dtype() == self.dtype(),
              "heaviside is not yet implemented for tensors with different dtypes.");
  at::assert_no_partial_overlap(out, self), at::assert_no_partial_overlap(out, values);
  flambeau::store_result("aten::heaviside", out, at::heaviside(self, values), /*elementwise=*/true);
  return out;
}

FLB_EXPLICIT(ldexp_Tensor)
Tensor ldexp_Tensor(const Tensor& self, const Tensor& other) { return at::mul(self, at::pow(2.0, other)); }
FLB_EXPLICIT(ldexp_out)
Tensor& ldexp_out(const Tensor& self, const Tensor& other, Tensor& out) {
  return at::mul_out(out, self, at::pow(2.0, other));
}
FLB_EXPLICIT(ldexp_)
Tensor& ldexp_(Tensor& self, const Tensor& other) { return self.mul_(at::pow(2.0, other)); }

FLB_EXPLICIT(renorm)
Tensor renorm(const Tensor& self, const Scalar& p, int64_t dim, const Scalar& maxnorm) {
  TORCH_CHECK(!p.isComplex(), "renorm: p must be real-valued");
  TORCH_CHECK(p.toDouble() > 0.0, "renorm: non-positive-norm not supported");
  TORCH_CHECK(!maxnorm.isComplex(), "renorm: maxnorm must be real-valued");
  TORCH_CHECK(maxnorm.toDouble() >= 0.0, "renorm: expected maxnorm to be >= 0 but got ", maxnorm.toDouble());
  TORCH_CHECK(self.dim() > 1, "renorm: input needs at least 2 dimensions, got ", self.dim(), " dimensions");
  const int64_t kept = dim < 0 ? dim + self.dim() : dim;
  TORCH_CHECK_INDEX(kept >= 0 && kept < self.dim(), "Dimension out of range (expected to be in range of [", -self.dim(),
                    ", ", self.dim() - 1, "], but got ", dim, ")");
  DimVector others;
  for (int64_t d = 0; d < self.dim(); ++d)
    if (d != kept) others.push_back(d);
  const bool half = self.scalar_type() == kHalf || self.scalar_type() == kBFloat16;
  const Tensor norm = at::linalg_vector_norm(self, p.toDouble(), others, /*keepdim=*/true,
                                             half ? std::optional<ScalarType>(kFloat) : std::nullopt);
  const Tensor factor = at::where(norm > maxnorm, maxnorm / (norm + 1e-7), at::ones({}, norm.options()));
  return self * factor.to(self.is_complex() ? norm.scalar_type() : self.scalar_type());
}

FLB_EXPLICIT(renorm_out)
Tensor& renorm_out(const Tensor& self, const Scalar& p, int64_t dim, const Scalar& maxnorm, Tensor& out) {
  TORCH_CHECK(out.dtype() == self.dtype(), "Expected out tensor to have dtype ", self.dtype(), ", but got ",
              out.dtype(), " instead");
  at::assert_no_partial_overlap(out, self);
  flambeau::store_result("aten::renorm", out, at::renorm(self, p, dim, maxnorm));
  return out;
}

// ---- special functions ----

FLB_COMPOSITE(mvlgamma)
Tensor mvlgamma(const Tensor& self, int64_t p) {
  TORCH_CHECK(self.scalar_type() != kBool, "The input tensor may not be a boolean tensor.");
  TORCH_CHECK(p >= 1, "p has to be greater than or equal to 1");
  const ScalarType type =
      isFloatingType(self.scalar_type()) ? self.scalar_type() : c10::typeMetaToScalarType(c10::get_default_dtype());
  const Tensor steps = at::arange(-static_cast<double>(p) / 2 + 0.5, 0.5, 0.5, self.options().dtype(type));
  const double constant = static_cast<double>(p * (p - 1)) * std::log(std::numbers::pi) / 4;
  return (self.unsqueeze(-1) + steps).lgamma().sum(-1) + constant;
}
// Tagged "pointwise" by PyTorch, but its output is resized before anything is asked of it.
FLB_COMPOSITE(mvlgamma_out)
Tensor& mvlgamma_out(const Tensor& self, int64_t p, Tensor& out) {
  flambeau::store_result("aten::mvlgamma", out, self.mvlgamma(p));
  return out;
}
FLB_COMPOSITE(special_multigammaln)
Tensor special_multigammaln(const Tensor& self, int64_t p) { return self.mvlgamma(p); }

FLB_COMPOSITE(special_ndtr)
Tensor special_ndtr(const Tensor& self) {
  const ScalarType type =
      self.is_floating_point() ? self.scalar_type() : c10::typeMetaToScalarType(c10::get_default_dtype());
  const Tensor x = self.to(type) * std::numbers::sqrt2 / 2, half = x.abs().erfc() * 0.5;
  // Near 0 by erf, in the tails by its complement.
  return at::where(x.abs() < std::numbers::sqrt2 / 2, x.erf() * 0.5 + 0.5, at::where(x > 0, 1 - half, half));
}

FLB_ELEMENTWISE(special_gammainc)
Tensor special_gammainc(const Tensor& self, const Tensor& other) { return at::igamma(self, other); }
FLB_ELEMENTWISE(special_gammaincc)
Tensor special_gammaincc(const Tensor& self, const Tensor& other) { return at::igammac(self, other); }
FLB_ELEMENTWISE(special_i0)
Tensor special_i0(const Tensor& self) { return self.i0(); }
FLB_ELEMENTWISE(special_sinc)
Tensor special_sinc(const Tensor& self) { return self.sinc(); }
FLB_ELEMENTWISE(special_logit)
Tensor special_logit(const Tensor& self, std::optional<double> eps) { return self.logit(eps); }
FLB_ELEMENTWISE(special_polygamma)
Tensor special_polygamma(int64_t n, const Tensor& self) { return at::polygamma(n, self); }
FLB_ELEMENTWISE(special_round)
Tensor special_round(const Tensor& self, int64_t decimals) { return self.round(decimals); }
FLB_ELEMENTWISE(special_xlogy_other_scalar)
Tensor special_xlogy_other_scalar(const Tensor& self, const Scalar& other) { return at::xlogy(self, other); }
FLB_ELEMENTWISE(special_xlogy_self_scalar)
Tensor special_xlogy_self_scalar(const Scalar& self, const Tensor& other) { return at::xlogy(self, other); }
FLB_ELEMENTWISE(arctan2)
Tensor arctan2(const Tensor& self, const Tensor& other) { return self.atan2(other); }

// A number in the place of a tensor.
#define FLB_WITH_NUMBERS(name, first, second)                 \
  Tensor name##_##first(const Scalar& a, const Tensor& b) {   \
    return at::name(wrapped_scalar_tensor(a, b.device()), b); \
  }                                                           \
  Tensor name##_##second(const Tensor& a, const Scalar& b) { return at::name(a, wrapped_scalar_tensor(b, a.device())); }
FLB_EXPLICIT(special_zeta_self_scalar)
FLB_EXPLICIT(special_zeta_other_scalar)
FLB_WITH_NUMBERS(special_zeta, self_scalar, other_scalar)
FLB_EXPLICIT(special_chebyshev_polynomial_t_x_scalar)
FLB_EXPLICIT(special_chebyshev_polynomial_t_n_scalar)
FLB_WITH_NUMBERS(special_chebyshev_polynomial_t, x_scalar, n_scalar)
FLB_EXPLICIT(special_chebyshev_polynomial_u_x_scalar)
FLB_EXPLICIT(special_chebyshev_polynomial_u_n_scalar)
FLB_WITH_NUMBERS(special_chebyshev_polynomial_u, x_scalar, n_scalar)
FLB_EXPLICIT(special_chebyshev_polynomial_v_x_scalar)
FLB_EXPLICIT(special_chebyshev_polynomial_v_n_scalar)
FLB_WITH_NUMBERS(special_chebyshev_polynomial_v, x_scalar, n_scalar)
FLB_EXPLICIT(special_chebyshev_polynomial_w_x_scalar)
FLB_EXPLICIT(special_chebyshev_polynomial_w_n_scalar)
FLB_WITH_NUMBERS(special_chebyshev_polynomial_w, x_scalar, n_scalar)
FLB_EXPLICIT(special_hermite_polynomial_h_x_scalar)
FLB_EXPLICIT(special_hermite_polynomial_h_n_scalar)
FLB_WITH_NUMBERS(special_hermite_polynomial_h, x_scalar, n_scalar)
FLB_EXPLICIT(special_hermite_polynomial_he_x_scalar)
FLB_EXPLICIT(special_hermite_polynomial_he_n_scalar)
FLB_WITH_NUMBERS(special_hermite_polynomial_he, x_scalar, n_scalar)
FLB_EXPLICIT(special_laguerre_polynomial_l_x_scalar)
FLB_EXPLICIT(special_laguerre_polynomial_l_n_scalar)
FLB_WITH_NUMBERS(special_laguerre_polynomial_l, x_scalar, n_scalar)
FLB_EXPLICIT(special_legendre_polynomial_p_x_scalar)
FLB_EXPLICIT(special_legendre_polynomial_p_n_scalar)
FLB_WITH_NUMBERS(special_legendre_polynomial_p, x_scalar, n_scalar)
FLB_EXPLICIT(special_shifted_chebyshev_polynomial_t_x_scalar)
FLB_EXPLICIT(special_shifted_chebyshev_polynomial_t_n_scalar)
FLB_WITH_NUMBERS(special_shifted_chebyshev_polynomial_t, x_scalar, n_scalar)
FLB_EXPLICIT(special_shifted_chebyshev_polynomial_u_x_scalar)
FLB_EXPLICIT(special_shifted_chebyshev_polynomial_u_n_scalar)
FLB_WITH_NUMBERS(special_shifted_chebyshev_polynomial_u, x_scalar, n_scalar)
FLB_EXPLICIT(special_shifted_chebyshev_polynomial_v_x_scalar)
FLB_EXPLICIT(special_shifted_chebyshev_polynomial_v_n_scalar)
FLB_WITH_NUMBERS(special_shifted_chebyshev_polynomial_v, x_scalar, n_scalar)
FLB_EXPLICIT(special_shifted_chebyshev_polynomial_w_x_scalar)
FLB_EXPLICIT(special_shifted_chebyshev_polynomial_w_n_scalar)
FLB_WITH_NUMBERS(special_shifted_chebyshev_polynomial_w, x_scalar, n_scalar)

}  // namespace at::native
