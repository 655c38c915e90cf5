// Powers. Exponents that occur often have loops of their own, with PyTorch's rounding.

#include "backend/pointwise.h"

namespace flambeau::ops {
namespace {

/// By squaring, wrapping around as integers do; a negative exponent gives the truncated reciprocal.
template <class T>
T integer_power(T base, T exponent) {
  if constexpr (std::is_signed_v<T>) {
    if (exponent < 0) return base == 1 ? 1 : base == -1 ? (exponent % 2 ? -1 : 1) : 0;
  }
  std::make_unsigned_t<T> result = 1, factor = static_cast<std::make_unsigned_t<T>>(base);
  for (; exponent > 0; exponent /= 2, factor *= factor) {
    if (exponent % 2) result *= factor;
  }
  return static_cast<T>(result);
}

struct numbers_or_bool : Same<kBool | kReals | kUnsigned | kComplexes | kComplexHalf> {};
struct numbers : Same<kReals | kUnsigned | kComplexes | kComplexHalf> {
  static constexpr bool keep_scalars = true;
};

}  // namespace

template <class T>
struct Pow : LibraryMath {
  T operator()(T x, T y) const {
    if constexpr (std::is_integral_v<T>)
      return integer_power(x, y);
    else
      return math::pow(x, y);
  }
};
FLB_BINARY(pow_Tensor_Tensor, Pow, numbers);
FLB_BINARY(pow_Scalar, Pow, numbers);

namespace {

template <class T>
struct Square {
  T operator()(T x) const { return x * x; }
};
template <class T>
struct Cube {
  T operator()(T x) const { return x * x * x; }
};
template <class T>
struct InverseSquare {
  T operator()(T x) const { return T(1) / (x * x); }
};
template <class T>
struct SquareRoot {
  T operator()(T x) const { return math::sqrt(x); }
};
template <class T>
struct InverseRoot {
  T operator()(T x) const { return T(1) / math::sqrt(x); }
};
template <class T>
struct Inverse {
  T operator()(T x) const { return T(1) / x; }
};

template <template <class> class F>
constexpr PointwiseDef special = make_pointwise<F, any_floating>("pow", any_floating::types{}, 0);
constexpr PointwiseDef kPow = make_pointwise<Pow, numbers_or_bool>("pow", numbers_or_bool::types{}, 0, 1);

DType result_dtype(const Call& call) {
  Promotion p;
  p.add(call.in(0));
  p.add(call.scalar(1));
  return p.result();
}

const PointwiseDef& pow_of_exponent(const Call& call) {
  const DType self = call.in(0).dtype();
  const Scalar& e = call.scalar(1);
  const bool floating = is_floating(self) || is_complex(self);
  FLB_CHECK(floating || e.kind != Scalar::Kind::integer || e.i >= 0,
            "Integers to negative integer powers are not allowed.");
  if (!floating || e.is_complex() || result_dtype(call) != self) return kPow;
  const double exponent = e.as_double();
  if (exponent == 2) return special<Square>;
  if (exponent == 3) return special<Cube>;
  if (exponent == 0.5) return special<SquareRoot>;
  if (exponent == -0.5) return special<InverseRoot>;
  if (exponent == -1) return special<Inverse>;
  return exponent == -2 ? special<InverseSquare> : kPow;
}
Specs infer_pow(const Call& call) {
  const Scalar& e = call.scalar(1);
  const DType result = result_dtype(call);
  const bool integral = e.is_integral() && is_integral(call.in(0).dtype(), true);
  if (integral) check_fits(e, DType::int64);
  if (integral || is_reduced_floating(result)) check_fits(e, result);
  return infer_pointwise(pow_of_exponent(call), call);
}
void run_pow(const Call& call) { run_pointwise(pow_of_exponent(call), call); }

}  // namespace

FLB_OP_FLAGS(pow_Tensor_Scalar, infer_pow, run_pow, kPointwise);

}  // namespace flambeau::ops
