// Convolution of up to three spatial dimensions as implicit matrix products: the columns are never stored, only packed.
#pragma once

#include <array>
#include <cstdint>

namespace flambeau::cpu {

using Extent =
    std::array<int64_t, 3>;  ///< depth, height, width; dimensions that do not exist come first and have size 1

struct Convolution {
  int64_t batch = 0, groups = 1, in_channels = 0, out_channels = 0;
  Extent in{1, 1, 1}, out{1, 1, 1}, kernel{1, 1, 1}, stride{1, 1, 1}, padding{0, 0, 0}, dilation{1, 1, 1};

  int64_t taps() const { return kernel[0] * kernel[1] * kernel[2]; }
  int64_t in_points() const { return in[0] * in[1] * in[2]; }
  int64_t out_points() const { return out[0] * out[1] * out[2]; }
};

/// An array [image][channel][depth][height][width] of any strides.
template <class T>
struct Field {
  T* data;
  int64_t image, channel;
  Extent step;
};

// Weights are dense [out_channels][in_channels / groups][kernel]; T is float, double or int64. A null bias is none.
template <class T>
void convolve(const Convolution& shape, Field<const T> x, const T* weight, const T* bias, Field<T> y);
/// What `convolve` does to its input's gradient; with x and y exchanged it is the transposed convolution.
template <class T>
void convolve_transposed(const Convolution& shape, Field<const T> y, const T* weight, const T* bias, Field<T> x);
template <class T>
void convolve_weight_gradient(const Convolution& shape, Field<const T> x, Field<const T> y_gradient,
                              T* weight_gradient);

}  // namespace flambeau::cpu
