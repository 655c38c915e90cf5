#include <torch/csrc/autograd/FunctionsManual.h>

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>
#include <torch/csrc/autograd/autograd.h>

#include <functional>

namespace torch::autograd::generated::details {

Tensor softmax_double_backward(const Tensor& grad, const Tensor& grad_output, const Tensor& output, int64_t dim) {
  const Tensor go = grad_output.to(output.scalar_type());
  return go * grad - (output * go).sum(dim, true) * grad - go * (output * grad).sum(dim, true);
}

namespace {

Tensor weighted(const Tensor& grad, const OptionalTensor& weight) {
  return weight.has_value() && weight->defined() ? grad * *weight : grad;
}

}  // namespace

Tensor bce_target_backward(const Tensor& grad, const Tensor& self, const OptionalTensor& weight, int64_t reduction) {
  return spread(weighted(grad * ((1 - self).log() - self.log()), weight), reduction, self.numel());
}

Tensor bce_with_logits_backward(const Tensor& grad, const Tensor& self, const Tensor& target,
                                const OptionalTensor& weight, const OptionalTensor& pos_weight, int64_t reduction) {
  Tensor slope;
  if (pos_weight.has_value() && pos_weight->defined()) {
    const Tensor t = *pos_weight * target;
    slope = (t + 1 - target) * self.sigmoid() - t;
  } else {
    slope = self.sigmoid() - target;
  }
  return spread(weighted(slope * grad, weight), reduction, self.numel());
}

Tensor bce_with_logits_target_backward(const Tensor& grad, const Tensor& self, const OptionalTensor& weight,
                                       const OptionalTensor& pos_weight, int64_t reduction) {
  // softplus(x) - softplus(-x) = x
  const bool positive = pos_weight.has_value() && pos_weight->defined();
  const Tensor slope = positive ? *pos_weight * at::softplus(-self) - at::softplus(self) : -self;
  return spread(weighted(slope * grad, weight), reduction, self.numel());
}

// Reads the incoming gradient where the maxima were.
Tensor max_pool_double_backward(const Tensor& grad, const Tensor& indices, int64_t spatial_dims) {
  const auto outer = indices.sizes().slice(0, indices.dim() - spatial_dims);
  std::vector<int64_t> flat(outer.vec());
  flat.push_back(-1);
  if (indices.numel() == 0) return at::zeros(indices.sizes(), grad.options());
  return grad.reshape(flat).gather(-1, indices.reshape(flat)).reshape(indices.sizes());
}

namespace {

Tensor sum_defined(const Tensor& a, const Tensor& b) {
  if (!a.defined()) return b;
  return b.defined() ? a + b : a;
}

}  // namespace

// convolution_backward is linear in grad_output, and conv is bilinear in (input, weight): each result is a convolution
// again, or a gradient of one, with one operand replaced.
Tensors3 convolution_double_backward(const Tensor& gg_input, const Tensor& gg_weight, const Tensor& gg_bias,
                                     const Tensor& grad_output, const Tensor& input, const Tensor& weight,
                                     IntArrayRef stride, IntArrayRef padding, IntArrayRef dilation, bool transposed,
                                     IntArrayRef output_padding, int64_t groups, Mask3 wanted) {
  const auto conv = [&](const Tensor& x, const Tensor& w) {
    return at::convolution(x, w, {}, stride, padding, dilation, transposed, output_padding, groups);
  };
  const auto backward = [&](const Tensor& x, const Tensor& w, Mask3 mask) {
    return at::convolution_backward(grad_output, x, w, std::nullopt, stride, padding, dilation, transposed,
                                    output_padding, groups, mask);
  };
  Tensors3 grads;
  if (wanted[0]) {
    Tensor& result = std::get<0>(grads);
    if (gg_input.defined()) result = conv(gg_input, weight);
    if (gg_weight.defined()) result = sum_defined(result, conv(input, gg_weight));
    if (gg_bias.defined()) {
      std::vector<int64_t> shape(grad_output.dim(), 1);
      shape[1] = -1;
      result = sum_defined(result, gg_bias.reshape(shape).expand(grad_output.sizes()));
    }
  }
  if (wanted[1] && gg_weight.defined())
    std::get<1>(grads) = std::get<0>(backward(input, gg_weight, {true, false, false}));
  if (wanted[2] && gg_input.defined())
    std::get<2>(grads) = std::get<1>(backward(gg_input, weight, {false, true, false}));
  return grads;
}

namespace {

// Differentiates once more by recording: `backward(grad_out, input, weight)` in differentiable terms gives the first
// gradients, whose gradients in the directions `gg` are asked of autograd.
Tensors3 vjp_of_backward(
    const std::function<std::vector<Tensor>(const Tensor&, const Tensor&, const Tensor&)>& backward,
    const variable_list& gg, const Tensor& grad_out, const Tensor& input, const OptionalTensor& weight) {
  const bool higher = GradMode::is_enabled();
  AutoGradMode with_grad(true);
  // Aliases: the gradients are with respect to these places alone, and still connected for a third order.
  const auto place = [&](const Tensor& t) {
    if (!t.defined()) return t;
    return higher && t.requires_grad() ? t.view_as(t) : t.detach().requires_grad_(true);
  };
  const Tensor go = place(grad_out), x = place(input), w = place(weight.value_or(Tensor()));
  const std::vector<Tensor> results = backward(go, x, w);
  variable_list outputs, directions, inputs{go, x};
  for (size_t i = 0; i < results.size(); ++i) {
    if (!gg[i].defined() || !results[i].defined() || !results[i].requires_grad()) continue;
    outputs.push_back(results[i]);
    directions.push_back(gg[i]);
  }
  if (w.defined()) inputs.push_back(w);
  if (outputs.empty()) return {};
  variable_list grads =
      torch::autograd::grad(outputs, inputs, directions, /*retain_graph=*/higher, higher, /*allow_unused=*/true);
  grads.resize(3);
  // In evaluation mode nothing depends on the input.
  if (!grads[1].defined()) grads[1] = at::zeros_like(input);
  return {grads[0], grads[1], grads[2]};
}

// Gradients of y = (x - mean) * rstd * w + b over groups of elements: `over` are the dimensions of one group.
Tensor normalized_input_grad(const Tensor& gy, const Tensor& xhat, const Tensor& rstd, IntArrayRef over) {
  return rstd * (gy - gy.mean(over, true) - xhat * (gy * xhat).mean(over, true));
}

}  // namespace

Tensors3 batch_norm_double_backward(const Tensor& gg_input, const Tensor& gg_weight, const Tensor& gg_bias,
                                    const Tensor& grad_out, const Tensor& input, const OptionalTensor& weight,
                                    const OptionalTensor& running_mean, const OptionalTensor& running_var, bool train,
                                    double eps) {
  std::vector<int64_t> over, shape(input.dim(), 1);
  for (int64_t d = 0; d < input.dim(); ++d) {
    if (d != 1) over.push_back(d);
  }
  shape[1] = -1;
  const auto backward = [&](const Tensor& go, const Tensor& x, const Tensor& w) -> std::vector<Tensor> {
    const Tensor gy = w.defined() ? go * w.reshape(shape) : go;
    Tensor mean, var;
    if (train) {
      mean = x.mean(over, true);
      var = (x - mean).square().mean(over, true);
    } else {
      mean = running_mean->reshape(shape);
      var = running_var->reshape(shape);
    }
    const Tensor rstd = (var + eps).rsqrt(), xhat = (x - mean) * rstd;
    const Tensor gx = train ? normalized_input_grad(gy, xhat, rstd, over) : gy * rstd;
    return {gx, (go * xhat).sum(over), go.sum(over)};
  };
  return vjp_of_backward(backward, {gg_input, gg_weight, gg_bias}, grad_out, input, weight);
}

Tensors3 layer_norm_double_backward(const Tensor& gg_input, const Tensor& gg_weight, const Tensor& gg_bias,
                                    const Tensor& grad_out, const Tensor& input, IntArrayRef normalized_shape,
                                    const OptionalTensor& weight, const Tensor& rstd_saved) {
  const int64_t axis = input.dim() - static_cast<int64_t>(normalized_shape.size());
  std::vector<int64_t> over, outer;
  for (int64_t d = 0; d < input.dim(); ++d) (d < axis ? outer : over).push_back(d);
  // eps is not among our arguments: it is what rstd has beyond the variance.
  const Tensor eps =
      (rstd_saved.pow(-2) - input.detach().to(rstd_saved.scalar_type()).var(over, /*unbiased=*/false, true)).detach();
  const auto backward = [&](const Tensor& go, const Tensor& x, const Tensor& w) -> std::vector<Tensor> {
    const Tensor gy = w.defined() ? go * w : go;
    const Tensor centred = x - x.mean(over, true);
    const Tensor rstd = (centred.square().mean(over, true) + eps).rsqrt(), xhat = centred * rstd;
    const Tensor gw = go * xhat;
    return {normalized_input_grad(gy, xhat, rstd, over), outer.empty() ? gw : gw.sum(outer),
            outer.empty() ? go : go.sum(outer)};
  };
  return vjp_of_backward(backward, {gg_input, gg_weight, gg_bias}, grad_out, input, weight);
}

Tensors3 group_norm_double_backward(const Tensor& gg_input, const Tensor& gg_weight, const Tensor& gg_bias,
                                    const Tensor& grad_out, const Tensor& input, const OptionalTensor& weight,
                                    const Tensor& mean_saved, const Tensor& rstd_saved, int64_t n, int64_t c,
                                    int64_t hxw, int64_t group) {
  const std::vector<int64_t> shape{n, group, c / group, hxw};
  const Tensor eps =
      (rstd_saved.pow(-2).reshape({n, group, 1, 1}) -
       (input.detach().reshape(shape) - mean_saved.reshape({n, group, 1, 1})).square().mean({2, 3}, true))
          .detach();
  const auto backward = [&](const Tensor& go_, const Tensor& x_, const Tensor& w) -> std::vector<Tensor> {
    const Tensor go = go_.reshape(shape), x = x_.reshape(shape);
    const Tensor gy = w.defined() ? go * w.reshape({1, group, c / group, 1}) : go;
    const Tensor centred = x - x.mean({2, 3}, true);
    const Tensor rstd = (centred.square().mean({2, 3}, true) + eps).rsqrt(), xhat = centred * rstd;
    return {normalized_input_grad(gy, xhat, rstd, {2, 3}).reshape(input.sizes()), (go * xhat).sum({0, 3}).reshape(c),
            go.sum({0, 3}).reshape(c)};
  };
  return vjp_of_backward(backward, {gg_input, gg_weight, gg_bias}, grad_out, input, weight);
}

}  // namespace torch::autograd::generated::details
