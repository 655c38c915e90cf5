#include "kernels/cpu/transpose.h"

#include <algorithm>
#include <cstring>

#include "kernels/common/number.h"

namespace flambeau::cpu {
namespace {

// Tiles of one cache line each way, turned over in a buffer: every line is read and written whole, once, even where the
// strides make all lines of a tile fall into one set of the cache.
template <class T>
void transpose_as(char* to, int64_t to_stride, const char* from, int64_t from_stride, int64_t rows, int64_t columns) {
  constexpr auto kSize = static_cast<int64_t>(sizeof(T));
  constexpr int64_t kTile = std::max<int64_t>(64 / kSize, 8);
  alignas(64) T tile[kTile][kTile];
  for (int64_t c0 = 0; c0 < columns; c0 += kTile) {
    const int64_t width = std::min(kTile, columns - c0);
    for (int64_t r0 = 0; r0 < rows; r0 += kTile) {
      const int64_t height = std::min(kTile, rows - r0);
      for (int64_t c = 0; c < width; ++c) {
        const T* in = reinterpret_cast<const T*>(from + (c0 + c) * from_stride) + r0;
        if (height == kTile) {
          for (int64_t r = 0; r < kTile; ++r) tile[r][c] = in[r];
        } else {
          for (int64_t r = 0; r < height; ++r) tile[r][c] = in[r];
        }
      }
      for (int64_t r = 0; r < height; ++r) {
        std::memcpy(static_cast<void*>(reinterpret_cast<T*>(to + (r0 + r) * to_stride) + c0), tile[r],
                    static_cast<size_t>(width * kSize));
      }
    }
  }
}

}  // namespace

void transpose(char* to, int64_t to_stride, const char* from, int64_t from_stride, int64_t rows, int64_t columns,
               size_t size) {
  switch (size) {
    case 1:
      return transpose_as<uint8_t>(to, to_stride, from, from_stride, rows, columns);
    case 2:
      return transpose_as<uint16_t>(to, to_stride, from, from_stride, rows, columns);
    case 4:
      return transpose_as<uint32_t>(to, to_stride, from, from_stride, rows, columns);
    case 8:
      return transpose_as<uint64_t>(to, to_stride, from, from_stride, rows, columns);
    default:
      return transpose_as<Complex<double>>(to, to_stride, from, from_stride, rows, columns);
  }
}

}  // namespace flambeau::cpu
