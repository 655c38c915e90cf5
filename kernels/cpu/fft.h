// The discrete Fourier transform of one line, unnormalised: any length.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "kernels/common/number.h"

namespace flambeau::cpu {

/// What depends on length and direction only. T is float or double.
template <class T>
class Fft {
 public:
  /// forward: exponent -2 pi i j k / n; otherwise the sign is +.
  Fft(int64_t n, bool forward);
  /// `out` and `in` hold n numbers and do not overlap. Safe to call from several threads.
  void run(Complex<T>* out, const Complex<T>* in) const;

 private:
  void transform(Complex<T>* out, const Complex<T>* in, int64_t stride, int64_t n, size_t level) const;
  void butterflies(Complex<T>* out, int64_t m, int64_t radix, int64_t twiddle_step) const;
  void chirp(Complex<T>* out, const Complex<T>* in) const;

  int64_t n_;
  bool forward_;
  std::vector<int64_t> factors_;
  std::vector<Complex<T>> roots_;  ///< exp(-+2 pi i k / n)
  // Bluestein's algorithm, for lengths with a large prime factor.
  std::unique_ptr<Fft> there_, back_;
  std::vector<Complex<T>> chirp_, spectrum_;
};

}  // namespace flambeau::cpu
