#include <torch/csrc/autograd/FunctionsManual.h>

#include <ATen/Functions.h>
#include <ATen/ScalarOps.h>
#include <ATen/TensorOperators.h>

#include <cmath>
#include <numbers>

namespace torch::autograd::generated::details {

Tensor maybe_multiply(const Tensor& t, const Scalar& s) {
  const bool is_one = s.isFloatingPoint() ? s.toDouble() == 1 : s.isIntegral(/*includeBool=*/true) && s.toLong() == 1;
  return is_one ? t : t * s;
}

Tensor keep(const Tensor& grad, const Tensor& mask) { return grad.masked_fill(mask.logical_not(), 0); }

Tensor real_part(const Tensor& t) { return t.is_complex() ? at::real(t) : t; }
Tensor imag_part(const Tensor& t) { return t.is_complex() ? at::imag(t) : at::zeros_like(t); }

Tensor reduce(const Tensor& t, int64_t reduction) {
  if (reduction == at::Reduction::Mean) return t.mean();
  return reduction == at::Reduction::Sum ? t.sum() : t;
}

Tensor spread(const Tensor& t, int64_t reduction, int64_t count) {
  return reduction == at::Reduction::Mean ? t / count : t;
}

Tensor to_options(const Tensor& grad, const at::TensorOptions& options) {
  const bool to_real = grad.is_complex() && !isComplexType(c10::typeMetaToScalarType(options.dtype()));
  return (to_real ? at::real(grad) : grad).to(options.device(), c10::typeMetaToScalarType(options.dtype()));
}

Tensor not_implemented(const char* name, const char* reason) {
  TORCH_CHECK_NOT_IMPLEMENTED(false, "the derivative for '", name, "' is not implemented.", *reason ? " " : "", reason);
  return {};
}

double dropout_scale(double p, std::optional<bool> train) {
  if (!train.value_or(false)) return 1;
  return p == 1 ? 0 : 1 / (1 - p);
}

Tensor pow_self_backward(const Tensor& grad, const Tensor& self, const Scalar& exponent) {
  if (exponent.equal(0.0)) return at::zeros_like(grad);
  if (exponent.isComplex()) return grad * (exponent * self.pow(exponent.toComplexDouble() - 1.0)).conj();
  if (exponent.isFloatingPoint()) return grad * (exponent * self.pow(exponent.toDouble() - 1)).conj();
  return grad * (exponent * self.pow(exponent.toLong() - 1)).conj();
}

Tensor pow_self_backward(const Tensor& grad, const Tensor& self, const Tensor& exponent) {
  return (grad * (exponent * self.pow(exponent - 1)).conj()).masked_fill(exponent == 0, 0);
}

// 0 ** exponent is flat for every exponent that does not make it infinite.
static Tensor not_negative(const Tensor& exponent) {
  return exponent.is_complex() ? at::real(exponent) >= 0 : exponent >= 0;
}

Tensor pow_exponent_backward(const Tensor& grad, const Tensor& self, const Tensor& exponent, const Tensor& result) {
  return (grad * (result * self.log()).conj()).masked_fill((self == 0).logical_and(not_negative(exponent)), 0);
}

Tensor pow_exponent_backward(const Tensor& grad, const Scalar& self, const Tensor& exponent, const Tensor& result) {
  const Tensor slope = grad * (result * self.log()).conj();
  return self.equal(0) ? slope.masked_fill(not_negative(exponent), 0) : slope;
}

Tensor angle_backward(const Tensor& grad, const Tensor& self) {
  if (!self.is_complex()) return at::zeros_like(self);
  // d angle = Im(d self / self), and none at 0.
  const Tensor direction = self / self.abs().square();
  return at::where(self == 0, at::zeros({}, self.options()), grad * (direction * Scalar(c10::complex<double>(0, 1))));
}

Tensor sgn_backward(const Tensor& grad, const Tensor& self, const Tensor& sgn) {
  if (!self.is_complex()) return at::zeros_like(grad);
  const Tensor length = self.abs();
  // What is left of grad at right angles to the direction of self.
  const Tensor turned = (grad - at::real(grad.conj() * sgn) * sgn) / length;
  return turned.masked_fill(length == 0, 0);
}

Tensor sinc_backward(const Tensor& grad, const Tensor& self) {
  const Tensor x = self * std::numbers::pi, x2 = self * self * std::numbers::pi;
  return (grad * ((x * x.cos() - x.sin()) / x2).conj()).masked_fill(x2 == 0, 0);
}

Tensor copysign_backward(const Tensor& grad, const Tensor& self, const Tensor& result) {
  return grad * (result / self).masked_fill(self == 0, 0);
}

namespace {

template <class Bound>
Tensor clamp_both(const Tensor& grad, const Tensor& self, const std::optional<Bound>& min,
                  const std::optional<Bound>& max) {
  if (min && max) return keep(grad, (self >= *min).logical_and(self <= *max));
  if (min) return keep(grad, self >= *min);
  return max ? keep(grad, self <= *max) : grad;
}

OptionalTensor defined(const OptionalTensor& t) { return t.has_value() && t->defined() ? t : std::nullopt; }

}  // namespace

Tensor clamp_backward(const Tensor& grad, const Tensor& self, const std::optional<Scalar>& min,
                      const std::optional<Scalar>& max) {
  return clamp_both(grad, self, min, max);
}

Tensor clamp_backward(const Tensor& grad, const Tensor& self, const OptionalTensor& min, const OptionalTensor& max) {
  return clamp_both(grad, self, defined(min), defined(max));
}

Tensors2 clamp_bounds_backward(const Tensor& grad, const Tensor& self, const OptionalTensor& min_,
                               const OptionalTensor& max_, Mask2 wanted) {
  const OptionalTensor min = defined(min_), max = defined(max_);
  Tensors2 grads;
  // Where the bounds cross, the upper one wins.
  if (min && wanted[0]) {
    const Tensor below = max ? (*min < *max).logical_and(self < *min) : self < *min;
    std::get<0>(grads) = keep(grad, below);
  }
  if (max && wanted[1]) {
    const Tensor above = min ? (self > *max).logical_or(*max < *min) : self > *max;
    std::get<1>(grads) = keep(grad, above);
  }
  return grads;
}

Tensor gelu_double_backward(const Tensor& grad, const Tensor& self, std::string_view approximate) {
  const Tensor x2 = self * self;
  if (approximate == "none") {
    // x * Phi(x), whose second derivative is (2 - x^2) phi(x).
    return grad * (2 - x2) * (-0.5 * x2).exp() * (std::numbers::inv_sqrtpi / std::numbers::sqrt2);
  }
  // x / 2 * (1 + tanh(u)), u = a (x + b x^3).
  constexpr double a = std::numbers::sqrt2 * std::numbers::inv_sqrtpi, b = 0.044715;
  const Tensor t = (a * (self + b * x2 * self)).tanh(), sech2 = 1 - t * t;
  const Tensor du = a * (1 + 3 * b * x2), ddu = (6 * a * b) * self;
  return grad * sech2 * (du + 0.5 * self * (ddu - 2 * t * du * du));
}

Tensor silu_double_backward(const Tensor& grad, const Tensor& self) {
  const Tensor s = self.sigmoid();
  return grad * s * (1 - s) * (2 + self * (1 - 2 * s));
}

Tensor mish_double_backward(const Tensor& grad, const Tensor& self) {
  const Tensor t = at::softplus(self).tanh(), s = self.sigmoid();
  return grad * (1 - t * t) * s * (2 + self * (1 - s - 2 * t * s));
}

Tensor logit_double_backward(const Tensor& grad, const Tensor& self, std::optional<double> eps) {
  // The first derivative is 1 / (x (1 - x)), and 0 outside of [eps, 1 - eps].
  const Tensor slope = grad * (2 * self - 1) / (self * (1 - self)).square();
  const double low = eps.value_or(0);
  return keep(slope, (self >= low).logical_and(self <= 1 - low));
}

Tensor softplus_double_backward(const Tensor& grad, const Tensor& self, const Scalar& beta, const Scalar& threshold) {
  const Tensor x = self * beta, s = x.sigmoid();
  return keep(grad * s * (1 - s) * beta, x < threshold);
}

Tensor elu_double_backward(const Tensor& grad, const Scalar& alpha, const Scalar& scale, const Scalar& input_scale,
                           bool is_result, const Tensor& self_or_result) {
  const double rate = input_scale.toDouble(), factor = alpha.toDouble() * scale.toDouble();
  if (is_result) return keep(grad * rate, self_or_result < 0);
  return keep(grad * (rate * rate * factor) * (self_or_result * rate).exp(), self_or_result < 0);
}

}  // namespace torch::autograd::generated::details
