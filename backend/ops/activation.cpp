// Activations, one functor each. Attributes come from the call at the positions of the schema.

#include "backend/number.h"
#include "backend/overlap.h"
#include "backend/pointwise.h"

namespace flambeau::ops {
namespace {

void check_relu(const Call& call, DType) {
  FLB_CHECK(call.in(0).dtype() != DType::boolean, "Boolean inputs not supported for relu");
}
/// PyTorch computes with the threshold in float, and stores the value.
void check_value(const Call& call, DType common) {
  if (is_reduced_floating(common)) check_fits(call.scalar(2), common);
}
struct rectified : ordered {
  static constexpr CheckFn check = check_relu;
};
struct floating_or_complex : any_floating {};

}  // namespace

// max(x, 0). NaN stays NaN, as in PyTorch.
template <class T>
struct Relu {
  T operator()(T x) const { return x < 0 ? T(0) : x; }
};
FLB_UNARY(relu, Relu, rectified);

// x above the threshold, else `value`.
template <class T>
struct Threshold {
  T threshold, value;
  explicit Threshold(const Call& call)
      : threshold(element_as<T>(call.scalar(1), call.out().dtype())),
        value(element_as<T>(call.scalar(2), call.out().dtype())) {}
  T operator()(T x) const { return x <= threshold ? value : x; }
};
struct of_first : ordered {
  static constexpr uint32_t flags = kPointwise | kMayOverlap;
  static constexpr Common common = Common::first;
  static constexpr CheckFn check = check_value;
};
FLB_UNARY(threshold, Threshold, of_first);

template <class T>
struct Sigmoid : LibraryMath {
  T operator()(T x) const { return T(1) / (T(1) + math::exp(-x)); }
};
FLB_UNARY(sigmoid, Sigmoid, to_floating_or_complex);

// x sigmoid(x). Elfwing et al., arXiv:1702.03118.
template <class T>
struct Silu : LibraryMath {
  T operator()(T x) const { return x / (T(1) + math::exp(-x)); }
};
FLB_UNARY(silu, Silu, floating_or_complex);

// x tanh(log(1 + exp(x))). Misra, arXiv:1908.08681.
template <class T>
struct Mish : LibraryMath {
  T operator()(T x) const { return x * math::tanh(math::log1p(math::exp(x))); }
};
FLB_UNARY(mish, Mish, real_floating);

// x Phi(x), Phi the normal distribution's; or its tanh approximation. Hendrycks and Gimpel, arXiv:1606.08415.
template <class T>
struct Gelu : LibraryMath {
  T operator()(T x) const { return x * T(0.5) * (T(1) + math::erf(x * T(M_SQRT1_2))); }
};
template <class T>
struct GeluTanh : LibraryMath {
  T operator()(T x) const {
    const T inner = T(M_SQRT2 * M_2_SQRTPI * 0.5) * (x + T(0.044715) * x * x * x);
    return T(0.5) * x * (T(1) + math::tanh(inner));
  }
};

namespace {

constexpr PointwiseDef kGelu = make_pointwise<Gelu, real_floating>("GeluKernelImpl", real_floating::types{}, 0);
constexpr PointwiseDef kGeluTanh = make_pointwise<GeluTanh, real_floating>("GeluKernelImpl", real_floating::types{}, 0);

bool is_tanh(std::string_view approximate) {
  FLB_CHECK(approximate == "none" || approximate == "tanh", "approximate argument must be either none or tanh.");
  return approximate == "tanh";
}
const PointwiseDef& gelu_of(const Call& call) { return is_tanh(call.string(1)) ? kGeluTanh : kGelu; }
Specs infer_gelu(const Call& call) { return infer_pointwise(gelu_of(call), call); }
void run_gelu(const Call& call) { run_pointwise(gelu_of(call), call); }

}  // namespace

FLB_OP_FLAGS(gelu, infer_gelu, run_gelu, kPointwise);

// x clamp(x + 3, 0, 6) / 6. Howard et al., arXiv:1905.02244.
template <class T>
struct Hardswish {
  T operator()(T x) const { return x * math::min_nan(math::max_nan(x + T(3), T(0)), T(6)) / T(6); }
};
FLB_UNARY(hardswish, Hardswish, real_floating);

template <class T>
struct Hardsigmoid {
  T operator()(T x) const { return math::min_nan(math::max_nan(x + T(3), T(0)), T(6)) / T(6); }
};
FLB_UNARY(hardsigmoid, Hardsigmoid, real_floating);

template <class T>
struct LeakyRelu {
  T slope;
  explicit LeakyRelu(const Call& call) : slope(scalar_as<T>(call.scalar(1))) {}
  T operator()(T x) const { return x > 0 ? x : x * slope; }
};
FLB_UNARY(leaky_relu, LeakyRelu, real_floating);

// scale * (x above 0, alpha * (exp(input_scale * x) - 1) below).
template <class T>
struct Elu : LibraryMath {
  T alpha, scale, input_scale;
  explicit Elu(const Call& call)
      : alpha(scalar_as<T>(call.scalar(1)) * scalar_as<T>(call.scalar(2))),
        scale(scalar_as<T>(call.scalar(2))),
        input_scale(scalar_as<T>(call.scalar(3))) {}
  T operator()(T x) const { return x < 0 ? math::expm1(x * input_scale) * alpha : x * scale; }
};
FLB_UNARY(elu, Elu, real_floating);

// log(1 + exp(beta x)) / beta; x itself where that is the same to rounding.
template <class T>
struct Softplus : LibraryMath {
  T beta, threshold;
  explicit Softplus(const Call& call) : beta(scalar_as<T>(call.scalar(1))), threshold(scalar_as<T>(call.scalar(2))) {}
  T operator()(T x) const { return x * beta > threshold ? x : math::log1p(math::exp(x * beta)) / beta; }
};
FLB_UNARY(softplus, Softplus, real_floating);

template <class T>
struct Softshrink {
  T lambda;
  explicit Softshrink(const Call& call) : lambda(scalar_as<T>(call.scalar(1))) {}
  T operator()(T x) const { return x > lambda ? x - lambda : x < -lambda ? x + lambda : x * T(0); }
};

namespace {
void check_softshrink(const Call& call, DType common) {
  if (!is_floating(common)) return;
  check_fits(call.scalar(1), DType::float64);
  const double lambda = call.scalar(1).as_double(), highest = highest_of(common);
  FLB_CHECK(lambda >= 0 && lambda <= highest, "lambda must be in range [0, ", highest, "] for input dtype ",
            scalar_type_name(common), ", but found ", lambda);
}
void check_margin(const Call& call, DType common) {
  if (call.has(1) && is_floating(common)) check_fits(Scalar::of(call.real(1)), common);
}
struct shrinkable : real_floating {
  static constexpr CheckFn check = check_softshrink;
};
struct with_margin : to_floating {
  static constexpr CheckFn check = check_margin;
};
}  // namespace

FLB_UNARY(softshrink, Softshrink, shrinkable);

template <class T>
struct Hardshrink {
  T lambda;
  explicit Hardshrink(const Call& call) : lambda(scalar_as<T>(call.scalar(1))) {}
  T operator()(T x) const { return x >= -lambda && x <= lambda ? T(0) : x; }
};
FLB_UNARY(hardshrink, Hardshrink, with_number_at<1>);

// log(x / (1 - x)), of x clamped to [eps, 1 - eps] if eps is given.
template <class T>
struct Logit : LibraryMath {
  T low, high;
  explicit Logit(const Call& call) : low(call.has(1) ? static_cast<T>(call.real(1)) : T(-1)), high(T(1) - low) {}
  T operator()(T x) const {
    const T p = low < 0 ? x : x < low ? low : x > high ? high : x;
    return math::log(p / (T(1) - p));
  }
};
FLB_UNARY(logit, Logit, with_margin);

template <class T>
struct PreluKernel {
  T operator()(T x, T weight) const { return x > 0 ? x : weight * x; }
};
FLB_BINARY(_prelu_kernel, PreluKernel, real_floating);

}  // namespace flambeau::ops
