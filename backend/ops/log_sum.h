// log(exp(a) + exp(b)) of complex numbers, with neither exponential too large.
#pragma once

#include <cmath>
#include <limits>

#include "kernels/common/math.h"

namespace flambeau::ops {

template <class T>
Complex<T> log_add_exp(Complex<T> a, Complex<T> b) {
  const T nan = std::numeric_limits<T>::quiet_NaN();
  if (std::isnan(a.re) || std::isnan(a.im) || std::isnan(b.re) || std::isnan(b.im)) return {nan, nan};
  const bool swap = a.re < b.re;
  const Complex<T> high = swap ? b : a, low = swap ? a : b;
  if (std::isinf(high.re) && high.re == low.re) return high.re < 0 ? high : math::log(math::exp(a) + math::exp(b));
  return high + math::log1p(math::exp(low - high));
}

}  // namespace flambeau::ops
