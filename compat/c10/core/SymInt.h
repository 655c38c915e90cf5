// Mirrors <c10/core/SymInt.h> of PyTorch 2.13.
#pragma once

#include <c10/core/SymBool.h>
#include <c10/core/SymNodeImpl.h>
#include <c10/macros/Macros.h>
#include <c10/util/Exception.h>
#include <c10/util/Optional.h>
#include <c10/util/light_std.h>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <limits>
#include <numeric>
#include <ostream>
#include <type_traits>

namespace c10 {

class SymFloat;

// An int64_t, or a node that stands for one, in the same 64 bits: what is below -2^62 is a pointer with its top bits
// set to 101. So an array of plain ones is an array of int64_t.
class C10_API SymInt {
 public:
  enum Unchecked { UNCHECKED };

  SymInt(int64_t d) : data_(d) {
    if (is_heap_allocated()) promote_to_negative();
  }
  SymInt() : data_(0) {}
  SymInt(SymNode n);
  SymInt(Unchecked, int64_t d) : data_(d) {}
  SymInt(const SymInt& s) : data_(s.data_) {
    if (s.is_heap_allocated()) c10::raw::intrusive_ptr::incref(s.toSymNodeImplUnowned());
  }
  SymInt(SymInt&& s) noexcept : data_(s.data_) { s.data_ = 0; }
  SymInt& operator=(const SymInt& s) {
    if (this != &s) {
      release_();
      data_ = s.data_;
      if (s.is_heap_allocated()) c10::raw::intrusive_ptr::incref(s.toSymNodeImplUnowned());
    }
    return *this;
  }
  SymInt& operator=(SymInt&& s) noexcept {
    if (this != &s) {
      release_();
      data_ = s.data_;
      if (s.is_heap_allocated()) s.data_ = 0;
    }
    return *this;
  }
  ~SymInt() { release_(); }

  FLB_ON_USE SymNodeImpl* toSymNodeImplUnowned() const {
    TORCH_INTERNAL_ASSERT_DEBUG_ONLY(is_heap_allocated());
    // The pointer's 61 bits, sign-extended.
    const uint64_t bits = static_cast<uint64_t>(data_) & ~MASK;
    constexpr uint64_t sign = 1ULL << (62 - 1);
    return static_cast<SymNodeImpl*>(reinterpret_cast<void*>(static_cast<uintptr_t>((bits ^ sign) - sign)));
  }
  FLB_ON_USE void release_() {
    if (is_heap_allocated()) SymNode::reclaim(toSymNodeImplUnowned());
  }
  FLB_ON_USE SymNodeImpl* release() && {
    TORCH_INTERNAL_ASSERT(is_heap_allocated());
    auto* r = toSymNodeImplUnowned();
    data_ = 0;
    return r;
  }
  SymNode toSymNode() const;
  SymNode wrap_node(const SymNode& base) const;

  FLB_ON_USE int64_t expect_int() const {
    if (auto r = maybe_as_int()) return *r;
    TORCH_CHECK_ALWAYS_SHOW_CPP_STACKTRACE(false, "when unpacking SymInt, expected int but got ", *this);
  }
  bool has_hint() const;
  int64_t guard_int(const char* file, int64_t line) const;
  FLB_ON_USE bool is_symbolic() const {
    return is_heap_allocated() && !toSymNodeImplUnowned()->constant_int().has_value();
  }
  C10_ALWAYS_INLINE bool is_heap_allocated() const { return !check_range(data_); }

#define FLAMBEAU_SYMINT_OP(signature, plain, slow)    \
  signature(const SymInt& sci) const {                \
    if (auto ma = maybe_as_int()) {                   \
      if (auto mb = sci.maybe_as_int()) return plain; \
    }                                                 \
    return slow(sci);                                 \
  }
  FLAMBEAU_SYMINT_OP(SymInt operator+, SymInt(*ma + *mb), operator_add_slow_path)
  FLAMBEAU_SYMINT_OP(SymInt operator-, SymInt(*ma - *mb), operator_sub_slow_path)
  FLAMBEAU_SYMINT_OP(SymInt operator*, SymInt(*ma** mb), operator_mul_slow_path)
  FLAMBEAU_SYMINT_OP(SymInt operator/, SymInt(*ma / *mb), operator_div_slow_path)
  FLAMBEAU_SYMINT_OP(SymInt operator%, SymInt(*ma % *mb), operator_mod_slow_path)
  FLAMBEAU_SYMINT_OP(SymBool sym_eq, SymBool(*ma == *mb), sym_eq_slow_path)
  FLAMBEAU_SYMINT_OP(SymBool sym_ne, SymBool(*ma != *mb), sym_ne_slow_path)
  FLAMBEAU_SYMINT_OP(SymBool sym_lt, SymBool(*ma < *mb), sym_lt_slow_path)
  FLAMBEAU_SYMINT_OP(SymBool sym_le, SymBool(*ma <= *mb), sym_le_slow_path)
  FLAMBEAU_SYMINT_OP(SymBool sym_gt, SymBool(*ma > *mb), sym_gt_slow_path)
  FLAMBEAU_SYMINT_OP(SymBool sym_ge, SymBool(*ma >= *mb), sym_ge_slow_path)
  FLAMBEAU_SYMINT_OP(SymInt min, SymInt(std::min(*ma, *mb)), min_slow_path)
  FLAMBEAU_SYMINT_OP(SymInt max, SymInt(std::max(*ma, *mb)), max_slow_path)
#undef FLAMBEAU_SYMINT_OP
#define FLAMBEAU_SYMINT_ASSIGN(op, slow)   \
  void operator op##=(const SymInt& sci) { \
    if (auto ma = maybe_as_int()) {        \
      if (auto mb = sci.maybe_as_int()) {  \
        *this = SymInt(*ma op * mb);       \
        return;                            \
      }                                    \
    }                                      \
    slow(sci);                             \
  }
  FLAMBEAU_SYMINT_ASSIGN(*, operator_imul_slow_path)
  FLAMBEAU_SYMINT_ASSIGN(+, operator_iadd_slow_path)
  FLAMBEAU_SYMINT_ASSIGN(/, operator_idiv_slow_path)
#undef FLAMBEAU_SYMINT_ASSIGN
  FLB_ON_USE bool operator==(const SymInt& o) const { return sym_eq(o).guard_bool(__FILE__, __LINE__); }
  FLB_ON_USE bool operator!=(const SymInt& o) const { return sym_ne(o).guard_bool(__FILE__, __LINE__); }
  FLB_ON_USE bool operator<(const SymInt& o) const { return sym_lt(o).guard_bool(__FILE__, __LINE__); }
  FLB_ON_USE bool operator<=(const SymInt& o) const { return sym_le(o).guard_bool(__FILE__, __LINE__); }
  FLB_ON_USE bool operator>(const SymInt& o) const { return sym_gt(o).guard_bool(__FILE__, __LINE__); }
  FLB_ON_USE bool operator>=(const SymInt& o) const { return sym_ge(o).guard_bool(__FILE__, __LINE__); }

  SymInt clone() const;
  bool is_same(const SymInt& other) const;
  operator SymFloat() const;
  FLB_ON_USE void unsafe_set_data(size_t nbytes) {
    TORCH_INTERNAL_ASSERT_DEBUG_ONLY(!is_heap_allocated());
    data_ = static_cast<int64_t>(nbytes);
  }
  FLB_ON_USE int64_t as_int_unchecked() const {
    TORCH_INTERNAL_ASSERT_DEBUG_ONLY(!is_heap_allocated());
    return data_;
  }
  FLB_ON_USE std::optional<int64_t> maybe_as_int() const {
    if (!is_heap_allocated()) return data_;
    return maybe_as_int_slow_path();
  }
  /// Whether i can be held as it is.
  static bool check_range(int64_t i) { return i > MAX_UNREPRESENTABLE_INT; }
  static constexpr int64_t min_representable_int() { return MAX_UNREPRESENTABLE_INT + 1; }

 private:
  void promote_to_negative();
  SymInt operator_add_slow_path(const SymInt& sci) const;
  SymInt operator_sub_slow_path(const SymInt& sci) const;
  SymInt operator_mul_slow_path(const SymInt& sci) const;
  SymInt operator_div_slow_path(const SymInt& sci) const;
  SymInt operator_mod_slow_path(const SymInt& sci) const;
  void operator_imul_slow_path(const SymInt& sci);
  void operator_iadd_slow_path(const SymInt& sci);
  void operator_idiv_slow_path(const SymInt& sci);
  SymBool sym_eq_slow_path(const SymInt& sci) const;
  SymBool sym_ne_slow_path(const SymInt& sci) const;
  SymBool sym_lt_slow_path(const SymInt& sci) const;
  SymBool sym_le_slow_path(const SymInt& sci) const;
  SymBool sym_gt_slow_path(const SymInt& sci) const;
  SymBool sym_ge_slow_path(const SymInt& sci) const;
  SymInt min_slow_path(const SymInt& sci) const;
  SymInt max_slow_path(const SymInt& sci) const;
  std::optional<int64_t> maybe_as_int_slow_path() const;

  static constexpr uint64_t MASK = 1ULL << 63 | 1ULL << 62 | 1ULL << 61;
  static constexpr uint64_t IS_SYM = 1ULL << 63 | 1ULL << 61;
  static constexpr int64_t MAX_UNREPRESENTABLE_INT = -1LL & static_cast<int64_t>(~(1ULL << 62));
  int64_t data_;
};

template <typename C, typename std::enable_if_t<std::is_same_v<typename C::value_type, c10::SymInt>, int> = 0>
inline c10::SymInt multiply_integers(const C& container) {
  return std::accumulate(container.begin(), container.end(), c10::SymInt(1),
                         [](const c10::SymInt& a, const c10::SymInt& b) { return a * b; });
}
template <typename Iter,
          typename = std::enable_if_t<std::is_same_v<typename std::iterator_traits<Iter>::value_type, c10::SymInt>>>
inline c10::SymInt multiply_integers(Iter begin, Iter end) {
  return std::accumulate(begin, end, c10::SymInt(1), [](const c10::SymInt& a, const c10::SymInt& b) { return a * b; });
}

// With every kind of number on either side: FLAMBEAU_FORALL_SYMINT_OPS(_) gives _(scalar type, result type, operator).
#define FLAMBEAU_SYMINT_ARITHMETIC(_, scalar_t, result_t) \
  _(scalar_t, result_t, +) _(scalar_t, result_t, -) _(scalar_t, result_t, *) _(scalar_t, result_t, /)
#define FLAMBEAU_SYMINT_COMPARISON(_, scalar_t) \
  _(scalar_t, bool, ==)                         \
  _(scalar_t, bool, !=) _(scalar_t, bool, <) _(scalar_t, bool, <=) _(scalar_t, bool, >) _(scalar_t, bool, >=)
#define FLAMBEAU_FORALL_SYMINT_INT_OPS(_, scalar_t) \
  _(scalar_t, SymInt, %) FLAMBEAU_SYMINT_ARITHMETIC(_, scalar_t, SymInt) FLAMBEAU_SYMINT_COMPARISON(_, scalar_t)
#define FLAMBEAU_FORALL_SYMINT_FLOAT_OPS(_, scalar_t) \
  FLAMBEAU_SYMINT_ARITHMETIC(_, scalar_t, SymFloat) FLAMBEAU_SYMINT_COMPARISON(_, scalar_t)
#define FLAMBEAU_DECLARE_SYMINT_OP(scalar_t, result_t, op)   \
  C10_API result_t operator op(const SymInt& a, scalar_t b); \
  C10_API result_t operator op(scalar_t a, const SymInt& b);
FLAMBEAU_FORALL_SYMINT_INT_OPS(FLAMBEAU_DECLARE_SYMINT_OP, int64_t)
FLAMBEAU_FORALL_SYMINT_INT_OPS(FLAMBEAU_DECLARE_SYMINT_OP, int32_t)
FLAMBEAU_FORALL_SYMINT_INT_OPS(FLAMBEAU_DECLARE_SYMINT_OP, uint64_t)
FLAMBEAU_FORALL_SYMINT_INT_OPS(FLAMBEAU_DECLARE_SYMINT_OP, uint32_t)
FLAMBEAU_FORALL_SYMINT_FLOAT_OPS(FLAMBEAU_DECLARE_SYMINT_OP, double)
FLAMBEAU_FORALL_SYMINT_FLOAT_OPS(FLAMBEAU_DECLARE_SYMINT_OP, float)
#undef FLAMBEAU_DECLARE_SYMINT_OP

C10_API std::ostream& operator<<(std::ostream& os, const SymInt& s);
C10_API SymInt operator-(const SymInt& s);

// The same questions of plain integers, for code that takes either.
#define FLAMBEAU_SYM_COMPARE(name, op)                      \
  inline bool name(int64_t a, int64_t b) { return a op b; } \
  inline SymBool name(const SymInt& a, const SymInt& b) { return a.name(b); }
FLAMBEAU_SYM_COMPARE(sym_eq, ==)
FLAMBEAU_SYM_COMPARE(sym_ne, !=)
FLAMBEAU_SYM_COMPARE(sym_lt, <)
FLAMBEAU_SYM_COMPARE(sym_le, <=)
FLAMBEAU_SYM_COMPARE(sym_gt, >)
FLAMBEAU_SYM_COMPARE(sym_ge, >=)
#undef FLAMBEAU_SYM_COMPARE

}  // namespace c10

template <>
class std::numeric_limits<c10::SymInt> {
 public:
  static constexpr bool is_specialized = true;
  static constexpr int64_t max() noexcept { return std::numeric_limits<int64_t>::max(); }
  static constexpr int64_t min() noexcept { return std::numeric_limits<int64_t>::min(); }
  static constexpr bool is_signed = true;
  static constexpr bool is_integer = true;
};
