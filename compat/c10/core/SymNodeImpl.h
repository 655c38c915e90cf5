// Mirrors <c10/core/SymNodeImpl.h> of PyTorch 2.13.
#pragma once

#include <c10/macros/Export.h>
#include <c10/util/ArrayRef.h>
#include <c10/util/Exception.h>
#include <c10/util/intrusive_ptr.h>
#include <c10/util/light_std.h>

#include <cstdint>
#include <ostream>
#include <string>

namespace c10 {

class SymNodeImpl;
using SymNode = c10::intrusive_ptr<SymNodeImpl>;

// A symbolic integer, float or bool, as a tracer implements it. What it does not implement throws.
class C10_API SymNodeImpl : public c10::intrusive_ptr_target {
 public:
  ~SymNodeImpl() override = default;

  template <typename T>
  c10::intrusive_ptr<T> dyn_cast() const {
    return c10::intrusive_ptr<T>::reclaim_copy(dynamic_cast<T*>(this));
  }

#define FLAMBEAU_NOT_YET(signature) \
  virtual signature { TORCH_CHECK(false, "NYI"); }
#define FLAMBEAU_BINARY(name) FLAMBEAU_NOT_YET(SymNode name(const SymNode&))
#define FLAMBEAU_SHAPE(name) FLAMBEAU_NOT_YET(SymNode name(ArrayRef<SymNode>, ArrayRef<SymNode>))
  FLAMBEAU_NOT_YET(bool is_int())
  FLAMBEAU_NOT_YET(bool is_bool())
  FLAMBEAU_NOT_YET(bool is_float())
  virtual bool is_nested_int() const { return false; }
  FLAMBEAU_BINARY(add)
  FLAMBEAU_BINARY(sub)
  FLAMBEAU_BINARY(mul)
  FLAMBEAU_BINARY(truediv)
  virtual SymNode float_truediv(const SymNode& other) { return truediv(other); }
  virtual SymNode int_truediv(const SymNode& other) { return truediv(other); }
  FLAMBEAU_BINARY(pow)
  virtual SymNode float_pow(const SymNode& other) { return pow(other); }
  virtual SymNode pow_by_natural(const SymNode& other) { return pow(other); }
  FLAMBEAU_BINARY(floordiv)
  virtual SymNode int_floordiv(const SymNode& other) { return floordiv(other); }
  FLAMBEAU_BINARY(mod)
  FLAMBEAU_BINARY(eq)
  FLAMBEAU_BINARY(ne)
  FLAMBEAU_BINARY(gt)
  FLAMBEAU_BINARY(lt)
  FLAMBEAU_BINARY(le)
  FLAMBEAU_BINARY(ge)
  FLAMBEAU_NOT_YET(SymNode ceil())
  FLAMBEAU_NOT_YET(SymNode floor())
  FLAMBEAU_NOT_YET(SymNode neg())
  FLAMBEAU_BINARY(sym_min)
  FLAMBEAU_BINARY(sym_max)
  FLAMBEAU_BINARY(sym_or)
  FLAMBEAU_BINARY(sym_and)
  FLAMBEAU_NOT_YET(SymNode sym_not())
  FLAMBEAU_NOT_YET(SymNode sym_ite(const SymNode&, const SymNode&))
  // A node for each size and stride.
  FLAMBEAU_SHAPE(is_contiguous)
  FLAMBEAU_SHAPE(is_channels_last_contiguous_2d)
  FLAMBEAU_SHAPE(is_channels_last_contiguous_3d)
  FLAMBEAU_SHAPE(is_channels_last_strides_2d)
  FLAMBEAU_SHAPE(is_channels_last_strides_3d)
  FLAMBEAU_SHAPE(is_non_overlapping_and_dense)
  FLAMBEAU_NOT_YET(SymNode clone())
  FLAMBEAU_NOT_YET(SymNode sym_float())
  FLAMBEAU_NOT_YET(SymNode wrap_int(int64_t))
  FLAMBEAU_NOT_YET(SymNode wrap_float(double))
  FLAMBEAU_NOT_YET(SymNode wrap_bool(bool))
  // The value now, with a guard that it stays so; file and line say who asked.
  FLAMBEAU_NOT_YET(int64_t guard_int(const char*, int64_t))
  FLAMBEAU_NOT_YET(bool guard_bool(const char*, int64_t))
  FLAMBEAU_NOT_YET(double guard_float(const char*, int64_t))
  virtual bool guard_size_oblivious(const char* file, int64_t line) { return guard_bool(file, line); }
  virtual bool guard_or_false(const char* file, int64_t line) { return guard_bool(file, line); }
  virtual bool statically_known_true(const char* file, int64_t line) { return guard_bool(file, line); }
  virtual bool guard_or_true(const char* file, int64_t line) { return guard_bool(file, line); }
  virtual bool expect_true(const char* file, int64_t line) { return guard_bool(file, line); }
  FLAMBEAU_NOT_YET(int64_t int_())
  FLAMBEAU_NOT_YET(bool bool_())
  FLAMBEAU_NOT_YET(bool has_hint())
  FLAMBEAU_NOT_YET(std::string str())
#undef FLAMBEAU_NOT_YET
#undef FLAMBEAU_BINARY
#undef FLAMBEAU_SHAPE
  virtual std::string _graph_repr() { return str(); }
  virtual std::optional<int64_t> nested_int() { return std::nullopt; }
  virtual std::optional<int64_t> nested_int_coeff() { return std::nullopt; }
  virtual std::optional<int64_t> constant_int() { return std::nullopt; }
  virtual std::optional<bool> constant_bool() { return std::nullopt; }
  virtual std::optional<int64_t> maybe_as_int() { return std::nullopt; }
  virtual bool is_constant() { return false; }
  virtual bool is_symbolic() { return true; }

  FLB_ON_USE std::ostream& operator<<(std::ostream& os) {
    os << str();
    return os;
  }
};

}  // namespace c10
