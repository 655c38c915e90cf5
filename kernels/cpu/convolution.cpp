#include "kernels/cpu/convolution.h"

#include <algorithm>
#include <vector>

#include "backend/memory.h"
#include "backend/threads.h"
#include "kernels/cpu/gemm.h"
#include "kernels/cpu/levels.h"

namespace flambeau::cpu {
namespace {

constexpr int64_t kColumnsWanted =
    2048;  ///< output points that one product should have, from several images if need be

int64_t product(const Extent& e) { return e[0] * e[1] * e[2]; }
int64_t floor_div(int64_t a, int64_t b) { return a >= 0 ? a / b : -((-a + b - 1) / b); }
int64_t floor_mod(int64_t a, int64_t b) { return a - floor_div(a, b) * b; }

template <class Body>
void for_each(const Extent& count, const Body& body) {
  int64_t index = 0;
  for (int64_t d = 0; d < count[0]; ++d)
    for (int64_t h = 0; h < count[1]; ++h)
      for (int64_t w = 0; w < count[2]; ++w) body(index++, Extent{d, h, w});
}

/// A zero-padded copy of some channels of some images. With a stride s it is split into s phases per dimension, so that
/// points s apart become neighbours: element q of phase p holds the coordinate s q + p + origin.
template <class T>
struct Planes {
  Extent stride, origin, count;
  std::vector<char> used;  ///< of each phase
  bool channels_last = false;
  Field<const T> field{};  ///< steps count in q; the phases follow each other within a channel
  int64_t phase_step = 0;

  int64_t phases() const { return product(stride); }
  int64_t points() const { return product(count); }

  /// Borrows the source where nothing has to be padded or split.
  void borrow(const Field<const T>& source) { field = source; }

  void layout(int64_t channels) {
    const int64_t minor = channels_last ? channels : 1, one = points() * minor;
    phase_step = one;
    field.image = one * phases() * (channels_last ? 1 : channels);
    field.channel = channels_last ? 1 : one * phases();
    field.step = {count[1] * count[2] * minor, count[2] * minor, minor};
  }

  void fill(const Field<const T>& source, const Extent& size, int64_t channels, int64_t images, T* to) {
    field.data = to;
    const int64_t work = points() * phases();
    if (channels_last) {
      parallel_for(0, images, std::max<int64_t>(1, 65536 / std::max<int64_t>(1, work * channels)),
                   [&](int64_t begin, int64_t end) {
                     for (int64_t i = begin; i < end; ++i)
                       fill_rows(source.data + i * source.image, source, size, channels, to + i * field.image);
                   });
      return;
    }
    parallel_for(0, images * channels, std::max<int64_t>(1, 65536 / std::max<int64_t>(1, work)),
                 [&](int64_t begin, int64_t end) {
                   for (int64_t i = begin; i < end; ++i)
                     fill_rows(source.data + i / channels * source.image + i % channels * source.channel, source, size,
                               1, to + i / channels * field.image + i % channels * field.channel);
                 });
  }

 private:
  /// All phases and points of one image with `minor` channels innermost.
  void fill_rows(const T* from, const Field<const T>& source, const Extent& size, int64_t minor, T* to) const {
    for_each(stride, [&](int64_t phase, const Extent& p) {
      if (!used[phase]) return;
      for_each({count[0], count[1], 1}, [&](int64_t row, const Extent& q) {
        T* out = to + phase * phase_step + row * count[2] * minor;
        const int64_t d = stride[0] * q[0] + p[0] + origin[0], h = stride[1] * q[1] + p[1] + origin[1];
        if (d < 0 || d >= size[0] || h < 0 || h >= size[1]) return void(std::fill_n(out, count[2] * minor, T(0)));
        const int64_t first = p[2] + origin[2];
        const int64_t low = std::clamp<int64_t>(first < 0 ? (-first + stride[2] - 1) / stride[2] : 0, 0, count[2]);
        const int64_t high = std::clamp<int64_t>(floor_div(size[2] - 1 - first, stride[2]) + 1, low, count[2]);
        const T* in = from + d * source.step[0] + h * source.step[1] + first * source.step[2];
        const int64_t step = stride[2] * source.step[2];
        std::fill_n(out, low * minor, T(0));
        if (minor > 1)
          for (int64_t w = low; w < high; ++w)
            for (int64_t c = 0; c < minor; ++c) out[w * minor + c] = in[w * step + c * source.channel];
        else if (step == 1)
          std::copy(in + low, in + high, out + low);
        else
          for (int64_t w = low; w < high; ++w) out[w] = in[w * step];
        std::fill_n(out + high * minor, (count[2] - high) * minor, T(0));
      });
    });
  }
};

/// Memory that an image's planes need, or nothing when they are borrowed.
template <class T>
struct Source {
  Planes<T> planes;
  bool borrowed;
  int64_t image_room(int64_t channels) const { return borrowed ? 0 : planes.points() * planes.phases() * channels; }
};

/// The input as a forward convolution reads it.
template <class T>
Source<T> input_planes(const Convolution& c, const Field<const T>& x, int64_t channels) {
  Source<T> s{};
  s.borrowed = true;
  Planes<T>& p = s.planes;
  p.stride = c.stride;
  for (int d = 0; d < 3; ++d) {
    if (c.out[d] == 1 && (c.kernel[d] - 1) * c.dilation[d] < c.stride[d])
      p.stride[d] = std::max<int64_t>(1, (c.kernel[d] - 1) * c.dilation[d] + 1);
    const int64_t reach = (c.out[d] - 1) * p.stride[d] + (c.kernel[d] - 1) * c.dilation[d] + 1;
    p.origin[d] = -c.padding[d];
    p.count[d] = (reach + p.stride[d] - 1) / p.stride[d];
    s.borrowed = s.borrowed && c.padding[d] == 0 && p.stride[d] == 1;
  }
  p.used.assign(p.phases(), 0);
  for_each(c.kernel, [&](int64_t, const Extent& k) {
    int64_t phase = 0;
    for (int d = 0; d < 3; ++d) phase = phase * p.stride[d] + k[d] * c.dilation[d] % p.stride[d];
    p.used[phase] = 1;
  });
  p.channels_last = x.channel == 1 && channels > 1;
  s.borrowed ? p.borrow(x) : p.layout(channels);
  return s;
}

/// Offsets of the taps (k) and of the output points (columns) in the planes.
template <class T>
int64_t tap_offset(const Convolution& c, const Planes<T>& p, const Extent& k) {
  int64_t phase = 0, offset = 0;
  for (int d = 0; d < 3; ++d) {
    const int64_t at = k[d] * c.dilation[d];
    phase = phase * p.stride[d] + at % p.stride[d];
    offset += at / p.stride[d] * p.field.step[d];
  }
  return phase * p.phase_step + offset;
}

using Offsets = std::vector<int64_t>;

/// [channel][tap], or [tap][channel] where channels are innermost; `weights` gets the matching places in a row of the
/// weights.
template <class T>
Offsets depth_offsets(const Convolution& c, const Planes<T>& p, int64_t channels, Offsets& weights) {
  const int64_t taps = c.taps();
  Offsets offsets(channels * taps);
  weights.resize(channels * taps);
  const bool minor = p.field.channel == 1 && channels > 1;
  for_each(c.kernel, [&](int64_t tap, const Extent& k) {
    const int64_t offset = tap_offset(c, p, k);
    for (int64_t ch = 0; ch < channels; ++ch) {
      const int64_t at = minor ? tap * channels + ch : ch * taps + tap;
      offsets[at] = offset + ch * p.field.channel;
      weights[at] = ch * taps + tap;
    }
  });
  return offsets;
}

Offsets point_offsets(const Extent& count, const Extent& step, int64_t images, int64_t image_step) {
  Offsets offsets(images * product(count));
  const int64_t points = product(count);
  for (int64_t i = 0; i < images; ++i)
    for_each(count, [&](int64_t at, const Extent& o) {
      offsets[i * points + at] = i * image_step + o[0] * step[0] + o[1] * step[1] + o[2] * step[2];
    });
  return offsets;
}

template <class T>
Field<T> advance(Field<T> f, int64_t images, int64_t channels) {
  f.data += images * f.image + channels * f.channel;
  return f;
}

/// Calls body(first image, images) for pieces of the batch, each of enough output points to fill a product; in parallel
/// over them where every thread gets its share, else the products inside are parallel.
template <class Body>
void for_images(int64_t batch, int64_t points, const Body& body) {
  const int64_t threads = omp_in_parallel() ? 1 : omp_get_max_threads();
  const bool outside = batch % threads == 0 || batch >= 8 * threads;
  const int64_t most = outside ? std::max<int64_t>(1, batch / threads) : batch;
  const int64_t images = std::clamp<int64_t>(kColumnsWanted / std::max<int64_t>(1, points), 1, most);
  const int64_t pieces = (batch + images - 1) / images;
  const auto run = [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) body(i * images, std::min(images, batch - i * images));
  };
  outside ? parallel_for(0, pieces, 1, run) : run(0, pieces);
}

// ---- depthwise: each channel by itself, rows of taps ----

template <class T>
struct TapRow {
  const T* from;
  const int64_t* offsets;
  const T* weights;
  int64_t taps;
  T bias;
  T* to;
  int64_t to_step, count;
};

template <class T>
inline void add_taps(const TapRow<T>& r) {
  constexpr int64_t kRun = 64;
  T sum[kRun];
  for (int64_t begin = 0; begin < r.count; begin += kRun) {
    const int64_t n = std::min(kRun, r.count - begin);
    for (int64_t i = 0; i < n; ++i) sum[i] = r.bias;
    for (int64_t t = 0; t < r.taps; ++t) {
      const T* from = r.from + r.offsets[t] + begin;
      const T weight = r.weights[t];
      for (int64_t i = 0; i < n; ++i) sum[i] += weight * from[i];
    }
    for (int64_t i = 0; i < n; ++i) r.to[(begin + i) * r.to_step] = sum[i];
  }
}
FLB_LEVELS(kAddTaps, (class T), (T), (const TapRow<T>& r), add_taps(r))

template <class T>
void convolve_depthwise(const Convolution& c, const Field<const T>& x, const T* weight, const T* bias,
                        const Field<T>& y) {
  const int64_t multiplier = c.out_channels / c.groups, taps = c.taps();
  Convolution one = c;
  one.groups = one.in_channels = 1;
  Field<const T> row_major = x;
  row_major.channel = 0;  // the planes of a single channel
  const Source<T> source = input_planes(one, row_major, 1);
  Offsets places;
  const bool copy = !source.borrowed || x.step[2] != 1;
  Planes<T> layout = source.planes;
  if (copy) layout.layout(1);
  const Offsets offsets = depth_offsets(one, layout, 1, places);
  const auto add = kAddTaps<T>[level()];
  const int64_t work = c.out_points() * taps * multiplier;
  parallel_for(0, c.batch * c.groups, std::max<int64_t>(1, 65536 / std::max<int64_t>(1, work)),
               [&](int64_t begin, int64_t end) {
                 Planes<T> planes = layout;
                 Scratch<T> room(copy ? planes.points() * planes.phases() : 0);
                 for (int64_t i = begin; i < end; ++i) {
                   const int64_t image = i / c.groups, channel = i % c.groups;
                   const Field<const T> from = advance(x, image, channel);
                   if (copy)
                     planes.fill(from, c.in, 1, 1, room.data());
                   else
                     planes.field.data = from.data;
                   for (int64_t m = 0; m < multiplier; ++m) {
                     const int64_t out = channel * multiplier + m;
                     const Field<T> to = advance(y, image, out);
                     for_each({c.out[0], c.out[1], 1}, [&](int64_t, const Extent& o) {
                       add({planes.field.data + o[0] * planes.field.step[0] + o[1] * planes.field.step[1],
                            offsets.data(), weight + out * taps, taps, bias ? bias[out] : T(0),
                            to.data + o[0] * to.step[0] + o[1] * to.step[1], to.step[2], c.out[2]});
                     });
                   }
                 }
               });
}

}  // namespace

template <class T>
void convolve(const Convolution& c, Field<const T> x, const T* weight, const T* bias, Field<T> y) {
  const int64_t channels = c.in_channels / c.groups, outs = c.out_channels / c.groups, depth = channels * c.taps();
  if (channels == 1 && outs <= 4 && c.groups > 1) return convolve_depthwise(c, x, weight, bias, y);
  const Source<T> source = input_planes(c, x, channels);
  Offsets places;
  const Offsets along = depth_offsets(c, source.planes, channels, places);
  for_images(c.batch, c.out_points(), [&](int64_t first, int64_t images) {
    Scratch<T> room(source.image_room(channels) * images);
    const Offsets columns = point_offsets(c.out, source.planes.field.step, images, source.planes.field.image);
    const Offsets targets = point_offsets(c.out, y.step, images, y.image);
    for (int64_t g = 0; g < c.groups; ++g) {
      Planes<T> planes = source.planes;
      const Field<const T> from = advance(x, first, g * channels);
      if (source.borrowed)
        planes.field.data = from.data;
      else
        planes.fill(from, c.in, channels, images, room.data());
      const Field<T> to = advance(y, first, g * outs);
      gemm<T>({.m = outs,
               .n = images * c.out_points(),
               .k = depth,
               .a = {weight + g * outs * depth, {depth}, {0, places.data()}},
               .b = {planes.field.data, {0, along.data()}, {0, columns.data()}},
               .c = {to.data, {to.channel}, {0, targets.data()}},
               .d = {bias ? bias + g * outs : nullptr, {1}, {0}},
               .beta = bias ? T(1) : T(0)});
    }
  });
}

namespace {

/// One phase of the transposed convolution: the points x = s q + phase - padding that the same taps reach.
struct Phase {
  Extent first{}, count{};     ///< of q
  std::vector<int64_t> taps;   ///< index of each tap in the kernel
  std::vector<Extent> shifts;  ///< y = q + shift
};

Phase phase_of(const Convolution& c, const Extent& p) {
  Phase out;
  for (int d = 0; d < 3; ++d) {
    out.first[d] = -floor_div(p[d] - c.padding[d], c.stride[d]);  // the least q with s q + p - padding >= 0
    const int64_t last = floor_div(c.in[d] - 1 - p[d] + c.padding[d], c.stride[d]);
    out.count[d] = std::max<int64_t>(0, last - out.first[d] + 1);
  }
  for_each(c.kernel, [&](int64_t tap, const Extent& k) {
    Extent shift;
    for (int d = 0; d < 3; ++d) {
      const int64_t at = p[d] - k[d] * c.dilation[d];
      if (floor_mod(at, c.stride[d]) != 0) return;
      shift[d] = floor_div(at, c.stride[d]);
    }
    out.taps.push_back(tap);
    out.shifts.push_back(shift);
  });
  return out;
}

template <class T>
void clear(const Field<T>& f, int64_t images, int64_t channels, const Extent& size) {
  for (int64_t i = 0; i < images * channels; ++i) {
    const Field<T> plane = advance(f, i / channels, i % channels);
    for_each({size[0], size[1], 1}, [&](int64_t, const Extent& at) {
      T* row = plane.data + at[0] * plane.step[0] + at[1] * plane.step[1];
      if (plane.step[2] == 1)
        std::fill_n(row, size[2], T(0));
      else
        for (int64_t w = 0; w < size[2]; ++w) row[w * plane.step[2]] = T(0);
    });
  }
}

}  // namespace

template <class T>
void convolve_transposed(const Convolution& c, Field<const T> y, const T* weight, const T* bias, Field<T> x) {
  const int64_t channels = c.in_channels / c.groups, outs = c.out_channels / c.groups, taps = c.taps();
  Source<T> source{};
  Planes<T>& layout = source.planes;
  layout.stride = {1, 1, 1};
  layout.used = {1};
  source.borrowed = true;
  for (int d = 0; d < 3; ++d) {
    const int64_t low = std::min<int64_t>(0, floor_div(c.padding[d] - (c.kernel[d] - 1) * c.dilation[d], c.stride[d]));
    const int64_t high = std::max(c.out[d] - 1, floor_div(c.in[d] - 1 + c.padding[d], c.stride[d]));
    layout.origin[d] = low;
    layout.count[d] = high - low + 1;
    source.borrowed = source.borrowed && low == 0 && high == c.out[d] - 1;
  }
  layout.channels_last = y.channel == 1 && outs > 1;
  source.borrowed ? layout.borrow(y) : layout.layout(outs);
  const Extent& step = layout.field.step;

  // Weights of a phase, gathered once as [group][in channel][out channel, tap] or [.., tap, out channel].
  std::vector<Phase> phases;
  for_each(c.stride, [&](int64_t, const Extent& p) { phases.push_back(phase_of(c, p)); });
  Scratch<T> gathered(c.groups * channels * outs * taps);
  std::vector<T*> weights;
  std::vector<Offsets> along(phases.size());
  T* next = gathered.data();
  const bool minor = layout.field.channel == 1 && outs > 1;
  for (size_t f = 0; f < phases.size(); ++f) {
    const Phase& phase = phases[f];
    const int64_t reach = static_cast<int64_t>(phase.taps.size()), depth = outs * reach;
    weights.push_back(next);
    along[f].resize(depth);
    Offsets places(depth);  // in a row of weights of one input channel
    for (int64_t o = 0; o < outs; ++o)
      for (int64_t t = 0; t < reach; ++t) {
        const int64_t at = minor ? t * outs + o : o * reach + t;
        int64_t offset = o * layout.field.channel;
        for (int d = 0; d < 3; ++d) offset += phase.shifts[t][d] * step[d];
        along[f][at] = offset;
        places[at] = o * channels * taps + phase.taps[t];
      }
    parallel_for(0, c.groups * channels, std::max<int64_t>(1, 16384 / std::max<int64_t>(1, depth)),
                 [&](int64_t begin, int64_t end) {
                   for (int64_t row = begin; row < end; ++row) {
                     const T* from = weight + (row / channels * outs * channels + row % channels) * taps;
                     for (int64_t k = 0; k < depth; ++k) next[row * depth + k] = from[places[k]];
                   }
                 });
    next += c.groups * channels * depth;
  }

  // Points that no tap reaches: cleared all at once, rather than phase by phase with gaps.
  const bool zeroed =
      !bias && std::any_of(along.begin(), along.end(), [](const Offsets& taps_of) { return taps_of.empty(); });

  for_images(c.batch, c.in_points() / product(c.stride), [&](int64_t first, int64_t images) {
    Scratch<T> room(source.image_room(outs) * images);
    if (zeroed) clear(advance(x, first, 0), images, c.in_channels, c.in);
    for (int64_t g = 0; g < c.groups; ++g) {
      Planes<T> planes = layout;
      const Field<const T> from = advance(y, first, g * outs);
      if (source.borrowed)
        planes.field.data = from.data;
      else
        planes.fill(from, c.out, outs, images, room.data());
      const Field<T> to = advance(x, first, g * channels);
      for (size_t f = 0; f < phases.size(); ++f) {
        const Phase& phase = phases[f];
        const int64_t depth = static_cast<int64_t>(along[f].size());
        if (product(phase.count) == 0 || (zeroed && depth == 0)) continue;
        Extent phase_index{}, target_step{};
        int64_t rest = static_cast<int64_t>(f), origin = 0, target = 0;
        for (int d = 2; d >= 0; --d) phase_index[d] = rest % c.stride[d], rest /= c.stride[d];
        for (int d = 0; d < 3; ++d) {
          origin += (phase.first[d] - layout.origin[d]) * step[d];
          target += (c.stride[d] * phase.first[d] + phase_index[d] - c.padding[d]) * x.step[d];
          target_step[d] = c.stride[d] * x.step[d];
        }
        const Offsets columns = point_offsets(phase.count, step, images, planes.field.image);
        const Offsets targets = point_offsets(phase.count, target_step, images, x.image);
        gemm<T>({.m = channels,
                 .n = images * product(phase.count),
                 .k = depth,
                 .a = {weights[f] + g * channels * depth, {depth}, {1}},
                 .b = {planes.field.data + origin, {0, along[f].data()}, {0, columns.data()}},
                 .c = {to.data + target, {to.channel}, {0, targets.data()}},
                 .d = {bias ? bias + g * channels : nullptr, {1}, {0}},
                 .beta = bias ? T(1) : T(0)});
      }
    }
  });
}

template <class T>
void convolve_weight_gradient(const Convolution& c, Field<const T> x, Field<const T> y, T* weight) {
  const int64_t channels = c.in_channels / c.groups, outs = c.out_channels / c.groups, depth = channels * c.taps();
  const Source<T> source = input_planes(c, x, channels);
  Offsets places;
  const Offsets along = depth_offsets(c, source.planes, channels, places);
  const int64_t images = std::clamp<int64_t>(2 * kColumnsWanted / std::max<int64_t>(1, c.out_points()), 1, c.batch);
  Scratch<T> room(source.image_room(channels) * images);
  for (int64_t first = 0; first < c.batch; first += images) {
    const int64_t count = std::min(images, c.batch - first);
    const Offsets columns = point_offsets(c.out, source.planes.field.step, count, source.planes.field.image);
    const Offsets rows = point_offsets(c.out, y.step, count, y.image);
    for (int64_t g = 0; g < c.groups; ++g) {
      Planes<T> planes = source.planes;
      const Field<const T> from = advance(x, first, g * channels);
      if (source.borrowed)
        planes.field.data = from.data;
      else
        planes.fill(from, c.in, channels, count, room.data());
      T* to = weight + g * outs * depth;
      gemm<T>({.m = outs,
               .n = depth,
               .k = count * c.out_points(),
               .a = {advance(y, first, g * outs).data, {y.channel}, {0, rows.data()}},
               .b = {planes.field.data, {0, columns.data()}, {0, along.data()}},
               .c = {to, {depth}, {0, places.data()}},
               .d = {to, {depth}, {0, places.data()}},
               .beta = first ? T(1) : T(0)});
    }
  }
}

#define FLB_CONVOLUTIONS(T)                                                                            \
  template void convolve(const Convolution&, Field<const T>, const T*, const T*, Field<T>);            \
  template void convolve_transposed(const Convolution&, Field<const T>, const T*, const T*, Field<T>); \
  template void convolve_weight_gradient(const Convolution&, Field<const T>, Field<const T>, T*);
FLB_CONVOLUTIONS(float)
FLB_CONVOLUTIONS(double)
FLB_CONVOLUTIONS(int64_t)
#undef FLB_CONVOLUTIONS

}  // namespace flambeau::cpu
