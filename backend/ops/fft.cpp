// Fourier transforms over any dimensions: complex to complex, and with a real side. backend/ops does no padding or
// cutting: compat's composites have done it.

#include "kernels/cpu/fft.h"
#include <algorithm>
#include <cmath>

#include "backend/copy.h"
#include "backend/dense.h"
#include "backend/lines.h"
#include "backend/promotion.h"

namespace flambeau::ops {
namespace {

enum Normalization : int64_t { kNone, kByRoot, kByCount };

void check_type(DType t) {
  FLB_CHECK(t == DType::float32 || t == DType::float64 || t == DType::complex64 || t == DType::complex128,
            "Unsupported dtype ", scalar_type_name(t));
}

/// The dimensions are those of x, each at most once, and at least one where one of them is special.
void check_dims(const View& x, std::span<const int64_t> dims, bool needs_one) {
  FLB_CHECK(!needs_one || !dims.empty(), "ArrayRef: attempted to access back() of empty list");
  Dims seen;
  for (const int64_t d : dims) {
    FLB_CHECK_AS(index, d >= 0 && d < x.dim(), "Dimension out of range (expected to be in range of [0, ", x.dim() - 1,
                 "], but got ", d, ")");
    FLB_CHECK(std::ranges::find(seen, d) == seen.end(), "FFT dims must be unique");
    seen.push_back(d);
  }
}

/// What a transform of the given dimensions multiplies its results with.
double scale_of(int64_t normalization, const View& signal, std::span<const int64_t> dims) {
  if (normalization == kNone) return 1;
  double count = 1;
  for (const int64_t d : dims) count *= static_cast<double>(signal.size(static_cast<int>(d)));
  return normalization == kByRoot ? 1 / std::sqrt(count) : 1 / count;
}

/// x = transform of x along `dim`, times `scale`.
template <class T>
void transform_lines(const View& x, int64_t dim, bool forward, double scale) {
  const Lines lines({&x}, dim);
  const int64_t n = lines.length(0);
  if (x.numel() == 0) return;
  const cpu::Fft<T> fft(n, forward);
  const auto factor = static_cast<T>(scale);
  lines.for_each([&](int64_t first, int64_t last) {
    Scratch<Complex<T>> in(n), out(n), stage(n);
    for (int64_t i = first; i < last; ++i) {
      lines.load(0, i, in.data(), x.dtype(), stage.data());
      fft.run(out.data(), in.data());
      if (scale != 1)
        for (int64_t k = 0; k < n; ++k) out[k] = {out[k].re * factor, out[k].im * factor};
      lines.store(0, i, out.data(), x.dtype(), stage.data());
    }
  });
}

template <class Body>
void for_precision(DType t, const Body& body) {
  if (to_real(t) == DType::float64) return body.template operator()<double>();
  body.template operator()<float>();
}

/// All dimensions of `x` in place; the scale goes with the first.
template <class T>
void transform(const View& x, std::span<const int64_t> dims, bool forward, double scale) {
  for (size_t i = dims.size(); i-- > 0;) transform_lines<T>(x, dims[i], forward, i + 1 == dims.size() ? scale : 1);
}

/// PyTorch's order of a transform's memory: the other dimensions as the input has them, then the transformed ones,
/// the last of them fastest.
Dims transform_strides(const View& x, std::span<const int64_t> sizes, std::span<const int64_t> dims) {
  Dims order;
  for (int d = 0; d < x.dim(); ++d)
    if (std::ranges::find(dims, d) == dims.end()) order.push_back(d);
  const auto slower = [&x](int64_t a, int64_t b) {
    return x.stride(static_cast<int>(a)) > x.stride(static_cast<int>(b));
  };
  std::ranges::stable_sort(order, slower);
  order.insert(order.end(), dims.begin(), dims.end());
  Dims strides(order.size(), 1);
  int64_t step = 1;
  for (size_t i = order.size(); i-- > 0; step *= std::max<int64_t>(1, sizes[static_cast<size_t>(order[i])]))
    strides[static_cast<size_t>(order[i])] = step;
  return strides;
}

/// The transformed dimensions, slowest first; the last one stays last where it is special.
Dims by_stride(const View& x, std::span<const int64_t> dims, bool keep_last) {
  Dims sorted(dims.begin(), dims.end());
  std::stable_sort(sorted.begin(), sorted.end() - (keep_last ? 1 : 0), [&x](int64_t a, int64_t b) {
    return x.stride(static_cast<int>(a)) > x.stride(static_cast<int>(b));
  });
  return sorted;
}

/// Memory of the shape of `v` with another size along `dim`.
struct Signal {
  Dims sizes, strides;
  Scratch<char> memory;
  View view;
  Signal(DType t, std::span<const int64_t> shape)
      : sizes(shape.begin(), shape.end()), memory(bytes(t)), view(contiguous_view(memory.data(), t, sizes, strides)) {}

 private:
  int64_t bytes(DType t) const {
    int64_t n = static_cast<int64_t>(itemsize(t));
    for (const int64_t s : sizes) n *= s;
    return n;
  }
};

/// v's first `size` elements along `dim`.
OwnedView narrowed(const View& v, int64_t dim, int64_t size) {
  OwnedView part{{v.sizes().begin(), v.sizes().end()}, {v.strides().begin(), v.strides().end()}, v.data(), v.dtype()};
  part.sizes[static_cast<size_t>(dim)] = size;
  return part;
}

// _fft_c2c(self, dim, normalization, forward)
Specs infer_c2c(const Call& call) {
  const View& x = call.in(0);
  FLB_CHECK(is_complex(x.dtype()), "Expected a complex tensor");
  check_type(x.dtype());
  check_dims(x, call.integers(1), false);
  Spec spec = spec_of(x.dtype(), x.device(), x.sizes());
  spec.strides = transform_strides(x, spec.sizes, by_stride(x, call.integers(1), false));
  return {spec};
}
void run_c2c(const Call& call) {
  const View &x = call.in(0), &out = call.out();
  copy(out, x);
  for_precision(x.dtype(), [&]<class T>() {
    transform<T>(out, call.integers(1), call.boolean(3), scale_of(call.integer(2), x, call.integers(1)));
  });
}

// _fft_r2c(self, dim, normalization, onesided): the half that the other one mirrors, or both.
Specs infer_r2c(const Call& call) {
  const View& x = call.in(0);
  FLB_CHECK(is_floating(x.dtype()), "Expected a real tensor");
  check_type(x.dtype());
  check_dims(x, call.integers(1), true);
  Spec spec = spec_of(to_complex(x.dtype()), x.device(), x.sizes());
  const auto last = static_cast<size_t>(call.integers(1).back());
  if (call.boolean(3)) spec.sizes[last] = spec.sizes[last] / 2 + 1;
  spec.strides = transform_strides(x, spec.sizes, by_stride(x, call.integers(1), true));
  return {spec};
}
void run_r2c(const Call& call) {
  const View &x = call.in(0), &out = call.out();
  const auto dims = call.integers(1);
  for_precision(x.dtype(), [&]<class T>() {
    const Signal whole(to_complex(x.dtype()), x.sizes());
    copy(whole.view, x);
    transform_lines<T>(whole.view, dims.back(), true, scale_of(call.integer(2), x, dims));
    copy(out, narrowed(whole.view, dims.back(), out.size(static_cast<int>(dims.back()))).view());
    transform<T>(out, dims.first(dims.size() - 1), true, 1);
  });
}

// _fft_c2r(self, dim, normalization, last_dim_size): backwards, from one half of a spectrum that mirrors itself.
Specs infer_c2r(const Call& call) {
  const View& x = call.in(0);
  FLB_CHECK(is_complex(x.dtype()), "Expected a complex tensor");
  check_type(x.dtype());
  const auto dims = call.integers(1);
  check_dims(x, dims, true);
  const int64_t length = call.integer(3);
  FLB_CHECK(length >= 0 && length / 2 < std::max<int64_t>(1, x.size(static_cast<int>(dims.back()))),
            "Invalid number of data points (", length, ") specified");
  Spec spec = spec_of(to_real(x.dtype()), x.device(), x.sizes());
  spec.sizes[static_cast<size_t>(dims.back())] = length;
  // The last dimension is transformed after all others.
  View half = x;
  Dims strides;
  if (dims.size() > 1) {
    strides = transform_strides(x, x.sizes(), by_stride(x, dims.first(dims.size() - 1), false));
    half.strides_ = strides.data();
  }
  spec.strides = transform_strides(half, spec.sizes, dims.last(1));
  return {spec};
}
template <class T>
void mirror(const View& half, const View& out, int64_t dim, T scale) {
  const Lines lines({&half, &out}, dim);
  const int64_t n = lines.length(1), given = lines.length(0);
  if (out.numel() == 0) return;
  const cpu::Fft<T> fft(n, false);
  lines.for_each([&](int64_t first, int64_t last) {
    Scratch<Complex<T>> in(std::max(n, given)), result(n), stage(std::max(n, given));
    Scratch<T> real(n);
    for (int64_t i = first; i < last; ++i) {
      lines.load(0, i, in.data(), half.dtype(), stage.data());
      in[0].im = 0;
      if (n % 2 == 0) in[n / 2].im = 0;
      for (int64_t k = n / 2 + 1; k < n; ++k) in[k] = {in[n - k].re, -in[n - k].im};
      fft.run(result.data(), in.data());
      for (int64_t k = 0; k < n; ++k) real[k] = result[k].re * scale;
      lines.store(1, i, real.data(), out.dtype(), stage.data());
    }
  });
}
void run_c2r(const Call& call) {
  const View &x = call.in(0), &out = call.out();
  const auto dims = call.integers(1);
  for_precision(x.dtype(), [&]<class T>() {
    const Signal half(x.dtype(), x.sizes());
    copy(half.view, x);
    transform<T>(half.view, dims.first(dims.size() - 1), false, 1);
    mirror<T>(half.view, out, dims.back(), static_cast<T>(scale_of(call.integer(2), out, dims)));
  });
}

}  // namespace

FLB_OP_FLAGS(_fft_c2c, infer_c2c, run_c2c, kInPlaceSafe);
FLB_OP(_fft_r2c, infer_r2c, run_r2c);
FLB_OP(_fft_c2r, infer_c2r, run_c2r);

}  // namespace flambeau::ops
