// Layers as composites: normalisation, dropout, softmax, pooling, embedding.
#include <ATen/Functions.h>
#include <ATen/NativeFunctions.h>
#include <ATen/TensorOperators.h>
#include <ATen/native/composite.h>

namespace at::native {
namespace {

const Tensor& or_undefined(const std::optional<Tensor>& maybe) {
  static const Tensor undefined;
  return maybe ? *maybe : undefined;
}

/// The one number of a one-dimensional pool's argument.
int64_t single(const char* op, const char* argument, IntArrayRef values) {
  TORCH_CHECK(values.size() == 1, op, "() argument '", argument, "' should contain one int (got ", values.size(), ")");
  return values[0];
}

/// Drops elements, or whole channels, and scales the others by 1 / (1 - p).
Tensor dropped(const Tensor& input, double p, bool by_channel) {
  if (p == 1) return input.mul(at::zeros({}, input.options()));
  Tensor noise;
  if (by_channel) {
    TORCH_CHECK(input.dim() >= 2, "Feature dropout requires at least 2 dimensions in the input");
    DimVector shape(input.dim(), 1);
    shape[0] = input.size(0), shape[1] = input.size(1);
    noise = at::empty(shape, input.options());
  } else {
    noise = at::empty_like(input);
  }
  return input.mul(noise.bernoulli_(1 - p).div_(1 - p));
}

void check_probability(double p) {
  TORCH_CHECK(p >= 0 && p <= 1, "dropout probability has to be between 0 and 1, but got ", p);
}

/// Keeps mean and variance of SELU activations; `kept` has the shape of what is dropped together. Klambauer et al.,
/// arXiv:1706.02515, section 3.
Tensor self_normalizing(const Tensor& input, const Tensor& memory, double p) {
  constexpr double kAlpha = 1.7580993408473766;
  const double a = 1 / std::sqrt((kAlpha * kAlpha * p + 1) * (1 - p));
  Tensor kept = memory;
  kept.bernoulli_(1 - p);
  const Tensor shift = kept.sub(1).mul_(kAlpha * a).add_(kAlpha * a * p);
  return input.mul(kept.mul_(a)).add_(shift);
}

}  // namespace

FLB_COMPOSITE(batch_norm)
Tensor batch_norm(const Tensor& input, const std::optional<Tensor>& weight, const std::optional<Tensor>& bias,
                  const std::optional<Tensor>& running_mean, const std::optional<Tensor>& running_var, bool training,
                  double momentum, double eps, bool) {
  if (input.numel() == 0) {
    Tensor out = input.clone();
    if (or_undefined(weight).defined()) out = out * weight->select(0, 0);
    return or_undefined(bias).defined() ? out + bias->select(0, 0) : out;
  }
  TORCH_CHECK(input.dim() >= 2, "Expected 2D or higher input to batch_norm, got input of size ", input.sizes());
  const Tensor &mean = or_undefined(running_mean), &var = or_undefined(running_var);
  TORCH_CHECK(training || (mean.defined() && var.defined()),
              "running_mean and running_var must be defined in evaluation mode");
  for (const auto& [name, t] : {std::pair<const char*, const Tensor&>{"running_mean", mean},
                                {"running_var", var},
                                {"weight", or_undefined(weight)},
                                {"bias", or_undefined(bias)}}) {
    TORCH_CHECK(!t.defined() || t.numel() == input.size(1), name, " should contain ", input.size(1), " elements not ",
                t.numel());
  }
  return std::get<0>(at::native_batch_norm(input, weight, bias, running_mean, running_var, training, momentum, eps));
}

FLB_COMPOSITE(instance_norm)
Tensor instance_norm(const Tensor& input, const std::optional<Tensor>& weight, const std::optional<Tensor>& bias,
                     const std::optional<Tensor>& running_mean, const std::optional<Tensor>& running_var,
                     bool use_input_stats, double momentum, double eps, bool cudnn_enabled) {
  const Tensor &mean = or_undefined(running_mean), &var = or_undefined(running_var);
  TORCH_CHECK(use_input_stats || (mean.defined() && var.defined()),
              "Expected running_mean and running_var to be defined when use_input_stats is false");
  const int64_t n = input.size(0), c = input.size(1);
  // Each sample's channels become channels of one batch, so that statistics are per sample.
  auto repeated = [n](const Tensor& t) { return t.defined() ? std::optional<Tensor>(t.repeat({n})) : std::nullopt; };
  DimVector shape(input.sizes().begin(), input.sizes().end());
  shape[0] = 1, shape[1] = n * c;
  const auto mean_n = repeated(mean), var_n = repeated(var);
  const Tensor out =
      at::batch_norm(input.contiguous().view(shape), repeated(or_undefined(weight)), repeated(or_undefined(bias)),
                     mean_n, var_n, use_input_stats, momentum, eps, cudnn_enabled);
  if (mean.defined()) at::alias(mean).copy_(mean_n->view({n, c}).mean(0, false));
  if (var.defined()) at::alias(var).copy_(var_n->view({n, c}).mean(0, false));
  return out.view(input.sizes());
}

FLB_COMPOSITE(layer_norm)
Tensor layer_norm(const Tensor& input, IntArrayRef normalized_shape, const std::optional<Tensor>& weight,
                  const std::optional<Tensor>& bias, double eps, bool) {
  return std::get<0>(at::native_layer_norm(input, normalized_shape, weight, bias, eps));
}

FLB_COMPOSITE(group_norm)
Tensor group_norm(const Tensor& input, int64_t num_groups, const std::optional<Tensor>& weight,
                  const std::optional<Tensor>& bias, double eps, bool) {
  TORCH_CHECK(input.dim() >= 2, "Expected at least 2 dimensions for input tensor but received ", input.dim());
  const int64_t n = input.size(0), c = input.size(1);
  TORCH_CHECK(num_groups > 0, "Expected num groups to be greater than 0, got ", num_groups);
  TORCH_CHECK(c % num_groups == 0,
              "Expected number of channels in input to be divisible by num_groups, but got input of shape ",
              input.sizes(), " and num_groups=", num_groups);
  for (const auto& [name, t] :
       {std::pair<const char*, const Tensor&>{"weight", or_undefined(weight)}, {"bias", or_undefined(bias)}}) {
    TORCH_CHECK(!t.defined() || (t.dim() == 1 && t.numel() == c), "Expected ", name,
                " to be a vector of size equal to the number of channels in input, but got ", name, " of shape ",
                t.sizes(), " and input of shape ", input.sizes());
  }
  const int64_t spatial = c == 0 || n == 0 ? 0 : input.numel() / (n * c);
  return std::get<0>(at::native_group_norm(input.contiguous(), weight, bias, n, c, spatial, num_groups, eps));
}

FLB_COMPOSITE(rms_norm)
Tensor rms_norm(const Tensor& input, IntArrayRef normalized_shape, const std::optional<Tensor>& weight,
                std::optional<double> eps) {
  std::vector<int64_t> dims;
  for (size_t i = 0; i < normalized_shape.size(); ++i) dims.push_back(-1 - static_cast<int64_t>(i));
  // Half types are squared and averaged in float.
  const bool half = input.scalar_type() == kHalf || input.scalar_type() == kBFloat16;
  const Tensor x = half ? input.to(kFloat) : input;
  const double e = eps.value_or(x.scalar_type() == kDouble ? std::numeric_limits<double>::epsilon()
                                                           : std::numeric_limits<float>::epsilon());
  const Tensor normalized = x.mul(at::rsqrt(x.pow(2).mean(dims, true).add(e)));
  const Tensor result = or_undefined(weight).defined() ? normalized.mul(*weight) : normalized;
  return half ? result.to(input.scalar_type()) : result;
}

FLB_EXPLICIT(native_dropout)
std::tuple<Tensor, Tensor> native_dropout(const Tensor& input, double p, std::optional<bool> train) {
  if (input.numel() == 0) return {input, at::empty_like(input, input.options())};
  if (train && !*train) return {input.clone(), at::ones_like(input, input.options().dtype(kBool))};
  const Tensor mask = at::empty_like(input, input.options().dtype(kBool)).bernoulli_(1 - p);
  return {input.mul(mask).mul_(p == 1 ? 0.0 : 1 / (1 - p)), mask};
}

FLB_COMPOSITE(dropout)
Tensor dropout(const Tensor& input, double p, bool train) {
  check_probability(p);
  return !train || p == 0 || input.numel() == 0 ? input : dropped(input, p, false);
}

FLB_COMPOSITE(dropout_)
Tensor& dropout_(Tensor& self, double p, bool train) {
  check_probability(p);
  if (!train || p == 0 || self.numel() == 0) return self;
  if (p == 1) return self.mul_(at::zeros({}, self.options()));
  return self.mul_(at::empty_like(self).bernoulli_(1 - p).div_(1 - p));
}

FLB_COMPOSITE(feature_dropout)
Tensor feature_dropout(const Tensor& input, double p, bool train) {
  check_probability(p);
  return !train || p == 0 || input.numel() == 0 ? input : dropped(input, p, true);
}

FLB_COMPOSITE(alpha_dropout)
Tensor alpha_dropout(const Tensor& input, double p, bool train) {
  check_probability(p);
  if (!train || p == 0 || input.numel() == 0) return input;
  if (p == 1) return input.mul(at::zeros({}, input.options()));
  return self_normalizing(input, at::empty_like(input), p);
}

FLB_EXPLICIT(native_dropout_backward)
Tensor native_dropout_backward(const Tensor& grad_output, const Tensor& mask, double scale) {
  return grad_output * (mask.to(grad_output.scalar_type()) * scale);
}

FLB_COMPOSITE(feature_alpha_dropout)
Tensor feature_alpha_dropout(const Tensor& input, double p, bool train) {
  check_probability(p);
  if (!train || p == 0 || input.numel() == 0) return input;
  if (p == 1) return input.mul(at::zeros({}, input.options()));
  TORCH_CHECK(input.dim() >= 2, "Feature dropout requires at least 2 dimensions in the input");
  DimVector shape(input.dim(), 1);
  shape[0] = input.size(0), shape[1] = input.size(1);
  return self_normalizing(input, at::empty(shape, input.options()), p);
}

FLB_COMPOSITE(feature_dropout_)
Tensor& feature_dropout_(Tensor& self, double p, bool train) { return self.copy_(at::feature_dropout(self, p, train)); }
FLB_COMPOSITE(alpha_dropout_)
Tensor& alpha_dropout_(Tensor& self, double p, bool train) { return self.copy_(at::alpha_dropout(self, p, train)); }
FLB_COMPOSITE(feature_alpha_dropout_)
Tensor& feature_alpha_dropout_(Tensor& self, double p, bool train) {
  return self.copy_(at::feature_alpha_dropout(self, p, train));
}

// ---- leaky units with a random slope ----

namespace {

/// Slopes for the elements that are not positive, drawn one by one, and 1 for the others.
Tensor random_slopes(const Tensor& self, const Scalar& lower, const Scalar& upper, std::optional<Generator> generator) {
  const Tensor leaks = self.detach() <= 0;
  const Tensor drawn = at::empty({leaks.sum().item<int64_t>()}, self.options().dtype(kDouble))
                           .uniform_(lower.toDouble(), upper.toDouble(), std::move(generator));
  return at::ones_like(self, self.options()).detach().masked_scatter(leaks, drawn.to(self.scalar_type()));
}

Tensor mean_slope(const Tensor& self, const Scalar& lower, const Scalar& upper) {
  return at::leaky_relu(self, (lower.toDouble() + upper.toDouble()) / 2);
}

}  // namespace

FLB_COMPOSITE(rrelu)
Tensor rrelu(const Tensor& self, const Scalar& lower, const Scalar& upper, bool training,
             std::optional<Generator> generator) {
  TORCH_CHECK(lower.toDouble() <= upper.toDouble(), "Lower bound should be less than or equal to the upper bound");
  if (!training) return mean_slope(self, lower, upper);
  return self * random_slopes(self, lower, upper, std::move(generator));
}
FLB_COMPOSITE(rrelu_)
Tensor& rrelu_(Tensor& self, const Scalar& lower, const Scalar& upper, bool training,
               std::optional<Generator> generator) {
  if (!training) return at::leaky_relu_(self, (lower.toDouble() + upper.toDouble()) / 2);
  return self.mul_(random_slopes(self, lower, upper, std::move(generator)));
}
FLB_COMPOSITE(rrelu_with_noise)
Tensor rrelu_with_noise(const Tensor& self, Tensor& noise, const Scalar& lower, const Scalar& upper, bool training,
                        std::optional<Generator> generator) {
  if (!training) return mean_slope(self, lower, upper);
  const Tensor slopes = random_slopes(self, lower, upper, std::move(generator));
  noise.copy_(slopes);
  return self * slopes;
}
FLB_EXPLICIT(rrelu_with_noise_backward)
Tensor rrelu_with_noise_backward(const Tensor& grad_output, const Tensor& self, const Tensor& noise,
                                 const Scalar& lower, const Scalar& upper, bool training, bool self_is_result) {
  if (training && upper.toDouble() - lower.toDouble() > 1e-6) return noise.mul(grad_output);
  return at::leaky_relu_backward(grad_output, self, (lower.toDouble() + upper.toDouble()) / 2, self_is_result);
}

// ---- weight normalisation: a direction v and a length g. Salimans and Kingma, arXiv:1602.07868. ----

FLB_COMPOSITE(_weight_norm)
Tensor _weight_norm(const Tensor& v, const Tensor& g, int64_t dim) {
  if (dim == 0 || dim == v.dim() - 1) return std::get<0>(at::_weight_norm_interface(v, g, dim));
  return v * (g / at::norm_except_dim(v, 2, dim));
}
FLB_CPU(_weight_norm_interface)
FLB_META(_weight_norm_interface)
std::tuple<Tensor, Tensor> _weight_norm_interface(const Tensor& v, const Tensor& g, int64_t dim) {
  const Tensor norms = at::norm_except_dim(v, 2, dim);
  return {v * (g / norms), norms.to(g.scalar_type() == kBFloat16 ? kFloat : g.scalar_type())};
}
FLB_COMPOSITE(_weight_norm_differentiable_backward)
std::tuple<Tensor, Tensor> _weight_norm_differentiable_backward(const Tensor& grad_w, const Tensor& saved_v,
                                                                const Tensor& saved_g, const Tensor&, int64_t dim) {
  // The norms anew, for they depend on v.
  const Tensor norms = at::norm_except_dim(saved_v, 2, dim), direction = saved_v / norms;
  DimVector others;
  for (int64_t d = 0; d < saved_v.dim(); ++d)
    if (d != dim) others.push_back(d);
  const Tensor along = others.empty() ? grad_w * direction : (grad_w * direction).sum(others, true);
  return {saved_g / norms * (grad_w - direction * along), along};
}
FLB_CPU(_weight_norm_interface_backward)
FLB_META(_weight_norm_interface_backward)
std::tuple<Tensor, Tensor> _weight_norm_interface_backward(const Tensor& grad_w, const Tensor& saved_v,
                                                           const Tensor& saved_g, const Tensor& saved_norms,
                                                           int64_t dim) {
  return at::_weight_norm_differentiable_backward(grad_w, saved_v, saved_g, saved_norms, dim);
}

FLB_COMPOSITE(softmax_int)
Tensor softmax_int(const Tensor& self, int64_t dim, std::optional<ScalarType> dtype) {
  return at::_softmax(dtype ? self.to(*dtype) : self, dim, false);
}

FLB_COMPOSITE(log_softmax_int)
Tensor log_softmax_int(const Tensor& self, int64_t dim, std::optional<ScalarType> dtype) {
  return at::_log_softmax(dtype ? self.to(*dtype) : self, dim, false);
}

FLB_COMPOSITE(adaptive_avg_pool1d)
Tensor adaptive_avg_pool1d(const Tensor& self, IntArrayRef output_size) {
  TORCH_CHECK(self.dim() == 2 || self.dim() == 3, "adaptive_avg_pool1d(): Expected 2D to 3D tensor, but got ",
              self.sizes());
  TORCH_CHECK(output_size.size() == 1, "adaptive_avg_pool1d(): output_size should be a list of 1 element");
  return at::adaptive_avg_pool2d(self.unsqueeze(-2), {1, output_size[0]}).squeeze(-2);
}

FLB_COMPOSITE(adaptive_avg_pool2d)
Tensor adaptive_avg_pool2d(const Tensor& self, IntArrayRef output_size) {
  TORCH_CHECK(output_size.size() == 2, "adaptive_avg_pool2d: output_size must be 2");
  TORCH_CHECK(output_size[0] >= 0 && output_size[1] >= 0,
              "adaptive_avg_pool2d: elements of output_size must be greater than or equal to 0 but received {",
              output_size[0], ", ", output_size[1], "}");
  if (output_size[0] == 1 && output_size[1] == 1 && self.dim() >= 2) {
    const Tensor out = self.mean({-1, -2}, true);
    if (self.suggest_memory_format() != MemoryFormat::ChannelsLast) return out;
    const int64_t n = self.size(0), c = self.size(1);
    return out.as_strided({n, c, 1, 1}, {c, 1, c, c});
  }
  return at::_adaptive_avg_pool2d(self, output_size);
}

FLB_COMPOSITE(adaptive_avg_pool3d)
Tensor adaptive_avg_pool3d(const Tensor& self, IntArrayRef output_size) {
  TORCH_CHECK(output_size.size() == 3, "adaptive_avg_pool3d: output_size must be 3");
  if (output_size[0] == 1 && output_size[1] == 1 && output_size[2] == 1) return self.mean({-1, -2, -3}, true);
  return at::_adaptive_avg_pool3d(self, output_size);
}

FLB_COMPOSITE(max_pool1d)
Tensor max_pool1d(const Tensor& self, IntArrayRef kernel_size, IntArrayRef stride, IntArrayRef padding,
                  IntArrayRef dilation, bool ceil_mode) {
  return std::get<0>(at::max_pool1d_with_indices(self, kernel_size, stride, padding, dilation, ceil_mode));
}

FLB_COMPOSITE(max_pool1d_with_indices)
std::tuple<Tensor, Tensor> max_pool1d_with_indices(const Tensor& self, IntArrayRef kernel_size, IntArrayRef stride,
                                                   IntArrayRef padding, IntArrayRef dilation, bool ceil_mode) {
  TORCH_CHECK(self.dim() == 2 || self.dim() == 3, "max_pool1d() Expected 2D or 3D input tensor, but got ",
              self.sizes());
  const auto number = [](const char* argument, IntArrayRef values) { return single("max_pool1d", argument, values); };
  const int64_t size = number("kernel_size", kernel_size), step = stride.empty() ? size : number("stride", stride);
  auto [out, indices] =
      at::max_pool2d_with_indices(self.unsqueeze(-2), {1, size}, {1, step}, {0, number("padding", padding)},
                                  {1, number("dilation", dilation)}, ceil_mode);
  return {out.squeeze(-2), indices.squeeze(-2)};
}

FLB_COMPOSITE(max_pool2d)
Tensor max_pool2d(const Tensor& self, IntArrayRef kernel_size, IntArrayRef stride, IntArrayRef padding,
                  IntArrayRef dilation, bool ceil_mode) {
  return std::get<0>(at::max_pool2d_with_indices(self, kernel_size, stride, padding, dilation, ceil_mode));
}

FLB_COMPOSITE(max_pool3d)
Tensor max_pool3d(const Tensor& self, IntArrayRef kernel_size, IntArrayRef stride, IntArrayRef padding,
                  IntArrayRef dilation, bool ceil_mode) {
  return std::get<0>(at::max_pool3d_with_indices(self, kernel_size, stride, padding, dilation, ceil_mode));
}

FLB_COMPOSITE(avg_pool1d)
Tensor avg_pool1d(const Tensor& self, IntArrayRef kernel_size, IntArrayRef stride, IntArrayRef padding, bool ceil_mode,
                  bool count_include_pad) {
  const int64_t size = single("avg_pool1d", "kernel_size", kernel_size);
  const int64_t step = stride.empty() ? size : single("avg_pool1d", "stride", stride);
  return at::avg_pool2d(self.unsqueeze(-2), {1, size}, {1, step}, {0, single("avg_pool1d", "padding", padding)},
                        ceil_mode, count_include_pad)
      .squeeze(-2);
}

FLB_COMPOSITE(embedding_backward)
Tensor embedding_backward(const Tensor& grad, const Tensor& indices, int64_t num_weights, int64_t padding_idx,
                          bool scale_grad_by_freq, bool sparse) {
  if (sparse) return at::embedding_sparse_backward(grad, indices, num_weights, padding_idx, scale_grad_by_freq);
  return at::embedding_dense_backward(grad, indices, num_weights, padding_idx, scale_grad_by_freq);
}

}  // namespace at::native
