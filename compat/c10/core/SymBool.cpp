#include <c10/core/SymBool.h>
#include <c10/core/SymInt.h>

#include <ostream>

namespace c10 {

SymNode SymBool::toSymNodeImpl() const {
  TORCH_CHECK(is_heap_allocated());
  return SymNode::reclaim_copy(toSymNodeImplUnowned());
}

SymNode SymBool::wrap_node(const SymNode& base) const {
  if (auto ma = maybe_as_bool()) return base->wrap_bool(*ma);
  return toSymNodeImpl();
}

namespace {
struct Nodes {
  SymNode a, b;
  Nodes(const SymBool& x, const SymBool& y) {
    if (x.is_heap_allocated()) a = x.toSymNodeImpl();
    if (y.is_heap_allocated()) b = y.toSymNodeImpl();
    const SymNode common = a ? a : b;
    if (!a) a = common->wrap_bool(x.as_bool_unchecked());
    if (!b) b = common->wrap_bool(y.as_bool_unchecked());
  }
};
}  // namespace

SymBool SymBool::sym_and(const SymBool& sci) const {
  const auto a = maybe_as_bool(), b = sci.maybe_as_bool();
  if (a && b) return SymBool(*a && *b);
  const Nodes nodes(*this, sci);
  return SymBool(nodes.a->sym_and(nodes.b));
}

SymBool SymBool::sym_or(const SymBool& sci) const {
  const auto a = maybe_as_bool(), b = sci.maybe_as_bool();
  if (a && b) return SymBool(*a || *b);
  const Nodes nodes(*this, sci);
  return SymBool(nodes.a->sym_or(nodes.b));
}

SymBool SymBool::sym_not() const {
  if (auto a = maybe_as_bool()) return SymBool(!*a);
  return SymBool(toSymNodeImplUnowned()->sym_not());
}

#define FLAMBEAU_QUESTION(name)                              \
  bool SymBool::name(const char* file, int64_t line) const { \
    if (auto a = maybe_as_bool()) return *a;                 \
    return toSymNodeImplUnowned()->name(file, line);         \
  }
FLAMBEAU_QUESTION(guard_bool)
FLAMBEAU_QUESTION(expect_true)
FLAMBEAU_QUESTION(guard_size_oblivious)
FLAMBEAU_QUESTION(statically_known_true)
FLAMBEAU_QUESTION(guard_or_false)
FLAMBEAU_QUESTION(guard_or_true)
#undef FLAMBEAU_QUESTION

bool SymBool::has_hint() const { return maybe_as_bool() || toSymNodeImplUnowned()->has_hint(); }

SymInt SymBool::toSymInt() const {
  if (auto a = maybe_as_bool()) return SymInt(int64_t{*a});
  auto* node = toSymNodeImplUnowned();
  return SymInt(node->sym_ite(node->wrap_int(1), node->wrap_int(0)));
}

std::ostream& operator<<(std::ostream& os, const SymBool& s) {
  if (auto a = s.maybe_as_bool()) return os << *a;
  return os << s.toSymNodeImplUnowned()->str();
}

}  // namespace c10
