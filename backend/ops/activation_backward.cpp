// Gradients of activations: what comes from above times the derivative.

#include "backend/number.h"
#include "backend/overlap.h"
#include "backend/pointwise.h"

namespace flambeau::ops {

template <class T>
struct ThresholdBackward {
  T threshold;
  explicit ThresholdBackward(const Call& call) : threshold(element_as<T>(call.scalar(2), call.out().dtype())) {}
  T operator()(T grad, T x) const { return x <= threshold ? T(0) : grad; }
};
struct unguarded : ordered {
  static constexpr uint32_t flags = kPointwise | kMayOverlap;
};
FLB_BINARY(threshold_backward, ThresholdBackward, unguarded);

// y is sigmoid(x).
template <class T>
struct SigmoidBackward {
  T operator()(T grad, T y) const { return grad * math::conj((T(1) - y) * y); }
};
FLB_BINARY(sigmoid_backward, SigmoidBackward, any_floating);

// y is tanh(x).
template <class T>
struct TanhBackward {
  T operator()(T grad, T y) const { return grad * math::conj(T(1) - y * y); }
};
FLB_BINARY(tanh_backward, TanhBackward, any_floating);

template <class T>
struct LogitBackward {
  T low, high;
  bool clamped;
  explicit LogitBackward(const Call& call)
      : low(call.has(2) ? static_cast<T>(call.real(2)) : T(0)),
        high(T(1) - low),
        clamped(call.has(2) && call.real(2) >= 0) {}
  T operator()(T grad, T x) const {
    const T outside = clamped ? T(0) : T(NAN);
    return x < low || x > high ? outside : grad / (x * (T(1) - x));
  }
};
FLB_BINARY(logit_backward, LogitBackward, real_floating);

template <class T>
struct SiluBackward : LibraryMath {
  T operator()(T grad, T x) const {
    const T s = T(1) / (T(1) + math::exp(-x));
    return grad * s * (T(1) + x * (T(1) - s));
  }
};
FLB_BINARY(silu_backward, SiluBackward, real_floating);

template <class T>
struct MishBackward : LibraryMath {
  T operator()(T grad, T x) const {
    const T s = T(1) / (T(1) + math::exp(-x)), t = math::tanh(math::log1p(math::exp(x)));
    return grad * (t + x * s * (T(1) - t * t));
  }
};
FLB_BINARY(mish_backward, MishBackward, real_floating);

template <class T>
struct GeluBackward : LibraryMath {
  T operator()(T grad, T x) const {
    const T cdf = T(0.5) * (T(1) + math::erf(x * T(M_SQRT1_2)));
    const T pdf = math::exp(x * x * T(-0.5)) * T(M_2_SQRTPI * M_SQRT1_2 * 0.5);
    return grad * (cdf + x * pdf);
  }
};
template <class T>
struct GeluTanhBackward : LibraryMath {
  T operator()(T grad, T x) const {
    constexpr T kBeta = T(M_SQRT2 * M_2_SQRTPI * 0.5), kKappa = T(0.044715);
    const T t = math::tanh(kBeta * (x + kKappa * x * x * x));
    const T inner = kBeta * (T(1) + T(3) * kKappa * x * x);
    return grad * (T(0.5) * (T(1) + t) + T(0.5) * x * (T(1) - t * t) * inner);
  }
};

namespace {

constexpr PointwiseDef kGelu =
    make_pointwise<GeluBackward, real_floating>("GeluBackwardKernelImpl", real_floating::types{}, 0, 1);
constexpr PointwiseDef kGeluTanh =
    make_pointwise<GeluTanhBackward, real_floating>("GeluBackwardKernelImpl", real_floating::types{}, 0, 1);

const PointwiseDef& gelu_of(const Call& call) {
  FLB_CHECK(call.string(2) == "none" || call.string(2) == "tanh", "approximate argument must be either none or tanh.");
  return call.string(2) == "tanh" ? kGeluTanh : kGelu;
}
Specs infer_gelu_backward(const Call& call) { return infer_pointwise(gelu_of(call), call); }
void run_gelu_backward(const Call& call) { run_pointwise(gelu_of(call), call); }

}  // namespace

FLB_OP_FLAGS(gelu_backward, infer_gelu_backward, run_gelu_backward, kPointwise);

template <class T>
struct HardswishBackward {
  T operator()(T grad, T x) const { return x <= T(-3) ? T(0) : x < T(3) ? grad * (x / T(3) + T(0.5)) : grad; }
};
FLB_BINARY(hardswish_backward, HardswishBackward, real_floating);

template <class T>
struct HardsigmoidBackward {
  T operator()(T grad, T x) const { return x > T(-3) && x < T(3) ? grad * T(1.0f / 6.0f) : T(0); }
};
FLB_BINARY(hardsigmoid_backward, HardsigmoidBackward, real_floating);

template <class T>
struct HardtanhBackward {
  T low, high;
  explicit HardtanhBackward(const Call& call) : low(scalar_as<T>(call.scalar(2))), high(scalar_as<T>(call.scalar(3))) {}
  T operator()(T grad, T x) const { return x <= low || x >= high ? T(0) : grad; }
};
FLB_BINARY(hardtanh_backward, HardtanhBackward, real_floating);

template <class T>
struct LeakyReluBackward {
  T slope;
  explicit LeakyReluBackward(const Call& call) : slope(scalar_as<T>(call.scalar(2))) {}
  T operator()(T grad, T x) const { return x > 0 ? grad : grad * slope; }
};

namespace {
void check_leaky(const Call& call, DType) {
  FLB_CHECK(
      !call.boolean(3) || call.scalar(2).as_double() >= 0,
      "In-place leakyReLu backward calculation is triggered with a negative slope which is not supported. This is "
      "caused by calling "
      "in-place forward function with a negative slope, please call out-of-place version instead. File an issue at "
      "https://github.com/pytorch/pytorch if you do require supporting in-place leakRelu backward calculation with "
      "negative slope");
}
struct leaky : real_floating {
  static constexpr CheckFn check = check_leaky;
};
}  // namespace

FLB_BINARY(leaky_relu_backward, LeakyReluBackward, leaky);

// From the input, or from the result if the forward pass ran in place.
template <class T>
struct EluBackward : LibraryMath {
  T alpha, scale, input_scale;
  bool from_result;
  explicit EluBackward(const Call& call)
      : alpha(scalar_as<T>(call.scalar(1)) * scalar_as<T>(call.scalar(2))),
        scale(scalar_as<T>(call.scalar(2))),
        input_scale(scalar_as<T>(call.scalar(3))),
        from_result(call.boolean(4)) {}
  T operator()(T grad, T x) const {
    const T below =
        from_result ? grad * input_scale * (x + alpha) : grad * input_scale * alpha * math::exp(x * input_scale);
    return x <= 0 ? below : grad * scale;
  }
};
FLB_POINTWISE(elu_backward, EluBackward, real_floating, 0, 5);

template <class T>
struct SoftplusBackward : LibraryMath {
  T beta, threshold;
  explicit SoftplusBackward(const Call& call)
      : beta(scalar_as<T>(call.scalar(2))), threshold(scalar_as<T>(call.scalar(3))) {}
  T operator()(T grad, T x) const {
    const T z = math::exp(x * beta);
    return x * beta > threshold ? grad : grad * z / (z + T(1));
  }
};
FLB_BINARY(softplus_backward, SoftplusBackward, real_floating);

// Of softshrink and of hardshrink.
template <class T>
struct ShrinkBackward {
  T lambda;
  explicit ShrinkBackward(const Call& call) : lambda(scalar_as<T>(call.scalar(2))) {}
  T operator()(T grad, T x) const { return x >= -lambda && x <= lambda ? T(0) : grad; }
};
FLB_BINARY(softshrink_backward, ShrinkBackward, with_number_at<2>);
FLB_BINARY(hardshrink_backward, ShrinkBackward, with_number_at<2>);

// buffer is exp(-|x|), from log_sigmoid_forward.
template <class T>
struct LogSigmoidBackward {
  T operator()(T grad, T x, T buffer) const {
    const T fraction = buffer / (T(1) + buffer);
    return grad * (x < 0 ? T(1) - fraction : fraction);
  }
};
FLB_TERNARY(log_sigmoid_backward, LogSigmoidBackward, real_floating);

template <class T>
struct LogSigmoid : LibraryMath {
  T operator()(T x) const { return (x < 0 ? x : T(0)) - math::log1p(math::exp(-math::fabs(x))); }
};
template <class T>
struct LogSigmoidBuffer : LibraryMath {
  T operator()(T x) const { return math::exp(-math::fabs(x)); }
};

namespace {

constexpr PointwiseDef kLogSigmoid =
    make_pointwise<LogSigmoid, real_floating>("log_sigmoid_cpu", real_floating::types{}, 0);
constexpr PointwiseDef kLogSigmoidBuffer =
    make_pointwise<LogSigmoidBuffer, real_floating>("log_sigmoid_cpu", real_floating::types{}, 0);

Specs infer_log_sigmoid(const Call& call) {
  const Spec spec = infer_pointwise(kLogSigmoid, call)[0];
  return {spec, spec};
}
void run_log_sigmoid(const Call& call) {
  Call second = call;
  second.outputs = call.outputs + 1;
  run_pointwise(kLogSigmoidBuffer, second);
  run_pointwise(kLogSigmoid, call);
}

/// Two results: the gradients of the input and of the weight.
template <class T>
struct PreluInput {
  T operator()(T grad, T x, T weight) const { return x > 0 ? grad : weight * grad; }
};
template <class T>
struct PreluWeight {
  T operator()(T grad, T x, T) const { return x > 0 ? T(0) : x * grad; }
};
constexpr PointwiseDef kPreluInput =
    make_pointwise<PreluInput, real_floating>("prelu_backward", real_floating::types{}, 0, 1, 2);
constexpr PointwiseDef kPreluWeight =
    make_pointwise<PreluWeight, real_floating>("prelu_backward", real_floating::types{}, 0, 1, 2);

Specs infer_prelu_backward(const Call& call) {
  const Spec spec = infer_pointwise(kPreluInput, call)[0];
  return {spec, spec};
}
void run_prelu_backward(const Call& call) {
  Call second = call;
  second.outputs = call.outputs + 1;
  run_pointwise(kPreluInput, call);
  run_pointwise(kPreluWeight, second);
}

}  // namespace

FLB_OP(log_sigmoid_forward, infer_log_sigmoid, run_log_sigmoid);
FLB_OP(_prelu_kernel_backward, infer_prelu_backward, run_prelu_backward);

}  // namespace flambeau::ops
