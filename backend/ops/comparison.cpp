// Comparisons and logic: bool results.

#include "backend/pointwise.h"

namespace flambeau::ops {
namespace {

struct comparable : Same<kReals | kBool | kUnsigned | kComplexes | kComplexHalf,
                         Types<float, double, int64_t, uint64_t, Complex<float>, Complex<double>>> {};

}  // namespace

template <class T>
struct Eq {
  bool operator()(T a, T b) const { return a == b; }
};
FLB_BINARY(eq_Tensor, Eq, comparable);
FLB_BINARY(eq_Scalar, Eq, comparable);

template <class T>
struct Ne {
  bool operator()(T a, T b) const { return !(a == b); }
};
FLB_BINARY(ne_Tensor, Ne, comparable);
FLB_BINARY(ne_Scalar, Ne, comparable);

template <class T>
struct Lt {
  bool operator()(T a, T b) const { return a < b; }
};
FLB_BINARY(lt_Tensor, Lt, ordered_or_bool);
FLB_BINARY(lt_Scalar, Lt, ordered_or_bool);

template <class T>
struct Le {
  bool operator()(T a, T b) const { return a <= b; }
};
FLB_BINARY(le_Tensor, Le, ordered_or_bool);
FLB_BINARY(le_Scalar, Le, ordered_or_bool);

template <class T>
struct Gt {
  bool operator()(T a, T b) const { return a > b; }
};
FLB_BINARY(gt_Tensor, Gt, ordered_or_bool);
FLB_BINARY(gt_Scalar, Gt, ordered_or_bool);

template <class T>
struct Ge {
  bool operator()(T a, T b) const { return a >= b; }
};
FLB_BINARY(ge_Tensor, Ge, ordered_or_bool);
FLB_BINARY(ge_Scalar, Ge, ordered_or_bool);

template <class T>
struct LogicalAnd {
  bool operator()(T a, T b) const { return a & b; }
};
FLB_BINARY(logical_and, LogicalAnd, logical);

template <class T>
struct LogicalOr {
  bool operator()(T a, T b) const { return a | b; }
};
FLB_BINARY(logical_or, LogicalOr, logical);

template <class T>
struct LogicalXor {
  bool operator()(T a, T b) const { return a != b; }
};
FLB_BINARY(logical_xor, LogicalXor, logical);

template <class T>
struct LogicalNot {
  bool operator()(T a) const { return !a; }
};
FLB_UNARY(logical_not, LogicalNot, logical);

}  // namespace flambeau::ops
