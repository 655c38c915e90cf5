// The loops that pooling over windows of a fixed size and pooling to a given output size share.
#pragma once

#include <limits>

#include "backend/ops/pool_plan.h"
#include "kernels/common/threads.h"

namespace flambeau::ops {

/// The input positions [begin, end) of a window in one dimension.
struct Range {
  int64_t begin, end;
  int64_t size() const { return std::max<int64_t>(0, end - begin); }
};

/// Calls body(plane) for all planes, in parallel.
template <class Body>
void for_planes(const PoolPlan& p, const Body& body) {
  const int64_t work = std::max(p.in_points(), p.out_points() * p.kernel[0] * p.kernel[1] * p.kernel[2]);
  parallel_for(0, p.planes, std::max<int64_t>(1, 16384 / std::max<int64_t>(1, work)), [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) body(i);
  });
}

/// Calls body(output index, window ranges) for every output of a plane; range(dimension, output position) is a Range.
template <class RangeOf, class Body>
void for_windows(const PoolPlan& p, const RangeOf& range, const Body& body) {
  int64_t index = 0;
  for (int64_t d = 0; d < p.out[0]; ++d) {
    const Range depth = range(0, d);
    for (int64_t h = 0; h < p.out[1]; ++h) {
      const Range height = range(1, h);
      for (int64_t w = 0; w < p.out[2]; ++w) body(index++, depth, height, range(2, w));
    }
  }
}

/// Calls body(offset within the plane) for every element of a window.
template <class Body>
void for_elements(const PoolPlan& p, Range depth, Range height, Range width, const Body& body) {
  for (int64_t d = depth.begin; d < depth.end; d += p.dilation[0])
    for (int64_t h = height.begin; h < height.end; h += p.dilation[1]) {
      const int64_t row = (d * p.in[1] + h) * p.in[2];
      for (int64_t w = width.begin; w < width.end; w += p.dilation[2]) body(row + w);
    }
}

/// The largest of each window and where it is. The first wins; NaN is larger than everything.
template <class T, class RangeOf>
void max_plane(const PoolPlan& p, const RangeOf& range, const T* x, T* y, int64_t* indices) {
  for_windows(p, range, [&](int64_t out, Range depth, Range height, Range width) {
    int64_t best = (depth.begin * p.in[1] + height.begin) * p.in[2] + width.begin;
    T most =
        std::numeric_limits<T>::has_infinity ? -std::numeric_limits<T>::infinity() : std::numeric_limits<T>::lowest();
    for_elements(p, depth, height, width, [&](int64_t at) {
      if (x[at] > most || x[at] != x[at]) most = x[at], best = at;
    });
    y[out] = most;
    indices[out] = best;
  });
}

/// Max pooling of x into y and its indices, all dense.
template <class T, class RangeOf>
void max_planes(const PoolPlan& p, const RangeOf& range, const View& x_view, const View& y_view, const View& at_view) {
  const Typed<T> x(x_view);
  const TypedOut<T> y(y_view);
  const TypedOut<int64_t> indices(at_view);
  for_planes(p, [&](int64_t i) {
    max_plane(p, range, x.data() + i * p.in_points(), y.data() + i * p.out_points(),
              indices.data() + i * p.out_points());
  });
  y.store();
  indices.store();
}

/// Adds each gradient to the place its index names.
template <class T>
void scatter_planes(const PoolPlan& p, const View& grad_view, const View& at_view, const View& to_view) {
  const Typed<T> grad(grad_view);
  const Typed<int64_t> indices(at_view);
  const TypedOut<T> to(to_view);
  const int64_t in = p.in_points(), out = p.out_points();
  for_planes(p, [&](int64_t i) {
    T* plane = to.data() + i * in;
    std::fill_n(plane, in, T(0));
    for (int64_t o = i * out; o < (i + 1) * out; ++o) {
      FLB_CHECK(indices[o] >= 0 && indices[o] < in, "found an invalid max index: ", indices[o],
                " (output volumes are of size ", p.in[1], "x", p.in[2], ")");
      plane[indices[o]] += grad[o];
    }
  });
  to.store();
}

}  // namespace flambeau::ops
