// Copies between views of any strides and types, and fills.
#pragma once

#include "backend/call.h"

namespace flambeau {

/// to[...] = from[...], broadcast and converted. Neither may overlap the other partially.
void copy(const View& to, const View& from);
/// to[...] = value, converted.
void fill(const View& to, const Scalar& value);
/// A row-major view over `data`; `shape` must outlive it, with `strides` to be filled.
View contiguous_view(void* data, DType dtype, std::span<const int64_t> sizes, Dims& strides);

}  // namespace flambeau
