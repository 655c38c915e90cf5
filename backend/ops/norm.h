// What the normalisations share.
#pragma once

#include "backend/dense.h"
#include "backend/promotion.h"

namespace flambeau::ops {

/// The element type of statistics and parameters: the input's, or float beside half precision input with float
/// parameters.
inline DType parameter_type(const View& x, std::initializer_list<const View*> parameters) {
  for (const View* p : parameters) {
    if (!p || p->dtype() == x.dtype()) continue;
    FLB_CHECK(x.dtype() == DType::bfloat16 || x.dtype() == DType::float16, "mixed dtype (CPU): ",
              x.dtype() == DType::float64 ? "all inputs must share same datatype."
                                          : "expect parameter to have scalar type of Float");
    FLB_CHECK(p->dtype() == DType::float32, "mixed dtype (CPU): expect parameter to have scalar type of Float");
    return DType::float32;
  }
  return x.dtype();
}

/// The argument at a position, or null.
inline const View* optional(const Call& call, int position) {
  return call.has(position) ? &call.in(position) : nullptr;
}

/// An optional parameter as T; null where absent.
template <class T>
class Parameter {
 public:
  explicit Parameter(const View* v) {
    if (v && v->defined()) values_.emplace(*v);
  }
  const T* data() const { return values_ ? values_->data() : nullptr; }
  T at(int64_t i, T absent) const { return values_ ? (*values_)[i] : absent; }

 private:
  std::optional<Typed<T>> values_;
};

/// An output that may not be wanted.
template <class T>
class Wanted {
 public:
  explicit Wanted(const View& v, Layout layout = Layout::row_major) {
    if (v.defined()) out_.emplace(v, layout);
  }
  explicit operator bool() const { return out_.has_value(); }
  T* data() const { return out_ ? out_->data() : nullptr; }
  void zero() const {
    if (out_) std::fill_n(out_->data(), out_->numel(), T(0));
  }
  void store() const {
    if (out_) out_->store();
  }

 private:
  std::optional<TypedOut<T>> out_;
};

}  // namespace flambeau::ops
