// Signs, rounding, and tests of single numbers.

#include <limits>

#include "backend/dense.h"
#include "backend/pointwise.h"

namespace flambeau::ops {
namespace {

void check_neg(const Call& call, DType) {
  FLB_CHECK(call.in(0).dtype() != DType::boolean,
            "Negation, the `-` operator, on a bool tensor is not supported. If you are trying to invert a mask, use "
            "the `~` or "
            "`logical_not()` operator instead.");
}
struct negatable : Same<kBool | kReals | kUnsigned | kComplexes | kComplexHalf> {
  static constexpr CheckFn check = check_neg;
};
struct numbers : Same<kReals | kComplexes | kComplexHalf | kUnsigned> {};
struct numbers_or_bool : Same<kReals | kBool | kUnsigned | kComplexes | kComplexHalf> {};
struct bits_or_bool : Same<kIntegers | kBool | kUnsigned, Types<int64_t, bool>> {};

template <class T>
T sign_of(T x) {
  return static_cast<T>((T(0) < x) - (x < T(0)));
}

}  // namespace

template <class T>
struct Neg {
  T operator()(T x) const { return -x; }
};
FLB_UNARY(neg, Neg, negatable);

// Of a complex number, its length.
template <class T>
struct Abs {
  real_t<T> operator()(T x) const {
    if constexpr (std::is_integral_v<T>)
      return x < 0 ? -x : x;
    else if constexpr (is_complex_v<T>)
      return math::abs(x);
    else
      return math::fabs(x);
  }
};
FLB_UNARY(abs, Abs, numbers);

template <class T>
struct Sign {
  T operator()(T x) const { return math::isnan(x) ? T(0) : sign_of(x); }
};
FLB_UNARY(sign, Sign, ordered_or_bool);

// x / |x|, and 0 for 0.
template <class T>
struct Sgn {
  T operator()(T x) const {
    if constexpr (is_complex_v<T>) {
      const auto length = math::abs(x);
      return length == 0 ? T(0) : T(x.re / length, x.im / length);
    } else {
      return Sign<T>{}(x);
    }
  }
};
FLB_UNARY(sgn, Sgn, numbers_or_bool);

template <class T>
struct Signbit {
  bool operator()(T x) const {
    if constexpr (std::is_floating_point_v<T>)
      return std::signbit(x);
    else
      return x < 0;
  }
};
FLB_UNARY(signbit, Signbit, ordered_or_bool);

#define FLB_ROUNDING_FUNCTOR(Name, function)     \
  template <class T>                             \
  struct Name {                                  \
    T operator()(T x) const {                    \
      if constexpr (std::is_floating_point_v<T>) \
        return function(x);                      \
      else                                       \
        return x;                                \
    }                                            \
  };
FLB_ROUNDING_FUNCTOR(Floor, math::floor)
FLB_UNARY(floor, Floor, ordered);
FLB_ROUNDING_FUNCTOR(Ceil, math::ceil)
FLB_UNARY(ceil, Ceil, ordered);
FLB_ROUNDING_FUNCTOR(Trunc, math::trunc)
FLB_UNARY(trunc, Trunc, ordered);
FLB_ROUNDING_FUNCTOR(Round, math::nearbyint)  // halves to even
FLB_UNARY(round, Round, ordered);
#undef FLB_ROUNDING_FUNCTOR

template <class T>
struct RoundDecimals {
  T scale;
  bool negative;
  explicit RoundDecimals(const Call& call)
      : scale(static_cast<T>(std::pow(10.0, std::fabs(static_cast<double>(call.integer(1)))))),
        negative(call.integer(1) < 0) {}
  T operator()(T x) const { return negative ? math::nearbyint(x / scale) * scale : math::nearbyint(x * scale) / scale; }
};
FLB_UNARY(round_decimals, RoundDecimals, real_floating);

template <class T>
struct Frac {
  T operator()(T x) const { return x - math::trunc(x); }
};
FLB_UNARY(frac, Frac, real_floating);

template <class T>
struct IsNan {
  bool operator()(T x) const { return math::isnan(x); }
};
FLB_UNARY(isnan, IsNan, numbers_or_bool);

template <class T>
struct IsInf {
  bool operator()(T x) const {
    if constexpr (is_complex_v<T>)
      return std::isinf(x.re) | std::isinf(x.im);
    else if constexpr (std::is_floating_point_v<T>)
      return math::fabs(x) == std::numeric_limits<T>::infinity();
    else
      return false;
  }
};
FLB_UNARY(isinf, IsInf, numbers_or_bool);

template <class T>
struct IsPosInf {
  bool operator()(T x) const {
    if constexpr (std::is_floating_point_v<T>)
      return x == std::numeric_limits<T>::infinity();
    else
      return false;
  }
};
FLB_UNARY(isposinf, IsPosInf, ordered_or_bool);

template <class T>
struct IsNegInf {
  bool operator()(T x) const {
    if constexpr (std::is_floating_point_v<T>)
      return x == -std::numeric_limits<T>::infinity();
    else
      return false;
  }
};
FLB_UNARY(isneginf, IsNegInf, ordered_or_bool);

// Infinities become the largest finite numbers of the operand's own type unless told otherwise.
template <class T>
struct NanToNum {
  real_t<T> nan = 0, high = 0, low = 0;
  explicit NanToNum(const Call& call) {
    if constexpr (!std::is_integral_v<T>) {
      using R = real_t<T>;
      const R largest = largest_of(call.in(0).dtype());
      nan = call.has(1) ? static_cast<R>(call.real(1)) : R(0);
      high = call.has(2) ? static_cast<R>(call.real(2)) : largest;
      low = call.has(3) ? static_cast<R>(call.real(3)) : -largest;
    }
  }
  static real_t<T> largest_of(DType t) {
    if (t == DType::float16) return real_t<T>(65504);
    if (t == DType::bfloat16) return static_cast<real_t<T>>(3.3895313892515355e38);
    return std::numeric_limits<real_t<T>>::max();
  }
  T operator()(T x) const {
    if constexpr (is_complex_v<T>)
      return {replaced(x.re), replaced(x.im)};
    else if constexpr (std::is_floating_point_v<T>)
      return replaced(x);
    else
      return x;
  }

 private:
  real_t<T> replaced(real_t<T> x) const {
    constexpr real_t<T> kInfinity = std::numeric_limits<real_t<T>>::infinity();
    return x != x ? nan : x == kInfinity ? high : x == -kInfinity ? low : x;
  }
};
FLB_UNARY(nan_to_num, NanToNum, numbers_or_bool);

template <class T>
struct ConjPhysical {
  T operator()(T x) const { return math::conj(x); }
};
FLB_UNARY(conj_physical, ConjPhysical, numbers_or_bool);
FLB_UNARY(_conj_physical, ConjPhysical, numbers_or_bool);

// Of a real number, 0 or pi; NaN stays.
template <class T>
struct Angle {
  real_t<T> operator()(T x) const {
    if constexpr (is_complex_v<T>)
      return std::atan2(x.im, x.re);
    else
      return x < 0 ? T(M_PI) : x != x ? x : T(0);
  }
};
FLB_UNARY(angle, Angle, to_floating_or_complex);

template <class T>
struct Polar {
  Complex<T> operator()(T length, T angle) const { return {length * std::cos(angle), length * std::sin(angle)}; }
};
FLB_BINARY(polar, Polar, real_floating);

template <class T>
struct MakeComplex {
  Complex<T> operator()(T re, T im) const { return {re, im}; }
};

namespace {
void check_complex(const Call& call, DType) {
  const DType re = call.in(0).dtype(), im = call.in(1).dtype();
  FLB_CHECK(re == im, "Expected object of scalar type ", scalar_type_name(re), " but got scalar type ",
            scalar_type_name(im), " for second argument");
}
struct same_floating : real_floating {
  static constexpr CheckFn check = check_complex;
};
void check_heaviside(const Call& call, DType common) {
  FLB_CHECK(!is_complex(common), "heaviside is not yet implemented for complex tensors.");
  FLB_CHECK(call.in(0).dtype() == call.in(1).dtype(),
            "heaviside is not yet implemented for tensors with different dtypes.");
}
struct same_ordered : ordered_or_bool {
  static constexpr CheckFn check = check_heaviside;
};
}  // namespace

FLB_BINARY(complex, MakeComplex, same_floating);

/// As the rule has it, but types that do not fit are refused by the name of PyTorch's kernel.
template <class Rule, const char* kernel>
struct Named : Rule {
  static constexpr DTypes supported = ~DTypes(0);
  static constexpr CheckFn check = [](const Call&, DType t) {
    if (!(Rule::supported >> static_cast<int>(t) & 1)) not_implemented_for(kernel, t);
  };
};
constexpr char kNot[] = "bitwise_not_cpu", kAnd[] = "bitwise_and_cpu", kOr[] = "bitwise_or_cpu",
               kXor[] = "bitwise_xor_cpu", kLeft[] = "lshift_cpu", kRight[] = "rshift_cpu";
using not_bits = Named<bits_or_bool, kNot>;
using and_bits = Named<bits, kAnd>;
using or_bits = Named<bits, kOr>;
using xor_bits = Named<bits, kXor>;
using left_bits = Named<integers, kLeft>;
using right_bits = Named<integers, kRight>;

template <class T>
struct BitwiseNot {
  T operator()(T x) const {
    if constexpr (std::is_same_v<T, bool>)
      return !x;
    else
      return ~x;
  }
};
FLB_UNARY(bitwise_not, BitwiseNot, not_bits);

template <class T>
struct BitwiseAnd {
  T operator()(T a, T b) const { return a & b; }
};
FLB_BINARY(bitwise_and_Tensor, BitwiseAnd, and_bits);
FLB_BINARY(bitwise_and_Scalar, BitwiseAnd, and_bits);
FLB_BINARY(bitwise_and_Scalar_Tensor, BitwiseAnd, and_bits);

template <class T>
struct BitwiseOr {
  T operator()(T a, T b) const { return a | b; }
};
FLB_BINARY(bitwise_or_Tensor, BitwiseOr, or_bits);
FLB_BINARY(bitwise_or_Scalar, BitwiseOr, or_bits);
FLB_BINARY(bitwise_or_Scalar_Tensor, BitwiseOr, or_bits);

template <class T>
struct BitwiseXor {
  T operator()(T a, T b) const { return a ^ b; }
};
FLB_BINARY(bitwise_xor_Tensor, BitwiseXor, xor_bits);
FLB_BINARY(bitwise_xor_Scalar, BitwiseXor, xor_bits);
FLB_BINARY(bitwise_xor_Scalar_Tensor, BitwiseXor, xor_bits);

// A shift by the width or more, or by a negative number, moves every bit out.
template <class T>
struct LeftShift {
  T operator()(T a, T b) const {
    const auto by = static_cast<uint64_t>(b);
    return by >= 64 ? 0 : static_cast<T>(static_cast<uint64_t>(a) << (by & 63));
  }
};
FLB_BINARY(bitwise_left_shift_Tensor, LeftShift, left_bits);
FLB_BINARY(bitwise_left_shift_Tensor_Scalar, LeftShift, left_bits);
FLB_BINARY(bitwise_left_shift_Scalar_Tensor, LeftShift, left_bits);
FLB_BINARY(__lshift___Tensor, LeftShift, left_bits);
FLB_BINARY(__lshift___Scalar, LeftShift, left_bits);

template <class T>
struct RightShift {
  T operator()(T a, T b) const {
    const auto by = static_cast<uint64_t>(b);
    return a >> (by > 63 ? 63 : by);
  }
};
FLB_BINARY(bitwise_right_shift_Tensor, RightShift, right_bits);
FLB_BINARY(bitwise_right_shift_Tensor_Scalar, RightShift, right_bits);
FLB_BINARY(bitwise_right_shift_Scalar_Tensor, RightShift, right_bits);
FLB_BINARY(__rshift___Tensor, RightShift, right_bits);
FLB_BINARY(__rshift___Scalar, RightShift, right_bits);

template <class T>
struct Gcd {
  T operator()(T a, T b) const {
    a = a < 0 ? -a : a, b = b < 0 ? -b : b;
    while (b != 0) {
      const T rest = a % b;
      a = b, b = rest;
    }
    return a;
  }
};
FLB_BINARY(gcd, Gcd, integers);

template <class T>
struct Lcm {
  T operator()(T a, T b) const {
    const T g = Gcd<T>{}(a, b);
    const T m = g == 0 ? 0 : a / g * b;
    return m < 0 ? -m : m;
  }
};
FLB_BINARY(lcm, Lcm, integers);

template <class T>
struct Heaviside {
  T operator()(T x, T at_zero) const { return x == 0 ? at_zero : T(x > 0); }
};
FLB_BINARY(heaviside, Heaviside, same_ordered);

template <class T>
struct Nextafter {
  T operator()(T x, T y) const { return std::nextafter(x, y); }
};
FLB_BINARY(nextafter, Nextafter, real_floating);

}  // namespace flambeau::ops
