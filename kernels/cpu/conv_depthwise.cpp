// Depthwise convolution: each channel by itself, rows of taps.

#include "kernels/common/memory.h"
#include "kernels/common/threads.h"
#include "kernels/cpu/conv_planes.h"
#include "kernels/cpu/levels.h"

namespace flambeau::cpu {
namespace {

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

}  // namespace

template <class T>
void convolve_depthwise(const Convolution& c, const Field<const T>& x, const T* weight, const T* bias,
                        const Field<T>& y) {
  const int64_t multiplier = c.out_channels / c.groups, taps = c.taps();
  Convolution one = c;
  one.groups = one.in_channels = 1;
  Field<const T> row_major = x;
  row_major.channel = 0;  // the planes of a single channel
  Planes<T> layout = input_planes(one, row_major, 1);
  layout.borrowed = layout.borrowed && x.step[2] == 1;
  layout.lay_out(row_major, 1);
  const Offsets offsets = depth_of(one, layout, 1).planes;
  const auto add = kAddTaps<T>[level()];
  const int64_t work = c.out_points() * taps * multiplier;
  parallel_for(0, c.batch * c.groups, std::max<int64_t>(1, 65536 / std::max<int64_t>(1, work)),
               [&](int64_t begin, int64_t end) {
                 Planes<T> planes = layout;
                 Scratch<T> room(planes.room(1));
                 for (int64_t i = begin; i < end; ++i) {
                   const int64_t image = i / c.groups, channel = i % c.groups;
                   planes.read(advance(x, image, channel), c.in, 1, 1, room.data());
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

#define FLB_DEPTHWISE(T) \
  template void convolve_depthwise(const Convolution&, const Field<const T>&, const T*, const T*, const Field<T>&);
FLB_DEPTHWISE(float)
FLB_DEPTHWISE(double)
FLB_DEPTHWISE(int64_t)
#undef FLB_DEPTHWISE

}  // namespace flambeau::cpu
