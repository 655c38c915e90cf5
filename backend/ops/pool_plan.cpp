#include "backend/ops/pool_plan.h"

#include <string>

namespace flambeau::ops {
namespace {

int64_t floor_div(int64_t a, int64_t b) { return a >= 0 ? a / b : -((-a + b - 1) / b); }

int64_t pooled_size(int64_t in, int64_t kernel, int64_t pad, int64_t stride, int64_t dilation, bool ceil_mode) {
  int64_t out = floor_div(in + 2 * pad - dilation * (kernel - 1) - 1 + (ceil_mode ? stride - 1 : 0), stride) + 1;
  if (ceil_mode && (out - 1) * stride >= in + pad) --out;  // the last window must begin inside
  return out;
}

void check_list(const char* name, std::span<const int64_t> list, int dims, const char* text) {
  const auto n = static_cast<int>(list.size());
  FLB_CHECK(n == 1 || n == dims, name, ": ", text, dims == 2 ? "two ints" : "three ints");
}

Extent extent(std::span<const int64_t> list, int dims, int64_t absent) {
  Extent e{absent, absent, absent};
  for (int d = 0; d < dims; ++d) e[3 - dims + d] = list.size() == 1 ? list[0] : list[d];
  for (const int64_t n : e) FLB_CHECK(n == static_cast<int32_t>(n), "integer out of range");
  return e;
}

std::string joined(int64_t channels, const Extent& e, int dims) {
  std::string text = "(" + std::to_string(channels);
  for (int d = 3 - dims; d < 3; ++d) text += "x" + std::to_string(e[d]);
  return text + ")";
}

}  // namespace

void set_planes(PoolPlan& plan, const View& x) {
  plan.planes = 1;
  for (int d = 0; d < x.dim() - plan.dims; ++d) plan.planes *= x.size(d);
  for (int d = 0; d < plan.dims; ++d) plan.in[3 - plan.dims + d] = x.size(d - plan.dims);
}

PoolPlan plan_pool(const char* name, const View& x, int dims, const PoolArgs& a) {
  const std::string_view op = name;
  const bool max = op.starts_with("max");
  check_list(name, a.kernel, dims,
             op == "avg_pool3d" ? "kernel_size must be a single int, or a tuple of "
                                : "kernel_size must either be a single int, or a tuple of ");
  if (!a.stride.empty())
    check_list(name, a.stride, dims,
               op == "avg_pool3d" ? "stride must be omitted, a single int, or a tuple of "
                                  : "stride must either be omitted, a single int, or a tuple of ");
  check_list(name, a.padding, dims,
             op == "avg_pool3d" ? "padding must be a single int, or a tuple of "
                                : "padding must either be a single int, or a tuple of ");
  if (max)
    check_list(name, a.dilation, dims,
               dims == 2 ? "dilation must be either a single int, or a tuple of "
                         : "dilation must be either a single int, or a tuple of ");
  PoolPlan p{.dims = dims};
  p.kernel = extent(a.kernel, dims, 1), p.padding = extent(a.padding, dims, 0);
  p.stride = a.stride.empty() ? p.kernel : extent(a.stride, dims, 1);
  if (max) p.dilation = extent(a.dilation, dims, 1);
  if (dims == 3 || max)
    FLB_CHECK(x.dim() == dims + 1 || x.dim() == dims + 2, "non-empty ", dims + 1, "D or ", dims + 2,
              "D (batch mode) tensor expected for input");
  else
    FLB_CHECK_AS(index, x.dim() >= 3, "Dimension out of range (expected to be in range of [", -x.dim(), ", ",
                 x.dim() - 1, "], but got -3)");
  set_planes(p, x);
  for (int d = 3 - dims; d < 3; ++d) FLB_CHECK(p.stride[d] != 0, "stride should not be zero");
  for (int d = 3 - dims; d < 3; ++d) {
    FLB_CHECK(p.padding[d] >= 0, "pad must be non-negative, but got pad: ", p.padding[d]);
    FLB_CHECK(p.padding[d] <= ((p.kernel[d] - 1) * p.dilation[d] + 1) / 2,
              "pad should be at most half of effective kernel size, but got pad=", p.padding[d],
              ", kernel_size=", p.kernel[d], " and dilation=", p.dilation[d]);
  }
  for (int d = 3 - dims; d < 3; ++d) {
    if (dims == 2)
      FLB_CHECK(p.dilation[d] > 0, "dilation should be greater than zero, but got dilationH: ", p.dilation[1],
                " dilationW: ", p.dilation[2]);
    else
      FLB_CHECK(p.dilation[d] > 0, "dilation should be greater than zero, but got dilationT: ", p.dilation[0],
                " dilationH: ", p.dilation[1], " dilationW: ", p.dilation[2]);
    p.out[d] = pooled_size(p.in[d], p.kernel[d], p.padding[d], p.stride[d], p.dilation[d], a.ceil_mode);
  }
  bool empty = false;
  for (int d = x.dim() == dims + 2 ? 1 : 0; d < x.dim(); ++d) empty = empty || x.size(d) == 0;
  FLB_CHECK(!empty, "Expected ", dims + 1, "D or ", dims + 2,
            "D (batch mode) tensor with optional 0 dim batch size for input, but got:", shape_text(x.sizes()));
  if (op == "avg_pool3d")
    FLB_CHECK(p.in[0] >= p.kernel[0] - 2 * p.padding[0] && p.in[1] >= p.kernel[1] - 2 * p.padding[1] &&
                  p.in[2] >= p.kernel[2] - 2 * p.padding[2],
              "input image (T: ", p.in[0], " H: ", p.in[1], " W: ", p.in[2],
              ") smaller than kernel size (kT: ", p.kernel[0], " kH: ", p.kernel[1], " kW: ", p.kernel[2], ")");
  const int64_t channels = x.size(x.dim() - dims - 1);
  FLB_CHECK(p.out[0] >= 1 && p.out[1] >= 1 && p.out[2] >= 1, "Given input size: ", joined(channels, p.in, dims),
            ". Calculated output size: ", joined(channels, p.out, dims), ". Output size is too small");
  return p;
}

Dims pooled_sizes(const View& x, const PoolPlan& plan) {
  Dims sizes(x.sizes().begin(), x.sizes().end());
  for (int d = 0; d < plan.dims; ++d) sizes[sizes.size() - plan.dims + d] = plan.out[3 - plan.dims + d];
  return sizes;
}

void check_pooled(const View& v, const View& x, const PoolPlan& plan) {
  const Dims want = pooled_sizes(x, plan);
  for (int d = 0; d < x.dim(); ++d)
    FLB_CHECK(v.dim() == x.dim() && v.size(d) == want[d], "Expected a tensor of dimension ", x.dim(),
              " and tensor.size[", d, "] == ", want[d], " but got: dimension ", v.dim(), " and tensor.size[", d,
              "] = ", d < v.dim() ? v.size(d) : 0);
}

}  // namespace flambeau::ops
