// Mirrors <c10/core/SymFloat.h> of PyTorch 2.13.
#pragma once

#include <c10/core/SymBool.h>
#include <c10/core/SymNodeImpl.h>
#include <c10/macros/Macros.h>
#include <c10/util/Exception.h>
#include <c10/util/intrusive_ptr.h>

#include <cstdint>
#include <limits>
#include <ostream>
#include <utility>

namespace c10 {

// A double, or a node that stands for one.
class C10_API SymFloat {
 public:
  SymFloat(double d) : data_(d) {}
  FLB_ON_USE SymFloat(SymNode ptr) : data_(std::numeric_limits<double>::quiet_NaN()), ptr_(std::move(ptr)) {
    TORCH_CHECK(ptr_->is_float());
  }
  SymFloat() : data_(0.0) {}

  SymNodeImpl* toSymNodeImplUnowned() const { return ptr_.get(); }
  SymNodeImpl* release() && { return std::move(ptr_).release(); }
  SymNode toSymNodeImpl() const;
  SymNode wrap_node(const SymNode& base) const;
  FLB_ON_USE double expect_float() const {
    TORCH_CHECK(!is_symbolic());
    return data_;
  }

  SymFloat operator+(const SymFloat&) const;
  SymFloat operator-(const SymFloat&) const;
  SymFloat operator*(const SymFloat&) const;
  SymFloat operator/(const SymFloat&) const;
  SymBool sym_eq(const SymFloat&) const;
  SymBool sym_ne(const SymFloat&) const;
  SymBool sym_lt(const SymFloat&) const;
  SymBool sym_le(const SymFloat&) const;
  SymBool sym_gt(const SymFloat&) const;
  SymBool sym_ge(const SymFloat&) const;
  FLB_ON_USE bool operator==(const SymFloat& o) const { return sym_eq(o).guard_bool(__FILE__, __LINE__); }
  FLB_ON_USE bool operator!=(const SymFloat& o) const { return sym_ne(o).guard_bool(__FILE__, __LINE__); }
  FLB_ON_USE bool operator<(const SymFloat& o) const { return sym_lt(o).guard_bool(__FILE__, __LINE__); }
  FLB_ON_USE bool operator<=(const SymFloat& o) const { return sym_le(o).guard_bool(__FILE__, __LINE__); }
  FLB_ON_USE bool operator>(const SymFloat& o) const { return sym_gt(o).guard_bool(__FILE__, __LINE__); }
  FLB_ON_USE bool operator>=(const SymFloat& o) const { return sym_ge(o).guard_bool(__FILE__, __LINE__); }
  SymFloat min(const SymFloat& sci) const;
  SymFloat max(const SymFloat& sci) const;
  SymFloat sqrt() const;

  double guard_float(const char* file, int64_t line) const;
  bool has_hint() const;
  C10_ALWAYS_INLINE bool is_symbolic() const { return ptr_; }
  FLB_ON_USE double as_float_unchecked() const {
    TORCH_INTERNAL_ASSERT_DEBUG_ONLY(!is_symbolic());
    return data_;
  }

 private:
  double data_;
  SymNode ptr_;
};

C10_API std::ostream& operator<<(std::ostream& os, const SymFloat& s);

}  // namespace c10
