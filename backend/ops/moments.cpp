// Variance, norms, logarithms of sums, and logical reductions.

#include <limits>

#include "backend/overlap.h"
#include "backend/promotion.h"
#include "backend/reduce.h"

namespace flambeau::ops {
namespace {

DimMask dims_of(const Call& call, int position) { return dim_mask(call.integers(position), call.in(0).dim()); }

/// Count, mean and sum of squared deviations (of both parts of a complex number), in double precision.
template <class T>
struct Moments {
  double count, mean, imaginary_mean, squares;
};

// Welford's update; merged by Chan, Golub and LeVeque's formula.
template <class T>
struct Spread {
  using In = T;
  using Acc = Moments<T>;
  Acc start() const { return {0, 0, 0, 0}; }
  Acc add(Acc a, T x, int64_t) const {
    const double n = a.count + 1;
    if constexpr (is_complex_v<T>) {
      const double re = x.re - a.mean, im = x.im - a.imaginary_mean;
      const double mean = a.mean + re / n, imaginary = a.imaginary_mean + im / n;
      return {n, mean, imaginary, a.squares + re * (x.re - mean) + im * (x.im - imaginary)};
    } else {
      const double d = static_cast<double>(x) - a.mean, mean = a.mean + d / n;
      return {n, mean, 0, a.squares + d * (static_cast<double>(x) - mean)};
    }
  }
  Acc merge(Acc a, Acc b) const {
    if (a.count == 0) return b;
    if (b.count == 0) return a;
    const double n = a.count + b.count, d = b.mean - a.mean, e = b.imaginary_mean - a.imaginary_mean,
                 share = b.count / n;
    return {n, a.mean + d * share, a.imaginary_mean + e * share,
            a.squares + b.squares + (d * d + e * e) * a.count * share};
  }
};
template <class T>
struct RealSpread : Spread<T> {
  using Acc = Moments<T>;
  /// A dense row in two passes over what the cache holds: first its mean, then the deviations.
  Acc row(const T* x, int64_t count, int64_t) const {
    constexpr int kLanes = 16;
    double lanes[kLanes] = {};
    const int64_t whole = count - count % kLanes;
    for (int64_t i = 0; i < whole; i += kLanes) {
      for (int l = 0; l < kLanes; ++l) lanes[l] += static_cast<double>(x[i + l]);
    }
    double sum = 0;
    for (double& l : lanes) sum += l, l = 0;
    for (int64_t i = whole; i < count; ++i) sum += static_cast<double>(x[i]);
    const double mean = sum / static_cast<double>(count);
    for (int64_t i = 0; i < whole; i += kLanes) {
      for (int l = 0; l < kLanes; ++l)
        lanes[l] += (static_cast<double>(x[i + l]) - mean) * (static_cast<double>(x[i + l]) - mean);
    }
    double squares = 0;
    for (double l : lanes) squares += l;
    for (int64_t i = whole; i < count; ++i)
      squares += (static_cast<double>(x[i]) - mean) * (static_cast<double>(x[i]) - mean);
    return {static_cast<double>(count), mean, 0, squares};
  }
};
template <class T>
using SpreadOf = std::conditional_t<is_complex_v<T>, Spread<T>, RealSpread<T>>;

template <class T, bool kRoot>
struct Deviation : SpreadOf<T> {
  double correction;
  explicit Deviation(const cpu::Reduction& r) : correction(r.call.has(2) ? r.call.scalar(2).as_double() : 1) {}
  real_t<T> result(Moments<T> m) const {
    const double free = m.count - correction, variance = m.squares / (free > 0 ? free : 0);
    return static_cast<real_t<T>>(kRoot ? std::sqrt(variance) : variance);
  }
};
template <class T>
using Var = Deviation<T, false>;
template <class T>
using Std = Deviation<T, true>;

template <class T, bool kRoot>
struct DeviationAndMean : Deviation<T, kRoot> {
  using Deviation<T, kRoot>::Deviation;
  std::pair<real_t<T>, T> result(Moments<T> m) const {
    const auto spread = Deviation<T, kRoot>::result(m);
    if constexpr (is_complex_v<T>) {
      const double none = m.count == 0 ? std::numeric_limits<double>::quiet_NaN() : 0;
      return {spread, T(static_cast<real_t<T>>(m.mean + none), static_cast<real_t<T>>(m.imaginary_mean + none))};
    } else {
      return {spread, m.count == 0 ? std::numeric_limits<T>::quiet_NaN() : static_cast<T>(m.mean)};
    }
  }
};
template <class T>
using VarMean = DeviationAndMean<T, false>;
template <class T>
using StdMean = DeviationAndMean<T, true>;

// var.correction(self, dim?, *, correction?, keepdim)
Spec deviation_spec(const Call& call, const char* name) {
  const View& self = call.in(0);
  FLB_CHECK(is_floating(self.dtype()) || is_complex(self.dtype()), name,
            " only support floating point and complex dtypes");
  return spec_of(to_real(self.dtype()), self.device(), reduced_sizes(self, dims_of(call, 1), call.boolean(3)));
}
Specs infer_deviation(const Call& call) { return {deviation_spec(call, "std and var")}; }
Specs infer_deviation_and_mean(const Call& call) {
  const Spec spec = deviation_spec(call, std::string_view(call.op->name).starts_with("var") ? "var_mean" : "std_mean");
  Spec mean = spec;
  mean.dtype = call.in(0).dtype();
  return {spec, mean};
}
template <template <class> class F>
void run_deviation(const Call& call) {
  const auto& loops = find_reduce_loops(cpu::reduce_loops_of<F, float, double, Complex<float>, Complex<double>>,
                                        call.in(0).dtype(), call.op->name);
  reduce(loops, call, call.in(0), dims_of(call, 1), {call.outputs, static_cast<size_t>(call.num_outputs)});
}

// Norms: a sum over |x| of order p, and its root.

template <class T>
auto magnitude(T x) {
  if constexpr (is_complex_v<T>)
    return math::abs(x);
  else
    return math::fabs(x);
}

template <class T>
struct NormBase {
  using In = T;
  using Acc = real_t<T>;
  Acc start() const { return 0; }
  Acc merge(Acc a, Acc b) const { return a + b; }
  Acc result(Acc a) const { return a; }
};
template <class T>
struct Norm0 : NormBase<T> {
  real_t<T> add(real_t<T> a, T x, int64_t) const { return a + (x == T(0) ? 0 : 1); }
};
template <class T>
struct Norm1 : NormBase<T> {
  real_t<T> add(real_t<T> a, T x, int64_t) const { return a + magnitude(x); }
};
template <class T>
struct Norm2 : NormBase<T> {
  real_t<T> add(real_t<T> a, T x, int64_t) const {
    if constexpr (is_complex_v<T>)
      return a + (x.re * x.re + x.im * x.im);
    else
      return a + x * x;
  }
  real_t<T> result(real_t<T> a) const { return math::sqrt(a); }
};
template <class T>
struct NormMax : NormBase<T> {
  real_t<T> add(real_t<T> a, T x, int64_t) const { return merge(a, magnitude(x)); }
  real_t<T> merge(real_t<T> a, real_t<T> b) const { return math::max_nan(a, b); }
};
template <class T>
struct NormMin : NormBase<T> {
  real_t<T> start() const { return std::numeric_limits<real_t<T>>::infinity(); }
  real_t<T> add(real_t<T> a, T x, int64_t) const { return merge(a, magnitude(x)); }
  real_t<T> merge(real_t<T> a, real_t<T> b) const { return math::min_nan(a, b); }
};
template <class T>
struct NormP : NormBase<T> {
  real_t<T> order;
  explicit NormP(const cpu::Reduction& r)
      : order(static_cast<real_t<T>>(r.call.has(1) ? r.call.scalar(1).as_double() : 2)) {}
  real_t<T> add(real_t<T> a, T x, int64_t) const { return a + math::pow(magnitude(x), order); }
  real_t<T> result(real_t<T> a) const { return math::pow(a, 1 / order); }
};

/// Positions of the arguments in a norm's schema; the order is always at 1. -1: not there.
struct NormSchema {
  int dims, keepdim, dtype;
};
constexpr NormSchema kVectorNorm{2, 3, 4}, kNormDim{2, 3, -1}, kNormDimDtype{2, 3, 4}, kNormAll{-1, -1, -1},
    kNormAllDtype{-1, -1, 2};

double order_of(const Call& call) { return call.has(1) ? call.scalar(1).as_double() : 2; }
DimMask norm_dims(const Call& call, const NormSchema& schema) {
  return schema.dims < 0 ? all_dims(call.in(0).dim()) : dims_of(call, schema.dims);
}
/// What the elements are converted to before they are added.
DType norm_dtype(const Call& call, const NormSchema& schema) {
  return schema.dtype >= 0 && call.has(schema.dtype) ? static_cast<DType>(call.integer(schema.dtype))
                                                     : call.in(0).dtype();
}

template <const NormSchema& schema>
Specs infer_norm(const Call& call) {
  const View& self = call.in(0);
  const DType t = norm_dtype(call, schema);
  FLB_CHECK(is_floating(self.dtype()) || is_complex(self.dtype()),
            "linalg.vector_norm: Expected a floating point or complex tensor as input. Got ",
            scalar_type_name(self.dtype()));
  FLB_CHECK(is_floating(t) || is_complex(t), "linalg.vector_norm: dtype should be floating point or complex, but got ",
            scalar_type_name(t));
  const char* const kind = is_complex(self.dtype()) ? "complex" : "real";
  FLB_CHECK(is_complex(t) == is_complex(self.dtype()), "linalg.vector_norm: dtype should be ", kind, " for ", kind,
            " inputs, but got ", scalar_type_name(t));
  FLB_CHECK(promote(self.dtype(), t) == t, "linalg.vector_norm: the dtype of the input (",
            scalar_type_name(self.dtype()), ") should be convertible without narrowing to the specified dtype (",
            scalar_type_name(t), ")");
  const DimMask mask = norm_dims(call, schema);
  const double order = order_of(call);
  FLB_CHECK((order >= 0 && order != std::numeric_limits<double>::infinity()) || reduced_count(self, mask) > 0,
            "linalg.vector_norm cannot compute the ", order,
            " norm on an empty tensor because the operation does not have an identity");
  return {spec_of(to_real(t), self.device(),
                  reduced_sizes(self, mask, schema.keepdim >= 0 && call.boolean(schema.keepdim)))};
}

template <template <class> class F>
std::span<const cpu::ReduceLoops> norm_loops() {
  return cpu::reduce_loops_of<F, float, double, Complex<float>, Complex<double>>;
}

template <const NormSchema& schema>
void run_norm(const Call& call) {
  const double order = order_of(call);
  const double infinity = std::numeric_limits<double>::infinity();
  const auto table = order == 2           ? norm_loops<Norm2>()
                     : order == 1         ? norm_loops<Norm1>()
                     : order == 0         ? norm_loops<Norm0>()
                     : order == infinity  ? norm_loops<NormMax>()
                     : order == -infinity ? norm_loops<NormMin>()
                                          : norm_loops<NormP>();
  const View& self = call.in(0);
  reduce(find_reduce_loops(table, norm_dtype(call, schema), "norm"), call, self, norm_dims(call, schema),
         {call.outputs, 1});
}

// log(sum(exp(x))), of terms relative to the largest so far.
template <class T>
struct ScaledSum {
  T largest, sum;
};
template <class T>
struct LogSumExp {
  using In = T;
  using Acc = ScaledSum<T>;
  Acc start() const { return {-std::numeric_limits<T>::infinity(), 0}; }
  Acc add(Acc a, T x, int64_t) const { return merge(a, {x, 1}); }
  Acc merge(Acc a, Acc b) const {
    if (a.largest == b.largest) return {a.largest, a.sum + b.sum};
    const bool swap = a.largest < b.largest;
    const Acc high = swap ? b : a, low = swap ? a : b;
    return {high.largest, high.sum + low.sum * math::exp(low.largest - high.largest)};
  }
  Acc row(const T* x, int64_t count, int64_t) const {
    T largest = -std::numeric_limits<T>::infinity();
    for (int64_t i = 0; i < count; ++i) largest = largest < x[i] ? x[i] : largest;
    if (std::isinf(largest)) {
      Acc a = start();
      for (int64_t i = 0; i < count; ++i) a = add(a, x[i], 0);
      return a;
    }
    constexpr int kLanes = 32;
    T lanes[kLanes] = {};
    int64_t i = 0;
    for (; i + kLanes <= count; i += kLanes) {
      for (int l = 0; l < kLanes; ++l) lanes[l] += math::exp(x[i + l] - largest);
    }
    T sum = 0;
    for (; i < count; ++i) sum += math::exp(x[i] - largest);
    for (T l : lanes) sum += l;
    return {largest, sum};
  }
  T result(Acc a) const { return a.largest + math::log(a.sum); }
};
/// By the largest real part.
template <class T>
struct LogSumExp<Complex<T>> {
  struct Acc {
    T largest;
    Complex<T> sum;
  };
  using In = Complex<T>;
  Acc start() const { return {-std::numeric_limits<T>::infinity(), Complex<T>(T(0))}; }
  Acc add(Acc a, In x, int64_t) const { return merge(a, {x.re, math::exp(Complex<T>{0, x.im})}); }
  Acc merge(Acc a, Acc b) const {
    if (a.largest == b.largest) return {a.largest, a.sum + b.sum};
    const bool swap = a.largest < b.largest;
    const Acc high = swap ? b : a, low = swap ? a : b;
    return {high.largest, high.sum + low.sum * Complex<T>(math::exp(low.largest - high.largest))};
  }
  In result(Acc a) const { return Complex<T>(a.largest) + math::log(a.sum); }
};

Specs infer_logsumexp(const Call& call) {
  const View& self = call.in(0);
  const DType t = is_integral(self.dtype(), true) ? default_dtype.load() : self.dtype();
  FLB_CHECK_AS(not_implemented, is_floating(t) || is_complex(t), "\"logsumexp\" not implemented for '",
               scalar_type_name(t), "'");
  return {spec_of(t, self.device(), reduced_sizes(self, dims_of(call, 1), call.boolean(2)))};
}
void run_logsumexp(const Call& call) {
  reduce(find_reduce_loops(cpu::reduce_loops_of<LogSumExp, float, double, Complex<float>, Complex<double>>,
                           call.out().dtype(), "logsumexp"),
         call, call.in(0), dims_of(call, 1), {call.outputs, 1});
}

template <class T>
struct Any {
  using In = T;
  using Acc = T;
  T start() const { return false; }
  T add(T a, T x, int64_t) const { return a | x; }
  T merge(T a, T b) const { return a | b; }
  T result(T a) const { return a; }
};
template <class T>
struct All {
  using In = T;
  using Acc = T;
  T start() const { return true; }
  T add(T a, T x, int64_t) const { return a & x; }
  T merge(T a, T b) const { return a & b; }
  T result(T a) const { return a; }
};
template <class T>
struct CountNonzero {
  using In = T;
  using Acc = int64_t;
  int64_t start() const { return 0; }
  int64_t add(int64_t a, T x, int64_t) const { return a + x; }
  int64_t merge(int64_t a, int64_t b) const { return a + b; }
  int64_t result(int64_t a) const { return a; }
};

// Schemas (self), (self, dim, keepdim), (self, dims, keepdim). uint8 answers in kind.
// An empty list of dims reduces nothing.
DimMask logical_dims(const Call& call) {
  if (call.num_args < 2 || !call.has(1)) return all_dims(call.in(0).dim());
  if (call.args[1].kind == ArgKind::integers) return call.integers(1).empty() ? 0 : dims_of(call, 1);
  const int64_t dim = call.integer(1);
  return dim_mask({&dim, 1}, call.in(0).dim());
}
Specs infer_logical(const Call& call) {
  const View& self = call.in(0);
  const DType t = self.dtype() == DType::uint8 ? DType::uint8 : DType::boolean;
  return {spec_of(t, self.device(), reduced_sizes(self, logical_dims(call), call.num_args > 2 && call.boolean(2)))};
}
Specs infer_count_nonzero(const Call& call) {
  return {spec_of(DType::int64, call.in(0).device(), reduced_sizes(call.in(0), logical_dims(call), false))};
}
template <template <class> class F>
void run_logical(const Call& call) {
  reduce(cpu::reduce_loops_of<F, bool>[0], call, call.in(0), logical_dims(call), {call.outputs, 1});
}

}  // namespace

FLB_OP_FLAGS(var_correction, infer_deviation, run_deviation<Var>, kMayOverlap);
FLB_OP_FLAGS(std_correction, infer_deviation, run_deviation<Std>, kMayOverlap);
FLB_OP(var_mean_correction, infer_deviation_and_mean, run_deviation<VarMean>);
FLB_OP(std_mean_correction, infer_deviation_and_mean, run_deviation<StdMean>);

FLB_OP_FLAGS(linalg_vector_norm, infer_norm<kVectorNorm>, run_norm<kVectorNorm>, kMayOverlap);
FLB_OP(norm_Scalar, infer_norm<kNormAll>, run_norm<kNormAll>);
FLB_OP(norm_ScalarOpt_dtype, infer_norm<kNormAllDtype>, run_norm<kNormAllDtype>);
FLB_OP_FLAGS(norm_ScalarOpt_dim, infer_norm<kNormDim>, run_norm<kNormDim>, kMayOverlap);
FLB_OP_FLAGS(norm_ScalarOpt_dim_dtype, infer_norm<kNormDimDtype>, run_norm<kNormDimDtype>, kMayOverlap);

FLB_OP(logsumexp, infer_logsumexp, run_logsumexp);

FLB_OP_FLAGS(any, infer_logical, run_logical<Any>, kMayOverlap);
FLB_OP_FLAGS(any_dim, infer_logical, run_logical<Any>, kMayOverlap);
FLB_OP_FLAGS(any_dims, infer_logical, run_logical<Any>, kMayOverlap);
FLB_OP_FLAGS(all, infer_logical, run_logical<All>, kMayOverlap);
FLB_OP_FLAGS(all_dim, infer_logical, run_logical<All>, kMayOverlap);
FLB_OP_FLAGS(all_dims, infer_logical, run_logical<All>, kMayOverlap);
FLB_OP(count_nonzero, infer_count_nonzero, run_logical<CountNonzero>);
FLB_OP(count_nonzero_dim_IntList, infer_count_nonzero, run_logical<CountNonzero>);

}  // namespace flambeau::ops
