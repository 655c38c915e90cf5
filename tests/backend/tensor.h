// A small owning array for tests of the engine, and a call of an operator on such arrays.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "backend/iteration.h"
#include "backend/op.h"
#include "kernels/common/number.h"

namespace flambeau::testing {

template <class T>
struct Tensor {
  using Stored = std::conditional_t<std::is_same_v<T, bool>, uint8_t, T>;  // vector<bool> has no data()
  Dims sizes, strides;
  std::vector<Stored> values;

  using Shape = std::vector<int64_t>;

  explicit Tensor(const Shape& shape) : sizes(shape.begin(), shape.end()), strides(contiguous_strides(sizes)) {
    int64_t n = 1;
    for (int64_t s : sizes) n *= s;
    values.resize(static_cast<size_t>(n));
  }
  Tensor(const Shape& shape, std::vector<Stored> v) : Tensor(shape) { values = std::move(v); }

  void permute(const std::vector<size_t>& order) {
    Dims s, t;
    for (size_t d : order) s.push_back(sizes[d]), t.push_back(strides[d]);
    sizes = s, strides = t;
    view_.reset();
  }
  View view() const {
    View v;
    v.data_ = const_cast<Stored*>(values.data());
    v.sizes_ = sizes.data(), v.strides_ = strides.data();
    v.dim_ = static_cast<int32_t>(sizes.size()), v.numel_ = static_cast<int64_t>(values.size());
    v.dtype_ = dtype_of<T>;
    return v;
  }
  Arg arg() const {
    if (!view_) view_ = std::make_unique<View>(view());
    Arg a;
    a.kind = ArgKind::tensor;
    a.tensor = view_.get();
    return a;
  }
  Stored& operator[](int64_t i) { return values[static_cast<size_t>(i)]; }
  const Stored& operator[](int64_t i) const { return values[static_cast<size_t>(i)]; }

 private:
  mutable std::unique_ptr<View> view_;
};

inline Arg arg(const Scalar& s) {
  Arg a;
  a.kind = ArgKind::scalar;
  a.scalar = s;
  return a;
}
inline Arg arg(int64_t i) {
  Arg a;
  a.kind = ArgKind::integer;
  a.integer = i;
  return a;
}
inline Arg arg(double d) {
  Arg a;
  a.kind = ArgKind::real;
  a.real = d;
  return a;
}
inline Arg arg(bool b) {
  Arg a;
  a.kind = ArgKind::boolean;
  a.integer = b;
  return a;
}
inline Arg arg(const std::vector<int64_t>& list) {
  Arg a;
  a.kind = ArgKind::integers;
  a.list.items = list.data(), a.list.count = static_cast<int64_t>(list.size());
  return a;
}

/// infer, allocate, run. Every output must have elements of type T; the first is returned.
template <class T>
Tensor<T> run(const OpDef& op, std::vector<Arg> args) {
  Call call;
  call.op = &op;
  call.args = args.data(), call.num_args = static_cast<int32_t>(args.size());
  const Specs specs = op.infer(call);
  EXPECT_EQ(specs[0].dtype, dtype_of<T>);
  Tensor<T> out({specs[0].sizes.begin(), specs[0].sizes.end()});
  if (!specs[0].strides.empty()) out.strides = specs[0].strides;
  View view = out.view();
  call.outputs = &view, call.num_outputs = 1;
  op.cpu(call);
  return out;
}

}  // namespace flambeau::testing
