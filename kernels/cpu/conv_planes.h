// What the convolutions share: how they read their input. Internal to kernels/cpu/conv*.cpp.
#pragma once

#include <algorithm>
#include <vector>

#include "kernels/cpu/convolution.h"
#include "kernels/cpu/pad_rows.h"

namespace flambeau::cpu {

inline int64_t product(const Extent& e) { return e[0] * e[1] * e[2]; }
inline int64_t floor_div(int64_t a, int64_t b) { return a >= 0 ? a / b : -((-a + b - 1) / b); }
inline int64_t floor_mod(int64_t a, int64_t b) { return a - floor_div(a, b) * b; }

/// Calls body(index, coordinates) for all points of an extent.
template <class Body>
void for_each(const Extent& count, const Body& body) {
  int64_t index = 0;
  for (int64_t d = 0; d < count[0]; ++d)
    for (int64_t h = 0; h < count[1]; ++h)
      for (int64_t w = 0; w < count[2]; ++w) body(index++, Extent{d, h, w});
}

template <class T>
Field<T> advance(Field<T> f, int64_t images, int64_t channels) {
  f.data += images * f.image + channels * f.channel;
  return f;
}

/// A zero-padded copy of some channels of some images, or those themselves where nothing has to be padded or split.
/// With a stride s it is split into s phases per dimension, so that points s apart become neighbours: element q of
/// phase p holds the coordinate s q + p + origin.
template <class T>
struct Planes {
  Extent stride{1, 1, 1}, origin{0, 0, 0}, count{1, 1, 1};
  std::vector<char> used{1};  ///< of each phase
  bool borrowed = true, channels_last = false;
  Field<const T> field{};  ///< steps count in q; the phases follow each other within a channel
  int64_t phase_step = 0;

  int64_t phases() const { return product(stride); }
  int64_t points() const { return product(count); }
  /// Elements of memory for one image.
  int64_t room(int64_t channels) const { return borrowed ? 0 : points() * phases() * channels; }

  /// Chooses the strides: the source's own, or those of the copy.
  void lay_out(const Field<const T>& source, int64_t channels) {
    channels_last = source.channel == 1 && channels > 1;
    field = source;
    if (borrowed) return;
    const int64_t minor = channels_last ? channels : 1;
    phase_step = points() * minor;
    field.image = phase_step * phases() * (channels_last ? 1 : channels);
    field.channel = channels_last ? 1 : phase_step * phases();
    field.step = {count[1] * count[2] * minor, count[2] * minor, minor};
  }

  /// Reads `images` images of `channels` channels, of the given size.
  void read(const Field<const T>& source, const Extent& size, int64_t images, int64_t channels, T* memory) {
    field.data = borrowed ? source.data : memory;
    if (borrowed) return;
    const int64_t rows = channels_last ? 1 : channels, minor = channels_last ? channels : 1;
    const bool simple = phases() == 1 && minor == 1 && source.step[2] == 1;
    for (int64_t i = 0; i < images; ++i)
      for (int64_t c = 0; c < rows; ++c) {
        const Field<const T> from = advance(source, i, c);
        T* to = memory + i * field.image + c * field.channel;
        simple ? pad(from, size, to) : copy(from, size, minor, to);
      }
  }

 private:
  /// One channel, neither split nor channels-last, whose rows are dense.
  void pad(const Field<const T>& source, const Extent& size, T* to) const {
    const int64_t above = std::clamp<int64_t>(-origin[1], 0, count[1]);
    const int64_t below = std::clamp<int64_t>(size[1] - origin[1], above, count[1]);
    const int64_t left = std::clamp<int64_t>(-origin[2], 0, count[2]);
    const int64_t right = std::clamp<int64_t>(size[2] - origin[2], left, count[2]);
    for (int64_t q = 0; q < count[0]; ++q, to += count[1] * count[2]) {
      const int64_t d = q + origin[0];
      if (d < 0 || d >= size[0]) {
        std::fill_n(to, count[1] * count[2], T(0));
        continue;
      }
      std::fill_n(to, above * count[2], T(0));
      const T* from = source.data + d * source.step[0] + (above + origin[1]) * source.step[1] + left + origin[2];
      pad_rows(from, source.step[1], below - above, to + above * count[2], left, right - left, count[2]);
      std::fill_n(to + below * count[2], (count[1] - below) * count[2], T(0));
    }
  }

  /// All phases and points of one image with `minor` channels innermost.
  void copy(const Field<const T>& source, const Extent& size, int64_t minor, T* to) const {
    for_each(stride, [&](int64_t phase, const Extent& p) {
      if (!used[phase]) return;
      for_each({count[0], count[1], 1}, [&](int64_t row, const Extent& q) {
        T* out = to + phase * phase_step + row * count[2] * minor;
        const int64_t d = stride[0] * q[0] + p[0] + origin[0], h = stride[1] * q[1] + p[1] + origin[1];
        if (d < 0 || d >= size[0] || h < 0 || h >= size[1])
          std::fill_n(out, count[2] * minor, T(0));
        else
          copy_row(source.data + d * source.step[0] + h * source.step[1], source, p[2] + origin[2], size[2], minor,
                   out);
      });
    });
  }

  /// One row from coordinate `first` on, of which [0, size) exist.
  void copy_row(const T* from, const Field<const T>& source, int64_t first, int64_t size, int64_t minor, T* out) const {
    const int64_t low = std::clamp<int64_t>(first < 0 ? (-first + stride[2] - 1) / stride[2] : 0, 0, count[2]);
    const int64_t high = std::clamp<int64_t>(floor_div(size - 1 - first, stride[2]) + 1, low, count[2]);
    const T* in = from + first * source.step[2];
    const int64_t step = stride[2] * source.step[2];
    std::fill_n(out, low * minor, T(0));
    if (minor > 1)
      for (int64_t w = low; w < high; ++w)
        for (int64_t c = 0; c < minor; ++c) out[w * minor + c] = in[w * step + c * source.channel];
    else if (step == 1)
      std::copy(in + low, in + high, out + low);
    else if (step == 2)  // the compiler has shuffles for this one
      for (int64_t w = low; w < high; ++w) out[w] = in[w * 2];
    else
      for (int64_t w = low; w < high; ++w) out[w] = in[w * step];
    std::fill_n(out + high * minor, (count[2] - high) * minor, T(0));
  }
};

/// The input as a forward convolution reads it.
template <class T>
Planes<T> input_planes(const Convolution& c, const Field<const T>& x, int64_t channels) {
  Planes<T> p;
  p.stride = c.stride;
  for (int d = 0; d < 3; ++d) {
    if (c.out[d] == 1 && (c.kernel[d] - 1) * c.dilation[d] < c.stride[d])
      p.stride[d] = std::max<int64_t>(1, (c.kernel[d] - 1) * c.dilation[d] + 1);
    const int64_t reach = (c.out[d] - 1) * p.stride[d] + (c.kernel[d] - 1) * c.dilation[d] + 1;
    p.origin[d] = -c.padding[d];
    p.count[d] = (reach + p.stride[d] - 1) / p.stride[d];
    p.borrowed = p.borrowed && c.padding[d] == 0 && p.stride[d] == 1;
  }
  p.used.assign(p.phases(), 0);
  for_each(c.kernel, [&](int64_t, const Extent& k) {
    int64_t phase = 0;
    for (int d = 0; d < 3; ++d) phase = phase * p.stride[d] + k[d] * c.dilation[d] % p.stride[d];
    p.used[phase] = 1;
  });
  p.lay_out(x, channels);
  return p;
}

using Offsets = std::vector<int64_t>;

/// Where the products' depth lies in the planes and in a row of weights: [channel][tap], or [tap][channel] where
/// channels are innermost.
struct Depth {
  Offsets planes, weights;
};

template <class T>
Depth depth_of(const Convolution& c, const Planes<T>& p, int64_t channels) {
  const int64_t taps = c.taps();
  Depth depth{Offsets(channels * taps), Offsets(channels * taps)};
  const bool minor = p.field.channel == 1 && channels > 1;
  for_each(c.kernel, [&](int64_t tap, const Extent& k) {
    int64_t phase = 0, offset = 0;
    for (int d = 0; d < 3; ++d) {
      const int64_t at = k[d] * c.dilation[d];
      phase = phase * p.stride[d] + at % p.stride[d];
      offset += at / p.stride[d] * p.field.step[d];
    }
    for (int64_t ch = 0; ch < channels; ++ch) {
      const int64_t at = minor ? tap * channels + ch : ch * taps + tap;
      depth.planes[at] = phase * p.phase_step + offset + ch * p.field.channel;
      depth.weights[at] = ch * taps + tap;
    }
  });
  return depth;
}

/// Where the points of some images lie.
inline Offsets point_offsets(const Extent& count, const Extent& step, int64_t images, int64_t image_step) {
  const int64_t points = product(count);
  Offsets offsets(images * points);
  for (int64_t i = 0; i < images; ++i)
    for_each(count, [&](int64_t at, const Extent& o) {
      offsets[i * points + at] = i * image_step + o[0] * step[0] + o[1] * step[1] + o[2] * step[2];
    });
  return offsets;
}

constexpr int64_t kColumnsWanted = 2048;  ///< points that one product should have, from several images if need be

inline int64_t images_at_once(int64_t batch, int64_t points) {
  return std::clamp<int64_t>(kColumnsWanted / std::max<int64_t>(1, points), 1, batch);
}

/// Whether so many multiplications pay for waking a second thread, and whether each thread gets about as many of
/// `count` things.
bool worth_threads(int64_t work);
bool divides_well(int64_t count);

/// Each channel by itself, and few outputs from each.
template <class T>
void convolve_depthwise(const Convolution& c, const Field<const T>& x, const T* weight, const T* bias,
                        const Field<T>& y);

}  // namespace flambeau::cpu
