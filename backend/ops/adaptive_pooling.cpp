// Pooling to a given output size: window i covers [floor(i in / out), ceil((i + 1) in / out)).

#include <algorithm>

#include "backend/op.h"
#include "backend/ops/pool_windows.h"
#include "backend/overlap.h"

namespace flambeau::ops {
namespace {

PoolPlan plan_of(const View& x, const View& y, int dims) {
  PoolPlan p{.dims = dims};
  set_planes(p, x);
  for (int d = 0; d < dims; ++d) p.out[3 - dims + d] = y.size(d - dims);
  return p;
}

/// The window of an output.
auto ranges(const PoolPlan& p) {
  return [&p](int d, int64_t o) {
    return Range{o * p.in[d] / p.out[d], ((o + 1) * p.in[d] + p.out[d] - 1) / p.out[d]};
  };
}

/// v as an element of a half type, where t is one: PyTorch keeps three-dimensional averages in it at every step.
template <class T>
T rounded(DType t, T v) {
  if (t == DType::float16) return static_cast<T>(static_cast<float>(Half::of(static_cast<float>(v))));
  if (t == DType::bfloat16) return static_cast<T>(static_cast<float>(BFloat16::of(static_cast<float>(v))));
  return v;
}

Dims adaptive_sizes(const char* name, const View& x, int dims, std::span<const int64_t> out, const char* colon) {
  FLB_CHECK(x.dim() == dims + 1 || x.dim() == dims + 2, name, "(): Expected ", dims + 1, "D or ", dims + 2,
            "D tensor, but got", colon, shape_text(x.sizes()));
  for (int d = x.dim() - dims; d < x.dim(); ++d)
    FLB_CHECK(x.size(d) > 0, name,
              "(): Expected input to have non-zero size for non-batch dimensions, but input has sizes ",
              shape_text(x.sizes()), " with dimension ", d, " being empty");
  Dims sizes(x.sizes().begin(), x.sizes().end());
  for (int d = 0; d < dims; ++d) sizes[sizes.size() - dims + d] = out[d];
  return sizes;
}

template <int dims>
Specs infer_average(const Call& call) {
  constexpr const char* name = dims == 2 ? "adaptive_avg_pool2d" : "adaptive_avg_pool3d";
  const View& x = call.in(0);
  FLB_CHECK(call.integers(1).size() == dims, name, ": output_size must be ", dims);
  return {spec_like(x, adaptive_sizes(name, x, dims, call.integers(1), " "), dims == 2 && is_channels_last(x))};
}

template <int dims>
void run_average(const Call& call) {
  const PoolPlan p = plan_of(call.in(0), call.out(), dims);
  const DType step = dims == 3 ? call.in(0).dtype() : DType::undefined;
  for_floating(call.in(0).dtype(), dims == 2 ? "adaptive_avg_pool2d" : "adaptive_avg_pool3d_cpu", [&]<class T>() {
    const Typed<T> x(call.in(0));
    const TypedOut<T> y(call.out());
    for_planes(p, [&](int64_t i) {
      const T* plane = x.data() + i * p.in_points();
      for_windows(p, ranges(p), [&](int64_t out, Range depth, Range height, Range width) {
        T sum = 0;
        for_elements(p, depth, height, width, [&](int64_t at) { sum = rounded(step, sum + plane[at]); });
        for (const Range& r : {depth, height, width}) sum = rounded(step, sum / static_cast<T>(r.size()));
        y[i * p.out_points() + out] = sum;
      });
    });
    y.store();
  });
}

void check_gradient(const char* name, const View& grad, const View& x, int dims) {
  FLB_CHECK(x.dim() == dims + 1 || x.dim() == dims + 2, name, "(): Expected ", dims + 1, "D or ", dims + 2,
            "D tensor, but got ", shape_text(x.sizes()));
  FLB_CHECK(grad.dim() == x.dim(), name, ": Expected dimensions ", x.dim(), " for `grad_output` but got dimensions ",
            grad.dim());
  for (int d = 0; d < x.dim() - dims; ++d)
    FLB_CHECK(grad.size(d) == x.size(d), name, ": Expected size ", x.size(d), " of dimension ", d,
              " for `grad_output` but got ", grad.size(d));
}

template <int dims>
Specs infer_average_backward(const Call& call) {
  const View &grad = call.in(0), &x = call.in(1);
  check_gradient(
      dims == 2 ? "adaptive_avg_pool2d_backward_out_cpu_template" : "adaptive_avg_pool3d_backward_out_cpu_template",
      grad, x, dims);
  return {spec_like(x, x.sizes(), dims == 2 && is_channels_last(x))};
}

template <int dims>
void run_average_backward(const Call& call) {
  const PoolPlan p = plan_of(call.in(1), call.in(0), dims);
  for_floating(call.in(0).dtype(), "adaptive_avg_pool_backward", [&]<class T>() {
    const Typed<T> grad(call.in(0));
    const TypedOut<T> to(call.out());
    for_planes(p, [&](int64_t i) {
      T* plane = to.data() + i * p.in_points();
      std::fill_n(plane, p.in_points(), T(0));
      for_windows(p, ranges(p), [&](int64_t out, Range depth, Range height, Range width) {
        const T share = grad[i * p.out_points() + out] / static_cast<T>(depth.size() * height.size() * width.size());
        for_elements(p, depth, height, width, [&](int64_t at) { plane[at] += share; });
      });
    });
    to.store();
  });
}

// -> values and int64 positions within each plane.
template <int dims>
Specs infer_max(const Call& call) {
  constexpr const char* name = dims == 2 ? "adaptive_max_pool2d" : "adaptive_max_pool3d";
  const View& x = call.in(0);
  const Dims none(dims, 0);
  const auto out = call.integers(1);
  const Dims sizes = adaptive_sizes(name, x, dims, out.size() == dims ? out : std::span<const int64_t>(none), ": ");
  FLB_CHECK(out.size() == dims, name, "(): internal error: output_size.size() must be ", dims);
  Spec indices = spec_like(x, sizes, dims == 2 && is_channels_last(x));
  indices.dtype = DType::int64;
  return {spec_like(x, sizes, dims == 2 && is_channels_last(x)), indices};
}

template <int dims>
void run_max(const Call& call) {
  const PoolPlan p = plan_of(call.in(0), call.out(), dims);
  for_floating(call.in(0).dtype(), dims == 2 ? "adaptive_max_pool2d" : "adaptive_max_pool3d_cpu",
               [&]<class T>() { max_planes<T>(p, ranges(p), call.in(0), call.out(0), call.out(1)); });
}

template <int dims>
Specs infer_max_backward(const Call& call) {
  const View &grad = call.in(0), &x = call.in(1);
  check_gradient(dims == 2 ? "adaptive_max_pool2d_backward" : "adaptive_max_pool3d_backward", grad, x, dims);
  FLB_CHECK(call.in(2).dtype() == DType::int64 && std::ranges::equal(call.in(2).sizes(), grad.sizes()),
            "expected `indices` to be Long and of the shape of `grad_output`");
  return {spec_like(x, x.sizes(), dims == 2 && is_channels_last(x))};
}

template <int dims>
void run_max_backward(const Call& call) {
  const PoolPlan p = plan_of(call.in(1), call.in(0), dims);
  for_floating(call.in(0).dtype(), "adaptive_max_pool_backward",
               [&]<class T>() { scatter_planes<T>(p, call.in(0), call.in(2), call.out()); });
}

}  // namespace

FLB_OP(_adaptive_avg_pool2d, infer_average<2>, run_average<2>);
FLB_OP_FLAGS(_adaptive_avg_pool3d, infer_average<3>, run_average<3>, kMayOverlap);
FLB_OP(_adaptive_avg_pool2d_backward, infer_average_backward<2>, run_average_backward<2>);
FLB_OP(_adaptive_avg_pool3d_backward, infer_average_backward<3>, run_average_backward<3>);
FLB_OP(adaptive_max_pool2d, infer_max<2>, run_max<2>);
FLB_OP_FLAGS(adaptive_max_pool3d, infer_max<3>, run_max<3>, kMayOverlap);
FLB_OP(adaptive_max_pool2d_backward, infer_max_backward<2>, run_max_backward<2>);
FLB_OP_FLAGS(adaptive_max_pool3d_backward, infer_max_backward<3>, run_max_backward<3>, kMayOverlap);

}  // namespace flambeau::ops
