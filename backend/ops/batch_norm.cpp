// Batch normalisation over [N, C, ...]: y = (x - mean) / sqrt(var + eps) * weight + bias, per channel.
// In training the batch's own statistics are used, and the running ones, if given, are updated in place.

#include <cmath>

#include "backend/op.h"
#include "backend/ops/norm.h"
#include "kernels/common/threads.h"
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
Layout layout_of(const View& x) { return keeps_channels_last(x) ? Layout::channels_last : Layout::row_major; }

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

/// Statistics and coefficients of a forward pass, by channel.
template <class T>
struct Channels {
  Scratch<T> mean, variance, inverse, scale, shift;
  explicit Channels(int64_t n) : mean(n), variance(n), inverse(n), scale(n), shift(n) {}

  void set(int64_t c, double center, double spread, double eps, T weight, T bias) const {
    mean[c] = static_cast<T>(center), variance[c] = static_cast<T>(spread);
    inverse[c] = static_cast<T>(1 / std::sqrt(spread + eps));
    scale[c] = inverse[c] * weight, shift[c] = bias - mean[c] * scale[c];
  }
};

/// Adds term(row, channel) over `rows` rows to totals[channel - begin]: in T for a few rows, then in double.
template <class T, class Term>
void sum_columns(int64_t rows, int64_t begin, int64_t end, double* totals, const Term& term) {
  constexpr int64_t kRows = 64;
  Scratch<T> sums(end - begin);
  std::fill_n(totals, end - begin, 0.0);
  for (int64_t first = 0; first < rows; first += kRows) {
    std::fill_n(sums.data(), end - begin, T(0));
    for (int64_t r = first; r < std::min(first + kRows, rows); ++r)
      for (int64_t c = begin; c < end; ++c) sums[c - begin] += term(r, c);
    for (int64_t c = 0; c < end - begin; ++c) totals[c] += static_cast<double>(sums[c]);
  }
}

/// Channels [begin, end) of rows of channels: vectors run across channels.
template <class T>
void normalize_rows(const T* x, T* y, const Shape& s, const Args& a, const Parameter<T>& weight,
                    const Parameter<T>& bias, const Channels<T>& by, int64_t begin, int64_t end) {
  const int64_t rows = s.count();
  Scratch<double> sum(end - begin);
  if (a.training) {
    const double count = static_cast<double>(rows);
    sum_columns<T>(rows, begin, end, sum.data(), [&](int64_t r, int64_t c) { return x[r * s.channels + c]; });
    for (int64_t c = begin; c < end; ++c) by.mean[c] = static_cast<T>(sum[c - begin] / count);
    sum_columns<T>(rows, begin, end, sum.data(), [&, mean = by.mean.data()](int64_t r, int64_t c) {
      const T delta = x[r * s.channels + c] - mean[c];
      return delta * delta;
    });
    for (int64_t c = begin; c < end; ++c)
      by.set(c, static_cast<double>(by.mean[c]), sum[c - begin] / count, a.eps, weight.at(c, 1), bias.at(c, 0));
  }
  for (int64_t r = 0; r < rows; ++r)
    for (int64_t c = begin; c < end; ++c) y[r * s.channels + c] = x[r * s.channels + c] * by.scale[c] + by.shift[c];
}

/// One channel of [batch][channels][points].
template <class T>
void normalize_channel(const T* x, T* y, const Shape& s, const Args& a, const Parameter<T>& weight,
                       const Parameter<T>& bias, const Channels<T>& by, int64_t c) {
  const cpu::RowKernels<T>& rows = cpu::row_kernels<T>();
  if (a.training) {
    double center = 0, squares = 0;
    for (int64_t n = 0; n < s.batch; ++n) center += rows.sum(x + s.at(n, c), s.points);
    center /= static_cast<double>(s.count());
    for (int64_t n = 0; n < s.batch; ++n) squares += rows.squares(x + s.at(n, c), s.points, static_cast<T>(center));
    by.set(c, center, squares / static_cast<double>(s.count()), a.eps, weight.at(c, 1), bias.at(c, 0));
  }
  for (int64_t n = 0; n < s.batch; ++n) rows.affine(x + s.at(n, c), y + s.at(n, c), s.points, by.scale[c], by.shift[c]);
}

template <class T>
void forward(const Call& call, const Args& a) {
  const View& x_view = call.in(0);
  const Shape s(x_view);
  const Layout layout = layout_of(x_view);
  const bool by_rows = s.points == 1 || layout == Layout::channels_last;
  const Typed<T> x(x_view, layout);
  const TypedOut<T> y(call.out(0), layout);
  const Parameter<T> weight(a.weight), bias(a.bias);
  const Channels<T> by(s.channels);
  if (!a.training) {
    const Parameter<T> mean(a.running_mean), variance(a.running_var);
    for (int64_t c = 0; c < s.channels; ++c)
      by.set(c, static_cast<double>(mean.at(c, 0)), static_cast<double>(variance.at(c, 1)), a.eps, weight.at(c, 1),
             bias.at(c, 0));
  }
  parallel_for(0, s.channels, s.grain(), [&](int64_t begin, int64_t end) {
    if (by_rows) return normalize_rows(x.data(), y.data(), s, a, weight, bias, by, begin, end);
    for (int64_t c = begin; c < end; ++c) normalize_channel(x.data(), y.data(), s, a, weight, bias, by, c);
  });
  y.store();
  if (!a.training) return;
  const TypedOut<T> saved_mean(call.out(1)), saved_inverse(call.out(2));
  std::copy_n(by.mean.data(), s.channels, saved_mean.data());
  std::copy_n(by.inverse.data(), s.channels, saved_inverse.data());
  saved_mean.store();
  saved_inverse.store();
  const double n = static_cast<double>(s.count());
  update(a.running_mean, by.mean.data(), a.momentum, 1);
  update(a.running_var, by.variance.data(), a.momentum, n / (n - 1));
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

/// What the gradients of one channel are made of: the input's is grad * scale + x * slope + shift.
template <class T>
struct ChannelGradient {
  T weight, bias, scale, slope, shift;

  /// From the sums of grad and of grad (x - center) over `count` elements.
  ChannelGradient(double sum, double dot, double center, double inverse, T factor, bool train, double count)
      : weight(static_cast<T>(dot * inverse)), bias(static_cast<T>(sum)) {
    const double s = inverse * static_cast<double>(factor), k = train ? -s * dot * inverse * inverse / count : 0;
    scale = static_cast<T>(s), slope = static_cast<T>(k);
    shift = static_cast<T>(train ? -s * sum / count - k * center : 0);
  }
};

/// The sum of grad (x - mean) where both steps are rounded to H.
template <class H, class T>
double rounded_dot(const T* x, const T* grad, int64_t count, T mean) {
  const auto rounded = [](T v) { return static_cast<float>(H::of(static_cast<float>(v))); };
  double dot = 0;
  for (int64_t i = 0; i < count; ++i) dot += static_cast<double>(rounded(rounded(x[i] - mean) * grad[i]));
  return dot;
}

template <class T>
struct Backward {
  Shape s;
  DType steps;  ///< what a product of x - mean is computed in: half where x and mean are
  bool train;
  double eps;
  const T *grad, *x;
  T* to;
  Parameter<T> weight, mean, spread;

  ChannelGradient<T> gradient(int64_t c, double sum, double dot) const {
    const double around = static_cast<double>(spread.at(c, 1));
    return {sum,
            dot,
            static_cast<double>(mean.at(c, 0)),
            train ? around : 1 / std::sqrt(around + eps),
            weight.at(c, 1),
            train,
            static_cast<double>(s.count())};
  }

  template <class Keep>
  void channel(int64_t c, const Keep& keep) const {
    const cpu::RowKernels<T>& rows = cpu::row_kernels<T>();
    double sum = 0, dot = 0;
    for (int64_t n = 0; n < s.batch; ++n) {
      const T *g = grad + s.at(n, c), *from = x + s.at(n, c);
      sum += rows.sum(g, s.points);
      dot += steps == DType::float16    ? rounded_dot<Half>(from, g, s.points, mean.at(c, 0))
             : steps == DType::bfloat16 ? rounded_dot<BFloat16>(from, g, s.points, mean.at(c, 0))
                                        : rows.dot(from, g, s.points, mean.at(c, 0));
    }
    const ChannelGradient<T> g = gradient(c, sum, dot);
    keep(c, g);
    for (int64_t n = 0; to && n < s.batch; ++n) {
      const int64_t at = s.at(n, c);
      if (train)
        rows.combine(grad + at, x + at, to + at, s.points, g.scale, g.slope, g.shift);
      else
        rows.affine(grad + at, to + at, s.points, g.scale, T(0));
    }
  }

  /// Channels [begin, end) of rows of channels.
  template <class Keep>
  void rows(int64_t begin, int64_t end, const Keep& keep) const {
    const int64_t count = end - begin, width = s.channels;
    Scratch<double> sum(count), dot(count);
    Scratch<T> center(count), scale(count), slope(count), shift(count);
    for (int64_t c = 0; c < count; ++c) center[c] = mean.at(begin + c, 0);
    sum_columns<T>(s.count(), begin, end, sum.data(), [&](int64_t r, int64_t c) { return grad[r * width + c]; });
    sum_columns<T>(s.count(), begin, end, dot.data(), [&, middle = center.data() - begin](int64_t r, int64_t c) {
      return grad[r * width + c] * (x[r * width + c] - middle[c]);
    });
    for (int64_t c = 0; c < count; ++c) {
      const ChannelGradient<T> g = gradient(begin + c, sum[c], dot[c]);
      keep(begin + c, g);
      scale[c] = g.scale, slope[c] = g.slope, shift[c] = g.shift;
    }
    for (int64_t r = 0; to && r < s.count(); ++r) {
      const int64_t at = r * width + begin;
      for (int64_t c = 0; c < count; ++c)
        to[at + c] = train ? grad[at + c] * scale[c] + (x[at + c] * slope[c] + shift[c]) : grad[at + c] * scale[c];
    }
  }
};

template <class T>
void backward(const Call& call) {
  const bool train = call.boolean(7);
  const Layout layout = layout_of(call.in(1));
  const Typed<T> grad(call.in(0), layout), x(call.in(1), layout);
  const Wanted<T> to(call.out(0), layout), to_weight(call.out(1)), to_bias(call.out(2));
  const View* mean = optional(call, train ? 5 : 3);
  const Backward<T> all{Shape(call.in(1)),
                        mean && mean->dtype() == call.in(1).dtype() ? mean->dtype() : dtype_of<T>,
                        train,
                        call.real(8),
                        grad.data(),
                        x.data(),
                        to ? to.data() : nullptr,
                        Parameter<T>(optional(call, 2)),
                        Parameter<T>(mean),
                        Parameter<T>(optional(call, train ? 6 : 4))};
  const auto keep = [&](int64_t c, const ChannelGradient<T>& g) {
    if (to_weight) to_weight.data()[c] = g.weight;
    if (to_bias) to_bias.data()[c] = g.bias;
  };
  parallel_for(0, all.s.channels, all.s.grain(), [&](int64_t begin, int64_t end) {
    if (all.s.points == 1 || layout == Layout::channels_last) return all.rows(begin, end, keep);
    for (int64_t c = begin; c < end; ++c) all.channel(c, keep);
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
