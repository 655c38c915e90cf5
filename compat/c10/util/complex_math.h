// Mirrors <c10/util/complex_math.h> of PyTorch 2.13.
#pragma once

#if !defined(C10_INTERNAL_INCLUDE_COMPLEX_REMAINING_H)
#error "c10/util/complex_math.h is not meant to be individually included. Include c10/util/complex.h instead."
#endif

// In a namespace of its own, to be found from both std and the global one.
namespace c10_complex_math {

#define FLAMBEAU_COMPLEX_FUNCTION(name)                                              \
  template <typename T>                                                              \
  C10_HOST_DEVICE inline c10::complex<T> name(const c10::complex<T>& x) {            \
    return static_cast<c10::complex<T>>(std::name(static_cast<std::complex<T>>(x))); \
  }
FLAMBEAU_COMPLEX_FUNCTION(exp)
FLAMBEAU_COMPLEX_FUNCTION(log)
FLAMBEAU_COMPLEX_FUNCTION(log10)
FLAMBEAU_COMPLEX_FUNCTION(sqrt)
FLAMBEAU_COMPLEX_FUNCTION(sin)
FLAMBEAU_COMPLEX_FUNCTION(cos)
FLAMBEAU_COMPLEX_FUNCTION(tan)
FLAMBEAU_COMPLEX_FUNCTION(asin)
FLAMBEAU_COMPLEX_FUNCTION(acos)
FLAMBEAU_COMPLEX_FUNCTION(atan)
FLAMBEAU_COMPLEX_FUNCTION(sinh)
FLAMBEAU_COMPLEX_FUNCTION(cosh)
FLAMBEAU_COMPLEX_FUNCTION(tanh)
FLAMBEAU_COMPLEX_FUNCTION(asinh)
FLAMBEAU_COMPLEX_FUNCTION(acosh)
FLAMBEAU_COMPLEX_FUNCTION(atanh)
#undef FLAMBEAU_COMPLEX_FUNCTION

template <typename T>
C10_HOST_DEVICE inline c10::complex<T> log2(const c10::complex<T>& x) {
  return c10_complex_math::log(x) / c10::complex<T>(::log(2.0), 0.0);
}

template <typename T>
C10_HOST_DEVICE inline c10::complex<T> pow(const c10::complex<T>& x, const c10::complex<T>& y) {
  return static_cast<c10::complex<T>>(std::pow(static_cast<std::complex<T>>(x), static_cast<std::complex<T>>(y)));
}
template <typename T>
C10_HOST_DEVICE inline c10::complex<T> pow(const c10::complex<T>& x, const T& y) {
  return static_cast<c10::complex<T>>(std::pow(static_cast<std::complex<T>>(x), y));
}
template <typename T>
C10_HOST_DEVICE inline c10::complex<T> pow(const T& x, const c10::complex<T>& y) {
  return static_cast<c10::complex<T>>(std::pow(x, static_cast<std::complex<T>>(y)));
}
template <typename T, typename U>
C10_HOST_DEVICE inline c10::complex<decltype(T() * U())> pow(const c10::complex<T>& x, const c10::complex<U>& y) {
  return static_cast<c10::complex<T>>(std::pow(static_cast<std::complex<T>>(x), static_cast<std::complex<T>>(y)));
}
template <typename T, typename U>
C10_HOST_DEVICE inline c10::complex<decltype(T() * U())> pow(const c10::complex<T>& x, const U& y) {
  return static_cast<c10::complex<T>>(std::pow(static_cast<std::complex<T>>(x), y));
}
template <typename T, typename U>
C10_HOST_DEVICE inline c10::complex<decltype(T() * U())> pow(const T& x, const c10::complex<U>& y) {
  return static_cast<c10::complex<T>>(std::pow(x, static_cast<std::complex<T>>(y)));
}

// log(1 + z) without losing a small z: Kahan's quotient.
template <typename T>
C10_HOST_DEVICE inline c10::complex<T> log1p(const c10::complex<T>& z) {
  const c10::complex<T> u = z + T(1);
  if (u == T(1)) return z;
  const auto log_u = log(u);
  if (u - T(1) == z) return log_u;
  return log_u * (z / (u - T(1)));
}

template <typename T>
C10_HOST_DEVICE inline c10::complex<T> expm1(const c10::complex<T>& z) {
  const T x = z.real(), y = z.imag(), half_sine = std::sin(y / 2);
  return {std::expm1(x) * std::cos(y) - T(2) * half_sine * half_sine, std::exp(x) * std::sin(y)};
}

}  // namespace c10_complex_math

#define FLAMBEAU_COMPLEX_USING   \
  using c10_complex_math::acos;  \
  using c10_complex_math::acosh; \
  using c10_complex_math::asin;  \
  using c10_complex_math::asinh; \
  using c10_complex_math::atan;  \
  using c10_complex_math::atanh; \
  using c10_complex_math::cos;   \
  using c10_complex_math::cosh;  \
  using c10_complex_math::exp;   \
  using c10_complex_math::expm1; \
  using c10_complex_math::log;   \
  using c10_complex_math::log10; \
  using c10_complex_math::log1p; \
  using c10_complex_math::log2;  \
  using c10_complex_math::pow;   \
  using c10_complex_math::sin;   \
  using c10_complex_math::sinh;  \
  using c10_complex_math::sqrt;  \
  using c10_complex_math::tan;   \
  using c10_complex_math::tanh;
FLAMBEAU_COMPLEX_USING
namespace std {
FLAMBEAU_COMPLEX_USING
}
#undef FLAMBEAU_COMPLEX_USING
