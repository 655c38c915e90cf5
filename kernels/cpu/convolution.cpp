#include "kernels/cpu/convolution.h"

#include "kernels/common/memory.h"
#include "kernels/common/threads.h"
#include "kernels/cpu/conv_planes.h"
#include "kernels/cpu/gemm.h"

namespace flambeau::cpu {
namespace {

constexpr int64_t kParallelWork = int64_t{1} << 19;  ///< multiplications that pay for waking a second thread
constexpr int64_t kTile = 12;                        ///< output channels of gemm's largest tile

/// A convolution, or a part of one that a thread does by itself: threads share nothing that is written.
template <class T>
struct Forward {
  Convolution c;
  Field<const T> x;
  const T *weight, *bias;
  Field<T> y;

  int64_t channels() const { return c.in_channels / c.groups; }
  int64_t outs() const { return c.out_channels / c.groups; }
  int64_t depth() const { return channels() * c.taps(); }
  int64_t work() const { return c.batch * c.out_channels * c.out_points() * depth(); }

  Forward images(int64_t from, int64_t to) const {
    Forward part = *this;
    part.c.batch = to - from;
    part.x = advance(x, from, 0), part.y = advance(y, from, 0);
    return part;
  }
  Forward groups(int64_t from, int64_t to) const {
    Forward part = of_channels(from * outs(), to * outs());
    part.c.groups = to - from, part.c.in_channels = (to - from) * channels();
    part.x = advance(x, 0, from * channels());
    return part;
  }
  Forward of_channels(int64_t from, int64_t to) const {
    Forward part = *this;
    part.c.out_channels = to - from;
    part.weight += from * depth(), part.bias = bias ? bias + from : nullptr;
    part.y = advance(y, 0, from);
    return part;
  }
  /// Rows of the output's dimension d; the input loses what lies before them.
  Forward rows(int d, int64_t from, int64_t to) const {
    Forward part = *this;
    const int64_t before = from * c.stride[d], lost = std::max<int64_t>(0, before - c.padding[d]);
    part.c.out[d] = to - from;
    part.c.padding[d] -= before - lost, part.c.in[d] = std::max<int64_t>(0, c.in[d] - lost);
    part.x.data += lost * x.step[d], part.y.data += from * y.step[d];
    return part;
  }

  void run() const;
};

/// In one thread: [outs, depth] by [depth, points of some images], whose columns are gathered while packing.
template <class T>
void Forward<T>::run() const {
  Planes<T> planes = input_planes(c, x, channels());
  const Depth along = depth_of(c, planes, channels());
  const bool in_order = !planes.channels_last;
  const int64_t most = images_at_once(c.batch, c.out_points());
  const Offsets columns = point_offsets(c.out, planes.field.step, most, planes.field.image);
  const Offsets targets = point_offsets(c.out, y.step, most, y.image);
  Scratch<T> memory(planes.room(channels()) * most);
  for (int64_t first = 0; first < c.batch; first += most)
    for (int64_t g = 0; g < c.groups; ++g) {
      const int64_t images = std::min(most, c.batch - first);
      planes.read(advance(x, first, g * channels()), c.in, images, channels(), memory.data());
      gemm<T>({.m = outs(),
               .n = images * c.out_points(),
               .k = depth(),
               .a = {weight + g * outs() * depth(), {depth()}, {1, in_order ? nullptr : along.weights.data()}},
               .b = {planes.field.data, {0, along.planes.data()}, {0, columns.data()}},
               .c = {advance(y, first, g * outs()).data, {y.channel}, {0, targets.data()}},
               .d = {bias ? bias + g * outs() : nullptr, {1}, {0}},
               .beta = bias ? T(1) : T(0)});
    }
}

/// The first dimension that can be cut.
int row_dimension(const Extent& out) { return out[0] > 1 ? 0 : out[1] > 1 ? 1 : 2; }

/// Parts of one image, or of few: rows of all images, or some of the channels.
template <class T>
void split_image(const Forward<T>& all, int64_t threads) {
  const int d = row_dimension(all.c.out);
  const int64_t row = all.c.batch * all.c.out_points() / all.c.out[d];
  const Grid grid = grid_of(all.c.out_channels, row * all.c.out[d], kTile, row, all.c.groups > 1 ? 1 : threads);
  const int64_t rows = grid.wide / row, across = (all.c.out[d] + rows - 1) / rows;
  const int64_t down = (all.c.out_channels + grid.tall - 1) / grid.tall;
  parallel_for(0, down * across, 1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      const int64_t channel = i / across * grid.tall, first = i % across * rows;
      const Forward<T> part = all.rows(d, first, std::min(first + rows, all.c.out[d]));
      (down > 1 ? part.of_channels(channel, std::min(channel + grid.tall, all.c.out_channels)) : part).run();
    }
  });
}

}  // namespace

bool worth_threads(int64_t work) { return work >= kParallelWork && !omp_in_parallel() && omp_get_max_threads() > 1; }
bool divides_well(int64_t count) {
  const int64_t threads = omp_get_max_threads();
  return count % threads == 0 || count >= 4 * threads;
}

template <class T>
void convolve(const Convolution& c, Field<const T> x, const T* weight, const T* bias, Field<T> y) {
  if (c.groups > 1 && c.in_channels == c.groups && c.out_channels <= 4 * c.groups)
    return convolve_depthwise(c, x, weight, bias, y);
  const Forward<T> all{c, x, weight, bias, y};
  if (!worth_threads(all.work())) return all.run();
  if (divides_well(c.batch)) {
    parallel_for(0, c.batch, 1, [&](int64_t from, int64_t to) { all.images(from, to).run(); });
  } else if (c.groups > 1) {
    parallel_for(0, c.groups, 1, [&](int64_t from, int64_t to) { all.groups(from, to).run(); });
  } else {
    split_image(all, omp_get_max_threads());
  }
}

namespace {

/// The weights' gradient for some of the input's and of the output's channels, in one thread: [outs, points of some
/// images] by [points, depth].
template <class T>
struct WeightGradient {
  Convolution c;
  Field<const T> x, y;
  T* weight;
  int64_t row;  ///< elements from one output channel to the next

  int64_t channels() const { return c.in_channels / c.groups; }
  int64_t outs() const { return c.out_channels / c.groups; }

  WeightGradient part(int64_t out_from, int64_t out_to, int64_t in_from, int64_t in_to) const {
    WeightGradient p = *this;
    p.c.out_channels = out_to - out_from, p.c.in_channels = in_to - in_from;
    p.x = advance(x, 0, in_from), p.y = advance(y, 0, out_from);
    p.weight += out_from * row + in_from * c.taps();
    return p;
  }
  WeightGradient group(int64_t g) const {
    WeightGradient p = part(g * outs(), (g + 1) * outs(), g * channels(), (g + 1) * channels());
    p.weight = weight + g * outs() * row, p.c.groups = 1;
    return p;
  }

  void run() const {
    Planes<T> planes = input_planes(c, x, channels());
    const Depth along = depth_of(c, planes, channels());
    const bool in_order = !planes.channels_last;
    const int64_t most = images_at_once(c.batch, c.out_points());
    const Offsets columns = point_offsets(c.out, planes.field.step, most, planes.field.image);
    const Offsets rows = point_offsets(c.out, y.step, most, y.image);
    Scratch<T> memory(planes.room(channels()) * most);
    for (int64_t first = 0; first < c.batch; first += most) {
      const int64_t images = std::min(most, c.batch - first);
      planes.read(advance(x, first, 0), c.in, images, channels(), memory.data());
      const Axis across{1, in_order ? nullptr : along.weights.data()};
      gemm<T>({.m = outs(),
               .n = channels() * c.taps(),
               .k = images * c.out_points(),
               .a = {advance(y, first, 0).data, {y.channel}, {0, rows.data()}},
               .b = {planes.field.data, {0, columns.data()}, {0, along.planes.data()}},
               .c = {weight, {row}, across},
               .d = {weight, {row}, across},
               .beta = first ? T(1) : T(0)});
    }
  }
};

}  // namespace

template <class T>
void convolve_weight_gradient(const Convolution& c, Field<const T> x, Field<const T> y, T* weight) {
  const int64_t channels = c.in_channels / c.groups;
  const WeightGradient<T> all{c, x, y, weight, channels * c.taps()};
  const bool threads = worth_threads(c.batch * c.out_channels * c.out_points() * all.row);
  if (c.groups > 1)
    return parallel_for(0, c.groups, threads ? 1 : c.groups, [&](int64_t from, int64_t to) {
      for (int64_t g = from; g < to; ++g) all.group(g).run();
    });
  const Grid grid = grid_of(c.out_channels, channels * c.taps(), kTile, c.taps(), threads ? omp_get_max_threads() : 1);
  const int64_t wide = grid.wide / c.taps(), across = (channels + wide - 1) / wide;
  const int64_t down = (c.out_channels + grid.tall - 1) / grid.tall;
  parallel_for(0, down * across, 1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      const int64_t out = i / across * grid.tall, in = i % across * wide;
      all.part(out, std::min(out + grid.tall, c.out_channels), in, std::min(in + wide, channels)).run();
    }
  });
}

#define FLB_CONVOLUTIONS(T)                                                                 \
  template void convolve(const Convolution&, Field<const T>, const T*, const T*, Field<T>); \
  template void convolve_weight_gradient(const Convolution&, Field<const T>, Field<const T>, T*);
FLB_CONVOLUTIONS(float)
FLB_CONVOLUTIONS(double)
FLB_CONVOLUTIONS(int64_t)
#undef FLB_CONVOLUTIONS

}  // namespace flambeau::cpu
