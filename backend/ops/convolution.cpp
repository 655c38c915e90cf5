// Convolution in one to three dimensions, transposed or not, and its gradients. The work is in
// kernels/cpu/convolution.h.

#include "kernels/cpu/convolution.h"

#include "backend/dense.h"
#include "backend/op.h"
#include "backend/promotion.h"
#include "kernels/common/threads.h"

namespace flambeau::ops {
namespace {

struct Params {
  Dims stride, padding, dilation, output_padding;
  bool transposed = false;
  int64_t groups = 1;
};

Dims expanded(std::span<const int64_t> list, int dims, const char* name) {
  if (list.size() == 1) return Dims(static_cast<size_t>(dims), list[0]);
  FLB_CHECK(static_cast<int>(list.size()) == dims, "expected ", name, " to be a single integer value or a list of ",
            dims, " values to match the convolution dimensions, but got ", name, "=", shape_text(list));
  return Dims(list.begin(), list.end());
}

/// The parameters from schema position `at` on: stride, padding, dilation, transposed, output_padding, groups.
Params params_of(const Call& call, int at, int dims) {
  return {.stride = expanded(call.integers(at), dims, "stride"),
          .padding = expanded(call.integers(at + 1), dims, "padding"),
          .dilation = expanded(call.integers(at + 2), dims, "dilation"),
          .output_padding = expanded(call.integers(at + 4), dims, "output_padding"),
          .transposed = call.boolean(at + 3),
          .groups = call.integer(at + 5)};
}

std::string size_text(const Dims& sizes) {
  std::string text = "(";
  for (size_t i = 0; i < sizes.size(); ++i) text += (i ? " x " : "") + std::to_string(sizes[i]);
  return text + ")";
}

bool any_below(const Dims& values, int64_t least) {
  return std::any_of(values.begin(), values.end(), [&](int64_t v) { return v < least; });
}

const char* cpp_name(DType t) {
  switch (t) {
    case DType::float32:
      return "float";
    case DType::float64:
      return "double";
    case DType::float16:
      return "c10::Half";
    case DType::bfloat16:
      return "c10::BFloat16";
    case DType::int64:
      return "long int";
    default:
      return scalar_type_name(t);
  }
}

void check_input(const View& x, const View& w, const View* bias, const Params& p) {
  const int64_t groups = p.groups;
  FLB_CHECK(!any_below(p.padding, 0), "negative padding is not supported");
  FLB_CHECK(!any_below(p.output_padding, 0), "negative output_padding is not supported");
  FLB_CHECK(!any_below(p.stride, 1), "non-positive stride is not supported");
  FLB_CHECK(!any_below(p.dilation, 1), "dilation should be greater than zero, but got ", shape_text(p.dilation));
  FLB_CHECK(groups > 0, "non-positive groups is not supported");
  FLB_CHECK(x.dim() == w.dim(), "Expected ", w.dim(), "-dimensional input for ", w.dim(), "-dimensional weight ",
            shape_text(w.sizes()), ", but got ", x.dim(), "-dimensional input of size ", shape_text(x.sizes()),
            " instead");
  FLB_CHECK(w.size(0) >= groups, "Given groups=", groups, ", expected weight to be at least ", groups,
            " at dimension 0, but got weight of size ", shape_text(w.sizes()), " instead");
  FLB_CHECK(w.size(0) % groups == 0, "Given groups=", groups, ", expected weight to be divisible by ", groups,
            " at dimension 0, but got weight of size [", shape_text(w.sizes()), "] instead");
  const int64_t channels = p.transposed ? w.size(0) : w.size(1) * groups,
                outs = p.transposed ? w.size(1) * groups : w.size(0);
  if (p.transposed)
    FLB_CHECK(x.size(1) == channels, "Given transposed=1, weight of size ", shape_text(w.sizes()), ", expected input",
              shape_text(x.sizes()), " to have ", channels, " channels, but got ", x.size(1), " channels instead");
  else
    FLB_CHECK(x.size(1) == channels, "Given groups=", groups, ", weight of size ", shape_text(w.sizes()),
              ", expected input", shape_text(x.sizes()), " to have ", channels, " channels, but got ", x.size(1),
              " channels instead");
  if (bias)
    FLB_CHECK(bias->dim() == 1 && bias->size(0) == outs, "Given ", p.transposed ? "transposed=1, " : "",
              "weight of size ", shape_text(w.sizes()), ", expected bias to be 1-dimensional with ", outs,
              " elements, but got bias of size ", shape_text(bias->sizes()), " instead");
  if (p.transposed) return;
  Dims padded, kernel;
  bool short_of = false;
  for (int d = 2; d < x.dim(); ++d) {
    padded.push_back(x.size(d) + 2 * p.padding[d - 2]);
    kernel.push_back(p.dilation[d - 2] * (w.size(d) - 1) + 1);
    short_of = short_of || padded.back() < kernel.back();
  }
  FLB_CHECK(!short_of, "Calculated padded input size per channel: ", size_text(padded),
            ". Kernel size: ", size_text(kernel), ". Kernel size can't be greater than actual input size");
}

void check_kernel(const View& w, const Params& p) {
  static constexpr const char* kNames[] = {"depth", "height", "width"};
  const int dims = w.dim() - 2;
  const auto listed = [&](const char* what, const auto& value) {
    std::string text;
    for (int d = 0; d < dims; ++d)
      text += std::string(d ? " " : "") + what + "_" + kNames[3 - dims + d] + ": " + std::to_string(value(d));
    return text;
  };
  bool empty = false, large = false;
  for (int d = 0; d < dims; ++d) {
    empty = empty || w.size(d + 2) == 0;
    large = large || (p.output_padding[d] >= p.stride[d] && p.output_padding[d] >= p.dilation[d]);
  }
  FLB_CHECK(!empty, "kernel size should be greater than zero, but got ",
            listed("kernel", [&](int d) { return w.size(d + 2); }));
  FLB_CHECK(!p.transposed || !large, "output padding must be smaller than either stride or dilation, but got ",
            listed("output_padding", [&](int d) { return p.output_padding[d]; }), " ",
            listed("stride", [&](int d) { return p.stride[d]; }), " ",
            listed("dilation", [&](int d) { return p.dilation[d]; }));
}

int64_t result_size(const View& x, const View& w, const Params& p, int d) {
  const int64_t reach = p.dilation[d] * (w.size(d + 2) - 1);
  if (p.transposed) return (x.size(d + 2) - 1) * p.stride[d] - 2 * p.padding[d] + reach + p.output_padding[d] + 1;
  return (x.size(d + 2) + 2 * p.padding[d] - reach - 1) / p.stride[d] + 1;
}

bool channels_last(const View& x, const View& w) { return x.dim() > 3 && (is_channels_last(x) || is_channels_last(w)); }

/// The sizes of the result, all checks but those of dtypes made.
Dims result_sizes(const View& x, const View& w, const View* bias, const Params& p) {
  check_input(x, w, bias, p);
  check_kernel(w, p);
  Dims sizes{x.size(0), p.transposed ? w.size(1) * p.groups : w.size(0)};
  for (int d = 0; d < w.dim() - 2; ++d) sizes.push_back(result_size(x, w, p, d));
  FLB_CHECK(!any_below(sizes, 0),
            "Given input size per channel: ", size_text(Dims(x.sizes().begin() + 2, x.sizes().end())),
            ". Calculated output size per channel: ", size_text(Dims(sizes.begin() + 2, sizes.end())),
            ". Output size is too small");
  return sizes;
}

Params checked_params_of(const Call& call, int at, const View& w) {
  FLB_CHECK(w.dim() > 2, "weight should have at least three dimensions");
  return params_of(call, at, w.dim() - 2);
}

// [N, C, spatial...] with [O, C / groups, kernel...] -> [N, O, spatial...]; transposed: weight [C, O / groups,
// kernel...].
Specs infer_convolution(const Call& call) {
  const View &x = call.in(0), &w = call.in(1);
  const View* bias = call.has(2) ? &call.in(2) : nullptr;
  const Dims sizes = result_sizes(x, w, bias, checked_params_of(call, 3, w));
  FLB_CHECK(x.dtype() == w.dtype(), "expected scalar type ", scalar_type_name(x.dtype()), " but found ",
            scalar_type_name(w.dtype()));
  const bool half = x.dtype() == DType::float16 || x.dtype() == DType::bfloat16;
  if (bias && bias->dtype() != x.dtype() && !(half && bias->dtype() == DType::float32)) {
    FLB_CHECK(half, "Input type (", cpp_name(x.dtype()), ") and bias type (", cpp_name(bias->dtype()),
              ") should be the same");
    fail(ErrorKind::runtime, "expected scalar type ", scalar_type_name(x.dtype()), " but found ",
         scalar_type_name(bias->dtype()));
  }
  return {spec_like(x, sizes, channels_last(x, w))};
}

/// The shape of the convolution from `x` to `y`; the transposed one is described by its reverse.
cpu::Convolution describe(const View& x, const View& w, const View& y, const Params& p) {
  const View &wide = p.transposed ? y : x, &narrow = p.transposed ? x : y;
  cpu::Convolution c{
      .batch = x.size(0), .groups = p.groups, .in_channels = wide.size(1), .out_channels = narrow.size(1)};
  const int dims = w.dim() - 2;
  for (int d = 0; d < dims; ++d) {
    const int at = 3 - dims + d;
    c.in[at] = wide.size(d + 2), c.out[at] = narrow.size(d + 2), c.kernel[at] = w.size(d + 2);
    c.stride[at] = p.stride[d], c.padding[at] = p.padding[d], c.dilation[at] = p.dilation[d];
  }
  return c;
}

template <class T, class Array>
cpu::Field<T> field_of(const Array& x, int dims) {
  cpu::Field<T> f{x.data(), x.stride(0), x.stride(1), {0, 0, 0}};
  for (int d = 0; d < dims; ++d) f.step[3 - dims + d] = x.stride(d + 2);
  return f;
}

/// Half precision computes in float, small integers in int64.
template <class Body>
void for_convolution(DType t, const Body& body) {
  if (is_integral(t)) return body.template operator()<int64_t>();
  for_floating(t, "slow_conv2d_cpu", body);
}

void run_convolution(const Call& call) {
  const View &x = call.in(0), &w = call.in(1), &y = call.out();
  if (y.numel() == 0) return;
  const int dims = w.dim() - 2;
  const Params p = params_of(call, 3, dims);
  const cpu::Convolution shape = describe(x, w, y, p);
  for_convolution(x.dtype(), [&]<class T>() {
    const Typed<T> input(x, Layout::any), weight(w);
    std::optional<Typed<T>> bias;
    if (call.has(2)) bias.emplace(call.in(2));
    const TypedOut<T> out(y, Layout::any);
    (p.transposed ? cpu::convolve_transposed<T> : cpu::convolve<T>)(shape, field_of<const T>(input, dims),
                                                                    weight.data(), bias ? bias->data() : nullptr,
                                                                    field_of<T>(out, dims));
    out.store();
  });
}

/// The gradient has the result's sizes. PyTorch's words number a line's dimensions as an image's.
void check_gradient(const View& grad, const View& x, const View& w, const Params& p) {
  FLB_CHECK(grad.dim() == x.dim(),
            "Expected input and grad_output to have the same number of dimensions, but got: ", x.dim(), " and ",
            grad.dim());
  const Dims sizes = result_sizes(x, w, nullptr, p);
  for (int d = 0, line = x.dim() == 3; d < x.dim(); ++d)
    FLB_CHECK(grad.size(d) == sizes[d], "Expected a tensor of dimension ", x.dim() + line, " and tensor.size[",
              d < 2 ? d : d + line, "] == ", sizes[d], " but got: dimension ", x.dim() + line, " and tensor.size[",
              d < 2 ? d : d + line, "] = ", grad.size(d));
}

Specs infer_convolution_backward(const Call& call) {
  const View &grad = call.in(0), &x = call.in(1), &w = call.in(2);
  check_gradient(grad, x, w, checked_params_of(call, 4, w));
  const std::span<const bool> wanted = call.booleans(10);
  const bool last = channels_last(x, w);
  Spec bias = spec_like(w, {grad.size(1)});
  return {wanted[0] ? spec_like(x, x.sizes(), last) : undefined_spec(),
          wanted[1] ? spec_like(w, w.sizes(), last) : undefined_spec(), wanted[2] ? bias : undefined_spec()};
}

template <class T>
void sum_to_bias(const View& grad_view, const View& out_view) {
  const Typed<T> grad(grad_view);
  const TypedOut<T> out(out_view);
  const int64_t channels = grad.size(1),
                points = channels && grad.size(0) ? grad_view.numel() / channels / grad.size(0) : 0;
  parallel_for(0, channels, 1 + 65536 / std::max<int64_t>(1, points * grad.size(0)), [&](int64_t begin, int64_t end) {
    for (int64_t c = begin; c < end; ++c) {
      double sum = 0;
      for (int64_t n = 0; n < grad.size(0); ++n) {
        const T* from = grad.data() + (n * channels + c) * points;
        T lanes[16] = {};
        int64_t i = 0;
        for (; i + 16 <= points; i += 16)
          for (int64_t l = 0; l < 16; ++l) lanes[l] += from[i + l];
        for (; i < points; ++i) lanes[0] += from[i];
        for (const T lane : lanes) sum += static_cast<double>(lane);
      }
      out[c] = static_cast<T>(sum);
    }
  });
  out.store();
}

template <class T>
void zero(const View& v) {
  const TypedOut<T> out(v);
  std::fill_n(out.data(), out.numel(), T(0));
  out.store();
}

template <class T>
void backward(const Call& call) {
  const View &grad = call.in(0), &x = call.in(1), &w = call.in(2);
  const int dims = w.dim() - 2;
  const Params p = params_of(call, 4, dims);
  const cpu::Convolution shape = describe(x, w, grad, p);
  const Typed<T> gradient(grad, Layout::any);
  const bool nothing = grad.numel() == 0;
  if (const View& out = call.out(0); out.defined() && nothing) {
    zero<T>(out);
  } else if (out.defined() && out.numel()) {
    const Typed<T> weight(w);
    const TypedOut<T> to(out, Layout::any);
    (p.transposed ? cpu::convolve<T> : cpu::convolve_transposed<T>)(shape, field_of<const T>(gradient, dims),
                                                                    weight.data(), nullptr, field_of<T>(to, dims));
    to.store();
  }
  if (const View& out = call.out(1); out.defined() && (nothing || x.numel() == 0)) {
    zero<T>(out);
  } else if (out.defined()) {
    const Typed<T> input(x, Layout::any);
    const TypedOut<T> to(out);
    const cpu::Field<const T> from = field_of<const T>(input, dims), by = field_of<const T>(gradient, dims);
    cpu::convolve_weight_gradient<T>(shape, p.transposed ? by : from, p.transposed ? from : by, to.data());
    to.store();
  }
  if (call.out(2).defined()) sum_to_bias<T>(grad, call.out(2));
}
void run_convolution_backward(const Call& call) {
  for_convolution(call.in(0).dtype(), [&]<class T>() { backward<T>(call); });
}

}  // namespace

FLB_OP(convolution, infer_convolution, run_convolution);
FLB_OP(convolution_backward, infer_convolution_backward, run_convolution_backward);

}  // namespace flambeau::ops
