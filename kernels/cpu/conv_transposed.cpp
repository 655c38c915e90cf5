// The transposed convolution, which is also the gradient of a convolution's input.

#include "kernels/common/memory.h"
#include "kernels/common/threads.h"
#include "kernels/cpu/conv_planes.h"
#include "kernels/cpu/gemm.h"

namespace flambeau::cpu {
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

/// How x = transposed(y) is done: by phases of x, each a product of [channels, outs * taps] by [.., points of y].
template <class T>
struct Transposed {
  Convolution c;
  Field<const T> y;
  const T* bias;
  Field<T> x;
  Planes<T> planes;  ///< of y
  std::vector<Phase> phases;
  std::vector<Offsets> along;  ///< of each phase: [out channel][tap], or the other way round, in the planes
  std::vector<T*> weights;     ///< of each phase: [channel of any group][along]
  bool zeroed = false;         ///< points that no tap reaches are cleared all at once, rather than with gaps

  int64_t channels() const { return c.in_channels / c.groups; }
  int64_t outs() const { return c.out_channels / c.groups; }

  void plan();
  void gather(const T* weight, T* gathered);
  void run(int64_t images_from, int64_t images_to, int64_t channels_from, int64_t channels_to) const;
  void run_phase(size_t f, const Planes<T>& from, int64_t first, int64_t images, int64_t channel, int64_t count) const;
};

template <class T>
void Transposed<T>::plan() {
  for (int d = 0; d < 3; ++d) {
    const int64_t low = std::min<int64_t>(0, floor_div(c.padding[d] - (c.kernel[d] - 1) * c.dilation[d], c.stride[d]));
    const int64_t high = std::max(c.out[d] - 1, floor_div(c.in[d] - 1 + c.padding[d], c.stride[d]));
    planes.origin[d] = low;
    planes.count[d] = high - low + 1;
    planes.borrowed = planes.borrowed && low == 0 && high == c.out[d] - 1;
  }
  planes.lay_out(y, outs());
  for_each(c.stride, [&](int64_t, const Extent& p) { phases.push_back(phase_of(c, p)); });
  for (const Phase& phase : phases) {
    const int64_t reach = static_cast<int64_t>(phase.taps.size());
    Offsets& offsets = along.emplace_back(outs() * reach);
    zeroed = zeroed || (reach == 0 && !bias);
    for (int64_t o = 0; o < outs(); ++o)
      for (int64_t t = 0; t < reach; ++t) {
        int64_t& offset = offsets[planes.channels_last ? t * outs() + o : o * reach + t];
        offset = o * planes.field.channel;
        for (int d = 0; d < 3; ++d) offset += phase.shifts[t][d] * planes.field.step[d];
      }
  }
}

/// The weights of each phase, as many elements as there are weights. A few output channels at a time: those of
/// neighbouring channels lie on the same cache lines.
template <class T>
void Transposed<T>::gather(const T* weight, T* gathered) {
  constexpr int64_t kAtOnce = 16;
  const int64_t taps = c.taps();
  for (const Phase& phase : phases) {
    const int64_t reach = static_cast<int64_t>(phase.taps.size()), depth = outs() * reach;
    weights.push_back(gathered);
    const auto rows = [&, gathered](int64_t begin, int64_t end) {
      for (int64_t o0 = 0; o0 < outs(); o0 += kAtOnce)
        for (int64_t row = begin; row < end; ++row) {
          const T* from = weight + (row / channels() * outs() * channels() + row % channels()) * taps;
          for (int64_t o = o0; o < std::min(o0 + kAtOnce, outs()); ++o)
            for (int64_t t = 0; t < reach; ++t)
              gathered[row * depth + (planes.channels_last ? t * outs() + o : o * reach + t)] =
                  from[o * channels() * taps + phase.taps[t]];
        }
    };
    parallel_for(0, c.in_channels, std::max<int64_t>(1, 16384 / std::max<int64_t>(1, depth)), rows);
    gathered += c.in_channels * depth;
  }
}

/// Some images, and some channels of any group, in one thread.
template <class T>
void Transposed<T>::run(int64_t images_from, int64_t images_to, int64_t channels_from, int64_t channels_to) const {
  const int64_t most = images_at_once(images_to - images_from, c.in_points() / product(c.stride));
  Planes<T> copy = planes;
  Scratch<T> memory(planes.room(outs()) * most);
  for (int64_t first = images_from; first < images_to; first += most) {
    const int64_t images = std::min(most, images_to - first);
    if (zeroed) clear(advance(x, first, channels_from), images, channels_to - channels_from, c.in);
    for (int64_t channel = channels_from; channel < channels_to;) {
      const int64_t g = channel / channels(), count = std::min((g + 1) * channels(), channels_to) - channel;
      copy.read(advance(y, first, g * outs()), c.out, images, outs(), memory.data());
      for (size_t f = 0; f < phases.size(); ++f) run_phase(f, copy, first, images, channel, count);
      channel += count;
    }
  }
}

template <class T>
void Transposed<T>::run_phase(size_t f, const Planes<T>& from, int64_t first, int64_t images, int64_t channel,
                              int64_t count) const {
  const Phase& phase = phases[f];
  const int64_t depth = static_cast<int64_t>(along[f].size());
  if (product(phase.count) == 0 || (zeroed && depth == 0)) return;
  Extent phase_index{}, target_step{};
  int64_t rest = static_cast<int64_t>(f), origin = 0, target = 0;
  for (int d = 2; d >= 0; --d) phase_index[d] = rest % c.stride[d], rest /= c.stride[d];
  for (int d = 0; d < 3; ++d) {
    origin += (phase.first[d] - planes.origin[d]) * planes.field.step[d];
    target += (c.stride[d] * phase.first[d] + phase_index[d] - c.padding[d]) * x.step[d];
    target_step[d] = c.stride[d] * x.step[d];
  }
  const Offsets columns = point_offsets(phase.count, planes.field.step, images, planes.field.image);
  const Offsets targets = point_offsets(phase.count, target_step, images, x.image);
  gemm<T>({.m = count,
           .n = images * product(phase.count),
           .k = depth,
           .a = {weights[f] + channel * depth, {depth}, {1}},
           .b = {from.field.data + origin, {0, along[f].data()}, {0, columns.data()}},
           .c = {advance(x, first, channel).data + target, {x.channel}, {0, targets.data()}},
           .d = {bias ? bias + channel : nullptr, {1}, {0}},
           .beta = bias ? T(1) : T(0)});
}

}  // namespace

template <class T>
void convolve_transposed(const Convolution& c, Field<const T> y, const T* weight, const T* bias, Field<T> x) {
  Transposed<T> all{c, y, bias, x, {}, {}, {}, {}};
  all.plan();
  const int64_t weights = c.in_channels * all.outs() * c.taps();
  Scratch<T> gathered(weights);
  all.gather(weight, gathered.data());
  if (!worth_threads(weights * c.batch * c.out_points()))
    all.run(0, c.batch, 0, c.in_channels);
  else if (divides_well(c.batch))
    parallel_for(0, c.batch, 1, [&](int64_t from, int64_t to) { all.run(from, to, 0, c.in_channels); });
  else
    parallel_for(0, c.in_channels, 1, [&](int64_t from, int64_t to) { all.run(0, c.batch, from, to); });
}

template void convolve_transposed(const Convolution&, Field<const float>, const float*, const float*, Field<float>);
template void convolve_transposed(const Convolution&, Field<const double>, const double*, const double*, Field<double>);
template void convolve_transposed(const Convolution&, Field<const int64_t>, const int64_t*, const int64_t*,
                                  Field<int64_t>);

}  // namespace flambeau::cpu
