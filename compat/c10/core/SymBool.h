// Mirrors <c10/core/SymBool.h> of PyTorch 2.13.
#pragma once

#include <c10/core/SymNodeImpl.h>
#include <c10/macros/Export.h>
#include <c10/util/Exception.h>
#include <c10/util/intrusive_ptr.h>
#include <c10/util/light_std.h>

#include <cstdint>
#include <ostream>
#include <utility>

namespace c10 {

class SymInt;

// A bool, or a node that stands for one.
class C10_API SymBool {
 public:
  SymBool(bool b) : data_(b) {}
  FLB_ON_USE SymBool(SymNode ptr) : data_(false), ptr_(std::move(ptr)) { TORCH_CHECK(ptr_->is_bool()); }
  SymBool() : data_(false) {}

  SymNodeImpl* toSymNodeImplUnowned() const { return ptr_.get(); }
  SymNodeImpl* release() && { return std::move(ptr_).release(); }
  SymNode toSymNodeImpl() const;
  SymNode wrap_node(const SymNode& base) const;
  FLB_ON_USE bool expect_bool() const {
    std::optional<bool> c = maybe_as_bool();
    TORCH_CHECK(c.has_value());
    return *c;
  }

  SymBool sym_and(const SymBool&) const;
  SymBool sym_or(const SymBool&) const;
  SymBool sym_not() const;
  SymBool operator&(const SymBool& other) const { return sym_and(other); }
  SymBool operator|(const SymBool& other) const { return sym_or(other); }
  SymBool operator||(const SymBool& other) const { return sym_or(other); }
  SymBool operator~() const { return sym_not(); }

  bool guard_bool(const char* file, int64_t line) const;
  bool expect_true(const char* file, int64_t line) const;
  bool guard_size_oblivious(const char* file, int64_t line) const;
  bool statically_known_true(const char* file, int64_t line) const;
  bool guard_or_false(const char* file, int64_t line) const;
  bool guard_or_true(const char* file, int64_t line) const;
  bool has_hint() const;
  bool as_bool_unchecked() const { return data_; }
  FLB_ON_USE std::optional<bool> maybe_as_bool() const {
    if (!is_heap_allocated()) return data_;
    return toSymNodeImplUnowned()->constant_bool();
  }
  SymInt toSymInt() const;
  bool is_heap_allocated() const { return ptr_; }

 private:
  bool data_;
  SymNode ptr_;
};

C10_API std::ostream& operator<<(std::ostream& os, const SymBool& s);

#define TORCH_SYM_CHECK(cond, ...) TORCH_CHECK((cond).expect_true(__FILE__, __LINE__), __VA_ARGS__)
#define TORCH_SYM_INTERNAL_ASSERT(cond, ...) TORCH_INTERNAL_ASSERT((cond).expect_true(__FILE__, __LINE__), __VA_ARGS__)
#define TORCH_MAYBE_SYM_CHECK(cond, ...)                                 \
  if constexpr (std::is_same_v<std::decay_t<decltype(cond)>, SymBool>) { \
    TORCH_CHECK((cond).expect_true(__FILE__, __LINE__), __VA_ARGS__)     \
  } else {                                                               \
    TORCH_CHECK((cond), __VA_ARGS__)                                     \
  }

// The same questions of a plain bool, for code that takes either.
#define FLAMBEAU_BOOL_QUESTION(name)                           \
  inline bool name(bool b, const char*, int64_t) { return b; } \
  inline bool name(const c10::SymBool& b, const char* file, int64_t line) { return b.name(file, line); }
FLAMBEAU_BOOL_QUESTION(guard_size_oblivious)
FLAMBEAU_BOOL_QUESTION(guard_or_false)
FLAMBEAU_BOOL_QUESTION(statically_known_true)
FLAMBEAU_BOOL_QUESTION(guard_or_true)
#undef FLAMBEAU_BOOL_QUESTION

#define TORCH_GUARD_SIZE_OBLIVIOUS(cond) c10::guard_size_oblivious((cond), __FILE__, __LINE__)
#define TORCH_STATICALLY_KNOWN_TRUE(cond) c10::statically_known_true((cond), __FILE__, __LINE__)
#define TORCH_GUARD_OR_FALSE(cond) c10::guard_or_false((cond), __FILE__, __LINE__)
#define TORCH_GUARD_OR_TRUE(cond) c10::guard_or_true((cond), __FILE__, __LINE__)

}  // namespace c10
