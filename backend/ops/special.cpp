// Special functions.

#include <cmath>
#include <limits>

#include "backend/ops/special.h"
#include "backend/pointwise.h"

namespace flambeau::ops {

// The inverse of erf: an approximation, improved by Halley's method.
template <class T>
struct Erfinv {
  T operator()(T x) const {
    if (!(x > -1 && x < 1))
      return x == 1 || x == -1 ? x * std::numeric_limits<T>::infinity() : std::numeric_limits<T>::quiet_NaN();
    const double y = x, l = std::log1p(-y * y), b = 2 / (M_PI * 0.147) + l / 2;
    double r = std::copysign(std::sqrt(std::sqrt(b * b - l / 0.147) - b), y);  // Winitzki's approximation
    // Each step triples the digits of the start, which has between two and three.
    for (int i = 0; i < (std::is_same_v<T, float> ? 1 : 2); ++i) {
      const double error = y > 0.5 ? -(std::erfc(r) - (1 - y)) : y < -0.5 ? std::erfc(-r) - (1 + y) : std::erf(r) - y;
      const double step = error / (M_2_SQRTPI * std::exp(-r * r));
      r -= step / (1 + r * step);  // Halley
    }
    return static_cast<T>(r);
  }
};
FLB_UNARY(erfinv, Erfinv, to_floating);

template <class T>
struct Lgamma {
  T operator()(T x) const {
    int sign;
    if constexpr (std::is_same_v<T, float>)
      return ::lgammaf_r(x, &sign);
    else
      return ::lgamma_r(x, &sign);
  }
};
FLB_UNARY(lgamma, Lgamma, to_floating);

// Reflection, recurrence up to 10, asymptotic series.
double digamma_of(double x) {
  if (x == 0) return std::copysign(std::numeric_limits<double>::infinity(), -x);
  double shift = 0;
  if (x < 0) {
    if (x == std::trunc(x)) return std::numeric_limits<double>::quiet_NaN();
    double whole;
    shift = -M_PI / std::tan(M_PI * std::modf(x, &whole));
    x = 1 - x;
  }
  for (; x < 10; ++x) shift -= 1 / x;
  constexpr double kSeries[] = {1.0 / 12, -1.0 / 120, 1.0 / 252, -1.0 / 240, 1.0 / 132, -691.0 / 32760, 1.0 / 12};
  const double z = 1 / (x * x);
  double sum = 0, power = z;
  for (double c : kSeries) sum += c * power, power *= z;
  return shift + std::log(x) - 0.5 / x - sum;
}

namespace {

/// Hurwitz's zeta function by Euler and Maclaurin's formula, for x > 1.
double zeta_of(double s, double q) {
  if (s == 1) return std::numeric_limits<double>::infinity();
  if (s < 1 || (q <= 0 && q != std::floor(q) && s != std::floor(s))) return std::numeric_limits<double>::quiet_NaN();
  if (q <= 0 && q == std::floor(q)) return std::numeric_limits<double>::infinity();
  double sum = 0;
  int terms = 0;
  for (; terms < 12 || q < 9; ++terms, ++q) sum += std::pow(q, -s);
  constexpr double kFactors[] = {
      12, -720, 30240, -1209600, 47900160, -1.8924375803183791606e9, 7.47242496e10, -2.950130727918164224e12};
  sum += std::pow(q, 1 - s) / (s - 1) + 0.5 * std::pow(q, -s);
  double a = 1, power = std::pow(q, -s);
  for (int k = 0; k < 8; ++k) {
    a *= s + 2 * k;
    power /= q;
    sum += a * power / kFactors[k];
    a *= s + 2 * k + 1;
    power /= q;
  }
  return sum;
}

/// Modified Bessel functions of the first kind, scaled by exp(-|x|): power series, or the asymptotic one for large |x|.
double bessel_i_scaled(int order, double x) {
  const double z = std::fabs(x);
  double sum = 0;
  if (z < 30) {
    double term = order == 0 ? 1 : z / 2;
    for (int k = 1; k < 200 && term != 0; ++k) {
      sum += term;
      term *= z * z / 4 / (static_cast<double>(k) * (k + order));
    }
    sum *= std::exp(-z);
  } else {
    double term = 1;
    for (int k = 1; k < 30; ++k) {
      sum += term;
      const double odd = 2 * k - 1;
      term *= -(4.0 * order * order - odd * odd) / (8 * k * z);
    }
    sum /= std::sqrt(2 * M_PI * z);
  }
  return order == 1 && x < 0 ? -sum : sum;
}

}  // namespace

template <class T>
struct Digamma {
  T operator()(T x) const { return static_cast<T>(digamma_of(x)); }
};
FLB_UNARY(digamma, Digamma, to_floating);

template <class T>
struct Zeta {
  T operator()(T s, T q) const { return static_cast<T>(zeta_of(s, q)); }
};
FLB_BINARY(special_zeta, Zeta, to_floating);

template <class T>
struct Polygamma {
  int64_t order;
  explicit Polygamma(const Call& call) : order(call.integer(0)) {}
  T operator()(T x) const {
    if (order == 0) return static_cast<T>(digamma_of(x));
    const double sign = order % 2 ? 1 : -1;
    return static_cast<T>(sign * std::exp(std::lgamma(static_cast<double>(order) + 1)) *
                          zeta_of(static_cast<double>(order) + 1, x));
  }
};
struct polygamma_rule : to_floating {
  static constexpr CheckFn check = [](const Call& call, DType) {
    FLB_CHECK(call.integer(0) >= 0, "polygamma(n, x) does not support negative n.");
  };
};
FLB_POINTWISE(polygamma, Polygamma, polygamma_rule, 1);

template <class T>
struct I0 {
  T operator()(T x) const {
    return static_cast<T>(bessel_i_scaled(0, x) * std::exp(std::fabs(static_cast<double>(x))));
  }
};
FLB_UNARY(i0, I0, to_floating);

template <class T>
struct I0e {
  T operator()(T x) const { return static_cast<T>(bessel_i_scaled(0, x)); }
};
FLB_UNARY(special_i0e, I0e, to_floating);

template <class T>
struct I1 {
  T operator()(T x) const {
    return static_cast<T>(bessel_i_scaled(1, x) * std::exp(std::fabs(static_cast<double>(x))));
  }
};
FLB_UNARY(special_i1, I1, to_floating);

template <class T>
struct I1e {
  T operator()(T x) const { return static_cast<T>(bessel_i_scaled(1, x)); }
};
FLB_UNARY(special_i1e, I1e, to_floating);

// sin(pi x) / (pi x).
template <class T>
struct Sinc {
  T operator()(T x) const { return x == T(0) ? T(1) : math::sin(T(M_PI) * x) / (T(M_PI) * x); }
};
FLB_UNARY(sinc, Sinc, to_floating_or_complex);

// -x log x.
template <class T>
struct Entr {
  T operator()(T x) const {
    return x != x ? x : x > 0 ? -x * std::log(x) : x == 0 ? T(0) : -std::numeric_limits<T>::infinity();
  }
};
FLB_UNARY(special_entr, Entr, to_floating);

// The quantile of the normal distribution.
template <class T>
struct Ndtri {
  T operator()(T p) const {
    if (p == 0) return -std::numeric_limits<T>::infinity();
    if (p == 1) return std::numeric_limits<T>::infinity();
    return static_cast<T>(M_SQRT2 * Erfinv<double>{}(2.0 * static_cast<double>(p) - 1.0));
  }
};
FLB_UNARY(special_ndtri, Ndtri, to_floating);

// exp(x^2) erfc(x).
template <class T>
struct Erfcx {
  T operator()(T v) const {
    const double x = v;
    if (x < 25) return static_cast<T>(std::exp(x * x) * std::erfc(x));
    const double z = 1 / (2 * x * x);
    return static_cast<T>(M_2_SQRTPI / 2 / x * (1 - z + 3 * z * z - 15 * z * z * z));
  }
};
FLB_UNARY(special_erfcx, Erfcx, to_floating);

// log of the normal distribution.
template <class T>
struct LogNdtr {
  T operator()(T v) const {
    const double t = static_cast<double>(v) * M_SQRT1_2;
    return static_cast<T>(t < -1 ? std::log(Erfcx<double>{}(-t) / 2) - t * t : std::log1p(-std::erfc(t) / 2));
  }
};
FLB_UNARY(special_log_ndtr, LogNdtr, to_floating);

// x log(1 + y), with 0 for x = 0 unless y is NaN.
template <class T>
struct Xlog1py {
  T operator()(T x, T y) const { return math::isnan(y) ? y : x == 0 ? T(0) : x * std::log1p(y); }
};
FLB_BINARY(special_xlog1py, Xlog1py, to_floating);
FLB_BINARY(special_xlog1py_self_scalar, Xlog1py, to_floating);
FLB_BINARY(special_xlog1py_other_scalar, Xlog1py, to_floating);

}  // namespace flambeau::ops
