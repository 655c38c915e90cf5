// Sums, products, quotients and remainders.

#include "backend/pointwise.h"
#include "kernels/common/wrapping.h"

namespace flambeau::ops {
namespace {

void check_alpha(const Call& call, DType common) {
  const Scalar& alpha = call.scalar(2);
  FLB_CHECK(alpha.kind != Scalar::Kind::boolean || common == DType::boolean,
            "Boolean alpha only supported for Boolean results.");
  FLB_CHECK(is_floating(common) || is_complex(common) || alpha.is_integral(),
            "For integral input tensors, argument alpha must not be a floating point number.");
  FLB_CHECK(is_complex(common) || !alpha.is_complex(),
            "For non-complex input tensors, argument alpha must not be a complex number.");
  if (is_reduced_floating(common)) check_fits(alpha, common);
}

bool is_bool(const Call& call, int position) {
  const Arg& arg = call.args[position];
  return arg.kind == ArgKind::tensor ? arg.tensor->dtype() == DType::boolean : arg.scalar.kind == Scalar::Kind::boolean;
}

void check_sub(const Call& call, DType common) {
  FLB_CHECK(!is_bool(call, 0) || !is_bool(call, 1),
            "Subtraction, the `-` operator, with two bool tensors is not supported. Use the `^` or `logical_xor()` "
            "operator instead.");
  FLB_CHECK(!is_bool(call, 0) && !is_bool(call, 1),
            "Subtraction, the `-` operator, with a bool tensor is not supported. If you are trying to invert a mask, "
            "use the `~` or "
            "`logical_not()` operator instead.");
  check_alpha(call, common);
}

struct with_alpha : arithmetic {
  static constexpr CheckFn check = check_alpha;
};
struct difference : arithmetic {
  static constexpr CheckFn check = check_sub;
};

}  // namespace

// a + alpha * b, where a bool result takes any alpha but 0 for 1. The product is skipped for alpha 1, since complex
// infinity times 1 is NaN.
template <class T>
struct Add {
  T alpha;
  bool plain;
  explicit Add(const Call& call) : alpha(scalar_as<T>(call.scalar(2))) {
    if (call.out().dtype() == DType::boolean && call.scalar(2).as_bool()) alpha = T(1);
    plain = alpha == T(1);
  }
  T operator()(T a, T b) const { return wrapping_add(a, plain ? b : wrapping_mul(alpha, b)); }
};
FLB_BINARY(add_Tensor, Add, with_alpha);
FLB_BINARY(add_Scalar, Add, with_alpha);

template <class T>
struct Sub {
  T alpha;
  bool plain;
  explicit Sub(const Call& call) : alpha(scalar_as<T>(call.scalar(2))), plain(alpha == T(1)) {}
  T operator()(T a, T b) const { return wrapping_sub(a, plain ? b : wrapping_mul(alpha, b)); }
};
FLB_BINARY(sub_Tensor, Sub, difference);
FLB_BINARY(sub_Scalar, Sub, difference);
FLB_POINTWISE(rsub_Tensor, Sub, difference, 1, 0);
FLB_POINTWISE(rsub_Scalar, Sub, difference, 1, 0);

template <class T>
struct Mul {
  T operator()(T a, T b) const { return wrapping_mul(a, b); }
};
FLB_BINARY(mul_Tensor, Mul, arithmetic);
FLB_BINARY(mul_Scalar, Mul, arithmetic);

namespace {
struct quotient : to_floating_or_complex {
  static constexpr bool keep_scalars = true;
};
}  // namespace

template <class T>
struct Div {
  T operator()(T a, T b) const { return a / b; }
};
FLB_BINARY(div_Tensor, Div, quotient);
FLB_BINARY(div_Scalar, Div, quotient);

namespace {

template <class T>
void check_divisor(T b) {
  if constexpr (std::is_integral_v<T>) FLB_CHECK(b != 0, "ZeroDivisionError");
}

/// Integers wrap as in two's complement: the smallest one over -1 is itself.
template <class T>
T quotient_of(T a, T b) {
  if constexpr (std::is_signed_v<T>) {
    if (b == -1) return static_cast<T>(-static_cast<std::make_unsigned_t<T>>(a));
  }
  return a / b;
}

/// How the steps of a computation are rounded: half precision computes in float and rounds each.
struct Exact {
  template <class T>
  static T round(T x) {
    return x;
  }
};
template <class H>
struct StepsIn {
  static float round(float x) { return static_cast<float>(H::of(x)); }
};

// The quotient rounded to zero.
template <class T, class Steps = Exact>
struct DivTrunc {
  T operator()(T a, T b) const {
    check_divisor(b);
    if constexpr (std::is_integral_v<T>)
      return quotient_of(a, b);
    else
      return math::trunc(Steps::round(a / b));
  }
};

// The quotient rounded down. For floats it agrees with Python: computed from the remainder, so that a / b's rounding
// cannot push it over an integer.
template <class T, class Steps = Exact>
struct DivFloor {
  T operator()(T a, T b) const {
    check_divisor(b);
    if constexpr (std::is_integral_v<T>) {
      const T q = quotient_of(a, b);
      return b == T(-1) || (a < 0) == (b < 0) || q * b == a ? q : q - 1;
    } else {
      if (b == 0) return a / b;
      const T rest = math::fmod(a, b);
      T q = Steps::round(Steps::round(a - rest) / b);
      if (rest != 0 && (b < 0) != (rest < 0)) q = Steps::round(q - 1);
      if (q == 0) return math::copysign(T(0), a / b);
      const T down = math::floor(q);
      return q - down > T(0.5) ? down + 1 : down;
    }
  }
};

/// A rounded quotient in each way of computing.
template <template <class, class> class F>
struct Rounded {
  template <class T>
  using Wide = F<T, Exact>;
  template <class T>
  using InHalf = F<T, StepsIn<Half>>;
  template <class T>
  using InBFloat = F<T, StepsIn<BFloat16>>;
};
template <template <class> class F, class Types>
constexpr PointwiseDef quotient_def(const char* name) {
  return make_pointwise<F, ordered>(name, Types{}, 0, 1);
}
struct RoundedDefs {
  PointwiseDef wide, half, bfloat;
};

constexpr PointwiseDef kDivTrue = make_pointwise<Div, quotient>("div_true", quotient::types{}, 0, 1);
constexpr RoundedDefs kDivTrunc = {quotient_def<Rounded<DivTrunc>::Wide, ordered::types>("div_trunc"),
                                   quotient_def<Rounded<DivTrunc>::InHalf, Types<float>>("div_trunc"),
                                   quotient_def<Rounded<DivTrunc>::InBFloat, Types<float>>("div_trunc")};
constexpr RoundedDefs kDivFloor = {quotient_def<Rounded<DivFloor>::Wide, ordered::types>("div_floor"),
                                   quotient_def<Rounded<DivFloor>::InHalf, Types<float>>("div_floor"),
                                   quotient_def<Rounded<DivFloor>::InBFloat, Types<float>>("div_floor")};

void run_rounded(const RoundedDefs& defs, const Call& call) {
  const DType t = infer_pointwise(defs.wide, call)[0].dtype;
  run_pointwise(t == DType::float16 ? defs.half : t == DType::bfloat16 ? defs.bfloat : defs.wide, call);
}
Specs infer_floor_divide(const Call& call) { return infer_pointwise(kDivFloor.wide, call); }
void run_floor_divide(const Call& call) { run_rounded(kDivFloor, call); }

const RoundedDefs* rounding_of(const Call& call) {
  if (!call.has(2)) return nullptr;
  if (call.string(2) == "trunc") return &kDivTrunc;
  if (call.string(2) == "floor") return &kDivFloor;
  fail(ErrorKind::runtime, "div expected rounding_mode to be one of None, 'trunc', or 'floor' but found '",
       call.string(2), "'");
}
Specs infer_div_mode(const Call& call) {
  const RoundedDefs* defs = rounding_of(call);
  return infer_pointwise(defs ? defs->wide : kDivTrue, call);
}
void run_div_mode(const Call& call) {
  const RoundedDefs* defs = rounding_of(call);
  defs ? run_rounded(*defs, call) : run_pointwise(kDivTrue, call);
}

}  // namespace

FLB_OP_FLAGS(floor_divide, infer_floor_divide, run_floor_divide, kPointwise);
FLB_OP_FLAGS(floor_divide_Scalar, infer_floor_divide, run_floor_divide, kPointwise);
FLB_OP_FLAGS(div_Tensor_mode, infer_div_mode, run_div_mode, kPointwise);
FLB_OP_FLAGS(div_Scalar_mode, infer_div_mode, run_div_mode, kPointwise);

// C's remainder, with the sign of a.
template <class T>
struct Fmod {
  T operator()(T a, T b) const {
    check_divisor(b);
    if constexpr (std::is_integral_v<T>)
      return b == T(-1) ? 0 : a % b;
    else
      return math::fmod(a, b);
  }
};
FLB_BINARY(fmod_Tensor, Fmod, ordered);
FLB_BINARY(fmod_Scalar, Fmod, ordered);

// Python's remainder, with the sign of b.
template <class T>
struct Remainder {
  T operator()(T a, T b) const {
    const T rest = Fmod<T>{}(a, b);
    return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
  }
};
FLB_BINARY(remainder_Tensor, Remainder, ordered);
FLB_BINARY(remainder_Scalar, Remainder, ordered);
FLB_BINARY(remainder_Scalar_Tensor, Remainder, ordered);

// NaN if either is.
template <class T>
struct Maximum {
  T operator()(T a, T b) const { return math::max_nan(a, b); }
};
FLB_BINARY(maximum, Maximum, ordered_or_bool);

template <class T>
struct Minimum {
  T operator()(T a, T b) const { return math::min_nan(a, b); }
};
FLB_BINARY(minimum, Minimum, ordered_or_bool);

// The number if one is NaN.
template <class T>
struct Fmax {
  T operator()(T a, T b) const {
    return math::select(math::isnan(a), b, math::select(math::isnan(b), a, math::select(a < b, b, a)));
  }
};
FLB_BINARY(fmax, Fmax, ordered_or_bool);

template <class T>
struct Fmin {
  T operator()(T a, T b) const {
    return math::select(math::isnan(a), b, math::select(math::isnan(b), a, math::select(b < a, b, a)));
  }
};
FLB_BINARY(fmin, Fmin, ordered_or_bool);

}  // namespace flambeau::ops
