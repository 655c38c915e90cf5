// Mirrors <c10/core/WrapDimMinimal.h> of PyTorch 2.13.
#pragma once

#include <c10/core/SymInt.h>
#include <c10/macros/Macros.h>

#include <cstdint>
#include <utility>

namespace c10 {

namespace detail {
template <typename T>
C10_API T maybe_wrap_dim_slow(T dim, T dim_post_expr, bool wrap_scalar);
}

/// A dimension counted from the end made one counted from the start; IndexError where there is no such. A 0-dim tensor
/// has dimensions 0 and -1 if wrap_scalar.
template <typename T>
T _maybe_wrap_dim(T dim, T dim_post_expr, bool wrap_scalar = true) {
  if (C10_LIKELY(dim_post_expr * -1 <= dim && dim < dim_post_expr)) {
    if (dim < 0) return dim + dim_post_expr;
    return dim;
  }
  return c10::detail::maybe_wrap_dim_slow<T>(std::move(dim), std::move(dim_post_expr), wrap_scalar);
}
FLB_ON_USE inline int64_t maybe_wrap_dim(int64_t dim, int64_t dim_post_expr, bool wrap_scalar = true) {
  return _maybe_wrap_dim(dim, dim_post_expr, wrap_scalar);
}
FLB_ON_USE inline c10::SymInt maybe_wrap_dim(c10::SymInt dim, c10::SymInt dim_post_expr, bool wrap_scalar = true) {
  return _maybe_wrap_dim(std::move(dim), std::move(dim_post_expr), wrap_scalar);
}

}  // namespace c10
