// What the pooling operators share: windows, shapes and PyTorch's checks of them.
#pragma once

#include <array>

#include "backend/dense.h"

namespace flambeau::ops {

using Extent = std::array<int64_t, 3>;  ///< depth, height, width; depth is 1 where there is none

struct PoolPlan {
  int dims;  ///< spatial ones: 2 or 3
  int64_t planes = 1;
  Extent in{1, 1, 1}, out{1, 1, 1}, kernel{1, 1, 1}, stride{1, 1, 1}, padding{0, 0, 0}, dilation{1, 1, 1};

  int64_t in_points() const { return in[0] * in[1] * in[2]; }
  int64_t out_points() const { return out[0] * out[1] * out[2]; }
};

struct PoolArgs {
  std::span<const int64_t> kernel, stride, padding, dilation;
  bool ceil_mode;
};

/// Checks x and the window as operator `name` (max_pool2d, ...) does, and finds the output's size.
PoolPlan plan_pool(const char* name, const View& x, int dims, const PoolArgs& args);

/// The output's shape: x's with the spatial sizes replaced.
Dims pooled_sizes(const View& x, const PoolPlan& plan);

/// The spatial part of x in `plan`'s terms, and everything before it as planes.
void set_planes(PoolPlan& plan, const View& x);

/// Throws unless v has the pooled shape.
void check_pooled(const View& v, const View& x, const PoolPlan& plan);

/// Half precision computes in float; integers, where allowed, in int64.
template <class Body>
void for_pooling(DType t, const char* name, bool integers, const Body& body) {
  if (integers && is_integral(t)) return body.template operator()<int64_t>();
  for_floating(t, name, body);
}

}  // namespace flambeau::ops
