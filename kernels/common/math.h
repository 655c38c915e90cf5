// Elementary functions for functors: one name for every element type, vectorised by the compiler through glibc's
// libmvec.
#pragma once

#include <algorithm>
#include <cmath>
#include <complex>

#include "kernels/common/number.h"

// Says that a vector version exists; loops compiled for AVX2 or AVX-512 then call it on 4 to 16 numbers at once.
#define FLB_VECTOR_MATH_1(fn)                                                  \
  extern "C" __attribute__((simd("notinbranch"))) float fn##f(float) noexcept; \
  extern "C" __attribute__((simd("notinbranch"))) double fn(double) noexcept;
#define FLB_VECTOR_MATH_2(fn)                                                         \
  extern "C" __attribute__((simd("notinbranch"))) float fn##f(float, float) noexcept; \
  extern "C" __attribute__((simd("notinbranch"))) double fn(double, double) noexcept;
FLB_VECTOR_MATH_1(exp)
FLB_VECTOR_MATH_1(exp2)
FLB_VECTOR_MATH_1(expm1)
FLB_VECTOR_MATH_1(log)
FLB_VECTOR_MATH_1(log2)
FLB_VECTOR_MATH_1(log10)
FLB_VECTOR_MATH_1(log1p)
FLB_VECTOR_MATH_1(sin)
FLB_VECTOR_MATH_1(cos)
FLB_VECTOR_MATH_1(tan)
FLB_VECTOR_MATH_1(asin)
FLB_VECTOR_MATH_1(acos)
FLB_VECTOR_MATH_1(atan)
FLB_VECTOR_MATH_1(sinh)
FLB_VECTOR_MATH_1(cosh)
FLB_VECTOR_MATH_1(tanh)
FLB_VECTOR_MATH_1(asinh)
FLB_VECTOR_MATH_1(acosh)
FLB_VECTOR_MATH_1(atanh)
FLB_VECTOR_MATH_1(erf)
FLB_VECTOR_MATH_1(erfc)
FLB_VECTOR_MATH_2(pow)
FLB_VECTOR_MATH_2(atan2)
FLB_VECTOR_MATH_2(hypot)
#undef FLB_VECTOR_MATH_1
#undef FLB_VECTOR_MATH_2

namespace flambeau {

/// A functor that derives from this calls vector functions, whose last bit may differ from the scalar ones. Its loop
/// then runs on whole blocks only, so that a value does not depend on its position.
struct LibraryMath {};

namespace math {

#define FLB_REAL_1(fn)                            \
  inline float fn(float x) { return ::fn##f(x); } \
  inline double fn(double x) { return ::fn(x); }
#define FLB_REAL_2(fn)                                        \
  inline float fn(float x, float y) { return ::fn##f(x, y); } \
  inline double fn(double x, double y) { return ::fn(x, y); }
#define FLB_COMPLEX_1(f)                            \
  template <class T>                                \
  Complex<T> f(Complex<T> z) {                      \
    return std::f(static_cast<std::complex<T>>(z)); \
  }
#define FLB_BOTH_1(f) FLB_REAL_1(f) FLB_COMPLEX_1(f)
FLB_BOTH_1(exp)
FLB_BOTH_1(log)
FLB_BOTH_1(log10)
FLB_BOTH_1(sin)
FLB_BOTH_1(cos)
FLB_BOTH_1(tan)
FLB_BOTH_1(asin)
FLB_BOTH_1(acos)
FLB_BOTH_1(atan)
FLB_BOTH_1(sinh)
FLB_BOTH_1(cosh)
FLB_BOTH_1(tanh)
FLB_BOTH_1(asinh)
FLB_BOTH_1(acosh)
FLB_BOTH_1(atanh)
FLB_BOTH_1(sqrt)
FLB_REAL_1(exp2)
FLB_REAL_1(expm1)
FLB_REAL_1(log2)
FLB_REAL_1(log1p)
FLB_REAL_1(erf)
FLB_REAL_1(erfc)
FLB_REAL_1(floor)
FLB_REAL_1(ceil)
FLB_REAL_1(trunc)
FLB_REAL_1(nearbyint)
FLB_REAL_1(fabs)
FLB_REAL_2(pow)
FLB_REAL_2(atan2)
FLB_REAL_2(hypot)
FLB_REAL_2(fmod)
FLB_REAL_2(copysign)
#undef FLB_REAL_1
#undef FLB_REAL_2
#undef FLB_COMPLEX_1
#undef FLB_BOTH_1

template <class T>
Complex<T> expm1(Complex<T> z) {
  // exp(x) cos(y) - 1 without cancellation.
  const T a = std::sin(z.im / 2), e = std::exp(z.re);
  return {std::expm1(z.re) * std::cos(z.im) - 2 * a * a, e * std::sin(z.im)};
}
template <class T>
Complex<T> log1p(Complex<T> z) {
  const T x = z.re, y = z.im, angle = std::atan2(y, x + 1);
  if (std::hypot(x, y) < T(0.5)) return {std::log1p(x * (2 + x) + y * y) / 2, angle};
  return {std::log(std::hypot(x + 1, y)), angle};
}
template <class T>
Complex<T> exp2(Complex<T> z) {
  return exp(z * Complex<T>(T(M_LN2)));
}
template <class T>
Complex<T> log2(Complex<T> z) {
  const auto l = log(z);
  return {l.re * T(M_LOG2E), l.im * T(M_LOG2E)};
}
template <class T>
Complex<T> pow(Complex<T> x, Complex<T> y) {
  return std::pow(static_cast<std::complex<T>>(x), static_cast<std::complex<T>>(y));
}
template <class T>
T abs(Complex<T> z) {
  return std::hypot(z.re, z.im);
}

template <class T>
T conj(T x) {
  if constexpr (is_complex_v<T>)
    return {x.re, -x.im};
  else
    return x;
}
template <class T>
bool isnan(T x) {
  if constexpr (is_complex_v<T>)
    return (x.re != x.re) | (x.im != x.im);
  else
    return x != x;
}
/// An integer for an integer: the C++ way of `a if c else b` that vectorises for every type.
template <class T>
T select(bool c, T a, T b) {
  return c ? a : b;
}
/// NaN if either is.
template <class T>
T max_nan(T a, T b) {
  return select(isnan(a), a, select(isnan(b), b, select(a < b, b, a)));
}
template <class T>
T min_nan(T a, T b) {
  return select(isnan(a), a, select(isnan(b), b, select(b < a, b, a)));
}

}  // namespace math
}  // namespace flambeau
