// Short-time Fourier transforms and window functions.
#include <ATen/Functions.h>
#include <ATen/NativeFunctions.h>
#include <ATen/TensorOperators.h>
#include <ATen/native/composite.h>

#include <cmath>
#include <limits>
#include <numbers>

namespace at::native {
namespace {

enum Normalization : int64_t { kNone, kByRoot, kByCount };

/// The window of length n_fft: the given one, or ones, in the middle of zeros.
Tensor whole_window(const std::optional<Tensor>& window, int64_t win_length, int64_t n_fft,
                    const TensorOptions& options) {
  const Tensor given = window && window->defined() ? *window : at::ones({win_length}, options);
  if (win_length == n_fft) return given;
  const int64_t left = (n_fft - win_length) / 2;
  return at::constant_pad_nd(given, {left, n_fft - win_length - left}, 0);
}

bool is_given(const std::optional<Tensor>& t) { return t && t->defined(); }

}  // namespace

FLB_COMPOSITE(stft)
Tensor stft(const Tensor& self, int64_t n_fft, std::optional<int64_t> hop_length, std::optional<int64_t> win_length,
            const std::optional<Tensor>& window, bool normalized, std::optional<bool> onesided,
            std::optional<bool> return_complex, std::optional<bool> align_to_window) {
  TORCH_CHECK(!align_to_window.value_or(false), "stft align_to_window should only be set when center = false.");
  return at::stft(self, n_fft, hop_length, win_length, window, /*center=*/false, "constant", normalized, onesided,
                  return_complex, align_to_window);
}

FLB_COMPOSITE(stft_center)
Tensor stft_center(const Tensor& self, int64_t n_fft, std::optional<int64_t> hop_length,
                   std::optional<int64_t> win_length, const std::optional<Tensor>& window, bool center,
                   c10::string_view pad_mode, bool normalized, std::optional<bool> onesided,
                   std::optional<bool> return_complex, std::optional<bool>) {
  const bool complex_in = self.is_complex() || (is_given(window) && window->is_complex());
  TORCH_CHECK(return_complex || complex_in,
              "stft requires the return_complex parameter be given for real inputs, and will further require that "
              "return_complex=True in a future PyTorch release.");
  TORCH_CHECK(isFloatingType(self.scalar_type()) || self.is_complex(), "stft(", self.toString(), self.sizes(),
              "): expected a tensor of floating point or complex values");
  TORCH_CHECK(self.dim() == 1 || self.dim() == 2, "stft(", self.toString(), self.sizes(),
              "): expected a 1D or 2D tensor");
  const int64_t hop = hop_length.value_or(n_fft / 4), length = win_length.value_or(n_fft);
  Tensor input = self.dim() == 1 ? self.unsqueeze(0) : self;
  if (center) input = at::pad(input.unsqueeze(0), {n_fft / 2, n_fft / 2}, pad_mode).squeeze(0);
  const int64_t samples = input.size(1);
  TORCH_CHECK(n_fft > 0 && n_fft <= samples, "stft: expected 0 < n_fft < ", samples, ", but got n_fft=", n_fft);
  TORCH_CHECK(hop > 0, "stft: expected hop_length > 0, but got hop_length=", hop);
  TORCH_CHECK(length > 0 && length <= n_fft, "stft: expected 0 < win_length <= n_fft, but got win_length=", length);
  TORCH_CHECK(!is_given(window) || (window->dim() == 1 && window->size(0) == length),
              "stft: expected a 1D window tensor of size equal to win_length=", length, ", but got window with size ",
              is_given(window) ? window->sizes() : IntArrayRef{});
  const int64_t frames = 1 + (samples - n_fft) / hop;
  input = input.as_strided({input.size(0), frames, n_fft}, {input.stride(0), hop * input.stride(1), input.stride(1)});
  if (is_given(window) || length < n_fft) input = input * whole_window(window, length, n_fft, input.options());
  const int64_t mode = normalized ? kByRoot : kNone;
  const bool one_side = onesided.value_or(!input.is_complex());
  TORCH_CHECK(!one_side || !input.is_complex(), "Cannot have onesided output if window or input is complex");
  Tensor out = input.is_complex() ? at::_fft_c2c(input, {2}, mode, true) : at::_fft_r2c(input, {2}, mode, one_side);
  out = out.transpose(1, 2);
  if (self.dim() == 1) out = out.squeeze(0);
  return return_complex.value_or(complex_in) ? out : at::view_as_real(out);
}

FLB_COMPOSITE(istft)
Tensor istft(const Tensor& self, int64_t n_fft, std::optional<int64_t> hop_length, std::optional<int64_t> win_length,
             const std::optional<Tensor>& window, bool center, bool normalized, std::optional<bool> onesided,
             std::optional<int64_t> length, bool return_complex) {
  TORCH_CHECK(self.is_complex(),
              "istft requires a complex-valued input tensor matching the output from stft with "
              "return_complex=True.");
  TORCH_CHECK(self.numel() != 0, "istft(", self.toString(), self.sizes(), "): input tensor cannot be empty.");
  TORCH_CHECK(self.dim() == 2 || self.dim() == 3, "istft(", self.toString(), self.sizes(),
              "): expected a tensor with 2 or 3 dimensions, but got ", self.dim());
  const int64_t hop = hop_length.value_or(n_fft / 4), win = win_length.value_or(n_fft);
  const Tensor input = self.dim() == 2 ? self.unsqueeze(0) : self;
  const int64_t frames = input.size(2), bins = input.size(1);
  const bool one_side = onesided.value_or(bins != n_fft);
  TORCH_CHECK(bins == (one_side ? n_fft / 2 + 1 : n_fft),
              "istft: expected the frequency dimension (3rd to the last) of ", "the input tensor to match n_fft ",
              one_side ? "/ 2 + 1 " : "", "when onesided=", one_side ? "True" : "False", ", but got ", bins);
  TORCH_CHECK(0 < hop && hop <= win, "istft: expected 0 < hop_length <= win_length");
  TORCH_CHECK(0 < win && win <= n_fft, "istft: expected 0 < win_length <= n_fft");
  TORCH_CHECK(!is_given(window) || (window->dim() == 1 && window->size(0) == win),
              "istft: Invalid window shape. window has to be 1D and length of `win_length`");
  const ScalarType real = toRealValueType(self.scalar_type());
  const Tensor w = whole_window(window, win, n_fft, self.options().dtype(return_complex ? self.scalar_type() : real));
  const int64_t mode = normalized ? kByRoot : kByCount;
  const Tensor spectrum = input.transpose(1, 2);
  TORCH_CHECK(!return_complex || !one_side, "Cannot have onesided output if window or input is complex");
  TORCH_CHECK(return_complex || !is_given(window) || !window->is_complex(),
              "Complex windows are incompatible with return_complex=False");
  const Tensor signal =
      return_complex ? at::_fft_c2c(spectrum, {2}, mode, false)
                     : at::_fft_c2r(one_side ? spectrum : spectrum.slice(-1, 0, n_fft / 2 + 1), {2}, mode, n_fft);
  // Frames are added where they overlap, and divided by the sum of the squared windows there.
  const int64_t expected = n_fft + hop * (frames - 1);
  const Tensor weighted = signal * w;
  Tensor y = at::unfold_backward(weighted, {input.size(0), expected}, 1, n_fft, hop);
  Tensor envelope = at::unfold_backward((w * w).expand({1, frames, n_fft}).contiguous(), {1, expected}, 1, n_fft, hop);
  const int64_t start = center ? n_fft / 2 : 0;
  const int64_t end = length ? start + *length : center ? expected - n_fft / 2 : expected;
  y = y.slice(1, start, end), envelope = envelope.slice(1, start, end);
  TORCH_CHECK(envelope.abs().min().item<double>() > 1e-11, "istft: window overlap add min: 1");
  y = y / envelope;
  if (self.dim() == 2) y = y.squeeze(0);
  if (end > expected) {
    TORCH_WARN_ONCE(
        "The length of signal is shorter than the length parameter. Result is being padded with zeros in "
        "the tail. Please check your center and hop_length settings.");
    y = at::constant_pad_nd(y, {0, end - expected}, 0);
  }
  return y;
}

// ---- windows ----

namespace {

using Dtype = std::optional<ScalarType>;
using Lay = std::optional<Layout>;
using Dev = std::optional<Device>;
using Pin = std::optional<bool>;

/// f of 0, 1, ... window_length - 1 and the length of a period. A periodic window is a symmetric one without its end.
template <class F>
Tensor window_of(const char* name, int64_t length, bool periodic, Dtype dtype, Lay layout, Dev device, Pin pin,
                 const F& f) {
  const auto options = TensorOptions().dtype(dtype).layout(layout).device(device).pinned_memory(pin);
  TORCH_CHECK(!dtype || isFloatingType(*dtype), name, " expects floating point dtypes, got: ", options);
  TORCH_CHECK(length >= 0, name, " requires non-negative window_length, got window_length=", length);
  if (length == 0) return at::empty({0}, options);
  if (length == 1) return at::ones({1}, options);
  TORCH_CHECK(length < std::numeric_limits<int64_t>::max(), name, ": window_length is too large, got ", length);
  const int64_t whole = periodic ? length + 1 : length;
  const Tensor window = f(at::arange(whole, options), static_cast<double>(whole - 1));
  return periodic ? window.narrow(0, 0, length) : window;
}

Tensor cosine_sum(const Tensor& t, double period, double a, double b, double c = 0) {
  const double turn = 2 * std::numbers::pi / period;
  Tensor window = (t * turn).cos().mul_(-b).add_(a);
  return c == 0 ? window : window.add_((t * (2 * turn)).cos().mul_(c));
}

}  // namespace

FLB_EXPLICIT(bartlett_window_periodic)
Tensor bartlett_window_periodic(int64_t window_length, bool periodic, Dtype dtype, Lay layout, Dev device, Pin pin) {
  return window_of("bartlett_window", window_length, periodic, dtype, layout, device, pin,
                   [](const Tensor& t, double period) { return 1 - (t * (2 / period) - 1).abs(); });
}
FLB_EXPLICIT(bartlett_window)
Tensor bartlett_window(int64_t window_length, Dtype dtype, Lay layout, Dev device, Pin pin) {
  return at::bartlett_window(window_length, true, dtype, layout, device, pin);
}
FLB_EXPLICIT(blackman_window_periodic)
Tensor blackman_window_periodic(int64_t window_length, bool periodic, Dtype dtype, Lay layout, Dev device, Pin pin) {
  return window_of("blackman_window", window_length, periodic, dtype, layout, device, pin,
                   [](const Tensor& t, double period) { return cosine_sum(t, period, 0.42, 0.5, 0.08); });
}
FLB_EXPLICIT(blackman_window)
Tensor blackman_window(int64_t window_length, Dtype dtype, Lay layout, Dev device, Pin pin) {
  return at::blackman_window(window_length, true, dtype, layout, device, pin);
}
FLB_EXPLICIT(hamming_window_periodic_alpha_beta)
Tensor hamming_window_periodic_alpha_beta(int64_t window_length, bool periodic, double alpha, double beta, Dtype dtype,
                                          Lay layout, Dev device, Pin pin) {
  return window_of("hamming_window", window_length, periodic, dtype, layout, device, pin,
                   [=](const Tensor& t, double period) { return cosine_sum(t, period, alpha, beta); });
}
FLB_EXPLICIT(hamming_window_periodic_alpha)
Tensor hamming_window_periodic_alpha(int64_t window_length, bool periodic, double alpha, Dtype dtype, Lay layout,
                                     Dev device, Pin pin) {
  return at::hamming_window(window_length, periodic, alpha, 0.46, dtype, layout, device, pin);
}
FLB_EXPLICIT(hamming_window_periodic)
Tensor hamming_window_periodic(int64_t window_length, bool periodic, Dtype dtype, Lay layout, Dev device, Pin pin) {
  return at::hamming_window(window_length, periodic, 0.54, 0.46, dtype, layout, device, pin);
}
FLB_EXPLICIT(hamming_window)
Tensor hamming_window(int64_t window_length, Dtype dtype, Lay layout, Dev device, Pin pin) {
  return at::hamming_window(window_length, true, 0.54, 0.46, dtype, layout, device, pin);
}
FLB_EXPLICIT(hann_window_periodic)
Tensor hann_window_periodic(int64_t window_length, bool periodic, Dtype dtype, Lay layout, Dev device, Pin pin) {
  return window_of("hann_window", window_length, periodic, dtype, layout, device, pin,
                   [](const Tensor& t, double period) { return cosine_sum(t, period, 0.5, 0.5); });
}
FLB_EXPLICIT(hann_window)
Tensor hann_window(int64_t window_length, Dtype dtype, Lay layout, Dev device, Pin pin) {
  return at::hann_window(window_length, true, dtype, layout, device, pin);
}
FLB_EXPLICIT(kaiser_window_beta)
Tensor kaiser_window_beta(int64_t window_length, bool periodic, double beta, Dtype dtype, Lay layout, Dev device,
                          Pin pin) {
  return window_of("kaiser_window", window_length, periodic, dtype, layout, device, pin,
                   [=](const Tensor& t, double period) {
                     const Tensor x = t * (2 / period) - 1;
                     return (beta * (1 - x * x).clamp_min(0).sqrt()).i0() / at::full({}, beta, t.options()).i0();
                   });
}
FLB_EXPLICIT(kaiser_window_periodic)
Tensor kaiser_window_periodic(int64_t window_length, bool periodic, Dtype dtype, Lay layout, Dev device, Pin pin) {
  return at::kaiser_window(window_length, periodic, 12.0, dtype, layout, device, pin);
}
FLB_EXPLICIT(kaiser_window)
Tensor kaiser_window(int64_t window_length, Dtype dtype, Lay layout, Dev device, Pin pin) {
  return at::kaiser_window(window_length, true, 12.0, dtype, layout, device, pin);
}

}  // namespace at::native
