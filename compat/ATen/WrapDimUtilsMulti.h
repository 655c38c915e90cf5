// Mirrors <ATen/WrapDimUtilsMulti.h> of PyTorch 2.13: a list of dimensions as a set.
#pragma once

#include <ATen/WrapDimUtils.h>

#include <bitset>

namespace at {

constexpr size_t dim_bitset_size = 64;

inline std::bitset<dim_bitset_size> dim_list_to_bitset(OptionalIntArrayRef opt_dims, size_t ndims) {
  TORCH_CHECK(ndims <= dim_bitset_size, "only tensors with up to ", dim_bitset_size, " dims are supported");
  std::bitset<dim_bitset_size> seen;
  if (!opt_dims.has_value()) {
    for (size_t d = 0; d < ndims; ++d) seen[d] = true;
    return seen;
  }
  for (const int64_t dim : opt_dims.value()) {
    const auto d = static_cast<size_t>(maybe_wrap_dim(dim, static_cast<int64_t>(ndims)));
    TORCH_CHECK(!seen[d], "dim ", d, " appears multiple times in the list of dims");
    seen[d] = true;
  }
  return seen;
}

}  // namespace at
