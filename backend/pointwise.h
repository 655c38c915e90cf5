// The machine behind pointwise operators: promotion, broadcasting, output layout, strided and converted operands,
// threads.
//
// An operator is a functor template `F<T>` with `R operator()(A...) const` on numbers, and a rule. A functor that needs
// attributes has a constructor from the call. Parameters of type T are operands that take part in promotion; those of a
// fixed type (bool) do not.
//
//   template <class T> struct Relu { T operator()(T x) const { return x < 0 ? T(0) : x; } };
//   FLB_UNARY(relu, Relu, ordered);
#pragma once

#include "backend/op.h"
#include "backend/promotion.h"
#include "kernels/cpu/pointwise_loop.h"

namespace flambeau {

/// A set of element types.
using DTypes = uint64_t;
template <class... T>
constexpr DTypes dtypes(T... t) {
  return ((DTypes{1} << static_cast<int>(t)) | ...);
}

inline constexpr DTypes kBool = dtypes(DType::boolean);
inline constexpr DTypes kIntegers = dtypes(DType::uint8, DType::int8, DType::int16, DType::int32, DType::int64);
inline constexpr DTypes kUnsigned = dtypes(DType::uint16, DType::uint32, DType::uint64);
inline constexpr DTypes kFloats = dtypes(DType::float16, DType::bfloat16, DType::float32, DType::float64);
inline constexpr DTypes kComplexes = dtypes(DType::complex64, DType::complex128);
inline constexpr DTypes kComplexHalf = dtypes(DType::complex32);
inline constexpr DTypes kReals = kIntegers | kFloats;

/// Which type an operator computes in.
enum class Common : uint8_t {
  promoted,  ///< the operands' common type
  floating,  ///< the same, but the default floating type for integers
  first,     ///< the first operand's type; the others are converted
  boolean,   ///< bool, whatever the operands are: x != 0
};

using CheckFn = void (*)(const Call&, DType common);

struct PointwiseDef {
  const char* name;  ///< as in the message "<name>" not implemented for 'Bool'
  Common common;
  bool keep_scalars;  ///< numbers are not rounded to half precision first
  DTypes supported;
  CheckFn check;  ///< extra conditions; may be null
  const cpu::Loops* loops;
  int8_t num_loops, num_inputs;
  int8_t positions[cpu::kMaxOperands - 1];
  uint32_t flags;
};

Specs infer_pointwise(const PointwiseDef& def, const Call& call);
void run_pointwise(const PointwiseDef& def, const Call& call);

template <const PointwiseDef& def>
Specs infer_pointwise(const Call& call) {
  return infer_pointwise(def, call);
}
template <const PointwiseDef& def>
void run_pointwise(const Call& call) {
  run_pointwise(def, call);
}

template <class... T>
struct Types {};

// Rules: the loops that exist, the types allowed, how the common type is found.
struct Rule {
  static constexpr Common common = Common::promoted;
  static constexpr bool keep_scalars = false;
  static constexpr CheckFn check = nullptr;
  static constexpr uint32_t flags = kPointwise;
};
template <DTypes allowed, class T = Types<float, double, int64_t, Complex<float>, Complex<double>>>
struct Same : Rule {
  using types = T;
  static constexpr DTypes supported = allowed;
};
/// Any number.
struct arithmetic : Same<kBool | kReals | kUnsigned | kComplexes | kComplexHalf> {
  static constexpr bool keep_scalars = true;
};
/// Real numbers, without bool.
struct ordered : Same<kReals | kUnsigned, Types<float, double, int64_t, uint64_t>> {};
/// Real numbers and bool.
struct ordered_or_bool : Same<kReals | kBool | kUnsigned, Types<float, double, int64_t, uint64_t>> {};
/// Integers and bool.
struct bits : Same<kIntegers | kBool | kUnsigned, Types<int64_t, uint64_t>> {};
struct integers : Same<kIntegers | kUnsigned, Types<int64_t, uint64_t>> {};
/// Floating types only; integers are an error.
struct real_floating : Same<kFloats, Types<float, double>> {};
/// The same, with an argument that is no operand but has to fit the type.
template <int kPosition>
struct with_number_at : real_floating {
  static constexpr CheckFn check = [](const Call& call, DType common) {
    if (is_floating(common)) check_fits(call.scalar(kPosition), common);
  };
};
/// Floating and complex types only.
struct any_floating : Same<kFloats | kComplexes | kComplexHalf, Types<float, double, Complex<float>, Complex<double>>> {
};
/// Integers become the default floating type.
struct to_floating : Same<kFloats, Types<float, double>> {
  static constexpr Common common = Common::floating;
};
struct to_floating_or_complex
    : Same<kFloats | kComplexes | kComplexHalf, Types<float, double, Complex<float>, Complex<double>>> {
  static constexpr Common common = Common::floating;
};

/// Operands count as "not zero".
struct logical : Rule {
  using types = Types<bool>;
  static constexpr DTypes supported = kBool;
  static constexpr Common common = Common::boolean;
};

template <template <class> class F, class Rule, class... T, class... Position>
constexpr PointwiseDef make_pointwise(const char* name, Types<T...>, Position... position) {
  return {name,
          Rule::common,
          Rule::keep_scalars,
          Rule::supported,
          Rule::check,
          cpu::loops_of<F, T...>,
          sizeof...(T),
          sizeof...(Position),
          {static_cast<int8_t>(position)...},
          Rule::flags};
}

template <const PointwiseDef& def>
constexpr OpDef pointwise_op(const char* name) {
  return {name, infer_pointwise<def>, run_pointwise<def>, nullptr, def.flags, &def};
}

}  // namespace flambeau

// FLB_POINTWISE(op, functor, rule, positions of the operands in the schema...)
#define FLB_POINTWISE(name, F, rule, ...)                                              \
  static constexpr ::flambeau::PointwiseDef def_##name =                               \
      ::flambeau::make_pointwise<F, rule>(#name, typename rule::types{}, __VA_ARGS__); \
  extern constinit const ::flambeau::OpDef op_##name = ::flambeau::pointwise_op<def_##name>(#name)
#define FLB_UNARY(name, F, rule) FLB_POINTWISE(name, F, rule, 0)
#define FLB_BINARY(name, F, rule) FLB_POINTWISE(name, F, rule, 0, 1)
#define FLB_TERNARY(name, F, rule) FLB_POINTWISE(name, F, rule, 0, 1, 2)
