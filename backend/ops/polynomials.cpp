// Orthogonal polynomials of degree n at x, by their recurrences. A negative degree gives 0.

#include <cmath>
#include <limits>

#include "backend/pointwise.h"

namespace flambeau::ops {
namespace {

/// p0 = 1, p1 given, next(k, p_k, p_(k-1)) is p_(k+1).
template <class T, class Next>
T recur(int64_t n, T p1, const Next& next) {
  if (n < 0) return T(0);
  if (n == 0) return T(1);
  T before = T(1), now = p1;
  for (int64_t k = 1; k < n && now == now; ++k) {
    const T after = next(static_cast<T>(k), now, before);
    before = now, now = after;
  }
  return now;
}

template <class T>
T alternating(int64_t n, T value) {
  return n % 2 ? -value : value;
}

enum class Chebyshev { t, u, v, w };

/// All four kinds share a recurrence; inside of (-1, 1) high degrees are quotients of cosines and sines.
template <Chebyshev kind, class T>
T chebyshev(T x, int64_t n) {
  if (n < 0) return T(0);
  const T count = static_cast<T>(n), wide = 2 * count + 1;
  if (std::fabs(x) == T(1)) {
    const bool right = x > 0;
    if constexpr (kind == Chebyshev::t) return right ? T(1) : alternating(n, T(1));
    if constexpr (kind == Chebyshev::u) return right ? count + 1 : alternating(n, count + 1);
    if constexpr (kind == Chebyshev::v) return right ? T(1) : alternating(n, wide);
    if constexpr (kind == Chebyshev::w) return right ? wide : alternating(n, T(1));
  }
  if (n > (kind == Chebyshev::t ? 6 : 8) && std::fabs(x) < T(1)) {
    const T angle = std::acos(x), half = angle / 2;
    if constexpr (kind == Chebyshev::t) return std::cos(count * angle);
    if constexpr (kind == Chebyshev::u) return std::sin((count + 1) * angle) / std::sin(angle);
    if constexpr (kind == Chebyshev::v) return std::cos(wide * half) / std::cos(half);
    if constexpr (kind == Chebyshev::w) return std::sin(wide * half) / std::sin(half);
  }
  const T shift = kind == Chebyshev::v ? T(-1) : kind == Chebyshev::w ? T(1) : T(0);
  const T first = kind == Chebyshev::t ? x : 2 * x + shift;
  return recur(n, first, [x](T, T now, T before) { return 2 * x * now - before; });
}

template <class T>
T hermite_h(T x, int64_t n) {
  return recur(n, 2 * x, [x](T k, T now, T before) { return 2 * x * now - 2 * k * before; });
}
template <class T>
T hermite_he(T x, int64_t n) {
  return recur(n, x, [x](T k, T now, T before) { return x * now - k * before; });
}
/// From this degree on a recurrence takes longer than anybody waits, and Hilb's formulas are good to all digits that
/// the angle has. Szego, Orthogonal Polynomials, 8.21.17 and 8.22.4.
constexpr int64_t kHigh = int64_t{1} << 31;

/// J0(z), or I0 of the imaginary part where z is imaginary: NaN, as a recurrence ends, where that overflows.
double bessel_of_square(double z_squared) {
  const double z = std::sqrt(std::fabs(z_squared));
  if (z_squared >= 0) return ::j0(z);
  return z < 700 ? std::cyl_bessel_i(0.0, z) : std::numeric_limits<double>::quiet_NaN();
}
double legendre_of_high_degree(double x, int64_t n) {
  if (x == 1) return 1;
  const double angle = x < 1 ? std::acos(x) : std::acosh(x), turns = (static_cast<double>(n) + 0.5) * angle;
  return x < 1 ? std::sqrt(angle / std::sin(angle)) * bessel_of_square(turns * turns)
               : std::sqrt(angle / std::sinh(angle)) * bessel_of_square(-turns * turns);
}
double laguerre_of_high_degree(double x, int64_t n) {
  return std::exp(x / 2) * bessel_of_square((4 * static_cast<double>(n) + 2) * x);
}

template <class T>
T laguerre(T x, int64_t n) {
  if (n >= kHigh) return static_cast<T>(laguerre_of_high_degree(x, n));
  return recur(n, 1 - x, [x](T k, T now, T before) { return ((2 * k + 1 - x) * now - k * before) / (k + 1); });
}
template <class T>
T legendre(T x, int64_t n) {
  if (n >= kHigh) return static_cast<T>((x < 0 && n % 2 ? -1 : 1) * legendre_of_high_degree(std::fabs(x), n));
  return recur(n, x, [x](T k, T now, T before) { return ((2 * k + 1) * x * now - k * before) / (k + 1); });
}

/// PyTorch has these in single and double precision alone.
struct single_or_double : Same<dtypes(DType::float32, DType::float64), Types<float, double>> {
  static constexpr Common common = Common::floating;
};

}  // namespace

#define FLB_POLYNOMIAL(name, Functor, expression)  \
  template <class T>                               \
  struct Functor {                                 \
    T operator()(T x, T degree) const {            \
      if (degree != degree) return T(0);           \
      const auto n = static_cast<int64_t>(degree); \
      return expression;                           \
    }                                              \
  };                                               \
  FLB_BINARY(name, Functor, single_or_double)

FLB_POLYNOMIAL(special_chebyshev_polynomial_t, ChebyshevT, (chebyshev<Chebyshev::t>(x, n)));
FLB_POLYNOMIAL(special_chebyshev_polynomial_u, ChebyshevU, (chebyshev<Chebyshev::u>(x, n)));
FLB_POLYNOMIAL(special_chebyshev_polynomial_v, ChebyshevV, (chebyshev<Chebyshev::v>(x, n)));
FLB_POLYNOMIAL(special_chebyshev_polynomial_w, ChebyshevW, (chebyshev<Chebyshev::w>(x, n)));
FLB_POLYNOMIAL(special_shifted_chebyshev_polynomial_t, ShiftedT, (chebyshev<Chebyshev::t>(2 * x - 1, n)));
FLB_POLYNOMIAL(special_shifted_chebyshev_polynomial_u, ShiftedU, (chebyshev<Chebyshev::u>(2 * x - 1, n)));
FLB_POLYNOMIAL(special_shifted_chebyshev_polynomial_v, ShiftedV, (chebyshev<Chebyshev::v>(2 * x - 1, n)));
FLB_POLYNOMIAL(special_shifted_chebyshev_polynomial_w, ShiftedW, (chebyshev<Chebyshev::w>(2 * x - 1, n)));
FLB_POLYNOMIAL(special_hermite_polynomial_h, HermiteH, hermite_h(x, n));
FLB_POLYNOMIAL(special_hermite_polynomial_he, HermiteHe, hermite_he(x, n));
FLB_POLYNOMIAL(special_laguerre_polynomial_l, LaguerreL, laguerre(x, n));
FLB_POLYNOMIAL(special_legendre_polynomial_p, LegendreP, legendre(x, n));

}  // namespace flambeau::ops
