#include <c10/core/ConstantSymNodeImpl.h>
#include <c10/core/SymFloat.h>
#include <c10/core/SymInt.h>

#include <ostream>

namespace c10 {

SymInt::SymInt(SymNode n) {
  TORCH_CHECK(n->is_int());
  const auto address = static_cast<uint64_t>(reinterpret_cast<uintptr_t>(n.release()));
  data_ = static_cast<int64_t>((address & ~MASK) | IS_SYM);
}

void SymInt::promote_to_negative() {
  auto boxed = SymInt(SymNode(c10::make_intrusive<ConstantSymNodeImpl<int64_t>>(data_)));
  data_ = boxed.data_;
  boxed.data_ = 0;
}

SymNode SymInt::toSymNode() const {
  TORCH_CHECK_ALWAYS_SHOW_CPP_STACKTRACE(is_heap_allocated(), "SymInt::toSymNode is called on non-symbolic SymInt");
  return SymNode::reclaim_copy(toSymNodeImplUnowned());
}

SymNode SymInt::wrap_node(const SymNode& base) const {
  if (auto ma = maybe_as_int()) return base->wrap_int(*ma);
  return toSymNode();
}

std::optional<int64_t> SymInt::maybe_as_int_slow_path() const {
  auto* node = toSymNodeImplUnowned();
  if (auto c = node->constant_int()) return c;
  return node->maybe_as_int();
}

bool SymInt::has_hint() const { return !is_heap_allocated() || toSymNodeImplUnowned()->has_hint(); }

int64_t SymInt::guard_int(const char* file, int64_t line) const {
  if (auto ma = maybe_as_int()) return *ma;
  return toSymNodeImplUnowned()->guard_int(file, line);
}

SymInt::operator SymFloat() const {
  if (auto ma = maybe_as_int()) return SymFloat(static_cast<double>(*ma));
  return SymFloat(toSymNodeImplUnowned()->sym_float());
}

bool SymInt::is_same(const SymInt& other) const {
  if (is_heap_allocated() != other.is_heap_allocated()) return false;
  if (!is_heap_allocated()) return *this == other;
  return toSymNodeImplUnowned() == other.toSymNodeImplUnowned();
}

SymInt SymInt::clone() const { return is_heap_allocated() ? SymInt(toSymNodeImplUnowned()->clone()) : *this; }

namespace {
// Both as nodes; at least one is one.
struct Nodes {
  SymNode a, b;
  Nodes(const SymInt& x, const SymInt& y) {
    if (x.is_heap_allocated()) a = x.toSymNode();
    if (y.is_heap_allocated()) b = y.toSymNode();
    const SymNode common = a ? a : b;
    TORCH_INTERNAL_ASSERT(common);
    if (!a) a = common->wrap_int(x.as_int_unchecked());
    if (!b) b = common->wrap_int(y.as_int_unchecked());
  }
};
}  // namespace

#define FLAMBEAU_SLOW(result_t, name, method)      \
  result_t SymInt::name(const SymInt& sci) const { \
    const Nodes nodes(*this, sci);                 \
    return result_t(nodes.a->method(nodes.b));     \
  }
FLAMBEAU_SLOW(SymInt, operator_add_slow_path, add)
FLAMBEAU_SLOW(SymInt, operator_sub_slow_path, sub)
FLAMBEAU_SLOW(SymInt, operator_mul_slow_path, mul)
FLAMBEAU_SLOW(SymInt, operator_div_slow_path, floordiv)
FLAMBEAU_SLOW(SymInt, operator_mod_slow_path, mod)
FLAMBEAU_SLOW(SymInt, min_slow_path, sym_min)
FLAMBEAU_SLOW(SymInt, max_slow_path, sym_max)
FLAMBEAU_SLOW(SymBool, sym_eq_slow_path, eq)
FLAMBEAU_SLOW(SymBool, sym_ne_slow_path, ne)
FLAMBEAU_SLOW(SymBool, sym_lt_slow_path, lt)
FLAMBEAU_SLOW(SymBool, sym_le_slow_path, le)
FLAMBEAU_SLOW(SymBool, sym_gt_slow_path, gt)
FLAMBEAU_SLOW(SymBool, sym_ge_slow_path, ge)
#undef FLAMBEAU_SLOW

void SymInt::operator_imul_slow_path(const SymInt& sci) { *this = *this * sci; }
void SymInt::operator_iadd_slow_path(const SymInt& sci) { *this = *this + sci; }
void SymInt::operator_idiv_slow_path(const SymInt& sci) { *this = *this / sci; }

#define FLAMBEAU_INT_OP(scalar_t, result_t, op)                                                      \
  result_t operator op(const SymInt& a, scalar_t b) { return a op SymInt(static_cast<int64_t>(b)); } \
  result_t operator op(scalar_t a, const SymInt& b) { return SymInt(static_cast<int64_t>(a)) op b; }
#define FLAMBEAU_FLOAT_OP(scalar_t, result_t, op)                                                       \
  result_t operator op(const SymInt& a, scalar_t b) { return static_cast<SymFloat>(a) op SymFloat(b); } \
  result_t operator op(scalar_t a, const SymInt& b) { return SymFloat(a) op static_cast<SymFloat>(b); }
FLAMBEAU_FORALL_SYMINT_INT_OPS(FLAMBEAU_INT_OP, int64_t)
FLAMBEAU_FORALL_SYMINT_INT_OPS(FLAMBEAU_INT_OP, int32_t)
FLAMBEAU_FORALL_SYMINT_INT_OPS(FLAMBEAU_INT_OP, uint64_t)
FLAMBEAU_FORALL_SYMINT_INT_OPS(FLAMBEAU_INT_OP, uint32_t)
FLAMBEAU_FORALL_SYMINT_FLOAT_OPS(FLAMBEAU_FLOAT_OP, double)
FLAMBEAU_FORALL_SYMINT_FLOAT_OPS(FLAMBEAU_FLOAT_OP, float)
#undef FLAMBEAU_INT_OP
#undef FLAMBEAU_FLOAT_OP

std::ostream& operator<<(std::ostream& os, const SymInt& s) {
  if (s.is_heap_allocated()) return os << s.toSymNodeImplUnowned()->str();
  return os << s.as_int_unchecked();
}

SymInt operator-(const SymInt& s) {
  // Unsigned, as the least number has no opposite.
  if (auto ma = s.maybe_as_int()) return SymInt(static_cast<int64_t>(0 - static_cast<uint64_t>(*ma)));
  return SymInt(s.toSymNodeImplUnowned()->neg());
}

}  // namespace c10
