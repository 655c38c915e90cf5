// Mirrors <torch/headeronly/util/complex.h> of PyTorch 2.13.
#pragma once

#include <torch/headeronly/macros/Macros.h>
#include <torch/headeronly/util/Half.h>

#include <complex>

namespace c10 {

template <typename T>
struct alignas(sizeof(T) * 2) complex {
  using value_type = T;
  T real_ = T(0);
  T imag_ = T(0);

  constexpr complex() = default;
  C10_HOST_DEVICE constexpr complex(const T& re, const T& im = T()) : real_(re), imag_(im) {}
  template <typename U>
  explicit constexpr complex(const std::complex<U>& other) : complex(other.real(), other.imag()) {}
  template <typename U = T>
  C10_HOST_DEVICE explicit constexpr complex(const std::enable_if_t<std::is_same_v<U, float>, complex<double>>& other)
      : real_(other.real_), imag_(other.imag_) {}
  template <typename U = T>
  C10_HOST_DEVICE constexpr complex(const std::enable_if_t<std::is_same_v<U, double>, complex<float>>& other)
      : real_(other.real_), imag_(other.imag_) {}

  constexpr complex<T>& operator=(T re) {
    real_ = re;
    imag_ = 0;
    return *this;
  }
  constexpr complex<T>& operator+=(T re) {
    real_ += re;
    return *this;
  }
  constexpr complex<T>& operator-=(T re) {
    real_ -= re;
    return *this;
  }
  constexpr complex<T>& operator*=(T re) {
    real_ *= re;
    imag_ *= re;
    return *this;
  }
  constexpr complex<T>& operator/=(T re) {
    real_ /= re;
    imag_ /= re;
    return *this;
  }

  template <typename U>
  constexpr complex<T>& operator=(const complex<U>& rhs) {
    real_ = rhs.real();
    imag_ = rhs.imag();
    return *this;
  }
  template <typename U>
  constexpr complex<T>& operator+=(const complex<U>& rhs) {
    real_ += rhs.real();
    imag_ += rhs.imag();
    return *this;
  }
  template <typename U>
  constexpr complex<T>& operator-=(const complex<U>& rhs) {
    real_ -= rhs.real();
    imag_ -= rhs.imag();
    return *this;
  }
  template <typename U>
  constexpr complex<T>& operator*=(const complex<U>& rhs) {
    const T a = real_, b = imag_;
    const U c = rhs.real(), d = rhs.imag();
    real_ = a * c - b * d;
    imag_ = a * d + b * c;
    return *this;
  }
  // Smith's method: scales by the larger part of the divisor, so that it neither overflows nor underflows early.
  template <typename U>
  constexpr complex<T>& operator/=(const complex<U>& rhs) __ubsan_ignore_float_divide_by_zero__ {
    const T a = real_, b = imag_;
    const U c = rhs.real(), d = rhs.imag();
    const auto abs_c = std::abs(c), abs_d = std::abs(d);
    if (abs_c == U(0) && abs_d == U(0)) {
      real_ = a / abs_c;
      imag_ = b / abs_d;
    } else if (abs_c >= abs_d) {
      const auto ratio = d / c;
      const auto scale = U(1.0) / (c + d * ratio);
      real_ = (a + b * ratio) * scale;
      imag_ = (b - a * ratio) * scale;
    } else {
      const auto ratio = c / d;
      const auto scale = U(1.0) / (d + c * ratio);
      real_ = (a * ratio + b) * scale;
      imag_ = (b * ratio - a) * scale;
    }
    return *this;
  }
  template <typename U>
  constexpr complex<T>& operator=(const std::complex<U>& rhs) {
    real_ = rhs.real();
    imag_ = rhs.imag();
    return *this;
  }

  template <typename U>
  explicit constexpr operator std::complex<U>() const {
    return std::complex<U>(std::complex<T>(real(), imag()));
  }
  explicit constexpr operator bool() const { return real() || imag(); }

  C10_HOST_DEVICE constexpr T real() const { return real_; }
  constexpr void real(T value) { real_ = value; }
  C10_HOST_DEVICE constexpr T imag() const { return imag_; }
  constexpr void imag(T value) { imag_ = value; }
};

namespace complex_literals {
constexpr complex<float> operator""_if(long double imag) { return {0.0f, static_cast<float>(imag)}; }
constexpr complex<double> operator""_id(long double imag) { return {0.0, static_cast<double>(imag)}; }
constexpr complex<float> operator""_if(unsigned long long imag) { return {0.0f, static_cast<float>(imag)}; }
constexpr complex<double> operator""_id(unsigned long long imag) { return {0.0, static_cast<double>(imag)}; }
}  // namespace complex_literals

template <typename T>
constexpr complex<T> operator+(const complex<T>& val) {
  return val;
}
template <typename T>
constexpr complex<T> operator-(const complex<T>& val) {
  return complex<T>(-val.real(), -val.imag());
}

// complex op complex, complex op real, and both with an integer.
#define FLAMBEAU_COMPLEX_OP(op)                                                                         \
  template <typename T>                                                                                 \
  constexpr complex<T> operator op(const complex<T>& lhs, const complex<T>& rhs) {                      \
    complex<T> result = lhs;                                                                            \
    return result op## = rhs;                                                                           \
  }                                                                                                     \
  template <typename T>                                                                                 \
  constexpr complex<T> operator op(const complex<T>& lhs, const T& rhs) {                               \
    complex<T> result = lhs;                                                                            \
    return result op## = rhs;                                                                           \
  }                                                                                                     \
  template <typename fT, typename iT,                                                                   \
            typename std::enable_if_t<std::is_floating_point_v<fT> && std::is_integral_v<iT>, int> = 0> \
  constexpr c10::complex<fT> operator op(const c10::complex<fT>& a, const iT& b) {                      \
    return a op static_cast<fT>(b);                                                                     \
  }                                                                                                     \
  template <typename fT, typename iT,                                                                   \
            typename std::enable_if_t<std::is_floating_point_v<fT> && std::is_integral_v<iT>, int> = 0> \
  constexpr c10::complex<fT> operator op(const iT& a, const c10::complex<fT>& b) {                      \
    return static_cast<fT>(a) op b;                                                                     \
  }

template <typename T>
constexpr complex<T> operator+(const T& lhs, const complex<T>& rhs) {
  return complex<T>(lhs + rhs.real(), rhs.imag());
}
template <typename T>
constexpr complex<T> operator-(const T& lhs, const complex<T>& rhs) {
  complex<T> result = -rhs;
  return result += lhs;
}
template <typename T>
constexpr complex<T> operator*(const T& lhs, const complex<T>& rhs) {
  complex<T> result = rhs;
  return result *= lhs;
}
template <typename T>
constexpr complex<T> operator/(const T& lhs, const complex<T>& rhs) {
  complex<T> result(lhs, T());
  return result /= rhs;
}
FLAMBEAU_COMPLEX_OP(+)
FLAMBEAU_COMPLEX_OP(-)
FLAMBEAU_COMPLEX_OP(*)
FLAMBEAU_COMPLEX_OP(/)
#undef FLAMBEAU_COMPLEX_OP

template <typename T>
constexpr bool operator==(const complex<T>& lhs, const complex<T>& rhs) {
  return lhs.real() == rhs.real() && lhs.imag() == rhs.imag();
}
template <typename T>
constexpr bool operator==(const complex<T>& lhs, const T& rhs) {
  return lhs.real() == rhs && lhs.imag() == T();
}
template <typename T>
constexpr bool operator==(const T& lhs, const complex<T>& rhs) {
  return lhs == rhs.real() && T() == rhs.imag();
}
template <typename T>
constexpr bool operator!=(const complex<T>& lhs, const complex<T>& rhs) {
  return !(lhs == rhs);
}
template <typename T>
constexpr bool operator!=(const complex<T>& lhs, const T& rhs) {
  return !(lhs == rhs);
}
template <typename T>
constexpr bool operator!=(const T& lhs, const complex<T>& rhs) {
  return !(lhs == rhs);
}

template <typename T, typename CharT, typename Traits>
std::basic_ostream<CharT, Traits>& operator<<(std::basic_ostream<CharT, Traits>& os, const complex<T>& x) {
  return os << static_cast<std::complex<T>>(x);
}
template <typename T, typename CharT, typename Traits>
std::basic_istream<CharT, Traits>& operator>>(std::basic_istream<CharT, Traits>& is, complex<T>& x) {
  std::complex<T> value;
  is >> value;
  x = value;
  return is;
}

template <typename T>
C10_HOST_DEVICE complex<T> polar(const T& r, const T& theta = T()) {
  return complex<T>(r * std::cos(theta), r * std::sin(theta));
}

// Arithmetic of half parts happens in float.
template <>
struct alignas(4) complex<Half> {
  Half real_;
  Half imag_;

  complex() = default;
  C10_HOST_DEVICE explicit inline complex(const Half& real, const Half& imag) : real_(real), imag_(imag) {}
  C10_HOST_DEVICE inline complex(const c10::complex<float>& value) : real_(value.real()), imag_(value.imag()) {}
  inline C10_HOST_DEVICE operator c10::complex<float>() const { return {real_, imag_}; }
  constexpr C10_HOST_DEVICE Half real() const { return real_; }
  constexpr C10_HOST_DEVICE Half imag() const { return imag_; }
  C10_HOST_DEVICE complex<Half>& operator+=(const complex<Half>& other) {
    return *this = complex<float>(*this) + complex<float>(other);
  }
  C10_HOST_DEVICE complex<Half>& operator-=(const complex<Half>& other) {
    return *this = complex<float>(*this) - complex<float>(other);
  }
  C10_HOST_DEVICE complex<Half>& operator*=(const complex<Half>& other) {
    return *this = complex<float>(*this) * complex<float>(other);
  }
};

}  // namespace c10

HIDDEN_NAMESPACE_BEGIN(torch, headeronly)
FLAMBEAU_NARROW_USING(complex)
using c10::operator==;
using c10::operator!=;
using c10::operator>>;
using c10::polar;
namespace complex_literals {
using c10::complex_literals::operator""_if;
using c10::complex_literals::operator""_id;
}  // namespace complex_literals
HIDDEN_NAMESPACE_END(torch, headeronly)
