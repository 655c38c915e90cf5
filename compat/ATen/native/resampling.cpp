// Padding, pixel shuffling and resizing: composites over constant_pad_nd, the pad kernels and the upsample kernels.
#include <ATen/Functions.h>
#include <ATen/NativeFunctions.h>
#include <ATen/native/composite.h>

#include <c10/util/safe_numerics.h>

#include <cmath>

namespace at::native {
namespace {

using Scales = std::optional<ArrayRef<double>>;

/// Spatial output size from the size itself or from scale factors.
DimVector resized(const Tensor& input, OptionalIntArrayRef output_size, const Scales& scales) {
  TORCH_CHECK(!output_size || !scales, "Must specify exactly one of output_size and scale_factors");
  TORCH_CHECK(output_size || scales, "Must specify exactly one of output_size and scale_factors");
  if (output_size) {
    TORCH_CHECK(static_cast<int64_t>(output_size->size()) == input.dim() - 2,
                "Must specify as many sizes as spatial dimensions");
    return DimVector(output_size->begin(), output_size->end());
  }
  TORCH_CHECK(static_cast<int64_t>(scales->size()) == input.dim() - 2,
              "Must specify as many scale factors as spatial dimensions");
  DimVector size;
  for (size_t d = 0; d < scales->size(); ++d) {
    size.push_back(static_cast<int64_t>(static_cast<float>(input.size(static_cast<int64_t>(d) + 2)) * (*scales)[d]));
  }
  return size;
}

std::optional<double> scale(const Scales& scales, size_t d) {
  if (!scales) return std::nullopt;
  TORCH_CHECK(d < scales->size(), "Must specify as many scale factors as spatial dimensions");
  return (*scales)[d];
}

/// op(input, size, corners..., a scale for each of D).
template <size_t... D, class Op, class... Corners>
Tensor resize(const Op& op, const Tensor& input, OptionalIntArrayRef output_size, const Scales& scales,
              Corners... corners) {
  return op(input, resized(input, output_size, scales), corners..., scale(scales, D)...);
}

}  // namespace

// The .vec forms differ from the others in how sizes and scales are given: an operator, its dimensions.
#define FORWARDING(op) [](const auto&... args) { return at::op(args...); }
#define NEAREST(op, ...)                                                                        \
  Tensor op##_vec(const Tensor& input, OptionalIntArrayRef output_size, Scales scale_factors) { \
    return resize<__VA_ARGS__>(FORWARDING(op), input, output_size, scale_factors);              \
  }
#define INTERPOLATING(op, ...)                                                                                      \
  Tensor op##_vec(const Tensor& input, OptionalIntArrayRef output_size, bool align_corners, Scales scale_factors) { \
    return resize<__VA_ARGS__>(FORWARDING(op), input, output_size, scale_factors, align_corners);                   \
  }

FLB_COMPOSITE(upsample_nearest1d_vec)
NEAREST(upsample_nearest1d, 0)
FLB_COMPOSITE(upsample_nearest2d_vec)
NEAREST(upsample_nearest2d, 0, 1)
FLB_COMPOSITE(upsample_nearest3d_vec)
NEAREST(upsample_nearest3d, 0, 1, 2)
FLB_COMPOSITE(_upsample_nearest_exact1d_vec)
NEAREST(_upsample_nearest_exact1d, 0)
FLB_COMPOSITE(_upsample_nearest_exact2d_vec)
NEAREST(_upsample_nearest_exact2d, 0, 1)
FLB_COMPOSITE(_upsample_nearest_exact3d_vec)
NEAREST(_upsample_nearest_exact3d, 0, 1, 2)
FLB_COMPOSITE(upsample_linear1d_vec)
INTERPOLATING(upsample_linear1d, 0)
FLB_COMPOSITE(upsample_bilinear2d_vec)
INTERPOLATING(upsample_bilinear2d, 0, 1)
FLB_COMPOSITE(upsample_bicubic2d_vec)
INTERPOLATING(upsample_bicubic2d, 0, 1)
FLB_COMPOSITE(upsample_trilinear3d_vec)
INTERPOLATING(upsample_trilinear3d, 0, 1, 2)
FLB_COMPOSITE(_upsample_bilinear2d_aa_vec)
INTERPOLATING(_upsample_bilinear2d_aa, 0, 1)
FLB_COMPOSITE(_upsample_bicubic2d_aa_vec)
INTERPOLATING(_upsample_bicubic2d_aa, 0, 1)
FLB_COMPOSITE(_upsample_lanczos2d_aa_vec)
INTERPOLATING(_upsample_lanczos2d_aa, 0, 1)

#undef FORWARDING
#undef NEAREST
#undef INTERPOLATING

FLB_COMPOSITE(pad)
Tensor pad(const Tensor& self, IntArrayRef pad, c10::string_view mode, std::optional<double> value) {
  TORCH_CHECK(pad.size() % 2 == 0, "Padding length must be divisible by 2");
  TORCH_CHECK(static_cast<int64_t>(pad.size()) <= self.dim() * 2,
              "Padding length should be less than or equal to two times the input dimension but got padding length ",
              pad.size(), " and input of dimension ", self.dim());
  if (mode == "constant") return at::constant_pad_nd(self, pad, value.value_or(0.0));
  TORCH_CHECK(!value || *value == 0, "Padding mode \"", mode, "\" doesn't take in value argument");
  if (mode == "circular") return at::_pad_circular(self, pad);
  const int64_t spatial = static_cast<int64_t>(pad.size()) / 2;
  const bool fits = spatial >= 1 && spatial <= 3 && (self.dim() == spatial + 1 || self.dim() == spatial + 2);
  TORCH_CHECK_NOT_IMPLEMENTED(fits, "Only 2D, 3D, 4D, 5D padding with non-constant padding are supported for now");
  if (mode == "reflect") {
    return spatial == 1   ? at::reflection_pad1d(self, pad)
           : spatial == 2 ? at::reflection_pad2d(self, pad)
                          : at::reflection_pad3d(self, pad);
  }
  TORCH_CHECK_NOT_IMPLEMENTED(mode == "replicate", "Unrecognised padding mode ", mode);
  return spatial == 1   ? at::replication_pad1d(self, pad)
         : spatial == 2 ? at::replication_pad2d(self, pad)
                        : at::replication_pad3d(self, pad);
}

FLB_COMPOSITE(_pad_circular)
Tensor _pad_circular(const Tensor& self, IntArrayRef pad) {
  const int64_t spatial = static_cast<int64_t>(pad.size()) / 2;
  Tensor result = self;
  for (int64_t i = 0; i < spatial; ++i) {
    const int64_t dim = self.dim() - 1 - i, size = self.size(dim), before = pad[2 * i], after = pad[2 * i + 1];
    TORCH_CHECK(before <= size && after <= size, "Padding value causes wrapping around more than once.");
    TORCH_CHECK(size + before + after >= 0, "Negative padding value is resulting in an empty dimension");
    std::vector<Tensor> parts;
    if (before > 0) parts.push_back(result.narrow(dim, size - before, before));
    const int64_t from = std::max<int64_t>(-before, 0), to = size - std::max<int64_t>(-after, 0);
    parts.push_back(result.narrow(dim, from, to - from));
    if (after > 0) parts.push_back(result.narrow(dim, 0, after));
    result = parts.size() > 1 ? at::cat(parts, dim) : parts[0];
  }
  return result;
}

FLB_EXPLICIT(pixel_shuffle)
Tensor pixel_shuffle(const Tensor& self, int64_t upscale_factor) {
  TORCH_CHECK(self.dim() >= 3, "pixel_shuffle expects input to have at least 3 dimensions, but got input with ",
              self.dim(), " dimension(s)");
  TORCH_CHECK(upscale_factor > 0, "pixel_shuffle expects a positive upscale_factor, but got ", upscale_factor);
  int64_t square;
  TORCH_CHECK_VALUE(!c10::mul_overflows(upscale_factor, upscale_factor, &square),
                    "upscale factor is too large, (upscale_factor)^2 overflowed: upscale_factor=", upscale_factor);
  const int64_t r = upscale_factor, c = self.size(-3), h = self.size(-2), w = self.size(-1);
  TORCH_CHECK(c % square == 0,
              "pixel_shuffle expects its input's 'channel' dimension to be divisible by the square of upscale_factor, "
              "but input.size(-3)=",
              c, " is not divisible by ", r * r);
  DimVector out(self.sizes().begin(), self.sizes().end() - 3);
  out.append({c / (r * r), h * r, w * r});
  const int64_t n = c10::multiply_integers(self.sizes().slice(0, self.dim() - 3));
  return self.reshape({n, c / (r * r), r, r, h, w})
      .permute({0, 1, 4, 2, 5, 3})
      .clone(MemoryFormat::Contiguous)
      .view(out);
}

FLB_EXPLICIT(pixel_unshuffle)
Tensor pixel_unshuffle(const Tensor& self, int64_t downscale_factor) {
  TORCH_CHECK(self.dim() >= 3, "pixel_unshuffle expects input to have at least 3 dimensions, but got input with ",
              self.dim(), " dimension(s)");
  TORCH_CHECK(downscale_factor > 0, "pixel_unshuffle expects a positive downscale_factor, but got ", downscale_factor);
  const int64_t r = downscale_factor, c = self.size(-3), h = self.size(-2), w = self.size(-1);
  TORCH_CHECK(h % r == 0, "pixel_unshuffle expects height to be divisible by downscale_factor, but input.size(-2)=", h,
              " is not divisible by ", r);
  TORCH_CHECK(w % r == 0, "pixel_unshuffle expects width to be divisible by downscale_factor, but input.size(-1)=", w,
              " is not divisible by ", r);
  DimVector out(self.sizes().begin(), self.sizes().end() - 3);
  out.append({c * r * r, h / r, w / r});
  const int64_t n = c10::multiply_integers(self.sizes().slice(0, self.dim() - 3));
  return self.reshape({n, c, h / r, r, w / r, r}).permute({0, 1, 3, 5, 2, 4}).clone(MemoryFormat::Contiguous).view(out);
}

FLB_COMPOSITE(channel_shuffle)
Tensor channel_shuffle(const Tensor& self, int64_t groups) {
  TORCH_CHECK(self.dim() > 2, "channel_shuffle expects input with > 2 dims, but got input with sizes ", self.sizes());
  const int64_t n = self.size(0), c = self.size(1);
  TORCH_CHECK(groups > 0, "Number of groups to divide channels in must be positive. Value of groups:", groups);
  TORCH_CHECK(c % groups == 0, "Number of channels must be divisible by groups. Got ", c, " channels and ", groups,
              " groups.");
  return self.reshape({n, groups, c / groups, -1})
      .permute({0, 2, 1, 3})
      .clone(MemoryFormat::Contiguous)
      .view(self.sizes());
}

FLB_COMPOSITE(grid_sampler)
Tensor grid_sampler(const Tensor& input, const Tensor& grid, int64_t interpolation_mode, int64_t padding_mode,
                    bool align_corners) {
  return input.dim() == 5 ? at::grid_sampler_3d(input, grid, interpolation_mode, padding_mode, align_corners)
                          : at::grid_sampler_2d(input, grid, interpolation_mode, padding_mode, align_corners);
}

}  // namespace at::native
