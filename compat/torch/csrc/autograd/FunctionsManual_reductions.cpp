#include <torch/csrc/autograd/FunctionsManual.h>

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>
#include <ATen/WrapDimUtilsMulti.h>

#include <cmath>
#include <limits>

namespace torch::autograd::generated::details {

namespace {

// The reduced dimensions, each once; all of them for an empty or absent list.
std::vector<bool> reduced(OptionalIntArrayRef dim, int64_t ndim) {
  std::vector<bool> marks(ndim, !dim.has_value() || dim->empty());
  if (dim.has_value()) {
    for (const int64_t d : *dim) {
      if (ndim > 0) marks[at::maybe_wrap_dim(d, ndim)] = true;
    }
  }
  return marks;
}

int64_t count_reduced(IntArrayRef sizes, OptionalIntArrayRef dim) {
  const auto marks = reduced(dim, static_cast<int64_t>(sizes.size()));
  int64_t count = 1;
  for (size_t i = 0; i < sizes.size(); ++i) {
    if (marks[i]) count *= sizes[i];
  }
  return count;
}

double correction_of(const std::optional<Scalar>& correction) {
  return correction.has_value() ? correction->toDouble() : 1;
}

Tensor reverse_cumsum(const Tensor& t, int64_t dim) { return t.flip(dim).cumsum(dim).flip(dim); }

}  // namespace

Tensor restore_dims(const Tensor& t, OptionalIntArrayRef dim, bool keepdim, int64_t ndim) {
  if (keepdim || ndim == 0) return t;
  const auto marks = reduced(dim, ndim);
  std::vector<int64_t> sizes(ndim, 1);
  int64_t next = 0;
  for (int64_t i = 0; i < ndim; ++i) {
    if (!marks[i]) sizes[i] = t.size(next++);
  }
  return t.reshape(sizes);
}

Tensor sum_backward(const Tensor& grad, IntArrayRef sizes, OptionalIntArrayRef dim, bool keepdim) {
  return restore_dims(grad, dim, keepdim, static_cast<int64_t>(sizes.size())).expand(sizes);
}

Tensor mean_backward(const Tensor& grad, IntArrayRef sizes, OptionalIntArrayRef dim, bool keepdim) {
  return sum_backward(grad, sizes, dim, keepdim) / count_reduced(sizes, dim);
}

Tensor nanmean_backward(const Tensor& grad, const Tensor& self, OptionalIntArrayRef dim, bool keepdim) {
  const Tensor present = self.isnan().logical_not();
  const Tensor count = dim.has_value() ? present.sum(*dim, keepdim) : present.sum();
  return sum_backward(grad / count, self.sizes(), dim, keepdim) * present;
}

Tensor prod_backward(const Tensor& grad, const Tensor& self, const Tensor& result) {
  if (self.dim() == 0) return grad.clone();
  const int64_t zeros = (self == 0).sum().item<int64_t>();
  if (zeros == 0) return grad * (result / self).conj();
  if (zeros > 1 && !GradMode::is_enabled()) return at::zeros_like(self);
  const Tensor flat = self.reshape(-1);
  return prod_backward(grad, flat, result, 0, false).reshape(self.sizes());
}

Tensor prod_backward(const Tensor& grad, const Tensor& self, const Tensor& result, int64_t dim, bool keepdim) {
  if (self.dim() == 0) return grad.clone();
  dim = at::maybe_wrap_dim(dim, self.dim());
  const Tensor g = keepdim ? grad : grad.unsqueeze(dim), r = keepdim ? result : result.unsqueeze(dim);
  if (!(self == 0).any().item<bool>()) return g * (r / self).conj();
  // Products of all others: those before times those after.
  std::vector<int64_t> edge(self.sizes().vec());
  edge[dim] = 1;
  const Tensor one = at::ones(edge, self.options());
  const int64_t n = self.size(dim);
  if (n == 0) return at::zeros_like(self);
  const Tensor before = at::cat({one, self.narrow(dim, 0, n - 1)}, dim).cumprod(dim);
  const Tensor after = at::cat({one, self.narrow(dim, 1, n - 1).flip(dim)}, dim).cumprod(dim).flip(dim);
  return g * (before * after).conj();
}

Tensor cumsum_backward(const Tensor& grad, int64_t dim) {
  return grad.dim() == 0 || grad.size(dim) <= 1 ? grad : reverse_cumsum(grad, dim);
}

Tensor cumprod_backward(const Tensor& grad, const Tensor& self, const Tensor& result, int64_t dim) {
  if (self.dim() == 0 || self.numel() == 0) return grad.clone();
  dim = at::maybe_wrap_dim(dim, self.dim());
  const Tensor zero = self == 0;
  if (!zero.any().item<bool>()) return reverse_cumsum((result.conj() * grad), dim) / self.conj();
  // Element k of the gradient: sum over i >= k of grad_i times the product of self_0..i without self_k.
  const int64_t n = self.size(dim);
  std::vector<Tensor> parts;
  parts.reserve(n);
  Tensor before = at::ones_like(self.select(dim, 0));
  for (int64_t k = 0; k < n; ++k) {
    Tensor sum = grad.select(dim, k), product = at::ones_like(sum);
    for (int64_t i = k + 1; i < n; ++i) {
      product = product * self.select(dim, i).conj();
      sum = sum + grad.select(dim, i) * product;
    }
    parts.push_back(before * sum);
    before = before * self.select(dim, k).conj();
  }
  return at::stack(parts, dim);
}

Tensor logcumsumexp_backward(const Tensor& grad, const Tensor& self, const Tensor& result, int64_t dim) {
  if (grad.dim() == 0 || grad.numel() == 0) return grad;
  // In logarithms, so that no exponential overflows; the sign of grad apart.
  const at::ScalarType type = grad.scalar_type();
  const double lowest = type == at::kDouble     ? std::numeric_limits<double>::lowest()
                        : type == at::kHalf     ? static_cast<float>(std::numeric_limits<at::Half>::lowest())
                        : type == at::kBFloat16 ? static_cast<float>(std::numeric_limits<at::BFloat16>::lowest())
                                                : std::numeric_limits<float>::lowest();
  const Tensor log_abs = grad.abs().log();
  const Tensor positive = log_abs.masked_fill(grad <= 0, lowest), negative = log_abs.masked_fill(grad >= 0, lowest);
  const auto part = [&](const Tensor& log_grad) {
    return ((log_grad - result).flip(dim).logcumsumexp(dim).flip(dim) + self).exp();
  };
  return part(positive) - part(negative);
}

Tensor logsumexp_backward(const Tensor& grad, const Tensor& self, const Tensor& result, IntArrayRef dim, bool keepdim) {
  const Tensor g = restore_dims(grad, dim, keepdim, self.dim()), r = restore_dims(result, dim, keepdim, self.dim());
  return g * (self - r).exp().conj();
}

Tensor var_backward(const Tensor& grad, const Tensor& self, OptionalIntArrayRef dim,
                    const std::optional<Scalar>& correction, bool keepdim) {
  const double freedom = static_cast<double>(count_reduced(self.sizes(), dim)) - correction_of(correction);
  const Tensor g = restore_dims(grad, dim, keepdim, self.dim());
  // Infinite or undefined when there is no freedom left, as the variance itself.
  if (freedom <= 0) {
    return at::where(g == 0, std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity())
        .expand(self.sizes());
  }
  const Tensor mean = self.mean(dim, /*keepdim=*/true);
  return (2.0 / freedom) * g * (self - mean);
}

Tensor std_backward(const Tensor& grad, const Tensor& self, const Tensor& result, OptionalIntArrayRef dim,
                    const std::optional<Scalar>& correction, bool keepdim) {
  return var_backward((grad / (result * 2)).masked_fill(result == 0, 0), self, dim, correction, keepdim);
}

Tensor var_mean_backward(const Tensor& grad_var, const Tensor& grad_mean, const Tensor& self, OptionalIntArrayRef dim,
                         const std::optional<Scalar>& correction, bool keepdim) {
  Tensor grad;
  if (grad_var.defined()) grad = var_backward(grad_var, self, dim, correction, keepdim);
  if (grad_mean.defined()) {
    const Tensor of_mean = mean_backward(grad_mean, self.sizes(), dim, keepdim);
    grad = grad.defined() ? grad + of_mean : of_mean;
  }
  return grad;
}

Tensor std_mean_backward(const Tensor& grad_std, const Tensor& grad_mean, const Tensor& self, const Tensor& std,
                         OptionalIntArrayRef dim, const std::optional<Scalar>& correction, bool keepdim) {
  Tensor grad;
  if (grad_std.defined()) grad = std_backward(grad_std, self, std, dim, correction, keepdim);
  if (grad_mean.defined()) {
    const Tensor of_mean = mean_backward(grad_mean, self.sizes(), dim, keepdim);
    grad = grad.defined() ? grad + of_mean : of_mean;
  }
  return grad;
}

Tensor select_along_backward(const Tensor& grad, int64_t dim, const Tensor& indices, IntArrayRef sizes, bool keepdim) {
  const bool inserted = !keepdim && !sizes.empty();
  const Tensor g = inserted ? grad.unsqueeze(dim) : grad, at = inserted ? indices.unsqueeze(dim) : indices;
  return at::zeros(sizes, grad.options()).scatter_add(dim, at, g);
}

Tensor spread_evenly(const Tensor& grad, const Tensor& self, const Tensor& value) {
  const Tensor mask = value.isnan().logical_and(self.isnan()).logical_or(self == value);
  return mask * (grad / mask.sum());
}

Tensor spread_evenly(const Tensor& grad, const Tensor& self, const Tensor& value, IntArrayRef dim, bool keepdim) {
  const Tensor g = restore_dims(grad, dim, keepdim, self.dim()), v = restore_dims(value, dim, keepdim, self.dim());
  const Tensor mask = self == v;
  return g * mask / mask.sum(dim, /*keepdim=*/true);
}

Tensor aminmax_backward(const Tensor& grad_min, const Tensor& grad_max, const Tensor& self, const Tensor& min,
                        const Tensor& max, std::optional<int64_t> dim, bool keepdim) {
  const std::vector<int64_t> dims = dim.has_value() ? std::vector<int64_t>{*dim} : std::vector<int64_t>{};
  Tensor grad;
  if (grad_min.defined()) grad = spread_evenly(grad_min, self, min, dims, keepdim);
  if (grad_max.defined()) {
    const Tensor of_max = spread_evenly(grad_max, self, max, dims, keepdim);
    grad = grad.defined() ? grad + of_max : of_max;
  }
  return grad;
}

Tensor norm_backward(const Tensor& grad, const Tensor& self, const std::optional<Scalar>& p, const Tensor& norm) {
  return norm_backward(grad, self, p, norm, std::nullopt, /*keepdim=*/true);
}

Tensor norm_backward(const Tensor& grad, const Tensor& self, const std::optional<Scalar>& p_, const Tensor& norm,
                     OptionalIntArrayRef dim, bool keepdim) {
  const double p = p_.has_value() ? p_->toDouble() : 2;
  if (p == 0) return {};
  const bool keeps = keepdim && norm.dim() == self.dim();
  const Tensor g = restore_dims(grad, dim, keeps, self.dim()), n = restore_dims(norm, dim, keeps, self.dim());
  if (p == 1) return self.sgn() * g;
  if (p == 2) return (g * (self / n)).masked_fill(n == 0, 0);
  if (std::isinf(p)) {
    const Tensor size = self.abs(), mask = (size == n).logical_or(size.isnan().logical_and(n.isnan()));
    const Tensor count = dim.has_value() ? mask.sum(*dim, /*keepdim=*/true) : mask.sum();
    return self.sgn() * (g / count * mask);
  }
  if (p < 1) return (self.sgn() * self.abs().pow(p - 1) * g * n.pow(1 - p)).masked_fill(self == 0, 0);
  if (p < 2) return (self.sgn() * self.abs().pow(p - 1) * (g / n.pow(p - 1))).masked_fill(n == 0, 0);
  return (self * self.abs().pow(p - 2) * (g / n.pow(p - 1))).masked_fill(n == 0, 0);
}

Tensor renorm_backward(const Tensor& grad, const Tensor& self, const Scalar& p, int64_t dim, const Scalar& maxnorm) {
  at::DimVector others;
  for (int64_t d = 0; d < self.dim(); ++d)
    if (d != at::maybe_wrap_dim(dim, self.dim())) others.push_back(d);
  const bool half = self.scalar_type() == at::kHalf || self.scalar_type() == at::kBFloat16;
  const Tensor x = half ? self.to(at::kFloat) : self, g = half ? grad.to(at::kFloat) : grad;
  const Tensor norm = at::linalg_vector_norm(x, p, others, /*keepdim=*/true);
  // Where it scales: d (x maxnorm / norm), the norm itself depending on x.
  const Tensor inverse = 1 / (norm + 1e-7);
  const Tensor along = (x.conj() * g).sum(others, /*keepdim=*/true);
  const Tensor through = norm_backward(real_part(along), x, p, norm, others, /*keepdim=*/true);
  const Tensor scaled = maxnorm * inverse * (through.defined() ? g - inverse * through : g);
  return at::where(norm > maxnorm, scaled, g).to(self.scalar_type());
}

}  // namespace torch::autograd::generated::details
