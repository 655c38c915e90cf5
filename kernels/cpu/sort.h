// Stable sorting of arrays by integer keys that preserve the order of the elements.
#pragma once

#include <cstdint>

#include "kernels/common/dtype.h"

namespace flambeau::cpu {

/// An element's rank as an unsigned number, and where it was.
struct Ranked {
  uint64_t key;
  int64_t index;
};

/// Keys of a dense array: ascending or descending order. NaN ranks above everything, the two zeros are equal.
void make_keys(Ranked* ranked, const void* values, DType dtype, int64_t count, bool descending);

/// By key, then by index. `spare` is as long as `ranked`.
void sort_ranked(Ranked* ranked, Ranked* spare, int64_t count);

}  // namespace flambeau::cpu
