// Max and average pooling over windows, in two and three dimensions, with gradients.

#include <cmath>

#include "backend/op.h"
#include "backend/ops/pool_windows.h"
#include "backend/promotion.h"

namespace flambeau::ops {
namespace {

// ---- max ----

template <int dims>
PoolPlan max_plan(const Call& call, int x, int at) {
  return plan_pool(
      dims == 2 ? "max_pool2d" : "max_pool3d", call.in(x), dims,
      {call.integers(at), call.integers(at + 1), call.integers(at + 2), call.integers(at + 3), call.boolean(at + 4)});
}

// -> values and int64 positions within each plane. The first largest wins; NaN is larger than everything.
template <int dims>
Specs infer_max(const Call& call) {
  const View& x = call.in(0);
  const Dims sizes = pooled_sizes(x, max_plan<dims>(call, 0, 1));
  const bool last = is_channels_last(x) && x.dim() == dims + 2;
  Spec indices = spec_like(x, sizes, last);
  indices.dtype = DType::int64;
  return {spec_like(x, sizes, last), indices};
}

template <int dims>
void run_max(const Call& call) {
  const PoolPlan p = max_plan<dims>(call, 0, 1);
  const auto range = [&](int d, int64_t o) {
    int64_t begin = o * p.stride[d] - p.padding[d];
    const int64_t end = std::min(begin + (p.kernel[d] - 1) * p.dilation[d] + 1, p.in[d]);
    while (begin < 0) begin += p.dilation[d];
    return Range{begin, end};
  };
  for_pooling(call.in(0).dtype(), dims == 2 ? "max_pool2d" : "max_pool3d", true,
              [&]<class T>() { max_planes<T>(p, range, call.in(0), call.out(0), call.out(1)); });
}

void check_gradient_type(const View& grad, const View& x) {
  const auto name = [](DType t) {
    return t == DType::float32 ? "float" : t == DType::float64 ? "double" : scalar_type_name(t);
  };
  FLB_CHECK(grad.dtype() == x.dtype(), "expected dtype ", name(x.dtype()), " for `gradOutput` but got dtype ",
            name(grad.dtype()));
}

template <int dims>
Specs infer_max_backward(const Call& call) {
  const View &grad = call.in(0), &x = call.in(1), &indices = call.in(7);
  check_gradient_type(grad, x);
  const PoolPlan p = max_plan<dims>(call, 1, 2);
  check_pooled(grad, x, p);
  check_pooled(indices, x, p);
  FLB_CHECK(indices.dtype() == DType::int64, "expected scalar type Long but found ", scalar_type_name(indices.dtype()));
  return {spec_like(x, x.sizes(), is_channels_last(x) && x.dim() == dims + 2)};
}

template <int dims>
void run_max_backward(const Call& call) {
  const PoolPlan p = max_plan<dims>(call, 1, 2);
  for_pooling(call.in(0).dtype(), dims == 2 ? "max_pool2d_backward" : "max_pool3d_backward", true,
              [&]<class T>() { scatter_planes<T>(p, call.in(0), call.in(7), call.out()); });
}

// ---- average ----

struct Average {
  bool count_padding;
  bool has_divisor;
  int64_t divisor;
};

template <int dims>
PoolPlan average_plan(const Call& call, int x, int at, Average& average) {
  average = {call.boolean(at + 4), call.has(at + 5), call.integer_or(at + 5, 0)};
  const PoolPlan p =
      plan_pool(dims == 2 ? "avg_pool2d" : "avg_pool3d", call.in(x), dims,
                {call.integers(at), call.integers(at + 1), call.integers(at + 2), {}, call.boolean(at + 3)});
  FLB_CHECK(!average.has_divisor || average.divisor != 0, "divisor must be not zero");
  return p;
}

template <int dims>
Specs infer_average(const Call& call) {
  const View& x = call.in(0);
  Average average;
  return {spec_like(x, pooled_sizes(x, average_plan<dims>(call, 0, 1, average)),
                    is_channels_last(x) && x.dim() == dims + 2)};
}

/// Calls body(output, ranges inside the input, divisor).
template <class Body>
void for_averages(const PoolPlan& p, const Average& a, const Body& body) {
  const auto padded = [&](int d, int64_t o) {
    const int64_t begin = o * p.stride[d] - p.padding[d];
    return Range{begin, std::min(begin + p.kernel[d], p.in[d] + p.padding[d])};
  };
  for_windows(p, padded, [&](int64_t out, Range depth, Range height, Range width) {
    int64_t divisor = (depth.end - depth.begin) * (height.end - height.begin) * (width.end - width.begin);
    const auto inside = [&](Range r, int d) { return Range{std::max<int64_t>(r.begin, 0), std::min(r.end, p.in[d])}; };
    depth = inside(depth, 0), height = inside(height, 1), width = inside(width, 2);
    const int64_t real = depth.size() * height.size() * width.size();
    if (!a.count_padding) divisor = real;
    if (a.has_divisor) divisor = a.divisor;
    body(out, depth, height, width, real ? divisor : 0);
  });
}

template <int dims>
void run_average(const Call& call) {
  Average average;
  const PoolPlan p = average_plan<dims>(call, 0, 1, average);
  const DType type = call.in(0).dtype();
  for_pooling(type, dims == 2 ? "avg_pool2d" : "avg_pool3d_out_frame", type == DType::int64, [&]<class T>() {
    const Typed<T> x(call.in(0));
    const TypedOut<T> y(call.out());
    for_planes(p, [&](int64_t i) {
      const T* plane = x.data() + i * p.in_points();
      for_averages(p, average, [&](int64_t out, Range depth, Range height, Range width, int64_t divisor) {
        T sum = 0;
        for_elements(p, depth, height, width, [&](int64_t at) { sum += plane[at]; });
        y[i * p.out_points() + out] = divisor ? sum / static_cast<T>(divisor) : T(0);
      });
    });
    y.store();
  });
}

template <int dims>
Specs infer_average_backward(const Call& call) {
  const View &grad = call.in(0), &x = call.in(1);
  Average average;
  check_pooled(grad, x, average_plan<dims>(call, 1, 2, average));
  return {spec_like(x, x.sizes(), is_channels_last(x) && x.dim() == dims + 2)};
}

template <int dims>
void run_average_backward(const Call& call) {
  Average average;
  const PoolPlan p = average_plan<dims>(call, 1, 2, average);
  const DType type = call.in(0).dtype();
  for_pooling(type, dims == 2 ? "avg_pool2d_backward" : "avg_pool3d_backward_out_frame", type == DType::int64,
              [&]<class T>() {
                const Typed<T> grad(call.in(0));
                const TypedOut<T> to(call.out());
                for_planes(p, [&](int64_t i) {
                  T* plane = to.data() + i * p.in_points();
                  std::fill_n(plane, p.in_points(), T(0));
                  for_averages(p, average, [&](int64_t out, Range depth, Range height, Range width, int64_t divisor) {
                    if (!divisor) return;
                    const T share = grad[i * p.out_points() + out] / static_cast<T>(divisor);
                    for_elements(p, depth, height, width, [&](int64_t at) { plane[at] += share; });
                  });
                });
                to.store();
              });
}

}  // namespace

FLB_OP(max_pool2d_with_indices, infer_max<2>, run_max<2>);
FLB_OP(max_pool3d_with_indices, infer_max<3>, run_max<3>);
FLB_OP(max_pool2d_with_indices_backward, infer_max_backward<2>, run_max_backward<2>);
FLB_OP(max_pool3d_with_indices_backward, infer_max_backward<3>, run_max_backward<3>);
FLB_OP(avg_pool2d, infer_average<2>, run_average<2>);
FLB_OP(avg_pool3d, infer_average<3>, run_average<3>);
FLB_OP(avg_pool2d_backward, infer_average_backward<2>, run_average_backward<2>);
FLB_OP(avg_pool3d_backward, infer_average_backward<3>, run_average_backward<3>);

}  // namespace flambeau::ops
