#pragma once

#include <cstddef>
#include <cstdint>

namespace flambeau::cpu {

/// to[r][c] = from[c][r] for elements of `size` bytes. Rows of `to` and columns of `from` are dense; strides are in
/// bytes.
void transpose(char* to, int64_t to_stride, const char* from, int64_t from_stride, int64_t rows, int64_t columns,
               size_t size);

}  // namespace flambeau::cpu
