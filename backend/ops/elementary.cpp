// Exponentials, logarithms, roots, and circular and hyperbolic functions.

#include "backend/ops/log_sum.h"
#include "backend/pointwise.h"

namespace flambeau::ops {

#define FLB_MATH_FUNCTOR(Name, function)                  \
  template <class T>                                      \
  struct Name : LibraryMath {                             \
    T operator()(T x) const { return math::function(x); } \
  };

FLB_MATH_FUNCTOR(Exp, exp)
FLB_UNARY(exp, Exp, to_floating_or_complex);
FLB_MATH_FUNCTOR(Exp2, exp2)
FLB_UNARY(exp2, Exp2, to_floating_or_complex);
FLB_MATH_FUNCTOR(Expm1, expm1)
FLB_UNARY(expm1, Expm1, to_floating_or_complex);
FLB_MATH_FUNCTOR(Log, log)
FLB_UNARY(log, Log, to_floating_or_complex);
FLB_MATH_FUNCTOR(Log2, log2)
FLB_UNARY(log2, Log2, to_floating_or_complex);
FLB_MATH_FUNCTOR(Log10, log10)
FLB_UNARY(log10, Log10, to_floating_or_complex);
FLB_MATH_FUNCTOR(Log1p, log1p)
FLB_UNARY(log1p, Log1p, to_floating_or_complex);
FLB_MATH_FUNCTOR(Sqrt, sqrt)
FLB_UNARY(sqrt, Sqrt, to_floating_or_complex);
FLB_MATH_FUNCTOR(Sin, sin)
FLB_UNARY(sin, Sin, to_floating_or_complex);
FLB_MATH_FUNCTOR(Cos, cos)
FLB_UNARY(cos, Cos, to_floating_or_complex);
FLB_MATH_FUNCTOR(Tan, tan)
FLB_UNARY(tan, Tan, to_floating_or_complex);
FLB_MATH_FUNCTOR(Asin, asin)
FLB_UNARY(asin, Asin, to_floating_or_complex);
FLB_MATH_FUNCTOR(Acos, acos)
FLB_UNARY(acos, Acos, to_floating_or_complex);
FLB_MATH_FUNCTOR(Atan, atan)
FLB_UNARY(atan, Atan, to_floating_or_complex);
FLB_MATH_FUNCTOR(Sinh, sinh)
FLB_UNARY(sinh, Sinh, to_floating_or_complex);
FLB_MATH_FUNCTOR(Cosh, cosh)
FLB_UNARY(cosh, Cosh, to_floating_or_complex);
FLB_MATH_FUNCTOR(Tanh, tanh)
FLB_UNARY(tanh, Tanh, to_floating_or_complex);
FLB_MATH_FUNCTOR(Asinh, asinh)
FLB_UNARY(asinh, Asinh, to_floating_or_complex);
FLB_MATH_FUNCTOR(Acosh, acosh)
FLB_UNARY(acosh, Acosh, to_floating_or_complex);
FLB_MATH_FUNCTOR(Atanh, atanh)
FLB_UNARY(atanh, Atanh, to_floating_or_complex);
FLB_MATH_FUNCTOR(Erf, erf)
FLB_UNARY(erf, Erf, to_floating);
FLB_MATH_FUNCTOR(Erfc, erfc)
FLB_UNARY(erfc, Erfc, to_floating);
#undef FLB_MATH_FUNCTOR

template <class T>
struct Rsqrt {
  T operator()(T x) const { return T(1) / math::sqrt(x); }
};
FLB_UNARY(rsqrt, Rsqrt, to_floating_or_complex);

template <class T>
struct Reciprocal {
  T operator()(T x) const { return T(1) / x; }
};
FLB_UNARY(reciprocal, Reciprocal, to_floating_or_complex);

template <class T>
struct DegToRad {
  T operator()(T x) const { return x * T(M_PI / 180); }
};
FLB_UNARY(deg2rad, DegToRad, to_floating);

template <class T>
struct RadToDeg {
  T operator()(T x) const { return x * T(180 / M_PI); }
};
FLB_UNARY(rad2deg, RadToDeg, to_floating);

template <class T>
struct Atan2 : LibraryMath {
  T operator()(T y, T x) const { return math::atan2(y, x); }
};
FLB_BINARY(atan2, Atan2, to_floating);

template <class T>
struct Hypot : LibraryMath {
  T operator()(T x, T y) const { return math::hypot(x, y); }
};
FLB_BINARY(hypot, Hypot, real_floating);

template <class T>
struct Copysign {
  T operator()(T x, T y) const { return math::copysign(x, y); }
};
FLB_BINARY(copysign_Tensor, Copysign, to_floating);
FLB_BINARY(copysign_Scalar, Copysign, to_floating);

// x log y, with 0 for x = 0 unless y is NaN.
template <class T>
struct Xlogy : LibraryMath {
  T operator()(T x, T y) const { return math::isnan(y) ? y : x == 0 ? T(0) : x * math::log(y); }
};
FLB_BINARY(xlogy_Tensor, Xlogy, to_floating);
FLB_BINARY(xlogy_Scalar_Self, Xlogy, to_floating);
FLB_BINARY(xlogy_Scalar_Other, Xlogy, to_floating);

// log(exp(a) + exp(b)).
template <class T>
struct LogAddExp : LibraryMath {
  T operator()(T a, T b) const {
    const T high = math::max_nan(a, b);
    return a == b && !(a - b == 0) ? a : high + math::log1p(math::exp(-math::fabs(a - b)));
  }
};
template <class T>
struct LogAddExp<Complex<T>> : LibraryMath {
  Complex<T> operator()(Complex<T> a, Complex<T> b) const { return log_add_exp(a, b); }
};
struct floating_or_complex : Same<kFloats | kComplexes, Types<float, double, Complex<float>, Complex<double>>> {};
FLB_BINARY(logaddexp, LogAddExp, floating_or_complex);

template <class T>
struct LogAddExp2 : LibraryMath {
  T operator()(T a, T b) const {
    const T high = math::max_nan(a, b);
    return a == b && !(a - b == 0) ? a : high + math::log1p(math::exp2(-math::fabs(a - b))) * T(M_LOG2E);
  }
};
FLB_BINARY(logaddexp2, LogAddExp2, real_floating);

}  // namespace flambeau::ops
