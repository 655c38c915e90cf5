#include <c10/core/SymFloat.h>

#include <algorithm>
#include <cmath>
#include <ostream>

namespace c10 {

SymNode SymFloat::toSymNodeImpl() const {
  TORCH_CHECK(is_symbolic());
  return SymNode::reclaim_copy(toSymNodeImplUnowned());
}

SymNode SymFloat::wrap_node(const SymNode& base) const {
  return is_symbolic() ? toSymNodeImpl() : base->wrap_float(as_float_unchecked());
}

namespace {
struct Nodes {
  SymNode a, b;
  Nodes(const SymFloat& x, const SymFloat& y) {
    if (x.is_symbolic()) a = x.toSymNodeImpl();
    if (y.is_symbolic()) b = y.toSymNodeImpl();
    const SymNode common = a ? a : b;
    if (!a) a = common->wrap_float(x.as_float_unchecked());
    if (!b) b = common->wrap_float(y.as_float_unchecked());
  }
};
}  // namespace

#define FLAMBEAU_OP(result_t, signature, plain, method)     \
  result_t SymFloat::signature(const SymFloat& sci) const { \
    if (!is_symbolic() && !sci.is_symbolic()) {             \
      const double a = data_, b = sci.data_;                \
      return result_t(plain);                               \
    }                                                       \
    const Nodes nodes(*this, sci);                          \
    return result_t(nodes.a->method(nodes.b));              \
  }
FLAMBEAU_OP(SymFloat, operator+, a + b, add)
FLAMBEAU_OP(SymFloat, operator-, a - b, sub)
FLAMBEAU_OP(SymFloat, operator*, a* b, mul)
FLAMBEAU_OP(SymFloat, operator/, a / b, truediv)
FLAMBEAU_OP(SymFloat, min, std::min(a, b), sym_min)
FLAMBEAU_OP(SymFloat, max, std::max(a, b), sym_max)
FLAMBEAU_OP(SymBool, sym_eq, a == b, eq)
FLAMBEAU_OP(SymBool, sym_ne, a != b, ne)
FLAMBEAU_OP(SymBool, sym_lt, a < b, lt)
FLAMBEAU_OP(SymBool, sym_le, a <= b, le)
FLAMBEAU_OP(SymBool, sym_gt, a > b, gt)
FLAMBEAU_OP(SymBool, sym_ge, a >= b, ge)
#undef FLAMBEAU_OP

SymFloat SymFloat::sqrt() const {
  if (!is_symbolic()) return SymFloat(std::sqrt(data_));
  return SymFloat(ptr_->pow(ptr_->wrap_float(0.5)));
}

double SymFloat::guard_float(const char* file, int64_t line) const {
  return is_symbolic() ? ptr_->guard_float(file, line) : data_;
}

bool SymFloat::has_hint() const { return !is_symbolic() || ptr_->has_hint(); }

std::ostream& operator<<(std::ostream& os, const SymFloat& s) {
  if (s.is_symbolic()) return os << s.toSymNodeImplUnowned()->str();
  return os << s.as_float_unchecked();
}

}  // namespace c10
