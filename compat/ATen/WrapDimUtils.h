// Mirrors <ATen/WrapDimUtils.h> of PyTorch 2.13: negative dimensions count from the end.
#pragma once

#include <ATen/core/IListRef.h>
#include <ATen/core/Tensor.h>
#include <c10/core/TensorImpl.h>
#include <c10/core/WrapDimMinimal.h>

namespace at {

using c10::maybe_wrap_dim;

inline int64_t maybe_wrap_dim(int64_t dim, TensorImpl* tensor) { return maybe_wrap_dim(dim, tensor->dim()); }

inline int64_t maybe_wrap_dim(int64_t dim, TensorList tensors) {
  return tensors.empty() ? dim : maybe_wrap_dim(dim, tensors[0].dim());
}

inline int64_t maybe_wrap_dim(int64_t dim, const std::vector<std::vector<int64_t>>& tensor_sizes) {
  return tensor_sizes.empty() ? dim : maybe_wrap_dim(dim, static_cast<int64_t>(tensor_sizes[0].size()));
}

/// Wraps each of `dims` in place. With wrap_scalars a 0-dim tensor counts as one of 1 dimension.
inline void maybe_wrap_dims_n(int64_t* dims, int64_t ndims, int64_t dim_post_expr, bool wrap_scalars = true) {
  if (dim_post_expr <= 0) {
    if (ndims == 0) return;
    TORCH_CHECK_INDEX(wrap_scalars, "Dimension specified as ", dims[0], " but tensor has no dimensions");
    dim_post_expr = 1;
  }
  for (int64_t i = 0; i < ndims; ++i) {
    const int64_t d = dims[i];
    TORCH_CHECK_INDEX(d >= -dim_post_expr && d < dim_post_expr, "Dimension out of range (expected to be in range of [",
                      -dim_post_expr, ", ", dim_post_expr - 1, "], but got ", d, ")");
    if (d < 0) dims[i] = d + dim_post_expr;
  }
}

template <typename Container>
inline void maybe_wrap_dims(Container& dims, int64_t dim_post_expr, bool wrap_scalars = true) {
  maybe_wrap_dims_n(dims.data(), static_cast<int64_t>(dims.size()), dim_post_expr, wrap_scalars);
}

namespace flambeau_detail {
/// cat ignores empty 1-dim tensors, so the first other one says how many dimensions there are.
template <class Sizes, class Legacy>
int64_t wrap_cat_dim(int64_t dim, const std::vector<Sizes>& all, const Legacy& is_legacy_empty) {
  for (const auto& sizes : all) {
    if (!is_legacy_empty(sizes)) return maybe_wrap_dim(dim, static_cast<int64_t>(sizes.size()));
  }
  return dim;
}
}  // namespace flambeau_detail

inline int64_t legacy_cat_wrap_dim(int64_t dim, const std::vector<std::vector<int64_t>>& tensor_sizes) {
  return flambeau_detail::wrap_cat_dim(dim, tensor_sizes,
                                       [](const auto& sizes) { return sizes.size() == 1 && sizes[0] == 0; });
}

inline int64_t legacy_cat_wrap_dim_symint(int64_t dim, const std::vector<std::vector<c10::SymInt>>& tensor_sizes) {
  return flambeau_detail::wrap_cat_dim(dim, tensor_sizes,
                                       [](const auto& sizes) { return sizes.size() == 1 && sizes[0] == 0; });
}

inline int64_t legacy_cat_wrap_dim(int64_t dim, const MaterializedITensorListRef& tensors) {
  for (const Tensor& tensor : tensors) {
    if (tensor.dim() != 1 || tensor.sym_sizes()[0] != 0) return maybe_wrap_dim(dim, tensor.dim());
  }
  return dim;
}

inline void wrap_all_dims(std::vector<int64_t>& dims_to_wrap, int64_t tensor_total_dims) {
  for (int64_t& d : dims_to_wrap) d = maybe_wrap_dim(d, tensor_total_dims);
}

}  // namespace at
