#include "kernels/cpu/normal.h"

#include "kernels/common/math.h"
#include "kernels/cpu/levels.h"

namespace flambeau::cpu {
namespace {

/// Four blocks at a time fill the widest vectors.
template <class T, int kBlocks>
inline void transform(T* data, T mean, T deviation) {
  constexpr int kHalf = 8 * kBlocks;
  alignas(64) T radius[kHalf], cosine[kHalf], sine[kHalf];
  for (int b = 0; b < kBlocks; ++b) {
    for (int j = 0; j < 8; ++j) radius[b * 8 + j] = data[b * 16 + j], cosine[b * 8 + j] = data[b * 16 + j + 8];
  }
  for (int j = 0; j < kHalf; ++j) radius[j] = math::sqrt(T(-2) * math::log(T(1) - radius[j])) * deviation;
  for (int j = 0; j < kHalf; ++j) sine[j] = math::sin(T(2 * M_PI) * cosine[j]);
  for (int j = 0; j < kHalf; ++j) cosine[j] = math::cos(T(2 * M_PI) * cosine[j]);
  for (int b = 0; b < kBlocks; ++b) {
    for (int j = 0; j < 8; ++j) {
      data[b * 16 + j] = radius[b * 8 + j] * cosine[b * 8 + j] + mean;
      data[b * 16 + j + 8] = radius[b * 8 + j] * sine[b * 8 + j] + mean;
    }
  }
}

template <class T>
inline void normal_body(T* data, int64_t blocks, T mean, T deviation) {
  for (; blocks >= 4; blocks -= 4, data += 64) transform<T, 4>(data, mean, deviation);
  for (; blocks > 0; --blocks, data += 16) transform<T, 1>(data, mean, deviation);
}
FLB_LEVELS(normal_loop, (class T), (T), (T * data, int64_t blocks, T mean, T deviation),
           normal_body<T>(data, blocks, mean, deviation))

}  // namespace

void normal_blocks(float* data, int64_t blocks, float mean, float deviation) {
  normal_loop<float>[level()](data, blocks, mean, deviation);
}
void normal_blocks(double* data, int64_t blocks, double mean, double deviation) {
  normal_loop<double>[level()](data, blocks, mean, deviation);
}

}  // namespace flambeau::cpu
