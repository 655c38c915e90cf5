// Gated linear units: one half of a tensor times the sigmoid of the other.

#include "backend/overlap.h"
#include "backend/pointwise.h"
#include "backend/shape.h"

namespace flambeau::ops {
namespace {

/// One half of a view along `dim`.
struct Half2 {
  Dims sizes;
  View view;
  Half2(const View& v, int64_t dim, int which) : sizes(v.sizes().begin(), v.sizes().end()), view(v) {
    const int64_t n = sizes[static_cast<size_t>(dim)] /= 2;
    view.sizes_ = sizes.data();
    view.numel_ /= 2;
    view.data_ =
        view.ptr<char>() + which * n * v.stride(static_cast<int>(dim)) * static_cast<int64_t>(itemsize(v.dtype()));
  }
  Half2(const Half2&) = delete;
  Half2& operator=(const Half2&) = delete;
};

template <class T>
struct Glu : LibraryMath {
  T operator()(T a, T b) const { return a / (T(1) + math::exp(-b)); }
};
template <class T>
struct GluFirst : LibraryMath {
  T operator()(T grad, T, T b) const { return grad / (T(1) + math::exp(-b)); }
};
template <class T>
struct GluSecond : LibraryMath {
  T operator()(T grad, T a, T b) const {
    const T s = T(1) / (T(1) + math::exp(-b));
    return (T(1) - s) * s * grad * a;
  }
};
constexpr PointwiseDef kGlu = make_pointwise<Glu, real_floating>("glu_cpu", real_floating::types{}, 0, 1);
constexpr PointwiseDef kGluFirst =
    make_pointwise<GluFirst, real_floating>("glu_backward_cpu", real_floating::types{}, 0, 1, 2);
constexpr PointwiseDef kGluSecond =
    make_pointwise<GluSecond, real_floating>("glu_backward_cpu", real_floating::types{}, 0, 1, 2);

void run_on(const PointwiseDef& def, std::initializer_list<const View*> inputs, View out) {
  Arg args[3];
  int count = 0;
  for (const View* v : inputs) args[count].kind = ArgKind::tensor, args[count++].tensor = v;
  Call call;
  call.args = args, call.num_args = count;
  call.outputs = &out, call.num_outputs = 1;
  run_pointwise(def, call);
}

int64_t halved_dim(const View& self, int64_t d) {
  FLB_CHECK(self.dim() > 0, "glu does not support 0-dimensional tensors");
  const int64_t dim = wrap_dim(d, self.dim()), n = self.size(static_cast<int>(dim));
  FLB_CHECK(n % 2 == 0, "Halving dimension must be even, but dimension ", dim, " is size ", n);
  return dim;
}

Specs infer_glu(const Call& call) {
  const View& self = call.in(0);
  Spec spec = spec_of(self.dtype(), self.device(), self.sizes());
  spec.sizes[static_cast<size_t>(halved_dim(self, call.integer(1)))] /= 2;
  return {spec};
}
void run_glu(const Call& call) {
  const View& self = call.in(0);
  const int64_t dim = halved_dim(self, call.integer(1));
  const Half2 a(self, dim, 0), b(self, dim, 1);
  run_on(kGlu, {&a.view, &b.view}, call.out());
}

// glu_backward(grad_output, self, dim)
Specs infer_glu_backward(const Call& call) {
  const View &grad = call.in(0), &self = call.in(1);
  Dims half(self.sizes().begin(), self.sizes().end());
  half[static_cast<size_t>(halved_dim(self, call.integer(2)))] /= 2;
  FLB_CHECK(std::ranges::equal(grad.sizes(), half), "glu_backward: grad_output must have the shape of glu's output");
  return {spec_of(self.dtype(), self.device(), self.sizes())};
}
void run_glu_backward(const Call& call) {
  const View &grad = call.in(0), &self = call.in(1);
  const int64_t dim = halved_dim(self, call.integer(2));
  const Half2 a(self, dim, 0), b(self, dim, 1), first(call.out(), dim, 0), second(call.out(), dim, 1);
  run_on(kGluFirst, {&grad, &a.view, &b.view}, first.view);
  run_on(kGluSecond, {&grad, &a.view, &b.view}, second.view);
}

}  // namespace

FLB_OP_FLAGS(glu, infer_glu, run_glu, kLooksFirst);
FLB_OP(glu_backward, infer_glu_backward, run_glu_backward);

}  // namespace flambeau::ops
