// Reflection and replication padding of the last one to three dimensions, with gradients.

#include <array>
#include <vector>

#include "backend/dense.h"
#include "backend/op.h"
#include "kernels/common/threads.h"

namespace flambeau::ops {
namespace {

enum class Edge { reflect, replicate };

using Sizes = std::array<int64_t, 3>;

/// Amounts come from the last dimension forward: left, right, top, bottom, front, back; negative ones crop.
struct Plan {
  int64_t planes = 1;
  Sizes in{1, 1, 1}, out{1, 1, 1}, before{0, 0, 0};

  Plan(const View& x, std::span<const int64_t> padding) {
    const int dims = static_cast<int>(padding.size() / 2);
    for (int d = 0; d < x.dim() - dims; ++d) planes *= x.size(d);
    for (int d = 0; d < dims; ++d) {
      const int at = 2 - d;
      in[at] = x.size(-1 - d), before[at] = padding[2 * d];
      FLB_CHECK(!__builtin_add_overflow(in[at], padding[2 * d], &out[at]) &&
                    !__builtin_add_overflow(out[at], padding[2 * d + 1], &out[at]),
                "padding is too large: ", padding[2 * d], " and ", padding[2 * d + 1]);
    }
  }
  int64_t in_points() const { return in[0] * in[1] * in[2]; }
  int64_t out_points() const { return out[0] * out[1] * out[2]; }

  /// The input position of each output position of a dimension.
  std::vector<int64_t> sources(Edge edge, int d) const {
    std::vector<int64_t> from(std::max<int64_t>(0, out[d]));
    for (int64_t i = 0; i < out[d]; ++i) {
      int64_t at = i - before[d];
      if (edge == Edge::replicate)
        at = std::clamp<int64_t>(at, 0, in[d] - 1);
      else
        at = at < 0 ? -at : at >= in[d] ? 2 * (in[d] - 1) - at : at;
      from[i] = at;
    }
    return from;
  }
};

template <Edge edge, int dims>
Plan plan_of(const View& x, std::span<const int64_t> padding) {
  FLB_CHECK(padding.size() == 2 * dims, "padding size is expected to be ", 2 * dims,
            edge == Edge::reflect ? ", but got: " : "", edge == Edge::reflect ? std::to_string(padding.size()) : "");
  bool valid = x.dim() == dims + 1 || x.dim() == dims + 2;
  for (int d = x.dim() == dims + 2 ? 1 : 0; valid && d < x.dim(); ++d) valid = x.size(d) != 0;
  FLB_CHECK(valid, "Expected ", dims + 1, "D or ", dims + 2,
            "D (batch mode) tensor with possibly 0 batch size and other non-zero dimensions for input, but got: ",
            shape_text(x.sizes()));
  const Plan p(x, padding);
  for (int d = 0; edge == Edge::reflect && d < dims; ++d)
    FLB_CHECK(padding[2 * d] < p.in[2 - d] && padding[2 * d + 1] < p.in[2 - d], "Argument #", 4 + 2 * d,
              ": Padding size should be less than the corresponding input dimension, but got: padding (",
              padding[2 * d], ", ", padding[2 * d + 1], ") at dimension ", x.dim() - 1 - d, " of input ",
              shape_text(x.sizes()));
  static constexpr const char* kNames[] = {"D", "H", "W"};
  bool any = false;
  std::string in, out;
  for (int d = 3 - dims; d < 3; ++d) {
    any = any || p.out[d] >= 1;
    in += std::string(in.empty() ? "" : ", ") + kNames[d] + ": " + std::to_string(p.in[d]);
    out += std::string(out.empty() ? "" : " ") + kNames[d] + ": " + std::to_string(p.out[d]);
  }
  FLB_CHECK(any, "input (", in, ") is too small. Calculated output ", out);
  for (int d = 0; d < 3; ++d) FLB_CHECK(p.out[d] >= 0, "input (", in, ") is too small. Calculated output ", out);
  return p;
}

bool keeps_layout(const View& x, int dims) { return dims == 2 && is_channels_last(x); }

template <Edge edge, int dims>
Specs infer(const Call& call) {
  const View& x = call.in(0);
  const Plan p = plan_of<edge, dims>(x, call.integers(1));
  Dims sizes(x.sizes().begin(), x.sizes().end());
  for (int d = 0; d < dims; ++d) sizes[sizes.size() - dims + d] = p.out[3 - dims + d];
  return {spec_like(x, sizes, keeps_layout(x, dims))};
}

// grad_output, self, padding
template <Edge edge, int dims>
Specs infer_backward(const Call& call) {
  const View &grad = call.in(0), &x = call.in(1);
  const Plan p = plan_of<edge, dims>(x, call.integers(2));
  static constexpr const char* kNames[] = {"depth", "height", "width"};
  for (int d = 2; d >= 3 - dims; --d)
    FLB_CHECK(grad.dim() == x.dim() && grad.size(d - 3) == p.out[d], "gradOutput ", kNames[d],
              " unexpected. Expected: ", p.out[d], ", Got: ", grad.dim() ? grad.size(d - 3) : 0);
  FLB_CHECK(grad.numel() == p.planes * p.out_points(),
            "gradOutput has an unexpected shape: ", shape_text(grad.sizes()));
  return {spec_like(x, x.sizes(), keeps_layout(x, dims))};
}

/// Calls body(plane, output offset, input offset) for every output element.
template <Edge edge, class Body>
void for_pairs(const Plan& p, const Body& body) {
  const auto depth = p.sources(edge, 0), height = p.sources(edge, 1), width = p.sources(edge, 2);
  parallel_for(0, p.planes, std::max<int64_t>(1, 16384 / std::max<int64_t>(1, p.out_points())),
               [&](int64_t begin, int64_t end) {
                 for (int64_t plane = begin; plane < end; ++plane) {
                   int64_t out = plane * p.out_points();
                   for (const int64_t d : depth)
                     for (const int64_t h : height) {
                       const int64_t row = plane * p.in_points() + (d * p.in[1] + h) * p.in[2];
                       for (const int64_t w : width) body(out++, row + w);
                     }
                 }
               });
}

template <class Body>
void for_padding(DType t, const char* name, const Body& body) {
  if (is_integral(t)) return body.template operator()<int64_t>();
  if (t == DType::complex64) return body.template operator()<Complex<float>>();
  if (t == DType::complex128) return body.template operator()<Complex<double>>();
  for_floating(t, name, body);
}

template <Edge edge, int dims>
std::string op_name() {
  return std::string(edge == Edge::reflect ? "reflection_pad" : "replication_pad") + std::to_string(dims) + "d";
}

template <Edge edge, int dims>
void run(const Call& call) {
  const Plan p(call.in(0), call.integers(1));
  for_padding(call.in(0).dtype(), op_name<edge, dims>().c_str(), [&]<class T>() {
    const Typed<T> x(call.in(0));
    const TypedOut<T> y(call.out());
    for_pairs<edge>(p, [&](int64_t out, int64_t in) { y[out] = x[in]; });
    y.store();
  });
}

template <Edge edge, int dims>
void run_backward(const Call& call) {
  const Plan p(call.in(1), call.integers(2));
  for_padding(call.in(0).dtype(), (op_name<edge, dims>() + "_backward").c_str(), [&]<class T>() {
    const Typed<T> grad(call.in(0));
    const TypedOut<T> to(call.out());
    std::fill_n(to.data(), to.numel(), T(0));
    for_pairs<edge>(p, [&](int64_t out, int64_t in) { to[in] = to[in] + grad[out]; });
    to.store();
  });
}

}  // namespace

FLB_OP(reflection_pad1d, (infer<Edge::reflect, 1>), (run<Edge::reflect, 1>));
FLB_OP(reflection_pad2d, (infer<Edge::reflect, 2>), (run<Edge::reflect, 2>));
FLB_OP(reflection_pad3d, (infer<Edge::reflect, 3>), (run<Edge::reflect, 3>));
FLB_OP(replication_pad1d, (infer<Edge::replicate, 1>), (run<Edge::replicate, 1>));
FLB_OP(replication_pad2d, (infer<Edge::replicate, 2>), (run<Edge::replicate, 2>));
FLB_OP(replication_pad3d, (infer<Edge::replicate, 3>), (run<Edge::replicate, 3>));
FLB_OP(reflection_pad1d_backward, (infer_backward<Edge::reflect, 1>), (run_backward<Edge::reflect, 1>));
FLB_OP(reflection_pad2d_backward, (infer_backward<Edge::reflect, 2>), (run_backward<Edge::reflect, 2>));
FLB_OP(reflection_pad3d_backward, (infer_backward<Edge::reflect, 3>), (run_backward<Edge::reflect, 3>));
FLB_OP(replication_pad1d_backward, (infer_backward<Edge::replicate, 1>), (run_backward<Edge::replicate, 1>));
FLB_OP(replication_pad2d_backward, (infer_backward<Edge::replicate, 2>), (run_backward<Edge::replicate, 2>));
FLB_OP(replication_pad3d_backward, (infer_backward<Edge::replicate, 3>), (run_backward<Edge::replicate, 3>));

}  // namespace flambeau::ops
