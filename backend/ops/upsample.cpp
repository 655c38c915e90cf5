// Resampling of the spatial dimensions: nearest, linear, cubic, and the antialiased filters.
//
// Every kind is separable: a table per dimension says which inputs an output reads and with what weights. The gradient
// spreads by the same tables.

#include <array>
#include <cmath>
#include <vector>

#include "backend/dense.h"
#include "backend/op.h"
#include "kernels/common/threads.h"

namespace flambeau::ops {
namespace {

enum class Kind { nearest, nearest_exact, linear, cubic, linear_aa, cubic_aa, lanczos_aa };

constexpr bool antialiased(Kind k) { return k >= Kind::linear_aa; }
constexpr bool interpolates(Kind k) { return k >= Kind::linear; }
constexpr const char* name_of(Kind k) {
  constexpr const char* kNames[] = {"nearest", "nearest", "linear", "cubic", "linear", "cubic", "lanczos"};
  return kNames[static_cast<int>(k)];
}

/// Output i reads inputs[i * taps ...] with weights[i * taps ...]. Unused taps weigh 0.
template <class T>
struct Table {
  int64_t taps = 1;
  std::vector<int64_t> inputs{0};
  std::vector<T> weights{T(1)};
};

template <class T>
T cubic_near(T x, T a) {
  return ((a + 2) * x - (a + 3)) * x * x + 1;
}  // |x| <= 1
template <class T>
T cubic_far(T x, T a) {
  return ((a * x - 5 * a) * x + 8 * a) * x - 4 * a;
}  // 1 < |x| < 2

template <class T>
T filter(Kind kind, T x) {
  x = std::fabs(x);
  if (kind == Kind::linear_aa) return x < 1 ? 1 - x : T(0);
  if (kind == Kind::cubic_aa) return x < 1 ? cubic_near(x, T(-0.5)) : x < 2 ? cubic_far(x, T(-0.5)) : T(0);
  if (x >= 3) return T(0);
  const T pi = static_cast<T>(M_PI);
  return x == 0 ? T(1) : std::sin(pi * x) / (pi * x) * (std::sin(pi * x / 3) / (pi * x / 3));
}

/// `x` rounded down, in [least, most] whatever it is; NaN gives `least`.
template <class T>
int64_t floor_within(T x, int64_t least, int64_t most) {
  if (!(x > static_cast<T>(least))) return least;
  return x < static_cast<T>(most) ? static_cast<int64_t>(std::floor(x)) : most;
}

template <class T>
Table<T> filter_table(Kind kind, int64_t in, int64_t out, T scale) {
  const T reach = kind == Kind::linear_aa ? T(1) : kind == Kind::cubic_aa ? T(2) : T(3);
  const T support = scale >= 1 ? reach * scale : reach, inverse = scale >= 1 ? 1 / scale : T(1);
  Table<T> table;
  table.taps = floor_within(std::ceil(support), 0, in) * 2 + 1;
  table.inputs.assign(out * table.taps, 0);
  table.weights.assign(out * table.taps, T(0));
  for (int64_t i = 0; i < out; ++i) {
    const T center = scale * (static_cast<T>(i) + T(0.5));
    const int64_t first = floor_within(center - support + T(0.5), 0, in);
    const int64_t count = std::clamp<int64_t>(floor_within(center + support + T(0.5), 0, in) - first, 0, table.taps);
    T total = 0;
    for (int64_t j = 0; j < count; ++j) {
      const T w = filter(kind, (static_cast<T>(j + first) - center + T(0.5)) * inverse);
      table.inputs[i * table.taps + j] = first + j;
      table.weights[i * table.taps + j] = w;
      total += w;
    }
    for (int64_t j = 0; total != 0 && j < count; ++j) table.weights[i * table.taps + j] /= total;
  }
  return table;
}

template <class T>
Table<T> make_table(Kind kind, int64_t in, int64_t out, bool align_corners, std::optional<double> given_scale) {
  T scale;
  if (interpolates(kind) && align_corners)
    scale = out > 1 ? static_cast<T>(in - 1) / static_cast<T>(out - 1) : T(0);
  else
    scale =
        given_scale && *given_scale > 0 ? static_cast<T>(1 / *given_scale) : static_cast<T>(in) / static_cast<T>(out);
  if (antialiased(kind)) return filter_table(kind, in, out, scale);
  Table<T> table;
  table.taps = kind == Kind::cubic ? 4 : kind == Kind::linear ? 2 : 1;
  table.inputs.resize(out * table.taps);
  table.weights.resize(out * table.taps);
  for (int64_t i = 0; i < out; ++i) {
    int64_t* from = &table.inputs[i * table.taps];
    T* weight = &table.weights[i * table.taps];
    const T at = static_cast<T>(i);
    if (!interpolates(kind)) {
      from[0] = floor_within(kind == Kind::nearest ? at * scale : (at + T(0.5)) * scale, 0, in - 1);
      weight[0] = 1;
      continue;
    }
    T place = align_corners ? scale * at : scale * (at + T(0.5)) - T(0.5);
    if (kind == Kind::linear) place = std::max(place, T(0));
    const int64_t low = floor_within(place, -1, in - 1);
    const T t = std::clamp(place - static_cast<T>(low), T(0), T(1));
    if (kind == Kind::linear) {
      from[0] = low, from[1] = low + (low < in - 1);
      weight[0] = 1 - t, weight[1] = t;
      continue;
    }
    const T a = T(-0.75);
    const T weights[] = {cubic_far(t + 1, a), cubic_near(t, a), cubic_near(1 - t, a), cubic_far(2 - t, a)};
    for (int64_t j = 0; j < 4; ++j) from[j] = std::clamp<int64_t>(low - 1 + j, 0, in - 1), weight[j] = weights[j];
  }
  return table;
}

struct Geometry {
  int64_t planes = 1;
  std::array<int64_t, 3> in{1, 1, 1}, out{1, 1, 1};
};

/// Arguments after the tensor: output_size, [input_size,] [align_corners,] a scale for each dimension.
template <Kind kind, int dims>
struct Args {
  std::span<const int64_t> out, in;  ///< in: [N, C, ...]
  bool align_corners = false;
  std::array<std::optional<double>, 3> scales;

  Args(const Call& call, bool backward) : out(call.integers(1)), in(backward ? call.integers(2) : call.in(0).sizes()) {
    int at = backward ? 3 : 2;
    if (interpolates(kind)) align_corners = call.boolean(at++);
    for (int d = 0; d < dims; ++d)
      if (call.has(at + d)) scales[3 - dims + d] = call.real(at + d);
  }
  Geometry geometry() const {
    Geometry g;
    g.planes = in[0] * in[1];
    for (int d = 0; d < dims; ++d) g.in[3 - dims + d] = in[d + 2], g.out[3 - dims + d] = out[d];
    return g;
  }
  template <class T>
  std::array<Table<T>, 3> tables() const {
    const Geometry g = geometry();
    std::array<Table<T>, 3> tables;
    for (int d = 3 - dims; d < 3; ++d) tables[d] = make_table<T>(kind, g.in[d], g.out[d], align_corners, scales[d]);
    return tables;
  }
  Dims check() const {
    FLB_CHECK(out.size() == dims, "It is expected output_size equals to ", dims, ", but got size ", out.size());
    FLB_CHECK(in.size() == dims + 2, "It is expected input_size equals to ", dims + 2, ", but got size ", in.size());
    static constexpr const char* kNames[] = {"D", "H", "W"};
    bool positive = true;
    std::string from, to;
    for (int d = 0; d < dims; ++d) {
      positive = positive && in[d + 2] > 0 && out[d] > 0;
      from += std::string(d ? ", " : "") + kNames[3 - dims + d] + ": " + std::to_string(in[d + 2]);
      to += std::string(d ? ", " : "") + kNames[3 - dims + d] + ": " + std::to_string(out[d]);
    }
    FLB_CHECK(positive, "Input and output sizes should be greater than 0, but got input (", from, ") output (", to,
              ")");
    Dims sizes{in[0], in[1]};
    sizes.insert(sizes.end(), out.begin(), out.end());
    return sizes;
  }
};

template <Kind kind, int dims>
Specs infer(const Call& call) {
  const View& x = call.in(0);
  const Dims sizes = Args<kind, dims>(call, false).check();
  bool empty = false;
  for (int d = 1; d < x.dim(); ++d) empty = empty || x.size(d) == 0;
  FLB_CHECK(!empty, "Non-empty ", dims + 2, "D data tensor expected but got a tensor with sizes ",
            shape_text(x.sizes()));
  return {spec_like(x, sizes, is_channels_last(x))};
}

template <Kind kind, int dims>
Specs infer_backward(const Call& call) {
  const View& grad = call.in(0);
  const Args<kind, dims> args(call, true);
  const Dims sizes = args.check();
  FLB_CHECK(grad.dim() == dims + 2, "Expected grad_output to be a tensor of dimension ", dims + 2,
            " but got: dimension ", grad.dim());
  for (int d = 0; d < dims + 2; ++d)
    FLB_CHECK(grad.size(d) == sizes[d], "Expected grad_output to have the same shape as output; output.size(", d,
              ") = ", sizes[d], " but got grad_output.size(", d, ") = ", grad.size(d));
  const bool volume = dims == 3 && !interpolates(kind);  // PyTorch returns these row-major
  return {spec_like(grad, args.in, !volume && is_channels_last(grad))};
}

/// Calls body(plane, output index within the plane, depth, height, width of the output) in parallel over planes.
template <class Body>
void for_outputs(const Geometry& g, const Body& body) {
  const int64_t points = g.out[0] * g.out[1] * g.out[2];
  parallel_for(0, g.planes, std::max<int64_t>(1, 8192 / std::max<int64_t>(1, points)), [&](int64_t begin, int64_t end) {
    for (int64_t plane = begin; plane < end; ++plane) {
      int64_t index = 0;
      for (int64_t d = 0; d < g.out[0]; ++d)
        for (int64_t h = 0; h < g.out[1]; ++h)
          for (int64_t w = 0; w < g.out[2]; ++w) body(plane, index++, d, h, w);
    }
  });
}

/// Half precision and bytes compute in float.
template <class Body>
void for_upsample(const View& x, Kind kind, const Body& body) {
  if (x.dtype() == DType::uint8) return body.template operator()<float>();
  const bool last = x.dim() == 4 && has_layout(x, Layout::channels_last);
  const std::string type = kind == Kind::linear ? "bilinear2d" : "nearest2d";
  const std::string name = last && kind <= Kind::linear ? "upsample_" + type + "_channels_last"
                                                        : std::string("compute_indices_weights_") + name_of(kind);
  for_floating(x.dtype(), name.c_str(), body);
}

template <class T>
struct TapLoop {
  const Geometry& g;
  const std::array<Table<T>, 3>& tables;

  /// Calls body(offset of the input row, weight of the row) for the rows an output (d, h) reads.
  template <class Body>
  void rows(int64_t d, int64_t h, const Body& body) const {
    const Table<T>&depth = tables[0], &height = tables[1];
    for (int64_t a = 0; a < depth.taps; ++a)
      for (int64_t b = 0; b < height.taps; ++b)
        body((depth.inputs[d * depth.taps + a] * g.in[1] + height.inputs[h * height.taps + b]) * g.in[2],
             depth.weights[d * depth.taps + a] * height.weights[h * height.taps + b]);
  }
};

/// A table with weights in units of 2^-shift: as many bits as fit 16.
struct FixedTable {
  Table<int32_t> table;
  int shift = 0;

  explicit FixedTable(const Table<double>& from) {
    table.taps = from.taps, table.inputs = from.inputs;
    const double most = *std::max_element(from.weights.begin(), from.weights.end());
    while (shift < 22 && static_cast<int>(0.5 + most * (2 << shift)) < (1 << 15)) ++shift;
    table.weights.clear();
    for (const double w : from.weights)
      table.weights.push_back(static_cast<int32_t>(w * (1 << shift) + (w < 0 ? -0.5 : 0.5)));
  }
  /// The byte that output i has, of inputs `step` apart.
  uint8_t apply(const uint8_t* from, int64_t step, int64_t i) const {
    int32_t sum = 1 << (shift - 1);
    for (int64_t t = i * table.taps; t < (i + 1) * table.taps; ++t)
      sum += table.weights[t] * from[table.inputs[t] * step];
    return static_cast<uint8_t>(std::clamp(sum >> shift, 0, 255));
  }
};

/// Images of bytes: rows first, then columns, each rounded to bytes.
template <Kind kind>
void run_bytes(const Call& call) {
  const Args<kind, 2> args(call, false);
  const Geometry g = args.geometry();
  const auto tables = args.template tables<double>();
  const FixedTable across(tables[2]), down(tables[1]);
  const Typed<uint8_t> x(call.in(0));
  const TypedOut<uint8_t> y(call.out());
  const int64_t rows = g.in[1], width = g.in[2], out_rows = g.out[1], out_width = g.out[2];
  parallel_for(0, g.planes, 1, [&](int64_t begin, int64_t end) {
    Scratch<uint8_t> lines(rows * out_width);
    for (int64_t plane = begin; plane < end; ++plane) {
      const uint8_t* from = x.data() + plane * rows * width;
      uint8_t* to = y.data() + plane * out_rows * out_width;
      for (int64_t r = 0; r < rows; ++r)
        for (int64_t c = 0; c < out_width; ++c) lines[r * out_width + c] = across.apply(from + r * width, 1, c);
      for (int64_t r = 0; r < out_rows; ++r)
        for (int64_t c = 0; c < out_width; ++c) to[r * out_width + c] = down.apply(lines.data() + c, out_width, r);
    }
  });
  y.store();
}

template <Kind kind, int dims>
void run(const Call& call) {
  if constexpr (dims == 2 && interpolates(kind))
    if (call.in(0).dtype() == DType::uint8) return run_bytes<kind>(call);
  const Args<kind, dims> args(call, false);
  const Geometry g = args.geometry();
  for_upsample(call.in(0), kind, [&]<class T>() {
    const auto tables = args.template tables<T>();
    const Typed<T> x(call.in(0));
    const TypedOut<T> y(call.out());
    const bool bytes = call.out().dtype() == DType::uint8 && interpolates(kind);
    const int64_t in = g.in[0] * g.in[1] * g.in[2], out = g.out[0] * g.out[1] * g.out[2], taps = tables[2].taps;
    for_outputs(g, [&](int64_t plane, int64_t index, int64_t d, int64_t h, int64_t w) {
      const T* from = x.data() + plane * in;
      const int64_t* columns = &tables[2].inputs[w * taps];
      const T* weights = &tables[2].weights[w * taps];
      T sum = 0;
      TapLoop<T>{g, tables}.rows(d, h, [&](int64_t row, T weight) {
        T across = 0;
        for (int64_t c = 0; c < taps; ++c) across += weights[c] * from[row + columns[c]];
        sum += weight * across;
      });
      y[plane * out + index] = bytes ? std::clamp(std::nearbyint(sum), T(0), T(255))
                               : interpolates(kind)
                                   ? sum
                                   : from[(tables[0].inputs[d] * g.in[1] + tables[1].inputs[h]) * g.in[2] + columns[0]];
    });
    y.store();
  });
}

template <Kind kind, int dims>
void run_backward(const Call& call) {
  const Args<kind, dims> args(call, true);
  const Geometry g = args.geometry();
  for_upsample(call.in(0), kind, [&]<class T>() {
    const auto tables = args.template tables<T>();
    const Typed<T> grad(call.in(0));
    const TypedOut<T> to(call.out());
    std::fill_n(to.data(), to.numel(), T(0));
    const int64_t in = g.in[0] * g.in[1] * g.in[2], out = g.out[0] * g.out[1] * g.out[2], taps = tables[2].taps;
    for_outputs(g, [&](int64_t plane, int64_t index, int64_t d, int64_t h, int64_t w) {
      T* into = to.data() + plane * in;
      const T value = grad[plane * out + index];
      TapLoop<T>{g, tables}.rows(d, h, [&](int64_t row, T weight) {
        for (int64_t c = w * taps; c < (w + 1) * taps; ++c)
          into[row + tables[2].inputs[c]] += value * weight * tables[2].weights[c];
      });
    });
    to.store();
  });
}

}  // namespace

FLB_OP(upsample_nearest1d, (infer<Kind::nearest, 1>), (run<Kind::nearest, 1>));
FLB_OP(upsample_nearest1d_backward, (infer_backward<Kind::nearest, 1>), (run_backward<Kind::nearest, 1>));
FLB_OP(upsample_nearest2d, (infer<Kind::nearest, 2>), (run<Kind::nearest, 2>));
FLB_OP(upsample_nearest2d_backward, (infer_backward<Kind::nearest, 2>), (run_backward<Kind::nearest, 2>));
FLB_OP(upsample_nearest3d, (infer<Kind::nearest, 3>), (run<Kind::nearest, 3>));
FLB_OP(upsample_nearest3d_backward, (infer_backward<Kind::nearest, 3>), (run_backward<Kind::nearest, 3>));
FLB_OP(_upsample_nearest_exact1d, (infer<Kind::nearest_exact, 1>), (run<Kind::nearest_exact, 1>));
FLB_OP(_upsample_nearest_exact1d_backward, (infer_backward<Kind::nearest_exact, 1>),
       (run_backward<Kind::nearest_exact, 1>));
FLB_OP(_upsample_nearest_exact2d, (infer<Kind::nearest_exact, 2>), (run<Kind::nearest_exact, 2>));
FLB_OP(_upsample_nearest_exact2d_backward, (infer_backward<Kind::nearest_exact, 2>),
       (run_backward<Kind::nearest_exact, 2>));
FLB_OP(_upsample_nearest_exact3d, (infer<Kind::nearest_exact, 3>), (run<Kind::nearest_exact, 3>));
FLB_OP(_upsample_nearest_exact3d_backward, (infer_backward<Kind::nearest_exact, 3>),
       (run_backward<Kind::nearest_exact, 3>));
FLB_OP(upsample_linear1d, (infer<Kind::linear, 1>), (run<Kind::linear, 1>));
FLB_OP(upsample_linear1d_backward, (infer_backward<Kind::linear, 1>), (run_backward<Kind::linear, 1>));
FLB_OP(upsample_bilinear2d, (infer<Kind::linear, 2>), (run<Kind::linear, 2>));
FLB_OP(upsample_bilinear2d_backward, (infer_backward<Kind::linear, 2>), (run_backward<Kind::linear, 2>));
FLB_OP(upsample_trilinear3d, (infer<Kind::linear, 3>), (run<Kind::linear, 3>));
FLB_OP(upsample_trilinear3d_backward, (infer_backward<Kind::linear, 3>), (run_backward<Kind::linear, 3>));
FLB_OP(upsample_bicubic2d, (infer<Kind::cubic, 2>), (run<Kind::cubic, 2>));
FLB_OP(upsample_bicubic2d_backward, (infer_backward<Kind::cubic, 2>), (run_backward<Kind::cubic, 2>));
FLB_OP(_upsample_bilinear2d_aa, (infer<Kind::linear_aa, 2>), (run<Kind::linear_aa, 2>));
FLB_OP(_upsample_bilinear2d_aa_backward, (infer_backward<Kind::linear_aa, 2>), (run_backward<Kind::linear_aa, 2>));
FLB_OP(_upsample_bicubic2d_aa, (infer<Kind::cubic_aa, 2>), (run<Kind::cubic_aa, 2>));
FLB_OP(_upsample_bicubic2d_aa_backward, (infer_backward<Kind::cubic_aa, 2>), (run_backward<Kind::cubic_aa, 2>));
FLB_OP(_upsample_lanczos2d_aa, (infer<Kind::lanczos_aa, 2>), (run<Kind::lanczos_aa, 2>));
FLB_OP(_upsample_lanczos2d_aa_backward, (infer_backward<Kind::lanczos_aa, 2>), (run_backward<Kind::lanczos_aa, 2>));

}  // namespace flambeau::ops
