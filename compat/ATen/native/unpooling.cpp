// Pooling in one dimension and with random windows, and the way back from pooling's indices.
#include <ATen/Functions.h>
#include <ATen/NativeFunctions.h>
#include <ATen/TensorOperators.h>
#include <ATen/native/composite.h>

namespace at::native {
namespace {

/// Puts self's elements where `indices` say in zeros whose last `size.size()` dimensions are `size`.
Tensor unpooled(const char* name, const Tensor& self, const Tensor& indices, IntArrayRef size) {
  const auto spatial = static_cast<int64_t>(size.size());
  TORCH_CHECK(indices.scalar_type() == kLong,
              "elements in indices should be type int64 but got: ", indices.scalar_type());
  TORCH_CHECK(self.dim() == spatial + 1 || self.dim() == spatial + 2, "Input to ", name, " should be a ", spatial + 1,
              "d or ", spatial + 2, "d Tensor, but got a tensor with ", self.dim(), " dims.");
  TORCH_CHECK(self.sizes() == indices.sizes(), "Expected shape of indices to be same as that of the input tensor (",
              self.sizes(), ") but got indices tensor with shape: ", indices.sizes());
  for (int64_t d = 1; d < self.dim(); ++d)
    TORCH_CHECK(self.size(d) > 0, name, "(): Expected input to have non-zero size for non-batch dimensions, but got ",
                self.sizes(), " with dimension ", d, " being empty.");
  DimVector flat(self.sizes().begin(), self.sizes().end() - spatial), shape = flat;
  flat.push_back(c10::multiply_integers(size));
  shape.append(size.begin(), size.end());
  TORCH_CHECK(
      indices.numel() == 0 || (indices.min().item<int64_t>() >= 0 && indices.max().item<int64_t>() < flat.back()),
      "Found an invalid max index: ", indices.numel() ? indices.max().item<int64_t>() : 0,
      " (output volumes are of size ", size, ")");
  const Tensor out = at::zeros(flat, self.options());
  return out.scatter(-1, indices.flatten(-spatial), self.flatten(-spatial)).view(shape);
}

}  // namespace

FLB_COMPOSITE(max_unpool2d)
Tensor max_unpool2d(const Tensor& self, const Tensor& indices, IntArrayRef output_size) {
  TORCH_CHECK(output_size.size() == 2, "There should be exactly two elements (height, width) in output_size, but got ",
              output_size.size(), " elements.");
  return unpooled("max_unpooling2d", self, indices, output_size);
}

FLB_COMPOSITE(max_unpool3d)
Tensor max_unpool3d(const Tensor& self, const Tensor& indices, IntArrayRef output_size, IntArrayRef stride,
                    IntArrayRef padding) {
  TORCH_CHECK(output_size.size() == 3, "There should be exactly three elements (depth, height, width) in output_size, ",
              "but got ", output_size.size(), " elements.");
  TORCH_CHECK(stride.size() == 3,
              "There should be exactly three elements (depth, height, width) in stride, but got: ", stride.size(),
              " elements.");
  TORCH_CHECK(padding.size() == 3, "There should be exactly three elements (depth, height, width) in padding, but ",
              "got: ", padding.size(), " elements.");
  for (const int64_t s : stride) TORCH_CHECK(s > 0, "strides should be greater than zero, but got stride: ", stride);
  return unpooled("max_unpooling3d", self, indices, output_size);
}

FLB_COMPOSITE(adaptive_max_pool1d)
std::tuple<Tensor, Tensor> adaptive_max_pool1d(const Tensor& self, IntArrayRef output_size) {
  TORCH_CHECK(self.dim() == 2 || self.dim() == 3, "adaptive_max_pool1d(): Expected 2D or 3D tensor, but got ",
              self.sizes());
  TORCH_CHECK(output_size.size() == 1, "adaptive_max_pool1d: output_size should be a list of 1 element");
  auto [values, indices] = at::adaptive_max_pool2d(self.unsqueeze(-2), {1, output_size[0]});
  return {values.squeeze(-2), indices.squeeze(-2)};
}

// Graham, arXiv:1412.6071: windows of a fixed size at random but evenly spread places.
namespace {

/// Where each window begins, for every plane: [planes..., out].
Tensor window_starts(const Tensor& sample, int64_t in, int64_t out, int64_t kernel) {
  const Tensor first = sample.unsqueeze(-1);
  const Tensor last = at::full_like(first, in - kernel).to(kLong);
  if (out == 1) return last;
  const double alpha = static_cast<double>(in - kernel) / static_cast<double>(out - 1);
  const Tensor places = ((at::arange(out - 1, sample.options()) + first) * alpha).to(kLong) - (first * alpha).to(kLong);
  return at::cat({places, last}, -1);
}

std::tuple<Tensor, Tensor> pooled_at_random(const char* name, const Tensor& self, IntArrayRef kernel, IntArrayRef out,
                                            const Tensor& samples, IntArrayRef sample_of_dim) {
  const auto spatial = static_cast<int64_t>(kernel.size());
  TORCH_CHECK(self.dim() == spatial + 1 || self.dim() == spatial + 2, name, ": Expected ", spatial + 1, "D or ",
              spatial + 2, "D tensor, but got ", self.dim());
  TORCH_CHECK(static_cast<int64_t>(out.size()) == spatial, name, ": output_size must have ", spatial, " elements");
  const Tensor x = self.dim() == spatial + 1 ? self.unsqueeze(0) : self;
  TORCH_CHECK(samples.dim() == 3 && samples.size(1) >= x.size(1) && samples.size(2) >= spatial,
              "Expect _random_samples", ".size(2) equals ", spatial, "; got ", samples.sizes());
  // The offset of each element of each window within its plane: planes, then a pair (window, inside) per dimension.
  Tensor offsets;
  for (int64_t d = 0; d < spatial; ++d) {
    const int64_t in = x.size(d + 2);
    TORCH_CHECK(out[d] + kernel[d] - 1 <= in, name, "(): pool size ", kernel[d], " too large relative to input size ",
                in);
    const Tensor start = window_starts(samples.select(2, sample_of_dim[d]), in, out[d], kernel[d]);
    const Tensor along = start.unsqueeze(-1) + at::arange(kernel[d], start.options());
    offsets = d == 0 ? along : offsets.unsqueeze(-1).unsqueeze(-1) * in + along.view([&] {
      DimVector shape(offsets.dim() + 2, 1);
      shape[0] = along.size(0), shape[1] = along.size(1);
      shape[shape.size() - 2] = along.size(2), shape.back() = along.size(3);
      return shape;
    }());
  }
  // [N, C, out1, kernel1, out2, kernel2, ...] -> [N, C, outs..., kernels...]
  DimVector order{0, 1};
  for (int64_t d = 0; d < spatial; ++d) order.push_back(2 + 2 * d);
  for (int64_t d = 0; d < spatial; ++d) order.push_back(3 + 2 * d);
  offsets = offsets.permute(order).flatten(2 + spatial).expand([&] {
    DimVector shape{x.size(0), x.size(1)};
    shape.append(out.begin(), out.end());
    shape.push_back(c10::multiply_integers(kernel));
    return shape;
  }());
  const Tensor windows = x.flatten(2).gather(2, offsets.flatten(2)).view(offsets.sizes());
  const auto [values, which] = windows.max(-1);
  const Tensor indices = offsets.gather(-1, which.unsqueeze(-1)).squeeze(-1);
  if (self.dim() == spatial + 1) return {values.squeeze(0), indices.squeeze(0)};
  return {values, indices};
}

}  // namespace

FLB_COMPOSITE(fractional_max_pool2d)
std::tuple<Tensor, Tensor> fractional_max_pool2d(const Tensor& self, IntArrayRef kernel_size, IntArrayRef output_size,
                                                 const Tensor& random_samples) {
  // In two dimensions the first number is the width's.
  return pooled_at_random("fractional_max_pool2d", self, kernel_size, output_size, random_samples, {1, 0});
}

FLB_COMPOSITE(fractional_max_pool3d)
std::tuple<Tensor, Tensor> fractional_max_pool3d(const Tensor& self, IntArrayRef kernel_size, IntArrayRef output_size,
                                                 const Tensor& random_samples) {
  return pooled_at_random("fractional_max_pool3d", self, kernel_size, output_size, random_samples, {0, 1, 2});
}

FLB_COMPOSITE(affine_grid_generator)
Tensor affine_grid_generator(const Tensor& theta, IntArrayRef size, bool align_corners) {
  TORCH_CHECK(size.size() == 4 || size.size() == 5,
              "AffineGridGenerator needs 4d (spatial) or 5d (volumetric) inputs.");
  // Coordinates from -1 to 1, the last dimension's first, and a 1 for the translation.
  const auto spatial = static_cast<int64_t>(size.size()) - 2;
  std::vector<Tensor> coordinates;
  for (int64_t d = spatial - 1; d >= 0; --d) {
    const int64_t n = size[d + 2];
    Tensor line = n == 1 ? at::zeros({1}, theta.options()) : at::linspace(-1, 1, n, theta.options());
    if (!align_corners) line = line * (static_cast<double>(n - 1) / static_cast<double>(n));
    DimVector shape(spatial, 1);
    shape[d] = n;
    coordinates.push_back(line.view(shape).expand(size.slice(2)));
  }
  coordinates.push_back(at::ones(size.slice(2), theta.options()));
  const Tensor base = at::stack(coordinates, -1).view({1, -1, spatial + 1}).expand({size[0], -1, spatial + 1});
  DimVector shape{size[0]};
  shape.append(size.begin() + 2, size.end());
  shape.push_back(spatial);
  return base.bmm(theta.transpose(1, 2)).view(shape);
}

}  // namespace at::native
