// Batch normalisation over [N, C, ...]: y = (x - mean) / sqrt(var + eps) * weight + bias, per channel.
// In training the batch's own statistics are used, and the running ones, if given, are updated in place.

#include <cmath>

#include "backend/op.h"
#include "backend/ops/norm.h"
#include "backend/threads.h"
#include "kernels/cpu/rows.h"

namespace flambeau::ops {
namespace {

/// Where each operator of the family has its arguments; -1 is absent.
struct Positions {
  int running_mean, running_var, training, momentum, eps;
};

struct Args {
  const View *weight, *bias, *running_mean, *running_var;
  bool training;
  double momentum, eps;
};

Args args_of(const Call& call, const Positions& at, bool default_training) {
  return {optional(call, 1),
          optional(call, 2),
          at.running_mean < 0 ? nullptr : optional(call, at.running_mean),
          at.running_var < 0 ? nullptr : optional(call, at.running_var),
          at.training < 0 ? default_training : call.boolean(at.training),
          call.real(at.momentum),
          call.real(at.eps)};
}

constexpr Positions kNative{3, 4, 5, 6, 7}, kNoStats{-1, -1, 3, 4, 5}, kFixed{3, 4, -1, 5, 6};

bool keeps_channels_last(const View& x) { return is_channels_last(x); }

Specs infer(const Call& call, const Args& a) {
  const View& x = call.in(0);
  FLB_CHECK(x.dim() >= 2, "Expected at least 2 dimensions, but got ", x.dim());
  const int64_t channels = x.size(1);
  for (const View* p : {a.weight, a.bias, a.running_mean, a.running_var})
    FLB_CHECK(!p || p->numel() == channels, "expected a parameter of ", channels, " elements, but got ",
              p ? p->numel() : 0);
  if (a.training)
    FLB_CHECK(x.numel() > 0,
              "input tensor must have at least one element, but got input_sizes = ", shape_text(x.sizes()));
  else
    FLB_CHECK(a.running_mean && a.running_var, "running_mean and running_var must be defined in evaluation mode");
  Spec saved = spec_like(x, {a.training ? channels : 0});
  if (is_floating(x.dtype())) saved.dtype = parameter_type(x, {a.weight, a.bias, a.running_mean, a.running_var});
  return {spec_like(x, x.sizes(), keeps_channels_last(x)), saved, saved};
}

/// An array as [batch][channels][points].
struct Shape {
  int64_t batch, channels, points = 1;

  explicit Shape(const View& x) : batch(x.size(0)), channels(x.size(1)) {
    for (int d = 2; d < x.dim(); ++d) points *= x.size(d);
  }
  int64_t count() const { return batch * points; }
  int64_t at(int64_t n, int64_t c) const { return (n * channels + c) * points; }
  /// Channels worth a thread.
  int64_t grain() const { return 1 + 16384 / std::max<int64_t>(1, count()); }
};

/// Moves a running statistic towards the batch's.
template <class T>
void update(const View* running, const T* batch, double momentum, double scale) {
  if (!running) return;
  const Typed<T> old(*running);
  const TypedOut<T> next(*running);
  for (int64_t c = 0; c < next.numel(); ++c)
    next[c] =
        static_cast<T>(momentum * scale * static_cast<double>(batch[c]) + (1 - momentum) * static_cast<double>(old[c]));
  next.store();
}

template <class T>
void forward(const Call& call, const Args& a) {
  const View& x_view = call.in(0);
  const Shape s(x_view);
  const cpu::RowKernels<T>& rows = cpu::row_kernels<T>();
  const Typed<T> x(x_view);
  const TypedOut<T> y(call.out(0));
  const Parameter<T> weight(a.weight), bias(a.bias), running_mean(a.training ? nullptr : a.running_mean),
      running_var(a.training ? nullptr : a.running_var);
  Scratch<T> mean(s.channels), inverse(s.channels), variance(s.channels);
  parallel_for(0, s.channels, s.grain(), [&](int64_t begin, int64_t end) {
    for (int64_t c = begin; c < end; ++c) {
      double center = 0, squares = 0;
      if (a.training) {
        for (int64_t n = 0; n < s.batch; ++n) center += rows.sum(x.data() + s.at(n, c), s.points);
        center /= static_cast<double>(s.count());
        for (int64_t n = 0; n < s.batch; ++n)
          squares += rows.squares(x.data() + s.at(n, c), s.points, static_cast<T>(center));
        squares /= static_cast<double>(s.count());
      } else {
        center = static_cast<double>(running_mean.at(c, 0)), squares = static_cast<double>(running_var.at(c, 1));
      }
      mean[c] = static_cast<T>(center), variance[c] = static_cast<T>(squares),
      inverse[c] = static_cast<T>(1 / std::sqrt(squares + a.eps));
      const T scale = inverse[c] * weight.at(c, 1), shift = bias.at(c, 0) - mean[c] * scale;
      for (int64_t n = 0; n < s.batch; ++n)
        rows.affine(x.data() + s.at(n, c), y.data() + s.at(n, c), s.points, scale, shift);
    }
  });
  y.store();
  if (!a.training) return;
  const TypedOut<T> saved_mean(call.out(1)), saved_inverse(call.out(2));
  std::copy_n(mean.data(), s.channels, saved_mean.data());
  std::copy_n(inverse.data(), s.channels, saved_inverse.data());
  saved_mean.store();
  saved_inverse.store();
  const double n = static_cast<double>(s.count());
  update(a.running_mean, mean.data(), a.momentum, 1);
  update(a.running_var, variance.data(), a.momentum, n / (n - 1));
}

template <const Positions& at, bool training>
Specs infer_batch_norm(const Call& call) {
  return infer(call, args_of(call, at, training));
}

template <const Positions& at, bool training>
void run_batch_norm(const Call& call) {
  for_floating(call.in(0).dtype(), "batch_norm", [&]<class T>() { forward<T>(call, args_of(call, at, training)); });
}

/// The forms that also return an (unused, empty) reserve.
template <bool training>
Specs infer_with_reserve(const Call& call) {
  Specs specs = infer(call, args_of(call, kFixed, training));
  Spec reserve = spec_like(call.in(0), {0});
  reserve.dtype = DType::uint8;
  specs.push_back(reserve);
  return specs;
}

// grad_out, input, weight, running_mean, running_var, save_mean, save_invstd, train, eps, output_mask
Specs infer_backward(const Call& call) {
  const View &grad = call.in(0), &x = call.in(1);
  const std::span<const bool> wanted = call.booleans(9);
  FLB_CHECK(x.dim() >= 2 && std::ranges::equal(grad.sizes(), x.sizes()), "expected grad_out of shape ",
            shape_text(x.sizes()), " but got ", shape_text(grad.sizes()));
  Spec parameter = spec_like(x, {x.size(1)});
  parameter.dtype = parameter_type(
      x, {optional(call, 2), optional(call, 3), optional(call, 4), optional(call, 5), optional(call, 6)});
  return {wanted[0] ? spec_like(x, x.sizes(), keeps_channels_last(x)) : undefined_spec(),
          wanted[1] ? parameter : undefined_spec(), wanted[2] ? parameter : undefined_spec()};
}

template <class T>
void backward(const Call& call) {
  const Shape s(call.in(1));
  const bool train = call.boolean(7);
  const cpu::RowKernels<T>& rows = cpu::row_kernels<T>();
  const Typed<T> grad(call.in(0)), x(call.in(1));
  const Parameter<T> weight(optional(call, 2)), mean(optional(call, train ? 5 : 3)),
      spread(optional(call, train ? 6 : 4));
  const Wanted<T> to(call.out(0)), to_weight(call.out(1)), to_bias(call.out(2));
  const double eps = call.real(8), count = static_cast<double>(s.count());
  parallel_for(0, s.channels, s.grain(), [&](int64_t begin, int64_t end) {
    for (int64_t c = begin; c < end; ++c) {
      const T center = mean.at(c, 0);
      const double inverse =
          train ? static_cast<double>(spread.at(c, 1)) : 1 / std::sqrt(static_cast<double>(spread.at(c, 1)) + eps);
      double sum = 0, dot = 0;
      for (int64_t n = 0; n < s.batch; ++n) {
        sum += rows.sum(grad.data() + s.at(n, c), s.points);
        dot += rows.dot(x.data() + s.at(n, c), grad.data() + s.at(n, c), s.points, center);
      }
      if (to_weight) to_weight.data()[c] = static_cast<T>(dot * inverse);
      if (to_bias) to_bias.data()[c] = static_cast<T>(sum);
      if (!to) continue;
      const double scale = inverse * static_cast<double>(weight.at(c, 1)),
                   slope = train ? -scale * dot * inverse * inverse / count : 0;
      const double shift = train ? -scale * sum / count - slope * static_cast<double>(center) : 0;
      for (int64_t n = 0; n < s.batch; ++n) {
        const int64_t at = s.at(n, c);
        if (train)
          rows.combine(grad.data() + at, x.data() + at, to.data() + at, s.points, static_cast<T>(scale),
                       static_cast<T>(slope), static_cast<T>(shift));
        else
          rows.affine(grad.data() + at, to.data() + at, s.points, static_cast<T>(scale), T(0));
      }
    }
  });
  to.store();
  to_weight.store();
  to_bias.store();
}
void run_backward(const Call& call) {
  for_floating(call.in(0).dtype(), "batch_norm_backward_cpu", [&]<class T>() { backward<T>(call); });
}

}  // namespace

FLB_OP(native_batch_norm, (infer_batch_norm<kNative, true>), (run_batch_norm<kNative, true>));
FLB_OP(_native_batch_norm_legit, (infer_batch_norm<kNative, true>), (run_batch_norm<kNative, true>));
FLB_OP(_native_batch_norm_legit_no_stats, (infer_batch_norm<kNoStats, true>), (run_batch_norm<kNoStats, true>));
FLB_OP(_native_batch_norm_legit_no_training, (infer_batch_norm<kFixed, false>), (run_batch_norm<kFixed, false>));
FLB_OP(_batch_norm_with_update, infer_with_reserve<true>, (run_batch_norm<kFixed, true>));
FLB_OP(_batch_norm_no_update, infer_with_reserve<false>, (run_batch_norm<kFixed, false>));
FLB_OP(native_batch_norm_backward, infer_backward, run_backward);

}  // namespace flambeau::ops
