// Layer and group normalisation: rows, or groups of channels, get mean 0 and variance 1, then a weight and a bias.

#include <cmath>
#include <vector>

#include "backend/op.h"
#include "backend/ops/norm.h"
#include "kernels/common/threads.h"
#include "kernels/cpu/rows.h"

namespace flambeau::ops {
namespace {

constexpr int64_t kGrain = 16384;

template <class T>
struct Moments {
  T mean, inverse;
};
template <class T>
Moments<T> moments(const cpu::RowKernels<T>& rows, const T* x, int64_t n, double eps) {
  if (n == 0) return {0, 0};
  const double mean = rows.sum(x, n) / static_cast<double>(n);
  const double variance = rows.squares(x, n, static_cast<T>(mean)) / static_cast<double>(n);
  return {static_cast<T>(mean), static_cast<T>(1 / std::sqrt(variance + eps))};
}

/// Sums over rows taken in fixed pieces, so that the result does not depend on timing.
template <class T>
class PiecewiseSums {
 public:
  PiecewiseSums(int64_t rows, int64_t grain, int64_t width)
      : pieces_(std::clamp<int64_t>(rows / std::max<int64_t>(1, grain), 1, 16)), width_(width), sums_(pieces_ * width) {
    std::fill_n(sums_.data(), pieces_ * width, T(0));
  }
  /// Calls body(begin, end, sums) for each piece, in parallel.
  template <class Body>
  void run(int64_t rows, const Body& body) {
    parallel_for(0, pieces_, 1, [&](int64_t from, int64_t to) {
      for (int64_t p = from; p < to; ++p) body(rows * p / pieces_, rows * (p + 1) / pieces_, sums_.data() + p * width_);
    });
  }
  void total(int64_t begin, int64_t count, T* to) const {
    for (int64_t i = 0; i < count; ++i) {
      T sum = 0;
      for (int64_t p = 0; p < pieces_; ++p) sum += sums_[p * width_ + begin + i];
      to[i] = sum;
    }
  }

 private:
  int64_t pieces_, width_;
  Scratch<T> sums_;
};

// ---- layer_norm: over the last dimensions ----

struct Rows {
  int64_t count = 1, length = 1;
};
Rows rows_of(const View& x, std::span<const int64_t> shape) {
  Rows r;
  const int outer = x.dim() - static_cast<int>(shape.size());
  for (int d = 0; d < x.dim(); ++d) (d < outer ? r.count : r.length) *= x.size(d);
  return r;
}

void check_layer(const View& x, std::span<const int64_t> shape, const View* weight, const View* bias) {
  FLB_CHECK(!shape.empty(),
            "Expected normalized_shape to be at least 1-dimensional, i.e., containing at least one element, but got "
            "normalized_shape = ",
            shape_text(shape));
  FLB_CHECK(!weight || std::ranges::equal(weight->sizes(), shape),
            "Expected weight to be of same shape as normalized_shape, but got weight of shape ",
            weight ? shape_text(weight->sizes()) : "", " and normalized_shape = ", shape_text(shape));
  FLB_CHECK(!bias || std::ranges::equal(bias->sizes(), shape),
            "Expected bias to be of same shape as normalized_shape, but got bias of shape ",
            bias ? shape_text(bias->sizes()) : "", " and normalized_shape = ", shape_text(shape));
  const int outer = x.dim() - static_cast<int>(shape.size());
  bool fits = outer >= 0;
  for (size_t d = 0; fits && d < shape.size(); ++d) fits = x.size(outer + static_cast<int>(d)) == shape[d];
  if (fits) return;
  std::string wanted;
  for (const int64_t s : shape) wanted += ", " + std::to_string(s);
  fail(ErrorKind::runtime, "Given normalized_shape=", shape_text(shape), ", expected input with shape [*", wanted,
       "], but got input of size", shape_text(x.sizes()));
}

// -> y, mean, 1 / sqrt(var + eps)
Specs infer_layer_norm(const Call& call) {
  const View& x = call.in(0);
  const auto shape = call.integers(1);
  check_layer(x, shape, optional(call, 2), optional(call, 3));
  Dims kept(x.sizes().begin(), x.sizes().end());
  for (size_t d = kept.size() - shape.size(); d < kept.size(); ++d) kept[d] = 1;
  Spec statistic = spec_like(x, kept);
  if (is_floating(x.dtype())) statistic.dtype = parameter_type(x, {optional(call, 2), optional(call, 3)});
  return {spec_like(x, x.sizes()), statistic, statistic};
}

void run_layer_norm(const Call& call) {
  for_floating(call.in(0).dtype(), "LayerNormKernelImpl", [&]<class T>() {
    const Rows r = rows_of(call.in(0), call.integers(1));
    const cpu::RowKernels<T>& rows = cpu::row_kernels<T>();
    const Typed<T> x(call.in(0));
    const Parameter<T> weight(optional(call, 2)), bias(optional(call, 3));
    const TypedOut<T> y(call.out(0)), mean(call.out(1)), inverse(call.out(2));
    const double eps = call.real(4);
    parallel_for(0, r.count, std::max<int64_t>(1, kGrain / std::max<int64_t>(1, r.length)),
                 [&](int64_t begin, int64_t end) {
                   for (int64_t i = begin; i < end; ++i) {
                     const T* row = x.data() + i * r.length;
                     const Moments<T> m = moments(rows, row, r.length, eps);
                     mean[i] = m.mean, inverse[i] = m.inverse;
                     rows.weigh(row, weight.data(), bias.data(), y.data() + i * r.length, r.length, m.inverse, m.mean);
                   }
                 });
    y.store();
    mean.store();
    inverse.store();
  });
}

// grad_out, input, normalized_shape, mean, rstd, weight, bias, output_mask
Specs infer_layer_norm_backward(const Call& call) {
  const View& x = call.in(1);
  const auto shape = call.integers(2);
  check_layer(x, shape, optional(call, 5), optional(call, 6));
  const Rows r = rows_of(x, shape);
  FLB_CHECK(std::ranges::equal(call.in(0).sizes(), x.sizes()) && call.in(3).numel() == r.count &&
                call.in(4).numel() == r.count,
            "expected grad_out, mean and rstd of the shapes that native_layer_norm returned");
  const std::span<const bool> wanted = call.booleans(7);
  Spec parameter = spec_like(x, shape);
  parameter.dtype = parameter_type(x, {optional(call, 5), optional(call, 6)});
  return {wanted[0] ? spec_like(x, x.sizes()) : undefined_spec(), wanted[1] ? parameter : undefined_spec(),
          wanted[2] ? parameter : undefined_spec()};
}

template <class T>
void layer_norm_backward(const Call& call) {
  const Rows r = rows_of(call.in(1), call.integers(2));
  const int64_t n = r.length;
  const cpu::RowKernels<T>& rows = cpu::row_kernels<T>();
  const Typed<T> grad(call.in(0)), x(call.in(1)), mean(call.in(3)), inverse(call.in(4));
  const Parameter<T> weight(optional(call, 5));
  const Wanted<T> to(call.out(0)), to_weight(call.out(1)), to_bias(call.out(2));
  PiecewiseSums<T> sums(r.count, kGrain / std::max<int64_t>(1, n), 2 * n);
  sums.run(r.count, [&](int64_t begin, int64_t end, T* sum) {
    Scratch<T> weighted(n), normal(n);
    for (int64_t i = begin; i < end; ++i) {
      const T *g = grad.data() + i * n, *row = x.data() + i * n;
      const T scale = inverse[i];
      if (to_weight) rows.accumulate(row, g, sum, n, scale, mean[i]);
      if (to_bias) rows.add(g, sum + n, n);
      if (!to) continue;
      if (weight.data()) rows.multiply(g, weight.data(), weighted.data(), n);
      const T* w = weight.data() ? weighted.data() : g;
      rows.weigh(row, nullptr, nullptr, normal.data(), n, scale, mean[i]);
      const double count = static_cast<double>(n), total = rows.sum(w, n), dot = rows.dot(w, normal.data(), n, T(0));
      // The mean is taken off first: what is left of a constant gradient is exactly nothing.
      rows.weigh(w, nullptr, nullptr, weighted.data(), n, T(1), static_cast<T>(total / count));
      rows.combine(weighted.data(), normal.data(), to.data() + i * n, n, scale, static_cast<T>(-scale * dot / count),
                   T(0));
    }
  });
  if (to_weight) sums.total(0, n, to_weight.data());
  if (to_bias) sums.total(n, n, to_bias.data());
  to.store();
  to_weight.store();
  to_bias.store();
}
void run_layer_norm_backward(const Call& call) {
  for_floating(call.in(0).dtype(), "LayerNormBackwardKernelImpl", [&]<class T>() { layer_norm_backward<T>(call); });
}

// ---- group_norm: input, weight, bias, N, C, HxW, group, eps ----

struct Groups {
  int64_t batch, channels, points, groups;

  Groups(const Call& call, int at)
      : batch(call.integer(at)),
        channels(call.integer(at + 1)),
        points(call.integer(at + 2)),
        groups(call.integer(at + 3)) {}
  int64_t each() const { return channels / groups; }
  int64_t length() const { return each() * points; }
};

void check_groups(const View& x, const Groups& g, const View* weight, const View* bias) {
  FLB_CHECK(g.groups > 0, "Expected num groups to be greater than 0, got ", g.groups);
  FLB_CHECK(g.channels % g.groups == 0,
            "Expected number of channels in input to be divisible by num_groups, but got input of shape ",
            shape_text(x.sizes()), " and num_groups=", g.groups);
  FLB_CHECK(!weight || (weight->dim() == 1 && weight->numel() == g.channels),
            "Expected weight to be a vector of size equal to the number of channels in input, but got weight of shape ",
            weight ? shape_text(weight->sizes()) : "", " and input of shape ", shape_text(x.sizes()));
  FLB_CHECK(!bias || (bias->dim() == 1 && bias->numel() == g.channels),
            "Expected bias to be a vector of size equal to the number of channels in input, but got bias of shape ",
            bias ? shape_text(bias->sizes()) : "", " and input of shape ", shape_text(x.sizes()));
  int64_t numel;
  FLB_CHECK(!__builtin_mul_overflow(g.batch, g.channels, &numel) && !__builtin_mul_overflow(numel, g.points, &numel) &&
                x.numel() == numel,
            "Expected X.numel() == N * C * HxW to be true, but got false.");
}

Specs infer_group_norm(const Call& call) {
  const View& x = call.in(0);
  const Groups g(call, 3);
  check_groups(x, g, optional(call, 1), optional(call, 2));
  Spec statistic = spec_like(x, {g.batch, g.groups});
  if (is_floating(x.dtype())) statistic.dtype = parameter_type(x, {optional(call, 1), optional(call, 2)});
  return {spec_like(x, x.sizes(), is_channels_last(x)), statistic, statistic};
}

void run_group_norm(const Call& call) {
  for_floating(call.in(0).dtype(), "GroupNormKernelImpl", [&]<class T>() {
    const Groups g(call, 3);
    const cpu::RowKernels<T>& rows = cpu::row_kernels<T>();
    const Typed<T> x(call.in(0));
    const Parameter<T> weight(optional(call, 1)), bias(optional(call, 2));
    const TypedOut<T> y(call.out(0)), mean(call.out(1)), inverse(call.out(2));
    const double eps = call.real(7);
    parallel_for(0, g.batch * g.groups, std::max<int64_t>(1, kGrain / std::max<int64_t>(1, g.length())),
                 [&](int64_t begin, int64_t end) {
                   for (int64_t i = begin; i < end; ++i) {
                     const Moments<T> m = moments(rows, x.data() + i * g.length(), g.length(), eps);
                     mean[i] = m.mean, inverse[i] = m.inverse;
                     for (int64_t k = 0; k < g.each(); ++k) {
                       const int64_t c = i % g.groups * g.each() + k, at = i * g.length() + k * g.points;
                       const T scale = m.inverse * weight.at(c, 1);
                       rows.affine(x.data() + at, y.data() + at, g.points, scale, bias.at(c, 0) - m.mean * scale);
                     }
                   }
                 });
    y.store();
    mean.store();
    inverse.store();
  });
}

// grad_out, input, mean, rstd, weight, N, C, HxW, group, output_mask
Specs infer_group_norm_backward(const Call& call) {
  const View& x = call.in(1);
  const Groups g(call, 5);
  check_groups(x, g, optional(call, 4), nullptr);
  FLB_CHECK(call.in(0).numel() == x.numel() && call.in(2).numel() == g.batch * g.groups &&
                call.in(3).numel() == g.batch * g.groups,
            "expected grad_out, mean and rstd of the shapes that native_group_norm returned");
  const std::span<const bool> wanted = call.booleans(9);
  Spec parameter = spec_like(x, {g.channels});
  parameter.dtype = parameter_type(x, {optional(call, 4), optional(call, 2)});
  return {wanted[0] ? spec_like(x, x.sizes(), is_channels_last(x)) : undefined_spec(),
          wanted[1] ? parameter : undefined_spec(), wanted[2] ? parameter : undefined_spec()};
}

template <class T>
void group_norm_backward(const Call& call) {
  const Groups g(call, 5);
  const cpu::RowKernels<T>& rows = cpu::row_kernels<T>();
  const Typed<T> grad(call.in(0)), x(call.in(1)), mean(call.in(2)), inverse(call.in(3));
  const Parameter<T> weight(optional(call, 4));
  const Wanted<T> to(call.out(0)), to_weight(call.out(1)), to_bias(call.out(2));
  const double count = static_cast<double>(g.length());
  // Each image keeps its channels' sums; they are added in order at the end.
  Scratch<T> dots(g.batch * g.channels), totals(g.batch * g.channels);
  parallel_for(0, g.batch * g.groups, std::max<int64_t>(1, kGrain / std::max<int64_t>(1, g.length())),
               [&](int64_t begin, int64_t end) {
                 for (int64_t i = begin; i < end; ++i) {
                   const double scale = static_cast<double>(inverse[i]), center = static_cast<double>(mean[i]);
                   double dot = 0, total = 0;
                   for (int64_t k = 0; k < g.each(); ++k) {
                     const int64_t c = i % g.groups * g.each() + k, at = i * g.length() + k * g.points,
                                   slot = i * g.each() + k;
                     const double d = rows.dot(x.data() + at, grad.data() + at, g.points, mean[i]) * scale,
                                  t = rows.sum(grad.data() + at, g.points);
                     dots[slot] = static_cast<T>(d), totals[slot] = static_cast<T>(t);
                     dot += d * static_cast<double>(weight.at(c, 1)), total += t * static_cast<double>(weight.at(c, 1));
                   }
                   if (!to) continue;
                   const double slope = -scale * scale * dot / count, shift = -scale * total / count - slope * center;
                   for (int64_t k = 0; k < g.each(); ++k) {
                     const int64_t c = i % g.groups * g.each() + k, at = i * g.length() + k * g.points;
                     rows.combine(grad.data() + at, x.data() + at, to.data() + at, g.points,
                                  static_cast<T>(scale * static_cast<double>(weight.at(c, 1))), static_cast<T>(slope),
                                  static_cast<T>(shift));
                   }
                 }
               });
  for (int64_t c = 0; c < g.channels; ++c) {
    T dot = 0, total = 0;
    for (int64_t n = 0; n < g.batch; ++n) dot += dots[n * g.channels + c], total += totals[n * g.channels + c];
    if (to_weight) to_weight.data()[c] = dot;
    if (to_bias) to_bias.data()[c] = total;
  }
  to.store();
  to_weight.store();
  to_bias.store();
}
void run_group_norm_backward(const Call& call) {
  for_floating(call.in(0).dtype(), "GroupNormBackwardKernelImpl", [&]<class T>() { group_norm_backward<T>(call); });
}

}  // namespace

FLB_OP(native_layer_norm, infer_layer_norm, run_layer_norm);
FLB_OP(native_layer_norm_backward, infer_layer_norm_backward, run_layer_norm_backward);
FLB_OP(native_group_norm, infer_group_norm, run_group_norm);
FLB_OP(native_group_norm_backward, infer_group_norm_backward, run_group_norm_backward);

}  // namespace flambeau::ops
