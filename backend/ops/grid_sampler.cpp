// Sampling an image at the points of a grid whose coordinates run from -1 to 1.

#include <array>
#include <cmath>
#include <compare>

#include "backend/dense.h"
#include "backend/op.h"
#include "backend/promotion.h"
#include "kernels/common/threads.h"

namespace flambeau::ops {
namespace {

enum Interpolation : int64_t { kBilinear, kNearest, kBicubic };
enum Padding : int64_t { kZeros, kBorder, kReflection };

/// Half precision of which every step is rounded to H, as in PyTorch.
template <class H>
struct Stepwise {
  float value = 0;

  Stepwise() = default;
  template <class N>
  Stepwise(N n) requires(std::is_arithmetic_v<N>) : value(static_cast<float>(H::of(static_cast<float>(n)))) {}
  explicit operator float() const { return value; }
  explicit operator int64_t() const { return static_cast<int64_t>(value); }
  Stepwise operator-() const { return -value; }
  Stepwise& operator+=(Stepwise b) { return *this = *this + b; }
  Stepwise& operator*=(Stepwise b) { return *this = *this * b; }
  friend Stepwise operator+(Stepwise a, Stepwise b) { return a.value + b.value; }
  friend Stepwise operator-(Stepwise a, Stepwise b) { return a.value - b.value; }
  friend Stepwise operator*(Stepwise a, Stepwise b) { return a.value * b.value; }
  friend Stepwise operator/(Stepwise a, Stepwise b) { return a.value / b.value; }
  friend auto operator<=>(Stepwise a, Stepwise b) { return a.value <=> b.value; }
  friend bool operator==(Stepwise a, Stepwise b) { return a.value == b.value; }
};
template <class T>
inline constexpr bool is_stepwise = std::is_class_v<T>;
/// What the functions of <cmath> take.
template <class T>
auto plain(T x) {
  if constexpr (is_stepwise<T>)
    return x.value;
  else
    return x;
}

/// A coordinate in pixels, and its derivative by the grid's.
template <class T>
struct Place {
  T at, slope;
};

template <class T>
Place<T> unnormalized(T x, int64_t size, bool align) {
  const T n = static_cast<T>(size);
  return align ? Place<T>{(x + 1) / 2 * (n - 1), (n - 1) / 2} : Place<T>{((x + 1) * n - 1) / 2, n / 2};
}

template <class T>
Place<T> clipped(Place<T> p, int64_t size) {
  const T most = static_cast<T>(size - 1);
  if (!(p.at > 0)) return {T(0), T(0)};
  if (p.at >= most) return {most, T(0)};
  return p;
}

/// Mirrored between low / 2 and high / 2.
template <class T>
Place<T> reflected(Place<T> p, int64_t twice_low, int64_t twice_high) {
  if (twice_low == twice_high) return {T(0), T(0)};
  const T low = static_cast<T>(twice_low) / 2, span = static_cast<T>(twice_high - twice_low) / 2;
  T x = p.at - low, slope = p.slope;
  if (x < 0) x = -x, slope = -slope;
  const T extra = std::fmod(plain(x), plain(span));
  const bool even = static_cast<int64_t>(std::floor(plain(x / span))) % 2 == 0;
  return even ? Place<T>{extra + low, slope} : Place<T>{span - extra + low, -slope};
}

template <class T>
Place<T> padded(Place<T> p, int64_t size, int64_t padding, bool align) {
  if (padding == kBorder) return clipped(p, size);
  if (padding == kReflection)
    return clipped(align ? reflected(p, 0, 2 * (size - 1)) : reflected(p, -1, 2 * size - 1), size);
  return p;
}

/// Both steps in the order in which PyTorch's vectors take them; only rounding tells the difference.
template <class T>
Place<T> placed_stepwise(T x, int64_t size, int64_t padding, bool align) {
  const T factor = T(align ? size - 1 : size) / 2;
  T at = (x + 1) * factor, slope = factor;
  if (!align) at = at - T(0.5);
  if (padding == kReflection) {
    const T low = align ? T(0) : T(-0.5), span = 2 * (align ? size - 1 : size);
    if (span == T(0)) return {T(0), T(0)};
    if (at < low) slope = -slope;
    const T from = std::fabs(plain(at - low));
    const T extra = from - T(std::trunc(plain(from / span))) * span;
    const bool back = !(extra < span - extra);
    at = (back ? span - extra : extra) + low;
    if (back) slope = -slope;
  }
  if (padding != kZeros) return clipped(Place<T>{at, slope}, size);
  return {at, slope};
}

/// The weights of four neighbours at distance t after the second, and their derivatives.
template <class T>
void cubic(T t, T (&w)[4], T (&dw)[4]) {
  const T a = T(-0.75);
  const auto near = [&](T x) { return ((a + 2) * x - (a + 3)) * x * x + 1; };
  const auto far = [&](T x) { return ((a * x - 5 * a) * x + 8 * a) * x - 4 * a; };
  const auto near_slope = [&](T x) { return (3 * (a + 2) * x - 2 * (a + 3)) * x; };
  const auto far_slope = [&](T x) { return (3 * a * x - 10 * a) * x + 8 * a; };
  w[0] = far(t + 1), w[1] = near(t), w[2] = near(1 - t), w[3] = far(2 - t);
  dw[0] = far_slope(t + 1), dw[1] = near_slope(t), dw[2] = -near_slope(1 - t), dw[3] = -far_slope(2 - t);
}

/// One sample: the pixels it reads (-1 outside), their weights, and the weights' derivatives by each coordinate.
template <class T, int dims>
struct Sample {
  static constexpr int kMost = 16;
  int count = 0;
  std::array<int64_t, kMost> pixel;
  std::array<T, kMost> weight;
  std::array<std::array<T, kMost>, dims> slope;
  std::array<T, dims> scale{};                 ///< pixels by the grid's coordinates
  std::array<std::array<T, 2>, dims> share{};  ///< of linear interpolation: of the lower and the upper neighbour

  void add(int64_t at, T w, const std::array<T, dims>& by) {
    pixel[count] = at, weight[count] = w;
    for (int d = 0; d < dims; ++d) slope[d][count] = by[d];
    ++count;
  }
};

/// An image of `dims` dimensions; sizes and coordinates begin with the fastest: width, height, depth.
template <int dims>
struct Sampling {
  std::array<int64_t, dims> size;
  int64_t interpolation, padding;
  bool align;

  int64_t points() const {
    int64_t n = 1;
    for (const int64_t s : size) n *= s;
    return n;
  }
  int64_t pixel(const std::array<int64_t, dims>& at) const {
    int64_t offset = 0;
    for (int d = dims - 1; d >= 0; --d) {
      if (at[d] < 0 || at[d] >= size[d]) return -1;
      offset = offset * size[d] + at[d];
    }
    return offset;
  }

  template <class T>
  Sample<T, dims> sample(const T* grid) const {
    Sample<T, dims> s;
    std::array<Place<T>, dims> place;
    for (int d = 0; d < dims; ++d) {
      const bool pads = interpolation != kBicubic;
      if constexpr (is_stepwise<T> && dims == 2)
        place[d] = placed_stepwise(grid[d], size[d], pads ? padding : kZeros, align);
      else
        place[d] = unnormalized(grid[d], size[d], align);
      if (pads && !(is_stepwise<T> && dims == 2)) place[d] = padded(place[d], size[d], padding, align);
      // A point that is nowhere near (or NaN) reads nothing; integers hold the rest.
      if (!(std::fabs(plain(place[d].at)) < 1e9)) return s;
      s.scale[d] = place[d].slope;
    }
    if (interpolation == kNearest)
      nearest(s, place);
    else if (interpolation == kBilinear)
      linear(s, place);
    else if constexpr (dims == 2)
      bicubic(s, place);
    return s;
  }

 private:
  template <class T>
  void nearest(Sample<T, dims>& s, const std::array<Place<T>, dims>& place) const {
    std::array<int64_t, dims> at;
    for (int d = 0; d < dims; ++d) at[d] = static_cast<int64_t>(std::nearbyint(plain(place[d].at)));
    s.add(pixel(at), T(1), {});
  }

  template <class T>
  void linear(Sample<T, dims>& s, const std::array<Place<T>, dims>& place) const {
    std::array<int64_t, dims> low;
    auto& share = s.share;
    for (int d = 0; d < dims; ++d) {
      low[d] = static_cast<int64_t>(std::floor(plain(place[d].at)));
      share[d][1] = place[d].at - static_cast<T>(low[d]);
      share[d][0] = 1 - share[d][1];
    }
    for (int corner = 0; corner < 1 << dims; ++corner) {
      std::array<int64_t, dims> at;
      std::array<T, dims> by;
      T weight = 1;
      for (int d = 0; d < dims; ++d) {
        const int high = corner >> d & 1;
        at[d] = low[d] + high;
        weight *= share[d][high];
        by[d] = high ? place[d].slope : -place[d].slope;
        for (int e = 0; e < dims; ++e)
          if (e != d) by[d] *= share[e][corner >> e & 1];
      }
      s.add(pixel(at), weight, by);
    }
  }

  template <class T>
  void bicubic(Sample<T, dims>& s, const std::array<Place<T>, dims>& place) const {
    const Place<T>&x = place[0], &y = place[1];
    const int64_t x0 = static_cast<int64_t>(std::floor(plain(x.at))),
                  y0 = static_cast<int64_t>(std::floor(plain(y.at)));
    T wx[4], wy[4], dx[4], dy[4];
    cubic(x.at - static_cast<T>(x0), wx, dx);
    cubic(y.at - static_cast<T>(y0), wy, dy);
    const auto bounded = [&](int64_t at, int64_t n) {
      return static_cast<int64_t>(padded(Place<T>{static_cast<T>(at), T(0)}, n, padding, align).at);
    };
    for (int j = 0; j < 4; ++j)
      for (int i = 0; i < 4; ++i)
        s.add(pixel({bounded(x0 - 1 + i, size[0]), bounded(y0 - 1 + j, size[1])}), wx[i] * wy[j],
              {dx[i] * wy[j] * x.slope, wx[i] * dy[j] * y.slope});
  }
};

template <int dims>
Sampling<dims> sampling_of(const Call& call, const View& x, int at) {
  Sampling<dims> s{{}, call.integer(at), call.integer(at + 1), call.boolean(at + 2)};
  for (int d = 0; d < dims; ++d) s.size[d] = x.size(-1 - d);
  return s;
}

template <int dims>
void check(const View& x, const View& grid) {
  FLB_CHECK(x.dim() >= 3 && grid.dim() >= 1 && x.size(0) == grid.size(0),
            "grid_sampler(): expected grid and input to have same batch size, but got input with sizes ",
            shape_text(x.sizes()), " and grid with sizes ", shape_text(grid.sizes()));
  FLB_CHECK(grid.size(-1) == x.dim() - 2, "grid_sampler(): expected grid to have size ", x.dim() - 2,
            " in last dimension, but got grid with sizes ", shape_text(grid.sizes()));
  for (int d = 2; d < x.dim(); ++d)
    FLB_CHECK(x.size(d) > 0,
              "grid_sampler(): expected input to have non-empty spatial dimensions, but input has sizes ",
              shape_text(x.sizes()), " with dimension ", d, " being empty");
  FLB_CHECK(x.dim() == dims + 2 && grid.dim() == dims + 2, "grid_sampler(): expected ", dims + 2,
            "D input and grid with same number of dimensions, but got input with sizes ", shape_text(x.sizes()),
            " and grid with sizes ", shape_text(grid.sizes()));
  FLB_CHECK(x.dtype() == grid.dtype(), "expected scalar type ", scalar_type_name(x.dtype()), " but found ",
            scalar_type_name(grid.dtype()));
}

Dims sampled_sizes(const View& x, const View& grid) {
  Dims sizes{x.size(0), x.size(1)};
  for (int d = 1; d < grid.dim() - 1; ++d) sizes.push_back(grid.size(d));
  return sizes;
}

// [N, C, H, W] at [N, h, w, 2] -> [N, C, h, w]; with a depth likewise.
template <int dims>
Specs infer(const Call& call) {
  const View &x = call.in(0), &grid = call.in(1);
  check<dims>(x, grid);
  FLB_CHECK(dims == 2 || call.integer(2) != kBicubic, "grid_sampler(): bicubic interpolation only supports 4D input");
  return {spec_like(x, sampled_sizes(x, grid))};
}

template <class Body>
void for_images(const View& x, const Body& body) {
  parallel_for(0, x.size(0), 1, [&](int64_t begin, int64_t end) {
    for (int64_t n = begin; n < end; ++n) body(n);
  });
}

/// Number: what samples are computed in; T: what memory holds while they are.
template <class Number, class T, int dims>
void sample_images(const Call& call) {
  const View &x_view = call.in(0), &grid_view = call.in(1);
  const auto sampling = sampling_of<dims>(call, x_view, 2);
  const Typed<T> x(x_view), grid(grid_view);
  const TypedOut<T> y(call.out());
  const int64_t channels = x_view.size(1), in = sampling.points(),
                out = grid_view.size(0) ? grid_view.numel() / dims / grid_view.size(0) : 0;
  for_images(x_view, [&](int64_t n) {
    for (int64_t p = 0; p < out; ++p) {
      std::array<Number, dims> at;
      std::copy_n(grid.data() + (n * out + p) * dims, dims, at.begin());
      const auto s = sampling.sample(at.data());
      for (int64_t c = n * channels; c < (n + 1) * channels; ++c) {
        Number sum = 0;
        for (int k = 0; k < s.count; ++k)
          if (s.pixel[k] >= 0) sum += s.weight[k] * x[c * in + s.pixel[k]];
        y[c * out + p] = plain(sum);
      }
    }
  });
  y.store();
}

template <int dims>
void run(const Call& call) {
  const DType t = call.in(0).dtype();
  if (t == DType::float16) return sample_images<Stepwise<Half>, float, dims>(call);
  if (t == DType::bfloat16) return sample_images<Stepwise<BFloat16>, float, dims>(call);
  for_floating(t, dims == 2 ? "grid_sampler_2d_cpu" : "grid_sampler3d_cpu",
               [&]<class T>() { sample_images<T, T, dims>(call); });
}

// grad_output, input, grid, interpolation_mode, padding_mode, align_corners, output_mask
template <int dims>
Specs infer_backward(const Call& call) {
  const View &grad = call.in(0), &x = call.in(1), &grid = call.in(2);
  check<dims>(x, grid);
  FLB_CHECK(std::ranges::equal(grad.sizes(), sampled_sizes(x, grid)), "grid_sampler_", dims,
            "d_backward: unexpected shape of grad_output ", shape_text(grad.sizes()));
  return {call.booleans(6)[0] ? spec_like(x, x.sizes()) : undefined_spec(), spec_like(grid, grid.sizes())};
}

/// What one channel of linear interpolation adds to the grid's gradient in pixels, in PyTorch's order of steps.
template <class Number, int dims, class Value>
void add_slopes(const Sample<Number, dims>& s, const Value& value, Number g, std::array<Number, dims>& by) {
  if constexpr (dims == 2) {
    const auto &x = s.share[0], &y = s.share[1];
    by[0] += ((value(1) - value(0)) * y[0] + (value(3) - value(2)) * y[1]) * g;
    by[1] += ((value(2) - value(0)) * x[0] + (value(3) - value(1)) * x[1]) * g;
  } else {
    for (int corner = 0; corner < s.count; ++corner) {
      if (s.pixel[corner] < 0) continue;
      for (int d = 0; d < dims; ++d) {
        Number part = value(corner);
        for (int e = 0; e < dims; ++e)
          if (e != d) part *= s.share[e][corner >> e & 1];
        part *= g;
        by[d] += corner >> d & 1 ? part : -part;
      }
    }
  }
}

/// The gradient of the image in Number, that of the grid in T.
template <class Number, class T, int dims>
void spread_images(const Call& call) {
  const View &x_view = call.in(1), &grid_view = call.in(2);
  const auto sampling = sampling_of<dims>(call, x_view, 3);
  const Typed<T> grad(call.in(0)), x(x_view), grid(grid_view);
  std::optional<TypedOut<T>> to;
  if (call.out(0).defined()) {
    to.emplace(call.out(0));
    std::fill_n(to->data(), to->numel(), T(0));
  }
  const TypedOut<T> to_grid(call.out(1));
  const int64_t channels = x_view.size(1), in = sampling.points(),
                out = grid_view.size(0) ? grid_view.numel() / dims / grid_view.size(0) : 0;
  for_images(x_view, [&](int64_t n) {
    for (int64_t p = 0; p < out; ++p) {
      const int64_t at = (n * out + p) * dims;
      const auto s = sampling.sample(grid.data() + at);
      std::array<Number, dims> place;
      std::copy_n(grid.data() + at, dims, place.begin());
      const auto spread = sampling.sample(place.data());
      std::array<T, dims> by{};
      std::array<Number, dims> steps{};
      const bool stepwise = is_stepwise<Number> && sampling.interpolation == kBilinear && spread.count;
      for (int64_t c = n * channels; c < (n + 1) * channels; ++c) {
        const T g = grad[c * out + p];
        for (int k = 0; to && k < spread.count; ++k) {
          if (spread.pixel[k] < 0) continue;
          T& sum = (*to)[c * in + spread.pixel[k]];
          sum = plain(sum + g * spread.weight[k]);
        }
        const auto value = [&](int k) { return Number(spread.pixel[k] < 0 ? T(0) : x[c * in + spread.pixel[k]]); };
        if (stepwise) add_slopes<Number, dims>(spread, value, Number(g), steps);
        for (int k = 0; !stepwise && k < s.count; ++k) {
          if (s.pixel[k] < 0) continue;
          for (int d = 0; d < dims; ++d) by[d] += g * s.slope[d][k] * x[c * in + s.pixel[k]];
        }
      }
      for (int d = 0; stepwise && d < dims; ++d) by[d] = plain(spread.scale[d] * steps[d]);
      std::copy(by.begin(), by.end(), to_grid.data() + at);
    }
  });
  if (to) to->store();
  to_grid.store();
}

template <int dims>
void run_backward(const Call& call) {
  const DType t = call.in(1).dtype();
  if (t == DType::float16) return spread_images<Stepwise<Half>, float, dims>(call);
  if (t == DType::bfloat16) return spread_images<Stepwise<BFloat16>, float, dims>(call);
  for_floating(t, dims == 2 ? "grid_sampler_2d_backward_cpu" : "grid_sampler_3d_backward_cpu",
               [&]<class T>() { spread_images<T, T, dims>(call); });
}

}  // namespace

FLB_OP(grid_sampler_2d, infer<2>, run<2>);
FLB_OP(grid_sampler_3d, infer<3>, run<3>);
FLB_OP(grid_sampler_2d_backward, infer_backward<2>, run_backward<2>);
FLB_OP(grid_sampler_3d_backward, infer_backward<3>, run_backward<3>);

}  // namespace flambeau::ops
