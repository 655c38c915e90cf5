// The regularised incomplete gamma functions P(a, x) and Q = 1 - P: a power series below the mean, a continued fraction
// above it. Press et al., Numerical Recipes, section 6.2.

#include <cmath>
#include <limits>

#include "backend/pointwise.h"

namespace flambeau::ops {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

/// x^a e^-x / gamma(a + 1), without overflow.
double scale_of(double a, double x) {
  int sign;
  return std::exp(a * std::log(x) - x - ::lgamma_r(a + 1, &sign));
}

double lower_series(double a, double x) {
  double term = 1, sum = 1;
  for (int k = 1; k < 100000 && term > sum * 1e-17; ++k) {
    term *= x / (a + k);
    sum += term;
  }
  return sum * scale_of(a, x);
}

/// Lentz's method.
double upper_fraction(double a, double x) {
  constexpr double kTiny = 1e-300;
  double b = x + 1 - a, c = 1 / kTiny, d = 1 / (b == 0 ? kTiny : b), h = d;
  for (int k = 1; k < 100000; ++k) {
    const double step = -k * (k - a);
    b += 2;
    d = step * d + b, c = b + step / c;
    if (std::fabs(d) < kTiny) d = kTiny;
    if (std::fabs(c) < kTiny) c = kTiny;
    d = 1 / d;
    const double factor = d * c;
    h *= factor;
    if (std::fabs(factor - 1) < 1e-16) break;
  }
  return h * a * scale_of(a, x);
}

double incomplete_gamma(double a, double x, bool lower) {
  if (!(a >= 0) || !(x >= 0)) return kNan;
  if (a == 0) return x > 0 ? (lower ? 1 : 0) : kNan;
  if (x == 0) return lower ? 0 : 1;
  if (std::isinf(a)) return std::isinf(x) ? kNan : lower ? 0 : 1;
  if (std::isinf(x)) return lower ? 1 : 0;
  if (x < a + 1) {
    const double p = lower_series(a, x);
    return lower ? p : 1 - p;
  }
  const double q = upper_fraction(a, x);
  return lower ? 1 - q : q;
}

}  // namespace

template <class T>
struct Igamma {
  T operator()(T a, T x) const { return static_cast<T>(incomplete_gamma(a, x, true)); }
};
FLB_BINARY(igamma, Igamma, real_floating);

template <class T>
struct Igammac {
  T operator()(T a, T x) const { return static_cast<T>(incomplete_gamma(a, x, false)); }
};
FLB_BINARY(igammac, Igammac, real_floating);

}  // namespace flambeau::ops
