// Pooling to a given output size: window i covers [floor(i in / out), ceil((i + 1) in / out)).

#include <algorithm>
#include <limits>

#include "backend/op.h"
#include "backend/ops/pool_plan.h"
#include "backend/threads.h"

namespace flambeau::ops {
namespace {

PoolPlan plan_of(const View& x, const View& y, int dims) {
  PoolPlan p{.dims = dims};
  set_planes(p, x);
  for (int d = 0; d < dims; ++d) p.out[3 - dims + d] = y.size(d - dims);
  return p;
}

int64_t first(const PoolPlan& p, int d, int64_t o) { return o * p.in[d] / p.out[d]; }
int64_t last(const PoolPlan& p, int d, int64_t o) { return ((o + 1) * p.in[d] + p.out[d] - 1) / p.out[d]; }

/// Calls body(plane, output index, depth, height and width of the output).
template <class Body>
void for_outputs(const PoolPlan& p, const Body& body) {
  parallel_for(0, p.planes, std::max<int64_t>(1, 16384 / std::max<int64_t>(1, p.in_points() + p.out_points())),
               [&](int64_t begin, int64_t end) {
                 for (int64_t plane = begin; plane < end; ++plane) {
                   int64_t index = plane * p.out_points();
                   for (int64_t d = 0; d < p.out[0]; ++d)
                     for (int64_t h = 0; h < p.out[1]; ++h)
                       for (int64_t w = 0; w < p.out[2]; ++w) body(plane, index++, Extent{d, h, w});
                 }
               });
}

/// Calls body(offset within the plane) for every input of an output's window.
template <class Body>
void for_inputs(const PoolPlan& p, const Extent& o, const Body& body) {
  const int64_t w0 = first(p, 2, o[2]), w1 = last(p, 2, o[2]);
  for (int64_t d = first(p, 0, o[0]); d < last(p, 0, o[0]); ++d)
    for (int64_t h = first(p, 1, o[1]); h < last(p, 1, o[1]); ++h)
      for (int64_t w = w0; w < w1; ++w) body((d * p.in[1] + h) * p.in[2] + w);
}

int64_t window(const PoolPlan& p, const Extent& o) {
  int64_t count = 1;
  for (int d = 0; d < 3; ++d) count *= last(p, d, o[d]) - first(p, d, o[d]);
  return count;
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
  for_floating(call.in(0).dtype(), dims == 2 ? "adaptive_avg_pool2d" : "adaptive_avg_pool3d_cpu", [&]<class T>() {
    const Typed<T> x(call.in(0));
    const TypedOut<T> y(call.out());
    for_outputs(p, [&](int64_t plane, int64_t index, const Extent& o) {
      const T* from = x.data() + plane * p.in_points();
      T sum = 0;
      for_inputs(p, o, [&](int64_t at) { sum += from[at]; });
      y[index] = sum / static_cast<T>(window(p, o));
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
    std::fill_n(to.data(), to.numel(), T(0));
    for_outputs(p, [&](int64_t plane, int64_t index, const Extent& o) {
      T* plane_to = to.data() + plane * p.in_points();
      const T share = grad[index] / static_cast<T>(window(p, o));
      for_inputs(p, o, [&](int64_t at) { plane_to[at] += share; });
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
  for_floating(call.in(0).dtype(), dims == 2 ? "adaptive_max_pool2d" : "adaptive_max_pool3d_cpu", [&]<class T>() {
    const Typed<T> x(call.in(0));
    const TypedOut<T> y(call.out(0));
    const TypedOut<int64_t> indices(call.out(1));
    for_outputs(p, [&](int64_t plane, int64_t index, const Extent& o) {
      const T* from = x.data() + plane * p.in_points();
      T most = -std::numeric_limits<T>::infinity();
      int64_t best = (first(p, 0, o[0]) * p.in[1] + first(p, 1, o[1])) * p.in[2] + first(p, 2, o[2]);
      for_inputs(p, o, [&](int64_t at) {
        if (from[at] > most || from[at] != from[at]) most = from[at], best = at;
      });
      y[index] = most;
      indices[index] = best;
    });
    y.store();
    indices.store();
  });
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
  for_floating(call.in(0).dtype(), "adaptive_max_pool_backward", [&]<class T>() {
    const Typed<T> grad(call.in(0));
    const Typed<int64_t> indices(call.in(2));
    const TypedOut<T> to(call.out());
    std::fill_n(to.data(), to.numel(), T(0));
    for_outputs(p, [&](int64_t plane, int64_t index, const Extent&) {
      FLB_CHECK(indices[index] >= 0 && indices[index] < p.in_points(), "found an invalid max index: ", indices[index]);
      to[plane * p.in_points() + indices[index]] += grad[index];
    });
    to.store();
  });
}

}  // namespace

FLB_OP(_adaptive_avg_pool2d, infer_average<2>, run_average<2>);
FLB_OP(_adaptive_avg_pool3d, infer_average<3>, run_average<3>);
FLB_OP(_adaptive_avg_pool2d_backward, infer_average_backward<2>, run_average_backward<2>);
FLB_OP(_adaptive_avg_pool3d_backward, infer_average_backward<3>, run_average_backward<3>);
FLB_OP(adaptive_max_pool2d, infer_max<2>, run_max<2>);
FLB_OP(adaptive_max_pool3d, infer_max<3>, run_max<3>);
FLB_OP(adaptive_max_pool2d_backward, infer_max_backward<2>, run_max_backward<2>);
FLB_OP(adaptive_max_pool3d_backward, infer_max_backward<3>, run_max_backward<3>);

}  // namespace flambeau::ops
