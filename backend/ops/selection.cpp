// Choosing and mixing: where, masks, clamps, interpolation, fused products.

#include "backend/overlap.h"
#include "backend/pointwise.h"

namespace flambeau::ops {
namespace {

struct anything : Same<kReals | kBool | kUnsigned | kComplexes | kComplexHalf> {};
struct numbers : Same<kReals | kComplexes | kComplexHalf> {};

void check_condition(const Call& call, DType) {
  const DType t = call.in(0).dtype();
  FLB_CHECK(t == DType::boolean || t == DType::uint8,
            "where expected condition to be a boolean tensor, but got a tensor with dtype ", scalar_type_name(t));
}
struct conditional : anything {
  static constexpr CheckFn check = check_condition;
};

}  // namespace

template <class T>
struct Where {
  T operator()(bool condition, T a, T b) const { return condition ? a : b; }
};
FLB_TERNARY(where_self, Where, conditional);

namespace {

template <class T>
struct MaskedFill {
  T operator()(T x, bool masked, T value) const { return masked ? value : x; }
};
struct into_first : anything {
  static constexpr Common common = Common::first;
};
constexpr PointwiseDef kMaskedFill =
    make_pointwise<MaskedFill, into_first>("masked_fill", into_first::types{}, 0, 1, 2);

Specs infer_masked_fill(const Call& call) {
  const DType mask = call.in(1).dtype();
  FLB_CHECK(mask == DType::boolean, "masked_fill_ only supports boolean masks, but got mask with dtype ",
            scalar_type_name(mask));
  const Arg& value = call.args[2];
  if (value.kind == ArgKind::tensor) {
    FLB_CHECK(value.tensor->dim() == 0, "masked_fill only supports a 0-dimensional value tensor, but got tensor with ",
              value.tensor->dim(), " dimension(s).");
  }
  if (value.kind == ArgKind::scalar) check_fits(value.scalar, call.in(0));
  Specs specs = infer_pointwise(kMaskedFill, call);
  specs[0].strides.clear();  // always row-major
  return specs;
}
void run_masked_fill(const Call& call) { run_pointwise(kMaskedFill, call); }

}  // namespace

FLB_OP_FLAGS(masked_fill_Scalar, infer_masked_fill, run_masked_fill, kPointwise | kMayOverlap | kApart);
FLB_OP_FLAGS(masked_fill_Tensor, infer_masked_fill, run_masked_fill, kPointwise | kMayOverlap | kApart);

namespace {
void check_bounds(const Call& call, DType common) {
  if (call.in(0).device().type == DeviceType::meta || is_complex(common)) return;
  for (int i = 1; i < call.num_args; ++i) {
    if (call.args[i].kind == ArgKind::scalar) check_fits(call.scalar(i), common);
  }
}
struct bounded : ordered {
  static constexpr uint32_t flags = kPointwise | kBounds;
  static constexpr CheckFn check = check_bounds;
};
}  // namespace

// NaN passes through a clamp, and a NaN bound makes NaN.
template <class T>
struct ClampMin {
  T operator()(T x, T low) const { return math::max_nan(x, low); }
};
FLB_BINARY(clamp_min, ClampMin, bounded);
FLB_BINARY(clamp_min_Tensor, ClampMin, ordered_or_bool);

template <class T>
struct ClampMax {
  T operator()(T x, T high) const { return math::min_nan(x, high); }
};
FLB_BINARY(clamp_max, ClampMax, bounded);
FLB_BINARY(clamp_max_Tensor, ClampMax, ordered_or_bool);

namespace {

template <class T>
struct Clamp {
  T operator()(T x, T low, T high) const { return math::min_nan(math::max_nan(x, low), high); }
};
constexpr PointwiseDef kClamp = make_pointwise<Clamp, bounded>("clamp", bounded::types{}, 0, 1, 2);
constexpr PointwiseDef kClampLow = make_pointwise<ClampMin, bounded>("clamp", bounded::types{}, 0, 1);
constexpr PointwiseDef kClampHigh = make_pointwise<ClampMax, bounded>("clamp", bounded::types{}, 0, 2);

const PointwiseDef& clamp_of_bounds(const Call& call) {
  FLB_CHECK(call.has(1) || call.has(2), "torch.clamp: At least one of 'min' or 'max' must not be None");
  FLB_CHECK_AS(not_implemented, !is_complex(call.in(0).dtype()), "clamp is not supported for complex types");
  return call.has(1) && call.has(2) ? kClamp : call.has(1) ? kClampLow : kClampHigh;
}
Specs infer_clamp(const Call& call) { return infer_pointwise(clamp_of_bounds(call), call); }
void run_clamp(const Call& call) { run_pointwise(clamp_of_bounds(call), call); }

}  // namespace

FLB_OP_FLAGS(clamp, infer_clamp, run_clamp, kPointwise | kBounds);
FLB_OP_FLAGS(clamp_Tensor, infer_clamp, run_clamp, kPointwise);

namespace {
void check_hardtanh(const Call& call, DType common) {
  const DType t = call.in(0).dtype();
  FLB_CHECK(t != DType::boolean, "Bool inputs not supported for hardtanh");
  if (is_integral(t)) check_fits(call.scalar(1), DType::int64), check_fits(call.scalar(2), DType::int64);
  const bool is_unsigned = t == DType::uint8 || t == DType::uint16 || t == DType::uint32 || t == DType::uint64;
  FLB_CHECK(!is_unsigned || (call.scalar(1).as_double() >= 0 && call.scalar(2).as_double() >= 0),
            "cannot do hardtanh on an unsigned type with negative limits");
  check_bounds(call, common);
}
/// The limits take the input's type.
struct of_input : bounded {
  static constexpr Common common = Common::first;
  static constexpr CheckFn check = check_hardtanh;
};
}  // namespace
FLB_TERNARY(hardtanh, Clamp, of_input);

// From the nearer end, so that both ends are met exactly.
template <class T>
struct Lerp {
  T operator()(T a, T b, T weight) const {
    real_t<T> length;
    if constexpr (is_complex_v<T>)
      length = math::abs(weight);
    else
      length = math::fabs(weight);
    return length < real_t<T>(0.5) ? a + weight * (b - a) : b - (b - a) * (T(1) - weight);
  }
};

namespace {

void check_lerp(const Call& call, DType) {
  for (int i = 1; i < 3; ++i) {
    if (call.args[i].kind != ArgKind::tensor) continue;
    FLB_CHECK(call.in(i).dtype() == call.in(0).dtype(), "expected dtype ", dtype_name(call.in(0).dtype()), " for `",
              i == 1 ? "end" : "weight", "` but got dtype ", dtype_name(call.in(i).dtype()));
  }
}
struct interpolated : any_floating {
  static constexpr CheckFn check = check_lerp;
  static constexpr bool keep_scalars = true;
};

}  // namespace

template <class T>
struct LerpScalar {
  T weight;
  explicit LerpScalar(const Call& call) : weight(scalar_as<T>(call.scalar(2))) {}
  T operator()(T a, T b) const { return Lerp<T>{}(a, b, weight); }
};
FLB_BINARY(lerp_Scalar, LerpScalar, interpolated);
FLB_TERNARY(lerp_Tensor, Lerp, interpolated);

// a + value * b * c.
template <class T>
struct Addcmul {
  T value;
  explicit Addcmul(const Call& call) : value(scalar_as<T>(call.scalar(3))) {}
  T operator()(T a, T b, T c) const { return a + value * b * c; }
};
FLB_TERNARY(addcmul, Addcmul, numbers);

namespace {

void check_addcdiv(const Call& call, DType) {
  FLB_CHECK(
      !is_integral(call.in(1).dtype(), true) || !is_integral(call.in(2).dtype(), true),
      "Integer division with addcdiv is no longer supported, and in a future  release addcdiv will perform a true "
      "division of "
      "tensor1 and tensor2. The historic addcdiv behavior can be implemented as (input + value * torch.trunc(tensor1 / "
      "tensor2)).to(input.dtype) for integer inputs and as (input + value * tensor1 / tensor2) for float inputs. The "
      "future "
      "addcdiv behavior is just the latter implementation: (input + value * tensor1 / tensor2), for all dtypes.");
}
struct divisible : any_floating {
  static constexpr CheckFn check = check_addcdiv;
};

}  // namespace

// a + value * b / c.
template <class T>
struct Addcdiv {
  T value;
  explicit Addcdiv(const Call& call) : value(scalar_as<T>(call.scalar(3))) {}
  T operator()(T a, T b, T c) const { return a + value * b / c; }
};
FLB_TERNARY(addcdiv, Addcdiv, divisible);

}  // namespace flambeau::ops
