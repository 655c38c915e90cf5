// Operators that are another name, or a few words, of another one.
#include <ATen/Functions.h>
#include <ATen/NativeFunctions.h>
#include <ATen/TensorOperators.h>
#include <ATen/native/composite.h>

#define FLB_BINARY_BODY(name, Other, expression) \
  Tensor name(const Tensor& self, Other other) { return expression; }

namespace at::native {

FLB_ELEMENTWISE(multiply_Tensor)
FLB_BINARY_BODY(multiply_Tensor, const Tensor&, self.mul(other))
FLB_ELEMENTWISE(multiply_Scalar)
FLB_BINARY_BODY(multiply_Scalar, const Scalar&, self.mul(other))
FLB_ELEMENTWISE(divide_Tensor)
FLB_BINARY_BODY(divide_Tensor, const Tensor&, self.div(other))
FLB_ELEMENTWISE(divide_Scalar)
FLB_BINARY_BODY(divide_Scalar, const Scalar&, self.div(other))
FLB_COMPOSITE(true_divide_Tensor)
FLB_BINARY_BODY(true_divide_Tensor, const Tensor&, self.div(other))
FLB_ELEMENTWISE(true_divide_Scalar)
FLB_BINARY_BODY(true_divide_Scalar, const Scalar&, self.div(other))
FLB_ELEMENTWISE(greater_Tensor)
FLB_BINARY_BODY(greater_Tensor, const Tensor&, self.gt(other))
FLB_ELEMENTWISE(greater_Scalar)
FLB_BINARY_BODY(greater_Scalar, const Scalar&, self.gt(other))
FLB_ELEMENTWISE(greater_equal_Tensor)
FLB_BINARY_BODY(greater_equal_Tensor, const Tensor&, self.ge(other))
FLB_ELEMENTWISE(greater_equal_Scalar)
FLB_BINARY_BODY(greater_equal_Scalar, const Scalar&, self.ge(other))
FLB_ELEMENTWISE(less_Tensor)
FLB_BINARY_BODY(less_Tensor, const Tensor&, self.lt(other))
FLB_ELEMENTWISE(less_Scalar)
FLB_BINARY_BODY(less_Scalar, const Scalar&, self.lt(other))
FLB_ELEMENTWISE(less_equal_Tensor)
FLB_BINARY_BODY(less_equal_Tensor, const Tensor&, self.le(other))
FLB_ELEMENTWISE(less_equal_Scalar)
FLB_BINARY_BODY(less_equal_Scalar, const Scalar&, self.le(other))
FLB_ELEMENTWISE(not_equal_Tensor)
FLB_BINARY_BODY(not_equal_Tensor, const Tensor&, self.ne(other))
FLB_ELEMENTWISE(not_equal_Scalar)
FLB_BINARY_BODY(not_equal_Scalar, const Scalar&, self.ne(other))
FLB_COMPOSITE(max_other)
FLB_BINARY_BODY(max_other, const Tensor&, at::maximum(self, other))
FLB_COMPOSITE(min_other)
FLB_BINARY_BODY(min_other, const Tensor&, at::minimum(self, other))
FLB_COMPOSITE(__and___Tensor)
FLB_BINARY_BODY(__and___Tensor, const Tensor&, self.bitwise_and(other))
FLB_COMPOSITE(__and___Scalar)
FLB_BINARY_BODY(__and___Scalar, const Scalar&, self.bitwise_and(other))
FLB_COMPOSITE(__or___Tensor)
FLB_BINARY_BODY(__or___Tensor, const Tensor&, self.bitwise_or(other))
FLB_COMPOSITE(__or___Scalar)
FLB_BINARY_BODY(__or___Scalar, const Scalar&, self.bitwise_or(other))
FLB_COMPOSITE(__xor___Tensor)
FLB_BINARY_BODY(__xor___Tensor, const Tensor&, self.bitwise_xor(other))
FLB_COMPOSITE(__xor___Scalar)
FLB_BINARY_BODY(__xor___Scalar, const Scalar&, self.bitwise_xor(other))

#define FLB_IN_PLACE_BODY(name, Other, expression) \
  Tensor& name(Tensor& self, Other other) { return expression; }

FLB_COMPOSITE(__iand___Tensor)
FLB_IN_PLACE_BODY(__iand___Tensor, const Tensor&, self.bitwise_and_(other))
FLB_COMPOSITE(__iand___Scalar)
FLB_IN_PLACE_BODY(__iand___Scalar, const Scalar&, self.bitwise_and_(other))
FLB_COMPOSITE(__ior___Tensor)
FLB_IN_PLACE_BODY(__ior___Tensor, const Tensor&, self.bitwise_or_(other))
FLB_COMPOSITE(__ior___Scalar)
FLB_IN_PLACE_BODY(__ior___Scalar, const Scalar&, self.bitwise_or_(other))
FLB_COMPOSITE(__ixor___Tensor)
FLB_IN_PLACE_BODY(__ixor___Tensor, const Tensor&, self.bitwise_xor_(other))
FLB_COMPOSITE(__ixor___Scalar)
FLB_IN_PLACE_BODY(__ixor___Scalar, const Scalar&, self.bitwise_xor_(other))

FLB_ELEMENTWISE(subtract_Tensor)
Tensor subtract_Tensor(const Tensor& self, const Tensor& other, const Scalar& alpha) { return self.sub(other, alpha); }
FLB_ELEMENTWISE(subtract_Scalar)
Tensor subtract_Scalar(const Tensor& self, const Scalar& other, const Scalar& alpha) { return self.sub(other, alpha); }
FLB_ELEMENTWISE(divide_Tensor_mode)
Tensor divide_Tensor_mode(const Tensor& self, const Tensor& other, std::optional<c10::string_view> rounding_mode) {
  return self.div(other, rounding_mode);
}
FLB_ELEMENTWISE(divide_Scalar_mode)
Tensor divide_Scalar_mode(const Tensor& self, const Scalar& other, std::optional<c10::string_view> rounding_mode) {
  return self.div(other, rounding_mode);
}
FLB_COMPOSITE(clip)
Tensor clip(const Tensor& self, const std::optional<Scalar>& min, const std::optional<Scalar>& max) {
  return at::clamp(self, min, max);
}
FLB_COMPOSITE(clip_Tensor)
Tensor clip_Tensor(const Tensor& self, const std::optional<Tensor>& min, const std::optional<Tensor>& max) {
  return at::clamp(self, min, max);
}

#define FLB_UNARY_BODY(name, expression) \
  Tensor name(const Tensor& self) { return expression; }

FLB_COMPOSITE(absolute)
FLB_UNARY_BODY(absolute, self.abs())
FLB_COMPOSITE(negative)
FLB_UNARY_BODY(negative, self.neg())
FLB_COMPOSITE(absolute_out)
Tensor& absolute_out(const Tensor& self, Tensor& out) { return at::abs_out(out, self); }
FLB_COMPOSITE(negative_out)
Tensor& negative_out(const Tensor& self, Tensor& out) { return at::neg_out(out, self); }
FLB_COMPOSITE(fix_out)
Tensor& fix_out(const Tensor& self, Tensor& out) { return at::trunc_out(out, self); }
FLB_COMPOSITE(square)
FLB_UNARY_BODY(square, self.pow(2))
FLB_ELEMENTWISE(arccos)
FLB_UNARY_BODY(arccos, self.acos())
FLB_ELEMENTWISE(arcsin)
FLB_UNARY_BODY(arcsin, self.asin())
FLB_ELEMENTWISE(arctan)
FLB_UNARY_BODY(arctan, self.atan())
FLB_ELEMENTWISE(arccosh)
FLB_UNARY_BODY(arccosh, self.acosh())
FLB_ELEMENTWISE(arcsinh)
FLB_UNARY_BODY(arcsinh, self.asinh())
FLB_ELEMENTWISE(arctanh)
FLB_UNARY_BODY(arctanh, self.atanh())
FLB_COMPOSITE(fix)
FLB_UNARY_BODY(fix, self.trunc())
FLB_ELEMENTWISE(special_expit)
FLB_UNARY_BODY(special_expit, self.sigmoid())
FLB_ELEMENTWISE(special_erf)
FLB_UNARY_BODY(special_erf, self.erf())
FLB_ELEMENTWISE(special_erfc)
FLB_UNARY_BODY(special_erfc, self.erfc())
FLB_ELEMENTWISE(special_erfinv)
FLB_UNARY_BODY(special_erfinv, self.erfinv())
FLB_ELEMENTWISE(special_exp2)
FLB_UNARY_BODY(special_exp2, self.exp2())
FLB_ELEMENTWISE(special_expm1)
FLB_UNARY_BODY(special_expm1, self.expm1())
FLB_ELEMENTWISE(special_log1p)
FLB_UNARY_BODY(special_log1p, self.log1p())
FLB_ELEMENTWISE(special_gammaln)
FLB_UNARY_BODY(special_gammaln, self.lgamma())
FLB_ELEMENTWISE(special_digamma)
FLB_UNARY_BODY(special_digamma, self.digamma())
FLB_ELEMENTWISE(special_psi)
FLB_UNARY_BODY(special_psi, self.digamma())
FLB_COMPOSITE(isreal)
FLB_UNARY_BODY(isreal, self.is_complex() ? at::imag(self).eq(0) : at::ones_like(self, self.options().dtype(kBool)))
FLB_COMPOSITE(isfinite)
FLB_UNARY_BODY(isfinite, isIntegralType(self.scalar_type(), true)
                             ? at::ones_like(self, self.options().dtype(kBool))
                             : self.eq(self).mul(self.abs().ne(std::numeric_limits<double>::infinity())))
FLB_COMPOSITE(positive)
Tensor positive(const Tensor& self) {
  TORCH_CHECK(self.scalar_type() != kBool, "The `+` operator, on a bool tensor is not supported.");
  return self;
}

// In place too: the functional form and a copy would change what its own gradient needs.
#define FLB_UNARY_IN_PLACE_BODY(name, expression) \
  Tensor& name(Tensor& self) { return expression; }
FLB_COMPOSITE(absolute_)
FLB_UNARY_IN_PLACE_BODY(absolute_, self.abs_())
FLB_COMPOSITE(negative_)
FLB_UNARY_IN_PLACE_BODY(negative_, self.neg_())
FLB_COMPOSITE(square_)
FLB_UNARY_IN_PLACE_BODY(square_, self.pow_(2))
FLB_COMPOSITE(arccos_)
FLB_UNARY_IN_PLACE_BODY(arccos_, self.acos_())
FLB_COMPOSITE(arcsin_)
FLB_UNARY_IN_PLACE_BODY(arcsin_, self.asin_())
FLB_COMPOSITE(arctan_)
FLB_UNARY_IN_PLACE_BODY(arctan_, self.atan_())
FLB_COMPOSITE(arccosh_)
FLB_UNARY_IN_PLACE_BODY(arccosh_, self.acosh_())
FLB_COMPOSITE(arcsinh_)
FLB_UNARY_IN_PLACE_BODY(arcsinh_, self.asinh_())
FLB_COMPOSITE(arctanh_)
FLB_UNARY_IN_PLACE_BODY(arctanh_, self.atanh_())
FLB_COMPOSITE(fix_)
FLB_UNARY_IN_PLACE_BODY(fix_, self.trunc_())
FLB_COMPOSITE(multiply__Tensor)
FLB_IN_PLACE_BODY(multiply__Tensor, const Tensor&, self.mul_(other))
FLB_COMPOSITE(multiply__Scalar)
FLB_IN_PLACE_BODY(multiply__Scalar, const Scalar&, self.mul_(other))
FLB_COMPOSITE(divide__Tensor)
FLB_IN_PLACE_BODY(divide__Tensor, const Tensor&, self.div_(other))
FLB_COMPOSITE(divide__Scalar)
FLB_IN_PLACE_BODY(divide__Scalar, const Scalar&, self.div_(other))
FLB_COMPOSITE(true_divide__Tensor)
FLB_IN_PLACE_BODY(true_divide__Tensor, const Tensor&, self.div_(other))
FLB_COMPOSITE(true_divide__Scalar)
FLB_IN_PLACE_BODY(true_divide__Scalar, const Scalar&, self.div_(other))
FLB_COMPOSITE(subtract__Tensor)
Tensor& subtract__Tensor(Tensor& self, const Tensor& other, const Scalar& alpha) { return self.sub_(other, alpha); }
FLB_COMPOSITE(subtract__Scalar)
Tensor& subtract__Scalar(Tensor& self, const Scalar& other, const Scalar& alpha) { return self.sub_(other, alpha); }
FLB_COMPOSITE(divide__Tensor_mode)
Tensor& divide__Tensor_mode(Tensor& self, const Tensor& other, std::optional<c10::string_view> rounding_mode) {
  return self.div_(other, rounding_mode);
}
FLB_COMPOSITE(divide__Scalar_mode)
Tensor& divide__Scalar_mode(Tensor& self, const Scalar& other, std::optional<c10::string_view> rounding_mode) {
  return self.div_(other, rounding_mode);
}
FLB_COMPOSITE(clip_)
Tensor& clip_(Tensor& self, const std::optional<Scalar>& min, const std::optional<Scalar>& max) {
  return self.clamp_(min, max);
}
FLB_COMPOSITE(clip__Tensor)
Tensor& clip__Tensor(Tensor& self, const std::optional<Tensor>& min, const std::optional<Tensor>& max) {
  return self.clamp_(min, max);
}
FLB_COMPOSITE(arctan2_)
Tensor& arctan2_(Tensor& self, const Tensor& other) { return self.atan2_(other); }
FLB_COMPOSITE(polygamma_)
Tensor& polygamma_(Tensor& self, int64_t n) { return self.copy_(at::polygamma(n, self)); }
FLB_EXPLICIT(abs_)
Tensor& abs_(Tensor& self) {
  TORCH_CHECK(!self.is_complex(), "In-place abs is not supported for complex tensors.");
  return at::abs_out(self, self);
}

FLB_COMPOSITE(log_sigmoid)
FLB_UNARY_BODY(log_sigmoid, std::get<0>(at::log_sigmoid_forward(self)))
FLB_COMPOSITE(relu6)
FLB_UNARY_BODY(relu6, at::hardtanh(self, 0, 6))
FLB_COMPOSITE(relu6_)
Tensor& relu6_(Tensor& self) { return at::hardtanh_(self, 0, 6); }
FLB_COMPOSITE(selu)
FLB_UNARY_BODY(selu, at::elu(self, 1.6732632423543772, 1.0507009873554805))
FLB_COMPOSITE(selu_)
Tensor& selu_(Tensor& self) { return at::elu_(self, 1.6732632423543772, 1.0507009873554805); }
FLB_EXPLICIT(celu)
Tensor celu(const Tensor& self, const Scalar& alpha) {
  TORCH_CHECK(alpha.to<double>() != 0, "ZeroDivisionError: alpha cannot be 0 for CELU");
  return at::elu(self, alpha, 1.0, 1 / alpha.to<double>());
}
FLB_COMPOSITE(prelu)
Tensor prelu(const Tensor& self, const Tensor& weight) {
  TORCH_CHECK(weight.dim() == 0 || weight.dim() == 1,
              "prelu: Expected `weight` to be a scalar or 1D tensor, but got: ndim = ", weight.dim());
  if (weight.numel() == 1)
    return at::_prelu_kernel(self, weight.numel() == 1 && weight.dim() ? weight.reshape({}) : weight);
  const int64_t channels = self.dim() >= 2 ? self.size(1) : self.dim() == 1 ? 1 : 1;
  TORCH_CHECK(channels == weight.numel(),
              "Mismatch of parameter numbers and input channel size. Found parameter numbers = ", weight.numel(),
              " and channel size = ", channels, ".");
  DimVector shape(self.dim(), 1);
  shape[1] = weight.numel();
  return at::_prelu_kernel(self, weight.view(shape));
}
FLB_COMPOSITE(argsort)
Tensor argsort(const Tensor& self, int64_t dim, bool descending) {
  return std::get<1>(at::sort(self, dim, descending));
}
FLB_COMPOSITE(argsort_stable)
Tensor argsort_stable(const Tensor& self, bool stable, int64_t dim, bool descending) {
  return std::get<1>(at::sort(self, stable, dim, descending));
}
FLB_EXPLICIT(argsort_stable_out)
Tensor& argsort_stable_out(const Tensor& self, bool stable, int64_t dim, bool descending, Tensor& out) {
  Tensor values = at::empty({0}, self.options());
  at::sort_out(values, out, self, stable, dim, descending);
  return out;
}
FLB_COMPOSITE(msort)
Tensor msort(const Tensor& self) { return std::get<0>(at::sort(self, 0, false)); }
FLB_COMPOSITE(msort_out)
Tensor& msort_out(const Tensor& self, Tensor& out) {
  Tensor indices = at::empty({0}, self.options().dtype(kLong));
  at::sort_out(out, indices, self, 0, false);
  return out;
}

FLB_COMPOSITE(where_ScalarSelf)
Tensor where_ScalarSelf(const Tensor& condition, const Scalar& self, const Tensor& other) {
  return at::where(condition, at::scalar_tensor(self, other.options().dtype(at::result_type(other, self))), other);
}
FLB_COMPOSITE(where_ScalarOther)
Tensor where_ScalarOther(const Tensor& condition, const Tensor& self, const Scalar& other) {
  return at::where(condition, self, at::scalar_tensor(other, self.options().dtype(at::result_type(self, other))));
}
FLB_COMPOSITE(where_Scalar)
Tensor where_Scalar(const Tensor& condition, const Scalar& self, const Scalar& other) {
  const auto options = condition.options().dtype(at::result_type(self, other));
  return at::where(condition, at::scalar_tensor(self, options), at::scalar_tensor(other, options));
}
FLB_COMPOSITE(where)
std::vector<Tensor> where(const Tensor& condition) { return at::nonzero_numpy(condition); }
FLB_COMPOSITE(nonzero_numpy)
std::vector<Tensor> nonzero_numpy(const Tensor& self) {
  if (self.dim() == 0) return self.unsqueeze(0).nonzero().unbind(1);
  return self.nonzero().unbind(1);
}
FLB_COMPOSITE(argwhere)
Tensor argwhere(const Tensor& self) { return self.nonzero(); }

}  // namespace at::native
