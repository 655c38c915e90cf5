// The regularised incomplete gamma functions P(a, x) and Q(a, x) = 1 - P(a, x).

#include <cmath>
#include <limits>

#include "backend/pointwise.h"

namespace flambeau::ops {
namespace {

/// x^a exp(-x) / Gamma(a + 1); for large a by Stirling's formula around x = a, where the powers alone would overflow.
double gamma_factor(double a, double x) {
  if (a < 20) return std::exp(a * std::log(x) - x - std::lgamma(a + 1));
  const double t = (x - a) / a, z = 1 / (a * a);
  const double stirling = (1.0 / 12 - z * (1.0 / 360 - z / 1260)) / a;
  return std::exp(a * (std::log1p(t) - t) - stirling) / std::sqrt(2 * M_PI * a);
}

/// P by its power series (DLMF 8.7.1), for x below a + 1.
double gamma_series(double a, double x) {
  double sum = 1, term = 1;
  for (double n = 1; term > sum * std::numeric_limits<double>::epsilon() / 4; ++n) sum += term *= x / (a + n);
  return sum * gamma_factor(a, x);
}

/// Q by its continued fraction (DLMF 8.9.2) in Lentz's form, for x above a + 1.
double gamma_fraction(double a, double x) {
  double b = x + 1 - a, c = 1 / std::numeric_limits<double>::min(), d = 1 / b, h = d, step = 0;
  for (double n = 1; std::fabs(step - 1) > std::numeric_limits<double>::epsilon(); ++n) {
    const double k = n * (a - n);
    b += 2;
    d = 1 / (k * d + b);
    c = b + k / c;
    h *= step = c * d;
  }
  return h * a * gamma_factor(a, x);
}

/// P, or Q if `upper`. The limits are those of PyTorch: not a number outside of a, x >= 0 and where both are 0 or
/// infinite.
double incomplete_gamma(double a, double x, bool upper) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  if (!(a >= 0 && x >= 0) || (a == 0 && x == 0) || (a == kInfinity && x == kInfinity))
    return std::numeric_limits<double>::quiet_NaN();
  if (a == 0 || x == kInfinity) return upper ? 0 : 1;
  if (x == 0 || a == kInfinity) return upper ? 1 : 0;
  if (x > a + 1) return upper ? gamma_fraction(a, x) : 1 - gamma_fraction(a, x);
  return upper ? 1 - gamma_series(a, x) : gamma_series(a, x);
}

}  // namespace

template <class T>
struct Igamma {
  T operator()(T a, T x) const { return static_cast<T>(incomplete_gamma(a, x, false)); }
};
FLB_BINARY(igamma, Igamma, real_floating);

template <class T>
struct Igammac {
  T operator()(T a, T x) const { return static_cast<T>(incomplete_gamma(a, x, true)); }
};
FLB_BINARY(igammac, Igammac, real_floating);

}  // namespace flambeau::ops
