#include "kernels/cpu/transpose.h"

#include <algorithm>

#include "kernels/common/number.h"

namespace flambeau::cpu {
namespace {

// A tile's source rows stay in the first-level cache while its target rows are written.
constexpr int64_t kTile = 16;

template <class T>
void transpose_as(char* to, int64_t to_stride, const char* from, int64_t from_stride, int64_t rows, int64_t columns) {
  for (int64_t c0 = 0; c0 < columns; c0 += kTile) {
    const int64_t c1 = std::min(columns, c0 + kTile);
    for (int64_t r0 = 0; r0 < rows; r0 += kTile) {
      const int64_t r1 = std::min(rows, r0 + kTile);
      for (int64_t r = r0; r < r1; ++r) {
        auto* out = reinterpret_cast<T*>(to + r * to_stride);
        const char* in = from + r * static_cast<int64_t>(sizeof(T));
        for (int64_t c = c0; c < c1; ++c) out[c] = *reinterpret_cast<const T*>(in + c * from_stride);
      }
    }
  }
}

}  // namespace

void transpose(char* to, int64_t to_stride, const char* from, int64_t from_stride, int64_t rows, int64_t columns, size_t size) {
  switch (size) {
    case 1: return transpose_as<uint8_t>(to, to_stride, from, from_stride, rows, columns);
    case 2: return transpose_as<uint16_t>(to, to_stride, from, from_stride, rows, columns);
    case 4: return transpose_as<uint32_t>(to, to_stride, from, from_stride, rows, columns);
    case 8: return transpose_as<uint64_t>(to, to_stride, from, from_stride, rows, columns);
    default: return transpose_as<Complex<double>>(to, to_stride, from, from_stride, rows, columns);
  }
}

}  // namespace flambeau::cpu
