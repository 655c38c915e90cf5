// What the narrow floating-point types share: exact widening, rounding to nearest even, arithmetic by way of float, and
// std::numeric_limits. Each type's own header adds only its format and its special values.
#pragma once

#include <torch/headeronly/macros/Macros.h>
#include <torch/headeronly/util/floating_point_utils.h>

#include <limits>
#include <ostream>

namespace c10::detail {

// A float whose last place is the narrow format's smallest step: adding it rounds a subnormal, subtracting it widens
// one.
template <int kMantissa, int kBias>
constexpr uint32_t subnormal_magic = static_cast<uint32_t>(151 - kBias - kMantissa) << 23;

template <int kMantissa, int kBias>
C10_HOST_DEVICE inline uint32_t round_magnitude(uint32_t f) {
  constexpr uint32_t magic = subnormal_magic<kMantissa, kBias>;
  constexpr int shift = 23 - kMantissa;
  if (f < static_cast<uint32_t>(128 - kBias) << 23)
    return fp32_to_bits(fp32_from_bits(f) + fp32_from_bits(magic)) - magic;
  const uint32_t odd = (f >> shift) & 1;
  return (f - (static_cast<uint32_t>(127 - kBias) << 23) + (1u << (shift - 1)) - 1 + odd) >> shift;
}

template <int kMantissa, int kBias>
C10_HOST_DEVICE inline float widen_magnitude(uint32_t bits) {
  constexpr uint32_t magic = subnormal_magic<kMantissa, kBias>;
  if (bits >> kMantissa == 0) return fp32_from_bits(magic + bits) - fp32_from_bits(magic);
  return fp32_from_bits((bits << (23 - kMantissa)) + (static_cast<uint32_t>(127 - kBias) << 23));
}

C10_HOST_DEVICE inline float with_sign(float magnitude, bool negative) {
  return fp32_from_bits(fp32_to_bits(magnitude) | static_cast<uint32_t>(negative) << 31);
}

}  // namespace c10::detail

#define FLAMBEAU_NARROW_BODY(T, bits_t)                                              \
  bits_t x;                                                                          \
  struct from_bits_t {};                                                             \
  C10_HOST_DEVICE static constexpr from_bits_t from_bits() { return from_bits_t(); } \
  T() = default;                                                                     \
  constexpr C10_HOST_DEVICE T(bits_t bits, from_bits_t) : x(bits) {}                 \
  inline C10_HOST_DEVICE T(float value);                                             \
  inline C10_HOST_DEVICE operator float() const;

#define FLAMBEAU_NARROW_OP(T, op)                                                                               \
  inline C10_HOST_DEVICE T operator op(const T& a, const T& b) __ubsan_ignore_float_divide_by_zero__ {          \
    return static_cast<float>(a) op static_cast<float>(b);                                                      \
  }                                                                                                             \
  inline C10_HOST_DEVICE T& operator op##=(T& a, const T& b) { return a = a op b; }                             \
  inline C10_HOST_DEVICE float operator op(T a, float b) { return static_cast<float>(a) op b; }                 \
  inline C10_HOST_DEVICE float operator op(float a, T b) { return a op static_cast<float>(b); }                 \
  inline C10_HOST_DEVICE float& operator op##=(float& a, const T& b) { return a op## = static_cast<float>(b); } \
  inline C10_HOST_DEVICE double operator op(T a, double b) { return static_cast<double>(a) op b; }              \
  inline C10_HOST_DEVICE double operator op(double a, T b) { return a op static_cast<double>(b); }              \
  inline C10_HOST_DEVICE T operator op(T a, int b) { return a op static_cast<T>(static_cast<float>(b)); }       \
  inline C10_HOST_DEVICE T operator op(int a, T b) { return static_cast<T>(static_cast<float>(a)) op b; }       \
  inline C10_HOST_DEVICE T operator op(T a, int64_t b) { return a op static_cast<T>(static_cast<float>(b)); }   \
  inline C10_HOST_DEVICE T operator op(int64_t a, T b) { return static_cast<T>(static_cast<float>(a)) op b; }

#define FLAMBEAU_NARROW_OUTPUT(T) \
  inline std::ostream& operator<<(std::ostream& out, const T& value) { return out << static_cast<float>(value); }

#define FLAMBEAU_NARROW_OPERATORS(T) \
  FLAMBEAU_NARROW_OUTPUT(T)          \
  FLAMBEAU_NARROW_OP(T, +)           \
  FLAMBEAU_NARROW_OP(T, -)           \
  FLAMBEAU_NARROW_OP(T, *)           \
  FLAMBEAU_NARROW_OP(T, /)           \
  inline C10_HOST_DEVICE T operator-(const T& a) { return -static_cast<float>(a); }

#define FLAMBEAU_NARROW_USING(T) \
  using c10::T;                  \
  using c10::operator+;          \
  using c10::operator-;          \
  using c10::operator*;          \
  using c10::operator/;          \
  using c10::operator+=;         \
  using c10::operator-=;         \
  using c10::operator*=;         \
  using c10::operator/=;         \
  using c10::operator<<;

// The members of numeric_limits that follow from the type's name; digits and bit patterns are the caller's.
#define FLAMBEAU_NARROW_LIMITS(T, negative, infinite, signaling, denorm, before, iec559_, d, d10, md10, emin, emin10, \
                               emax, emax10)                                                                          \
  static constexpr bool is_specialized = true;                                                                        \
  static constexpr bool is_signed = negative;                                                                         \
  static constexpr bool is_integer = false;                                                                           \
  static constexpr bool is_exact = false;                                                                             \
  static constexpr bool has_infinity = infinite;                                                                      \
  static constexpr bool has_quiet_NaN = true;                                                                         \
  static constexpr bool has_signaling_NaN = signaling;                                                                \
  static constexpr auto has_denorm = denorm;                                                                          \
  static constexpr auto has_denorm_loss = denorm;                                                                     \
  static constexpr auto round_style = numeric_limits<float>::round_style;                                             \
  static constexpr bool is_iec559 = iec559_;                                                                          \
  static constexpr bool is_bounded = true;                                                                            \
  static constexpr bool is_modulo = false;                                                                            \
  static constexpr int digits = d;                                                                                    \
  static constexpr int digits10 = d10;                                                                                \
  static constexpr int max_digits10 = md10;                                                                           \
  static constexpr int radix = 2;                                                                                     \
  static constexpr int min_exponent = emin;                                                                           \
  static constexpr int min_exponent10 = emin10;                                                                       \
  static constexpr int max_exponent = emax;                                                                           \
  static constexpr int max_exponent10 = emax10;                                                                       \
  static constexpr auto traps = numeric_limits<float>::traps;                                                         \
  static constexpr auto tinyness_before = before;

#define FLAMBEAU_NARROW_VALUE(T, name, bits) \
  static constexpr c10::T name() { return c10::T(bits, c10::T::from_bits()); }
