// Sampling an image at the points of a grid whose coordinates run from -1 to 1.

#include <array>
#include <cmath>

#include "backend/dense.h"
#include "backend/op.h"
#include "backend/promotion.h"
#include "backend/threads.h"

namespace flambeau::ops {
namespace {

enum Interpolation : int64_t { kBilinear, kNearest, kBicubic };
enum Padding : int64_t { kZeros, kBorder, kReflection };

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
  const T extra = std::fmod(x, span);
  const bool even = static_cast<int64_t>(std::floor(x / span)) % 2 == 0;
  return even ? Place<T>{extra + low, slope} : Place<T>{span - extra + low, -slope};
}

template <class T>
Place<T> padded(Place<T> p, int64_t size, int64_t padding, bool align) {
  if (padding == kBorder) return clipped(p, size);
  if (padding == kReflection)
    return clipped(align ? reflected(p, 0, 2 * (size - 1)) : reflected(p, -1, 2 * size - 1), size);
  return p;
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

/// One sample: the pixels it reads (-1 outside), their weights, and the weights' derivatives by the grid.
template <class T>
struct Sample {
  int count = 0;
  std::array<int64_t, 16> pixel;
  std::array<T, 16> weight, by_x, by_y;

  void add(int64_t at, T w, T dx, T dy) {
    pixel[count] = at, weight[count] = w, by_x[count] = dx, by_y[count] = dy;
    ++count;
  }
};

struct Sampling {
  int64_t height, width, interpolation, padding;
  bool align;

  int64_t pixel(int64_t y, int64_t x) const { return y >= 0 && y < height && x >= 0 && x < width ? y * width + x : -1; }

  template <class T>
  Sample<T> sample(T grid_x, T grid_y) const {
    Sample<T> s;
    Place<T> x = unnormalized(grid_x, width, align), y = unnormalized(grid_y, height, align);
    if (interpolation != kBicubic) x = padded(x, width, padding, align), y = padded(y, height, padding, align);
    // A point that is nowhere near (or NaN) reads nothing; integers hold the rest.
    if (!(std::fabs(x.at) < T(1e9)) || !(std::fabs(y.at) < T(1e9))) return s;
    if (interpolation == kNearest) {
      s.add(pixel(static_cast<int64_t>(std::nearbyint(y.at)), static_cast<int64_t>(std::nearbyint(x.at))), T(1), T(0),
            T(0));
      return s;
    }
    const int64_t x0 = static_cast<int64_t>(std::floor(x.at)), y0 = static_cast<int64_t>(std::floor(y.at));
    const T tx = x.at - static_cast<T>(x0), ty = y.at - static_cast<T>(y0);
    if (interpolation == kBilinear) {
      const T wx[] = {1 - tx, tx}, wy[] = {1 - ty, ty};
      for (int j = 0; j < 2; ++j)
        for (int i = 0; i < 2; ++i)
          s.add(pixel(y0 + j, x0 + i), wx[i] * wy[j], (i ? wy[j] : -wy[j]) * x.slope, (j ? wx[i] : -wx[i]) * y.slope);
      return s;
    }
    T wx[4], wy[4], dx[4], dy[4];
    cubic(tx, wx, dx);
    cubic(ty, wy, dy);
    const auto bounded = [&](int64_t at, int64_t size) {
      return static_cast<int64_t>(padded(Place<T>{static_cast<T>(at), T(0)}, size, padding, align).at);
    };
    for (int j = 0; j < 4; ++j)
      for (int i = 0; i < 4; ++i)
        s.add(pixel(bounded(y0 - 1 + j, height), bounded(x0 - 1 + i, width)), wx[i] * wy[j], dx[i] * wy[j] * x.slope,
              wx[i] * dy[j] * y.slope);
    return s;
  }
};

Sampling sampling_of(const Call& call, const View& x, int at) {
  return {x.size(2), x.size(3), call.integer(at), call.integer(at + 1), call.boolean(at + 2)};
}

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
  FLB_CHECK(x.dim() == 4 && grid.dim() == 4,
            "grid_sampler(): expected 4D input and grid with same number of dimensions, but got input with sizes ",
            shape_text(x.sizes()), " and grid with sizes ", shape_text(grid.sizes()));
  FLB_CHECK(x.dtype() == grid.dtype(), "expected scalar type ", scalar_type_name(x.dtype()), " but found ",
            scalar_type_name(grid.dtype()));
}

// [N, C, H, W] at [N, h, w, 2] -> [N, C, h, w].
Specs infer(const Call& call) {
  const View &x = call.in(0), &grid = call.in(1);
  check(x, grid);
  return {spec_like(x, {x.size(0), x.size(1), grid.size(1), grid.size(2)})};
}

template <class Body>
void for_images(const View& x, const Body& body) {
  parallel_for(0, x.size(0), 1, [&](int64_t begin, int64_t end) {
    for (int64_t n = begin; n < end; ++n) body(n);
  });
}

void run(const Call& call) {
  const View& x_view = call.in(0);
  const Sampling sampling = sampling_of(call, x_view, 2);
  for_floating(x_view.dtype(), "grid_sampler_2d_cpu", [&]<class T>() {
    const Typed<T> x(x_view), grid(call.in(1));
    const TypedOut<T> y(call.out());
    const int64_t channels = x_view.size(1), in = sampling.height * sampling.width, out = grid.size(1) * grid.size(2);
    for_images(x_view, [&](int64_t n) {
      for (int64_t p = 0; p < out; ++p) {
        const T* at = grid.data() + (n * out + p) * 2;
        const Sample<T> s = sampling.sample(at[0], at[1]);
        for (int64_t c = n * channels; c < (n + 1) * channels; ++c) {
          T sum = 0;
          for (int k = 0; k < s.count; ++k)
            if (s.pixel[k] >= 0) sum += s.weight[k] * x[c * in + s.pixel[k]];
          y[c * out + p] = sum;
        }
      }
    });
    y.store();
  });
}

// grad_output, input, grid, interpolation_mode, padding_mode, align_corners, output_mask
Specs infer_backward(const Call& call) {
  const View &grad = call.in(0), &x = call.in(1), &grid = call.in(2);
  check(x, grid);
  FLB_CHECK(std::ranges::equal(grad.sizes(), Dims{x.size(0), x.size(1), grid.size(1), grid.size(2)}),
            "grid_sampler_2d_backward: unexpected shape of grad_output ", shape_text(grad.sizes()));
  return {call.booleans(6)[0] ? spec_like(x, x.sizes()) : undefined_spec(), spec_like(grid, grid.sizes())};
}

void run_backward(const Call& call) {
  const View& x_view = call.in(1);
  const Sampling sampling = sampling_of(call, x_view, 3);
  for_floating(x_view.dtype(), "grid_sampler_2d_backward_cpu", [&]<class T>() {
    const Typed<T> grad(call.in(0)), x(x_view), grid(call.in(2));
    std::optional<TypedOut<T>> to;
    if (call.out(0).defined()) {
      to.emplace(call.out(0));
      std::fill_n(to->data(), to->numel(), T(0));
    }
    const TypedOut<T> to_grid(call.out(1));
    const int64_t channels = x_view.size(1), in = sampling.height * sampling.width, out = grid.size(1) * grid.size(2);
    for_images(x_view, [&](int64_t n) {
      for (int64_t p = 0; p < out; ++p) {
        const int64_t at = (n * out + p) * 2;
        const Sample<T> s = sampling.sample(grid[at], grid[at + 1]);
        T by_x = 0, by_y = 0;
        for (int64_t c = n * channels; c < (n + 1) * channels; ++c) {
          const T g = grad[c * out + p];
          for (int k = 0; k < s.count; ++k) {
            if (s.pixel[k] < 0) continue;
            const int64_t pixel = c * in + s.pixel[k];
            if (to) (*to)[pixel] += g * s.weight[k];
            by_x += g * s.by_x[k] * x[pixel], by_y += g * s.by_y[k] * x[pixel];
          }
        }
        to_grid[at] = by_x, to_grid[at + 1] = by_y;
      }
    });
    if (to) to->store();
    to_grid.store();
  });
}

}  // namespace

FLB_OP(grid_sampler_2d, infer, run);
FLB_OP(grid_sampler_2d_backward, infer_backward, run_backward);

}  // namespace flambeau::ops
