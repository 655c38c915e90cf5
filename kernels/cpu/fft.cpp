// Cooley and Tukey's mixed radix transform, decimation in time; Bluestein's for lengths with a large prime factor.
#include "kernels/cpu/fft.h"

#include <cmath>

namespace flambeau::cpu {
namespace {

constexpr int64_t kLargestRadix = 31;

template <class T>
Complex<T> root(double turns, bool forward) {
  const double angle = 2 * M_PI * turns;
  return {static_cast<T>(std::cos(angle)), static_cast<T>(forward ? -std::sin(angle) : std::sin(angle))};
}

/// n's factors, fours first; what is left has a factor too large for a butterfly.
int64_t factorize(int64_t n, std::vector<int64_t>& factors) {
  for (const int64_t p : {4, 2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31})
    for (; n % p == 0; n /= p) factors.push_back(p);
  return n;
}

}  // namespace

template <class T>
Fft<T>::Fft(int64_t n, bool forward) : n_(n), forward_(forward) {
  if (n > 1 && factorize(n, factors_) == 1) {
    roots_.resize(static_cast<size_t>(n));
    for (int64_t k = 0; k < n; ++k)
      roots_[static_cast<size_t>(k)] = root<T>(static_cast<double>(k) / static_cast<double>(n), forward);
    return;
  }
  if (n <= 1) return;
  // j k = (j^2 + k^2 - (j - k)^2) / 2 makes the transform a convolution with a chirp, which shorter transforms compute.
  factors_.clear();
  int64_t m = 1;
  while (m < 2 * n - 1) m *= 2;
  there_ = std::make_unique<Fft>(m, true), back_ = std::make_unique<Fft>(m, false);
  chirp_.resize(static_cast<size_t>(n));
  std::vector<Complex<T>> padded(static_cast<size_t>(m), Complex<T>{0, 0});
  for (int64_t k = 0; k < n; ++k) {
    const int64_t square = static_cast<int64_t>(static_cast<__int128>(k) * k % (2 * n));
    const Complex<T> c = root<T>(static_cast<double>(square) / static_cast<double>(2 * n), forward);
    chirp_[static_cast<size_t>(k)] = c;
    padded[static_cast<size_t>(k)] = padded[static_cast<size_t>((m - k) % m)] = {c.re, -c.im};
  }
  spectrum_.resize(static_cast<size_t>(m));
  there_->run(spectrum_.data(), padded.data());
}

template <class T>
void Fft<T>::chirp(Complex<T>* out, const Complex<T>* in) const {
  const auto m = static_cast<int64_t>(spectrum_.size());
  std::vector<Complex<T>> a(spectrum_.size(), Complex<T>{0, 0}), b(spectrum_.size());
  for (int64_t k = 0; k < n_; ++k) a[static_cast<size_t>(k)] = in[k] * chirp_[static_cast<size_t>(k)];
  there_->run(b.data(), a.data());
  for (size_t k = 0; k < b.size(); ++k) b[k] = b[k] * spectrum_[k];
  back_->run(a.data(), b.data());
  const T scale = T(1) / static_cast<T>(m);
  for (int64_t k = 0; k < n_; ++k) {
    const Complex<T> x = a[static_cast<size_t>(k)] * chirp_[static_cast<size_t>(k)];
    out[k] = {x.re * scale, x.im * scale};
  }
}

/// Joins `radix` transforms of length m, which lie one after the other, into one.
template <class T>
void Fft<T>::butterflies(Complex<T>* out, int64_t m, int64_t radix, int64_t step) const {
  using C = Complex<T>;
  const C* w = roots_.data();
  for (int64_t k = 0; k < m; ++k) {
    if (radix == 2) {
      const C a = out[k], b = out[k + m] * w[k * step];
      out[k] = a + b, out[k + m] = a - b;
    } else if (radix == 4) {
      const C a = out[k], b = out[k + m] * w[k * step], c = out[k + 2 * m] * w[2 * k * step],
              d = out[k + 3 * m] * w[3 * k * step];
      const C p = a + c, q = a - c, r = b + d, s = b - d;
      // s times -i or i.
      const C t = forward_ ? C{s.im, -s.re} : C{-s.im, s.re};
      out[k] = p + r, out[k + m] = q + t, out[k + 2 * m] = p - r, out[k + 3 * m] = q - t;
    } else {
      C x[kLargestRadix];
      for (int64_t q = 0; q < radix; ++q) x[q] = out[k + q * m] * w[q * k * step];
      const int64_t turn = n_ / radix;
      for (int64_t r = 0; r < radix; ++r) {
        C sum = x[0];
        for (int64_t q = 1; q < radix; ++q) sum = sum + x[q] * w[q * r % radix * turn];
        out[k + r * m] = sum;
      }
    }
  }
}

template <class T>
void Fft<T>::transform(Complex<T>* out, const Complex<T>* in, int64_t stride, int64_t n, size_t level) const {
  if (n == 1) {
    *out = *in;
    return;
  }
  const int64_t radix = factors_[level], m = n / radix;
  for (int64_t q = 0; q < radix; ++q) transform(out + q * m, in + q * stride, stride * radix, m, level + 1);
  butterflies(out, m, radix, stride);
}

template <class T>
void Fft<T>::run(Complex<T>* out, const Complex<T>* in) const {
  if (there_) return chirp(out, in);
  transform(out, in, 1, n_, 0);
}

template class Fft<float>;
template class Fft<double>;

}  // namespace flambeau::cpu
