// Bessel and Airy functions. The C library and libstdc++ (ISO 29124) compute them; here are signs, scales and limits.

#include <cmath>
#include <limits>

#include "backend/pointwise.h"

namespace flambeau::ops {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

/// Modified Bessel functions of the second kind, scaled by exp(x); K has a pole at 0 and no values below.
double bessel_k_scaled(int order, double x) {
  if (!(x >= 0)) return kNan;
  if (x == 0) return kInfinity;
  if (x == kInfinity) return 0;
  if (x < 300) return std::cyl_bessel_k(static_cast<double>(order), x) * std::exp(x);
  // Hankel's asymptotic series.
  double term = 1, sum = 1;
  for (int k = 1; k < 12; ++k) {
    const double odd = 2 * k - 1;
    term *= (4.0 * order * order - odd * odd) / (8 * k * x);
    sum += term;
  }
  return std::sqrt(M_PI / (2 * x)) * sum;
}

double bessel_k(int order, double x) { return x > 700 ? 0 : bessel_k_scaled(order, x) * std::exp(-x); }

double bessel_i(int order, double x) {
  if (x != x) return x;
  const double value = std::fabs(x) > 713 ? kInfinity : std::cyl_bessel_i(static_cast<double>(order), std::fabs(x));
  return order % 2 && x < 0 ? -value : value;
}

double spherical_j0(double x) {
  if (std::isinf(x)) return 0;
  return std::fabs(x) < 1e-4 ? 1 - x * x / 6 : std::sin(x) / x;
}

/// By Bessel functions of order 1/3, of which z = 2/3 |x|^(3/2) is the argument.
double airy(double x) {
  if (x == 0) return 0.355028053887817239260;
  if (x != x) return x;
  const double size = std::fabs(x), z = 2 * size * std::sqrt(size) / 3;
  if (x > 0) return z > 700 ? 0 : std::sqrt(size / 3) / M_PI * std::cyl_bessel_k(1.0 / 3, z);
  if (z > 1e6) return kNan;
  const double j = std::cyl_bessel_j(1.0 / 3, z), y = std::cyl_neumann(1.0 / 3, z);
  // J of order -1/3 is cos(pi / 3) J - sin(pi / 3) Y.
  return std::sqrt(size) / 3 * (j + 0.5 * j - std::sqrt(3.0) / 2 * y);
}

/// PyTorch has these in single and double precision alone.
struct single_or_double : Same<dtypes(DType::float32, DType::float64), Types<float, double>> {
  static constexpr Common common = Common::floating;
};

}  // namespace

#define FLB_SPECIAL(name, Functor, expression) \
  template <class T>                           \
  struct Functor {                             \
    T operator()(T v) const {                  \
      const double x = v;                      \
      return static_cast<T> expression;        \
    }                                          \
  };                                           \
  FLB_UNARY(name, Functor, single_or_double)

FLB_SPECIAL(special_bessel_j0, BesselJ0, (std::isinf(x) ? 0 : ::j0(x)));
FLB_SPECIAL(special_bessel_j1, BesselJ1, (std::isinf(x) ? 0 : ::j1(x)));
FLB_SPECIAL(special_bessel_y0, BesselY0, (x < 0 ? kNan : x == 0 ? -kInfinity : ::y0(x)));
FLB_SPECIAL(special_bessel_y1, BesselY1, (x < 0 ? kNan : x == 0 ? -kInfinity : ::y1(x)));
FLB_SPECIAL(special_modified_bessel_i0, ModifiedI0, (bessel_i(0, x)));
FLB_SPECIAL(special_modified_bessel_i1, ModifiedI1, (bessel_i(1, x)));
FLB_SPECIAL(special_modified_bessel_k0, ModifiedK0, (bessel_k(0, x)));
FLB_SPECIAL(special_modified_bessel_k1, ModifiedK1, (bessel_k(1, x)));
FLB_SPECIAL(special_scaled_modified_bessel_k0, ScaledK0, (bessel_k_scaled(0, x)));
FLB_SPECIAL(special_scaled_modified_bessel_k1, ScaledK1, (bessel_k_scaled(1, x)));
FLB_SPECIAL(special_spherical_bessel_j0, SphericalJ0, (spherical_j0(x)));
FLB_SPECIAL(special_airy_ai, AiryAi, (airy(x)));

}  // namespace flambeau::ops
