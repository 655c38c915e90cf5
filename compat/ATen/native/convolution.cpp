// Convolution's composites: conv1d to conv3d and their transposes end in at::convolution.
#include <ATen/Functions.h>
#include <ATen/NativeFunctions.h>
#include <ATen/TensorOperators.h>
#include <ATen/native/composite.h>

#include <vector>

namespace at::native {
namespace {

/// The input with a batch dimension of 1 if it came without one.
Tensor batched(const Tensor& input, int64_t spatial, const char* name) {
  TORCH_CHECK(input.dim() == spatial + 1 || input.dim() == spatial + 2, "Expected ", spatial + 1, "D (unbatched) or ",
              spatial + 2, "D (batched) input to ", name, ", but got input of size: ", input.sizes());
  return input.dim() == spatial + 1 ? input.unsqueeze(0) : input;
}

/// (a + bi)(c + di) by three real products: ac, bd and (a + b)(c + d).
template <class Product>
Tensor by_parts(const Tensor& x, const Tensor& w, const std::optional<Tensor>& bias, const Product& product) {
  const Tensor a = at::real(x), b = at::imag(x), c = at::real(w), d = at::imag(w);
  const bool shifted = bias && bias->defined();
  const std::optional<Tensor> none, re = shifted ? std::optional(at::real(*bias)) : none,
                                    both = shifted ? std::optional(at::real(*bias) + at::imag(*bias)) : none;
  const Tensor ac = product(a, c, re), bd = product(b, d, none), all = product(a + b, c + d, both);
  return at::complex(ac - bd, all - ac - bd);
}

Tensor convolve(const char* name, int64_t spatial, const Tensor& input, const Tensor& weight,
                const std::optional<Tensor>& bias, IntArrayRef stride, IntArrayRef padding, IntArrayRef dilation,
                bool transposed, IntArrayRef output_padding, int64_t groups) {
  TORCH_CHECK(!bias || !bias->defined() || bias->scalar_type() == input.scalar_type(), "Input type (", input.dtype(),
              ") and bias type (", bias->dtype(), ") should be the same");
  const Tensor whole = batched(input, spatial, name);
  TORCH_CHECK(!weight.defined() || weight.scalar_type() == input.scalar_type(), "expected scalar type ",
              input.scalar_type(), " but found ", weight.scalar_type());
  const auto product = [&](const Tensor& x, const Tensor& w, const std::optional<Tensor>& b) {
    return at::convolution(x, w, b, stride, padding, dilation, transposed, output_padding, groups);
  };
  const Tensor output = input.is_complex() ? by_parts(whole, weight, bias, product) : product(whole, weight, bias);
  return input.dim() == spatial + 1 ? output.squeeze(0) : output;
}

/// padding="same" pads each side by half of dilation * (kernel - 1), the odd one on the right.
Tensor convolve_padded(const char* name, int64_t spatial, const Tensor& input, const Tensor& weight,
                       const std::optional<Tensor>& bias, IntArrayRef stride, c10::string_view padding,
                       IntArrayRef dilation, int64_t groups) {
  const std::vector<int64_t> none(spatial, 0);
  if (padding == "valid")
    return convolve(name, spatial, input, weight, bias, stride, none, dilation, false, none, groups);
  TORCH_CHECK(padding == "same", "Invalid padding string: '", padding, "'");
  for (const int64_t s : stride) TORCH_CHECK(s == 1, "padding='same' is not supported for strided convolutions");
  TORCH_CHECK(weight.dim() == spatial + 2, "weight should have ", spatial + 2, " dimensions, but got ", weight.dim());
  std::vector<int64_t> both(spatial), extra(2 * spatial, 0);
  bool uneven = false;
  for (int64_t d = 0; d < spatial; ++d) {
    const int64_t total = dilation[dilation.size() == 1 ? 0 : d] * (weight.size(d + 2) - 1);
    both[d] = total / 2;
    extra[2 * (spatial - 1 - d) + 1] = total % 2;
    uneven |= total % 2 != 0;
  }
  const Tensor padded = uneven ? at::constant_pad_nd(input, extra, 0) : input;
  return convolve(name, spatial, padded, weight, bias, stride, both, dilation, false, none, groups);
}

}  // namespace

FLB_COMPOSITE(conv1d)
Tensor conv1d(const Tensor& input, const Tensor& weight, const std::optional<Tensor>& bias, IntArrayRef stride,
              IntArrayRef padding, IntArrayRef dilation, int64_t groups) {
  return convolve("conv1d", 1, input, weight, bias, stride, padding, dilation, false, {0}, groups);
}

FLB_COMPOSITE(conv2d)
Tensor conv2d(const Tensor& input, const Tensor& weight, const std::optional<Tensor>& bias, IntArrayRef stride,
              IntArrayRef padding, IntArrayRef dilation, int64_t groups) {
  return convolve("conv2d", 2, input, weight, bias, stride, padding, dilation, false, {0, 0}, groups);
}

FLB_COMPOSITE(conv3d)
Tensor conv3d(const Tensor& input, const Tensor& weight, const std::optional<Tensor>& bias, IntArrayRef stride,
              IntArrayRef padding, IntArrayRef dilation, int64_t groups) {
  return convolve("conv3d", 3, input, weight, bias, stride, padding, dilation, false, {0, 0, 0}, groups);
}

FLB_COMPOSITE(conv1d_padding)
Tensor conv1d_padding(const Tensor& input, const Tensor& weight, const std::optional<Tensor>& bias, IntArrayRef stride,
                      c10::string_view padding, IntArrayRef dilation, int64_t groups) {
  return convolve_padded("conv1d", 1, input, weight, bias, stride, padding, dilation, groups);
}

FLB_COMPOSITE(conv2d_padding)
Tensor conv2d_padding(const Tensor& input, const Tensor& weight, const std::optional<Tensor>& bias, IntArrayRef stride,
                      c10::string_view padding, IntArrayRef dilation, int64_t groups) {
  return convolve_padded("conv2d", 2, input, weight, bias, stride, padding, dilation, groups);
}

FLB_COMPOSITE(conv3d_padding)
Tensor conv3d_padding(const Tensor& input, const Tensor& weight, const std::optional<Tensor>& bias, IntArrayRef stride,
                      c10::string_view padding, IntArrayRef dilation, int64_t groups) {
  return convolve_padded("conv3d", 3, input, weight, bias, stride, padding, dilation, groups);
}

FLB_COMPOSITE(conv_transpose1d)
Tensor conv_transpose1d(const Tensor& input, const Tensor& weight, const std::optional<Tensor>& bias,
                        IntArrayRef stride, IntArrayRef padding, IntArrayRef output_padding, int64_t groups,
                        IntArrayRef dilation) {
  return convolve("conv_transpose1d", 1, input, weight, bias, stride, padding, dilation, true, output_padding, groups);
}

FLB_COMPOSITE(conv_transpose2d_input)
Tensor conv_transpose2d_input(const Tensor& input, const Tensor& weight, const std::optional<Tensor>& bias,
                              IntArrayRef stride, IntArrayRef padding, IntArrayRef output_padding, int64_t groups,
                              IntArrayRef dilation) {
  return convolve("conv_transpose2d", 2, input, weight, bias, stride, padding, dilation, true, output_padding, groups);
}

FLB_COMPOSITE(conv_transpose3d_input)
Tensor conv_transpose3d_input(const Tensor& input, const Tensor& weight, const std::optional<Tensor>& bias,
                              IntArrayRef stride, IntArrayRef padding, IntArrayRef output_padding, int64_t groups,
                              IntArrayRef dilation) {
  return convolve("conv_transpose3d", 3, input, weight, bias, stride, padding, dilation, true, output_padding, groups);
}

FLB_COMPOSITE(_convolution_deprecated)
Tensor _convolution_deprecated(const Tensor& input, const Tensor& weight, const std::optional<Tensor>& bias,
                               IntArrayRef stride, IntArrayRef padding, IntArrayRef dilation, bool transposed,
                               IntArrayRef output_padding, int64_t groups, bool, bool, bool) {
  return at::convolution(input, weight, bias, stride, padding, dilation, transposed, output_padding, groups);
}

}  // namespace at::native
