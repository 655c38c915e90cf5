// Element types that C++ lacks: half floats and complex numbers, branch-free so that loops over them vectorise.
#pragma once

#include <bit>
#include <cmath>
#include <complex>
#include <cstdint>
#include <type_traits>

#include "kernels/common/dtype.h"

namespace flambeau {

struct Half {
  uint16_t bits;

  static Half of(float value) {
    const uint32_t all = std::bit_cast<uint32_t>(value), sign = (all >> 16) & 0x8000u, mag = all & 0x7fffffffu;
    const uint32_t special = mag > 0x7f800000u ? 0x7e00u : 0x7c00u;
    const uint32_t normal = (mag + 0xfffu + ((mag >> 13) & 1u) - (112u << 23)) >> 13;
    const uint32_t tiny = std::bit_cast<uint32_t>(std::bit_cast<float>(mag) + 0.5f) - 0x3f000000u;  // rounds to 2^-24
    const uint32_t finite = mag < 0x38800000u ? tiny : normal;
    return {static_cast<uint16_t>(sign | (mag >= 0x47800000u ? special : finite))};
  }
  operator float() const {
    const uint32_t mag = bits & 0x7fffu, sign = (bits & 0x8000u) << 16;
    const float finite = std::bit_cast<float>(mag << 13) * 0x1p112f;
    const uint32_t out = mag >= 0x7c00u ? (mag << 13) | 0x7f800000u : std::bit_cast<uint32_t>(finite);
    return std::bit_cast<float>(out | sign);
  }
};

struct BFloat16 {
  uint16_t bits;

  static BFloat16 of(float value) {
    const uint32_t all = std::bit_cast<uint32_t>(value);
    const uint32_t rounded = (all + 0x7fffu + ((all >> 16) & 1u)) >> 16;
    return {static_cast<uint16_t>((all & 0x7fffffffu) > 0x7f800000u ? 0x7fc0u : rounded)};
  }
  operator float() const { return std::bit_cast<float>(static_cast<uint32_t>(bits) << 16); }
};

/// 8-bit floats. `finite` has no infinity; `unsigned_zero` has one NaN, in the place of -0. What is too large becomes
/// infinity, without one the largest number, with one NaN only that.
template <int kMantissa, int kBias, bool kFinite, bool kUnsignedZero>
struct Float8 {
  uint8_t bits;

  static Float8 of(float value) {
    const uint8_t sign = std::signbit(value) ? 0x80 : 0;
    const uint8_t nan = kUnsignedZero ? 0x80 : 0x7f | sign;
    if (std::isnan(value)) return {nan};
    const uint8_t overflow = kUnsignedZero ? nan : sign | (kFinite ? 0x7e : 0x1f << kMantissa);
    if (std::isinf(value)) return {overflow};
    int exponent = 0;
    std::frexp(value, &exponent);
    const int lowest = 1 - kBias;  // of a normal number
    const int scale = (exponent - 1 < lowest ? lowest : exponent - 1) - kMantissa;
    const float units = std::nearbyint(std::ldexp(std::fabs(value), -scale));  // round half to even
    const int code = units < (1 << kMantissa)
                         ? static_cast<int>(units)
                         : ((scale + kMantissa + kBias) << kMantissa) + static_cast<int>(units) - (1 << kMantissa);
    constexpr int kLargest = kUnsignedZero ? 0x7f : kFinite ? 0x7e : (0x1f << kMantissa) - 1;
    if (code > kLargest) return {overflow};
    return {static_cast<uint8_t>(kUnsignedZero && code == 0 ? 0 : code | sign)};
  }
  operator float() const {
    const int code = bits & 0x7f, exponent = code >> kMantissa, mantissa = code & ((1 << kMantissa) - 1);
    const float sign = bits & 0x80 ? -1.0f : 1.0f;
    if (kUnsignedZero && bits == 0x80) return NAN;
    if (!kUnsignedZero && kFinite && code == 0x7f) return NAN;
    if (!kFinite && exponent == 0x1f) return mantissa ? NAN : sign * INFINITY;
    if (exponent == 0) return sign * std::ldexp(static_cast<float>(mantissa), 1 - kBias - kMantissa);
    return sign * std::ldexp(static_cast<float>(mantissa + (1 << kMantissa)), exponent - kBias - kMantissa);
  }
};
using Float8E5M2 = Float8<2, 15, false, false>;
using Float8E4M3 = Float8<3, 7, true, false>;
using Float8E5M2Z = Float8<2, 16, true, true>;
using Float8E4M3Z = Float8<3, 8, true, true>;

/// A power of two, 2^(bits - 127); 255 is NaN.
struct Float8E8M0 {
  uint8_t bits;

  static Float8E8M0 of(float value) {
    const uint32_t all = std::bit_cast<uint32_t>(value), exponent = (all >> 23) & 0xff;
    if (exponent == 0xff) return {0xff};
    const bool half = all & 0x400000u, rest = all & 0x3fffffu;
    const bool up = exponent == 0 ? half && rest : half && (rest || exponent > 0);
    return {static_cast<uint8_t>(exponent + (up ? 1 : 0))};
  }
  operator float() const { return bits == 0xff ? NAN : std::ldexp(1.0f, bits - 127); }
};

template <class T>
struct alignas(2 * sizeof(T)) Complex {
  T re, im;

  Complex() = default;
  constexpr Complex(T real) : re(real), im(0) {}
  constexpr Complex(T real, T imaginary) : re(real), im(imaginary) {}
  Complex(std::complex<T> z) : re(z.real()), im(z.imag()) {}
  operator std::complex<T>() const { return {re, im}; }

  friend Complex operator+(Complex a, Complex b) { return {a.re + b.re, a.im + b.im}; }
  friend Complex operator-(Complex a, Complex b) { return {a.re - b.re, a.im - b.im}; }
  friend Complex operator-(Complex a) { return {-a.re, -a.im}; }
  friend Complex operator*(Complex a, Complex b) { return {a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re}; }
  /// Smith's method: scaled by the larger part of b, so that it neither overflows nor underflows early.
  friend Complex operator/(Complex a, Complex b) {
    const T re = std::fabs(b.re), im = std::fabs(b.im);
    if (re >= im) {
      if (re == 0 && im == 0) return {a.re / re, a.im / im};
      const T ratio = b.im / b.re, scale = 1 / (b.re + b.im * ratio);
      return {(a.re + a.im * ratio) * scale, (a.im - a.re * ratio) * scale};
    }
    const T ratio = b.re / b.im, scale = 1 / (b.re * ratio + b.im);
    return {(a.re * ratio + a.im) * scale, (a.im * ratio - a.re) * scale};
  }
  friend bool operator==(Complex a, Complex b) { return a.re == b.re && a.im == b.im; }
};

struct ComplexHalf {
  Half re, im;
};

template <class T>
inline constexpr bool is_complex_v = false;
template <class T>
inline constexpr bool is_complex_v<Complex<T>> = true;

/// float of Complex<float>; itself for a real type.
template <class T>
struct RealOf {
  using type = T;
};
template <class T>
struct RealOf<Complex<T>> {
  using type = T;
};
template <class T>
using real_t = typename RealOf<T>::type;

/// Every element type, in the order X(C++ type, DType).
// clang-format off
#define FLB_ELEMENT_TYPES(X) \
  X(uint8_t, uint8) \
  X(int8_t, int8) \
  X(int16_t, int16) \
  X(int32_t, int32) \
  X(int64_t, int64) \
  X(Half, float16) \
  X(float, float32) \
  X(double, float64) \
  X(ComplexHalf, complex32) \
  X(Complex<float>, complex64) \
  X(Complex<double>, complex128) \
  X(bool, boolean) \
  X(BFloat16, bfloat16) \
  X(Float8E5M2, float8_e5m2) \
  X(Float8E4M3, float8_e4m3fn) \
  X(Float8E5M2Z, float8_e5m2fnuz) \
  X(Float8E4M3Z, float8_e4m3fnuz) \
  X(uint16_t, uint16) \
  X(uint32_t, uint32) \
  X(uint64_t, uint64) \
  X(Float8E8M0, float8_e8m0fnu)
// clang-format on

template <class T>
inline constexpr DType dtype_of = DType::undefined;
#define FLB_DTYPE_OF(type, name) \
  template <>                    \
  inline constexpr DType dtype_of<type> = DType::name;
FLB_ELEMENT_TYPES(FLB_DTYPE_OF)
#undef FLB_DTYPE_OF

template <class D, class S>
inline D convert_to(S value) {
  if constexpr (std::is_same_v<D, S>) {
    return value;
  } else if constexpr (std::is_same_v<S, ComplexHalf>) {
    return convert_to<D>(Complex<float>(value.re, value.im));
  } else if constexpr (std::is_same_v<D, ComplexHalf>) {
    const auto z = convert_to<Complex<float>>(value);
    return {Half::of(z.re), Half::of(z.im)};
  } else if constexpr (is_complex_v<D> && is_complex_v<S>) {
    return {static_cast<real_t<D>>(value.re), static_cast<real_t<D>>(value.im)};
  } else if constexpr (is_complex_v<D>) {
    return D(convert_to<real_t<D>>(value));
  } else if constexpr (std::is_same_v<D, bool> && is_complex_v<S>) {
    return (value.re != 0) | (value.im != 0);
  } else if constexpr (is_complex_v<S>) {
    return convert_to<D>(value.re);
  } else if constexpr (std::is_same_v<D, bool>) {
    if constexpr (std::is_class_v<S>)
      return static_cast<float>(value) != 0;
    else
      return value != 0;
  } else if constexpr (std::is_class_v<D>) {
    return D::of(static_cast<float>(value));
  } else if constexpr (std::is_class_v<S>) {
    return convert_to<D>(static_cast<float>(value));
  } else if constexpr (std::is_floating_point_v<S> && std::is_integral_v<D> && sizeof(D) < 8) {
    // Through a wider integer, so that -1.0 becomes 255 and not undefined behaviour.
    return static_cast<D>(static_cast<int64_t>(value));
  } else {
    return static_cast<D>(value);
  }
}

}  // namespace flambeau
