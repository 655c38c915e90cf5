// Calls an operator of the engine as the drivers do: infer, allocate, run.
#pragma once

#include <cmath>
#include <deque>
#include <functional>
#include <initializer_list>
#include <random>
#include <string>
#include <vector>

#include "backend/dense.h"
#include "backend/op.h"

namespace flambeau::test {

/// A dense float array with an element order of its own.
struct Array {
  Dims sizes, strides;
  std::vector<float> data;

  Array() = default;
  explicit Array(Dims shape) : sizes(shape), strides(contiguous_strides(shape)), data(count(shape)) {}
  Array(Dims shape, std::vector<float> values)
      : sizes(shape), strides(contiguous_strides(shape)), data(std::move(values)) {}

  static size_t count(const Dims& shape) {
    size_t n = 1;
    for (const int64_t s : shape) n *= static_cast<size_t>(s);
    return n;
  }
  static Array random(Dims shape, unsigned seed = 1) {
    Array a(std::move(shape));
    std::mt19937 engine(seed);
    std::normal_distribution<float> normal;
    for (float& x : a.data) x = normal(engine);
    return a;
  }
  View view() {
    View v;
    v.data_ = data.data(), v.sizes_ = sizes.data(), v.strides_ = strides.data(),
    v.dim_ = static_cast<int32_t>(sizes.size());
    v.numel_ = static_cast<int64_t>(data.size()), v.dtype_ = DType::float32;
    return v;
  }
};

/// Arguments in schema order, then outputs().
class OpRun {
 public:
  explicit OpRun(const OpDef& op) : op_(op) {}

  OpRun& tensor(Array& a) {
    views_.push_back(a.view());
    Arg arg;
    arg.kind = ArgKind::tensor, arg.tensor = &views_.back();
    return push(arg);
  }
  OpRun& tensor(const View& v) {
    views_.push_back(v);
    Arg arg;
    arg.kind = ArgKind::tensor, arg.tensor = &views_.back();
    return push(arg);
  }
  OpRun& none() { return push(Arg()); }
  OpRun& integer(int64_t value) {
    Arg arg;
    arg.kind = ArgKind::integer, arg.integer = value;
    return push(arg);
  }
  OpRun& boolean(bool value) {
    Arg arg;
    arg.kind = ArgKind::boolean, arg.integer = value;
    return push(arg);
  }
  OpRun& real(double value) {
    Arg arg;
    arg.kind = ArgKind::real, arg.real = value;
    return push(arg);
  }
  OpRun& scalar(double value) {
    Arg arg;
    arg.kind = ArgKind::scalar, arg.scalar = Scalar::of(value);
    return push(arg);
  }
  OpRun& integers(std::initializer_list<int64_t> values) {
    lists_.emplace_back(values);
    Arg arg;
    arg.kind = ArgKind::integers, arg.list = {lists_.back().data(), static_cast<int64_t>(values.size())};
    return push(arg);
  }
  OpRun& booleans(std::initializer_list<bool> values) {
    flags_.emplace_back(values.begin(), values.end());
    Arg arg;
    arg.kind = ArgKind::booleans, arg.list = {flags_.back().data(), static_cast<int64_t>(values.size())};
    return push(arg);
  }

  /// Float outputs; int64 ones come back as floats, undefined ones empty.
  std::vector<Array> outputs() {
    Call call;
    call.op = &op_, call.args = args_.data(), call.num_args = static_cast<int32_t>(args_.size());
    const Specs specs = op_.infer(call);
    std::vector<View> views(specs.size());
    std::deque<std::vector<int64_t>> memory;
    std::deque<Dims> strides;
    for (size_t i = 0; i < specs.size(); ++i) {
      if (specs[i].undefined) continue;
      strides.push_back(specs[i].strides.empty() ? contiguous_strides(specs[i].sizes) : specs[i].strides);
      memory.emplace_back(Array::count(specs[i].sizes) + 1, 0x7fc000007fc00000);
      View& v = views[i];
      v.data_ = memory.back().data(), v.sizes_ = specs[i].sizes.data(), v.strides_ = strides.back().data();
      v.dim_ = static_cast<int32_t>(specs[i].sizes.size()),
      v.numel_ = static_cast<int64_t>(Array::count(specs[i].sizes)), v.dtype_ = specs[i].dtype;
    }
    call.outputs = views.data(), call.num_outputs = static_cast<int32_t>(views.size());
    op_.cpu(call);
    std::vector<Array> arrays;
    for (const View& v : views) {
      if (!v.defined()) {
        arrays.emplace_back();
        continue;
      }
      arrays.emplace_back(Dims(v.sizes().begin(), v.sizes().end()));
      copy_elements(arrays.back().view(), v);
    }
    return arrays;
  }
  Array output() { return outputs()[0]; }

  /// The error's text, or "" if there is none.
  std::string error() {
    try {
      outputs();
      return "";
    } catch (const Error& e) {
      return e.what();
    }
  }

 private:
  OpRun& push(const Arg& arg) {
    args_.push_back(arg);
    return *this;
  }
  const OpDef& op_;
  std::vector<Arg> args_;
  std::deque<View> views_;
  std::deque<std::vector<int64_t>> lists_;
  std::deque<std::basic_string<bool>> flags_;
};

inline double largest_difference(const Array& a, const Array& b) {
  if (a.sizes != b.sizes) return INFINITY;
  double most = 0;
  for (size_t i = 0; i < a.data.size(); ++i) {
    const double d = std::fabs(static_cast<double>(a.data[i]) - static_cast<double>(b.data[i]));
    if (!(d <= most)) most = std::isnan(d) ? INFINITY : d;
  }
  return most;
}

inline double inner(const Array& a, const Array& b) {
  double sum = 0;
  for (size_t i = 0; i < a.data.size(); ++i) sum += static_cast<double>(a.data[i]) * static_cast<double>(b.data[i]);
  return sum;
}

}  // namespace flambeau::test

// Declares an operator that a test calls.
#define FLB_DECLARE(name)       \
  namespace flambeau::ops {     \
  extern const OpDef op_##name; \
  }
