// torch.fft: lengths, dimensions and norms brought into the terms of _fft_c2c, _fft_r2c and _fft_c2r.
#include <ATen/Functions.h>
#include <ATen/NativeFunctions.h>
#include <ATen/TensorOperators.h>
#include <ATen/WrapDimUtils.h>
#include <ATen/native/composite.h>

#include <algorithm>

namespace at::native {
namespace {

using Norm = std::optional<c10::string_view>;
enum Normalization : int64_t { kNone, kByRoot, kByCount };

int64_t normalization(const Norm& norm, bool forward) {
  if (!norm || *norm == "backward") return forward ? kNone : kByCount;
  if (*norm == "forward") return forward ? kByCount : kNone;
  TORCH_CHECK(*norm == "ortho", "Invalid normalization mode: \"", *norm, "\"");
  return kByRoot;
}

/// Integers as the default floating type; complex where asked.
Tensor promoted(const Tensor& x, bool complex) {
  ScalarType type = x.scalar_type();
  if (!isFloatingType(type) && !isComplexType(type)) type = c10::typeMetaToScalarType(c10::get_default_dtype());
  TORCH_CHECK(toRealValueType(type) == kFloat || toRealValueType(type) == kDouble, "Unsupported dtype ", type);
  return x.to(complex ? toComplexType(type) : type);
}

/// x cut or padded with zeros to the sizes along dims.
Tensor resized(Tensor x, IntArrayRef dims, IntArrayRef sizes) {
  for (size_t i = 0; i < dims.size(); ++i) {
    const int64_t size = x.size(dims[i]);
    if (sizes[i] == -1) continue;
    if (size > sizes[i]) x = x.slice(dims[i], 0, sizes[i]);
    if (size < sizes[i]) {
      DimVector pad(2 * (x.dim() - dims[i]), 0);
      pad.back() = sizes[i] - size;
      x = at::constant_pad_nd(x, pad, 0);
    }
  }
  return x;
}

void check_points(int64_t n) { TORCH_CHECK(n >= 1, "Invalid number of data points (", n, ") specified"); }

struct Shape {
  DimVector dims, sizes;
};

/// The dimensions of an n-dimensional transform and their lengths.
Shape shape_of(const Tensor& x, OptionalIntArrayRef s, OptionalIntArrayRef dim) {
  Shape shape;
  TORCH_CHECK(!s || !dim || s->size() == dim->size(), "When given, dim and shape arguments must have the same length");
  TORCH_CHECK(!s || static_cast<int64_t>(s->size()) <= x.dim(), "Got shape with ", s ? s->size() : 0,
              " values but input tensor only has ", x.dim(), " dimensions.");
  if (dim) {
    for (const int64_t d : *dim) shape.dims.push_back(maybe_wrap_dim(d, x.dim()));
  } else {
    for (int64_t d = s ? x.dim() - static_cast<int64_t>(s->size()) : 0; d < x.dim(); ++d) shape.dims.push_back(d);
  }
  DimVector sorted = shape.dims;
  std::sort(sorted.begin(), sorted.end());
  TORCH_CHECK(std::adjacent_find(sorted.begin(), sorted.end()) == sorted.end(), "FFT dims must be unique");
  for (size_t i = 0; i < shape.dims.size(); ++i) {
    shape.sizes.push_back(s && (*s)[i] != -1 ? (*s)[i] : x.size(shape.dims[i]));
    check_points(shape.sizes.back());
  }
  return shape;
}

Tensor one_dim(const Tensor& x, std::optional<int64_t> n, int64_t dim, const Norm& norm, bool forward) {
  const int64_t d = maybe_wrap_dim(dim, x.dim());
  const int64_t points = n.value_or(x.size(d));
  check_points(points);
  const Tensor in = resized(promoted(x, false), {d}, {points});
  if (in.is_complex()) return at::_fft_c2c(in, {d}, normalization(norm, forward), forward);
  const Tensor out = at::_fft_r2c(in, {d}, normalization(norm, forward), /*onesided=*/false);
  return forward ? out : out.conj();
}

Tensor real_to_half(const char* name, const Tensor& x, std::optional<int64_t> n, int64_t dim, const Norm& norm,
                    bool forward) {
  TORCH_CHECK(!x.is_complex(), name, " expects a real input tensor, but got ", x.scalar_type());
  const int64_t d = maybe_wrap_dim(dim, x.dim()), points = n.value_or(x.size(d));
  check_points(points);
  const Tensor out =
      at::_fft_r2c(resized(promoted(x, false), {d}, {points}), {d}, normalization(norm, forward), /*onesided=*/true);
  return forward ? out : out.conj();
}

Tensor half_to_real(const Tensor& x, std::optional<int64_t> n, int64_t dim, const Norm& norm, bool forward) {
  const Tensor in = promoted(x, true);
  const int64_t d = maybe_wrap_dim(dim, in.dim()), points = n.value_or(2 * (in.size(d) - 1));
  check_points(points);
  const Tensor half = resized(in, {d}, {points / 2 + 1});
  return at::_fft_c2r(forward ? half.conj() : half, {d}, normalization(norm, forward), points);
}

Tensor many_dims(const Tensor& x, OptionalIntArrayRef s, OptionalIntArrayRef dim, const Norm& norm, bool forward) {
  const Shape shape = shape_of(x, s, dim);
  const Tensor in = resized(promoted(x, true), shape.dims, shape.sizes);
  return shape.dims.empty() ? in.clone() : at::_fft_c2c(in, shape.dims, normalization(norm, forward), forward);
}

/// Lengths of a transform whose input is half of a spectrum; `points` is the full length of the last dimension.
Shape half_shape_of(const char* name, const Tensor& x, OptionalIntArrayRef s, OptionalIntArrayRef dim,
                    int64_t& points) {
  Shape shape = shape_of(x, s, dim);
  TORCH_CHECK(!shape.dims.empty(), name, " must transform at least one axis");
  points = s && s->back() != -1 ? s->back() : 2 * (x.size(shape.dims.back()) - 1);
  check_points(points);
  shape.sizes.back() = points / 2 + 1;
  return shape;
}

}  // namespace

// ---- one dimension ----

FLB_COMPOSITE(fft_fft)
Tensor fft_fft(const Tensor& self, std::optional<int64_t> n, int64_t dim, Norm norm) {
  return one_dim(self, n, dim, norm, true);
}
FLB_COMPOSITE(fft_ifft)
Tensor fft_ifft(const Tensor& self, std::optional<int64_t> n, int64_t dim, Norm norm) {
  return one_dim(self, n, dim, norm, false);
}
FLB_COMPOSITE(fft_rfft)
Tensor fft_rfft(const Tensor& self, std::optional<int64_t> n, int64_t dim, Norm norm) {
  return real_to_half("rfft", self, n, dim, norm, true);
}
FLB_COMPOSITE(fft_ihfft)
Tensor fft_ihfft(const Tensor& self, std::optional<int64_t> n, int64_t dim, Norm norm) {
  return real_to_half("ihfft", self, n, dim, norm, false);
}
FLB_COMPOSITE(fft_irfft)
Tensor fft_irfft(const Tensor& self, std::optional<int64_t> n, int64_t dim, Norm norm) {
  return half_to_real(self, n, dim, norm, false);
}
FLB_COMPOSITE(fft_hfft)
Tensor fft_hfft(const Tensor& self, std::optional<int64_t> n, int64_t dim, Norm norm) {
  return half_to_real(self, n, dim, norm, true);
}

// ---- several dimensions ----

FLB_COMPOSITE(fft_fftn)
Tensor fft_fftn(const Tensor& self, OptionalIntArrayRef s, OptionalIntArrayRef dim, Norm norm) {
  return many_dims(self, s, dim, norm, true);
}
FLB_COMPOSITE(fft_ifftn)
Tensor fft_ifftn(const Tensor& self, OptionalIntArrayRef s, OptionalIntArrayRef dim, Norm norm) {
  return many_dims(self, s, dim, norm, false);
}
FLB_COMPOSITE(fft_rfftn)
Tensor fft_rfftn(const Tensor& self, OptionalIntArrayRef s, OptionalIntArrayRef dim, Norm norm) {
  TORCH_CHECK(!self.is_complex(), "rfftn expects a real-valued input tensor, but got ", self.scalar_type());
  const Shape shape = shape_of(self, s, dim);
  TORCH_CHECK(!shape.dims.empty(), "rfftn must transform at least one axis");
  return at::_fft_r2c(resized(promoted(self, false), shape.dims, shape.sizes), shape.dims, normalization(norm, true),
                      /*onesided=*/true);
}
FLB_COMPOSITE(fft_irfftn)
Tensor fft_irfftn(const Tensor& self, OptionalIntArrayRef s, OptionalIntArrayRef dim, Norm norm) {
  int64_t points = 0;
  const Shape shape = half_shape_of("irfftn", self, s, dim, points);
  return at::_fft_c2r(resized(promoted(self, true), shape.dims, shape.sizes), shape.dims, normalization(norm, false),
                      points);
}
FLB_COMPOSITE(fft_hfftn)
Tensor fft_hfftn(const Tensor& self, OptionalIntArrayRef s, OptionalIntArrayRef dim, Norm norm) {
  int64_t points = 0;
  const Shape shape = half_shape_of("hfftn", self, s, dim, points);
  Tensor x = resized(promoted(self, true), shape.dims, shape.sizes);
  const IntArrayRef dims = shape.dims, others = dims.slice(0, dims.size() - 1);
  if (!others.empty()) x = at::_fft_c2c(x, others, normalization(norm, true), true);
  return at::_fft_c2r(x.conj(), {dims.back()}, normalization(norm, true), points);
}
FLB_COMPOSITE(fft_ihfftn)
Tensor fft_ihfftn(const Tensor& self, OptionalIntArrayRef s, OptionalIntArrayRef dim, Norm norm) {
  TORCH_CHECK(!self.is_complex(), "ihfftn expects a real-valued input tensor, but got ", self.scalar_type());
  const Shape shape = shape_of(self, s, dim);
  TORCH_CHECK(!shape.dims.empty(), "ihfftn must transform at least one axis");
  const Tensor x = resized(promoted(self, false), shape.dims, shape.sizes);
  const IntArrayRef dims = shape.dims, others = dims.slice(0, dims.size() - 1);
  const int64_t mode = normalization(norm, false);
  const Tensor half = at::_fft_r2c(x, {dims.back()}, mode, /*onesided=*/true);
  return others.empty() ? half.conj() : at::_fft_c2c(half.conj_physical(), others, mode, false);
}

#define FLB_TWO_DIMS(name, general)                                                    \
  Tensor name(const Tensor& self, OptionalIntArrayRef s, IntArrayRef dim, Norm norm) { \
    return general(self, s, dim, norm);                                                \
  }
FLB_COMPOSITE(fft_fft2)
FLB_TWO_DIMS(fft_fft2, at::fft_fftn)
FLB_COMPOSITE(fft_ifft2)
FLB_TWO_DIMS(fft_ifft2, at::fft_ifftn)
FLB_COMPOSITE(fft_rfft2)
FLB_TWO_DIMS(fft_rfft2, at::fft_rfftn)
FLB_COMPOSITE(fft_irfft2)
FLB_TWO_DIMS(fft_irfft2, at::fft_irfftn)
FLB_COMPOSITE(fft_hfft2)
FLB_TWO_DIMS(fft_hfft2, at::fft_hfftn)
FLB_COMPOSITE(fft_ihfft2)
FLB_TWO_DIMS(fft_ihfft2, at::fft_ihfftn)

// ---- frequencies ----

FLB_EXPLICIT(fft_fftfreq)
Tensor fft_fftfreq(int64_t n, double d, std::optional<ScalarType> dtype, std::optional<Layout> layout,
                   std::optional<Device> device, std::optional<bool> pin_memory) {
  const auto options = TensorOptions().dtype(dtype).layout(layout).device(device).pinned_memory(pin_memory);
  const Tensor low = at::arange(0, (n + 1) / 2, options), high = at::arange(-(n / 2), 0, options);
  return at::cat({low, high}).mul_(1.0 / (static_cast<double>(n) * d));
}
FLB_EXPLICIT(fft_rfftfreq)
Tensor fft_rfftfreq(int64_t n, double d, std::optional<ScalarType> dtype, std::optional<Layout> layout,
                    std::optional<Device> device, std::optional<bool> pin_memory) {
  const auto options = TensorOptions().dtype(dtype).layout(layout).device(device).pinned_memory(pin_memory);
  return at::arange(n / 2 + 1, options).mul_(1.0 / (static_cast<double>(n) * d));
}

namespace {

/// Rolls every dimension by half of its length, rounded down, or up on the way back.
Tensor shifted(const Tensor& x, OptionalIntArrayRef dim, int64_t round) {
  DimVector dims, shifts;
  if (dim) {
    for (const int64_t d : *dim) dims.push_back(maybe_wrap_dim(d, x.dim()));
  } else {
    for (int64_t d = 0; d < x.dim(); ++d) dims.push_back(d);
  }
  if (dims.empty()) return x.clone();
  for (const int64_t d : dims) shifts.push_back((x.size(d) + round) / 2);
  return at::roll(x, shifts, dims);
}

}  // namespace

FLB_COMPOSITE(fft_fftshift)
Tensor fft_fftshift(const Tensor& self, OptionalIntArrayRef dim) { return shifted(self, dim, 0); }
FLB_COMPOSITE(fft_ifftshift)
Tensor fft_ifftshift(const Tensor& self, OptionalIntArrayRef dim) { return shifted(self, dim, 1); }

}  // namespace at::native
