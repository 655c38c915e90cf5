// Losses that compare element by element, and their gradients.

#include "backend/copy.h"
#include "backend/overlap.h"
#include "backend/pointwise.h"
#include "backend/reduce.h"
#include "kernels/common/memory.h"

namespace flambeau::ops {
namespace {

enum Reduction { kNone = 0, kMean = 1, kSum = 2 };

template <class T>
struct Total {
  using In = T;
  using Acc = T;
  T divisor;
  explicit Total(const cpu::Reduction& r) : divisor(r.call.integer(2) == kMean ? static_cast<T>(r.count) : T(1)) {}
  T start() const { return T(0); }
  T add(T a, T x, int64_t) const { return a + x; }
  T merge(T a, T b) const { return a + b; }
  T result(T a) const { return a / divisor; }
};

Specs infer_loss(const PointwiseDef& def, const Call& call) {
  Specs specs = infer_pointwise(def, call);
  const int64_t reduction = call.integer(2);
  FLB_CHECK(reduction >= kNone && reduction <= kSum, "reduction has to be none, mean or sum, but got ", reduction);
  if (reduction != kNone) specs[0].sizes.clear(), specs[0].strides.clear();
  return specs;
}

/// Without reduction the loops write the output; else a temporary, which is then summed.
void run_loss(const PointwiseDef& def, const Call& call) {
  if (call.integer(2) == kNone) return run_pointwise(def, call);
  const Specs specs = infer_pointwise(def, call);
  Dims strides;
  View each = contiguous_view(nullptr, specs[0].dtype, specs[0].sizes, strides);
  Scratch<char> memory(each.numel() * static_cast<int64_t>(itemsize(each.dtype())));
  each.data_ = memory.data();
  Call inner = call;
  inner.outputs = &each;
  run_pointwise(def, inner);
  const auto& loops = find_reduce_loops(cpu::reduce_loops_of<Total, float, double, Complex<float>, Complex<double>>,
                                        each.dtype(), def.name);
  reduce(loops, call, each, all_dims(each.dim()), {&call.out(), 1});
}

template <const PointwiseDef& def>
Specs infer_loss(const Call& call) {
  return infer_loss(def, call);
}
template <const PointwiseDef& def>
void run_loss(const Call& call) {
  run_loss(def, call);
}

template <class T>
T absolute(T x) {
  if constexpr (is_complex_v<T>)
    return T(math::abs(x));
  else
    return math::fabs(x);
}

}  // namespace

#define FLB_LOSS(name, F, rule)                                                                            \
  static constexpr PointwiseDef def_##name = make_pointwise<F, rule>(#name, typename rule::types{}, 0, 1); \
  FLB_OP_FLAGS(name, infer_loss<def_##name>, run_loss<def_##name>, kApart | kLooksFirst)

template <class T>
struct MseLoss {
  T operator()(T x, T y) const { return (x - y) * (x - y); }
};
FLB_LOSS(mse_loss, MseLoss, real_floating);

// Quadratic within beta of the target, linear outside.
template <class T>
struct SmoothL1Loss {
  T beta;
  explicit SmoothL1Loss(const Call& call) : beta(static_cast<T>(call.real(3))) {}
  T operator()(T x, T y) const {
    const T z = absolute(x - y);
    return z < beta ? T(0.5) * z * z / beta : z - T(0.5) * beta;
  }
};
struct not_negative_beta : real_floating {
  static constexpr CheckFn check = [](const Call& call, DType) {
    FLB_CHECK(!(call.real(3) < 0), "smooth_l1_loss does not support negative values for beta.");
  };
};
FLB_LOSS(smooth_l1_loss, SmoothL1Loss, not_negative_beta);

template <class T>
struct HuberLoss {
  T delta;
  explicit HuberLoss(const Call& call) : delta(static_cast<T>(call.real(3))) {}
  T operator()(T x, T y) const {
    const T z = absolute(x - y);
    return z <= delta ? T(0.5) * z * z : delta * (z - T(0.5) * delta);
  }
};
struct positive_delta : real_floating {
  static constexpr CheckFn check = [](const Call& call, DType) {
    FLB_CHECK(!(call.real(3) <= 0), "huber_loss does not support non-positive values for delta.");
  };
};
FLB_LOSS(huber_loss, HuberLoss, positive_delta);

// Gradients: (grad_output, input, target, reduction, ...). `norm` is 1 / count for a mean.
template <class T>
T loss_norm(const Call& call) {
  return call.integer(3) == kMean ? static_cast<T>(1.0 / static_cast<double>(call.in(1).numel())) : T(1);
}

template <class T>
struct MseLossBackward {
  T norm;
  explicit MseLossBackward(const Call& call) : norm(T(2) * loss_norm<T>(call)) {}
  T operator()(T grad, T x, T y) const { return norm * (x - y) * grad; }
};
FLB_TERNARY(mse_loss_backward, MseLossBackward, real_floating);

template <class T>
struct SmoothL1LossBackward {
  T norm, beta;
  explicit SmoothL1LossBackward(const Call& call) : norm(loss_norm<T>(call)), beta(static_cast<T>(call.real(4))) {}
  T operator()(T grad, T x, T y) const {
    const T d = x - y;
    return d <= -beta ? -norm * grad : d >= beta ? norm * grad : norm * d * grad / beta;
  }
};
FLB_TERNARY(smooth_l1_loss_backward, SmoothL1LossBackward, real_floating);

template <class T>
struct HuberLossBackward {
  T norm, delta;
  explicit HuberLossBackward(const Call& call) : norm(loss_norm<T>(call)), delta(static_cast<T>(call.real(4))) {}
  T operator()(T grad, T x, T y) const {
    const T d = x - y;
    return d <= -delta ? -norm * grad * delta : d >= delta ? norm * grad * delta : norm * d * grad;
  }
};
FLB_TERNARY(huber_loss_backward, HuberLossBackward, real_floating);

}  // namespace flambeau::ops
