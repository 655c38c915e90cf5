// Mirrors <ATen/InferSize.h> of PyTorch 2.13: a shape with one -1, completed to a number of elements.
#pragma once

#include <ATen/DimVector.h>
#include <c10/core/ScalarType.h>
#include <c10/core/SymIntArrayRef.h>
#include <c10/util/Exception.h>
#include <c10/util/light_std.h>
#include <c10/util/safe_numerics.h>

#include <type_traits>
#include <vector>

namespace at {

template <typename InputArrayRef, typename NumelType, typename ResultVec>
inline void infer_size_impl(InputArrayRef shape, NumelType numel, ResultVec& res) {
  NumelType product = 1;
  bool empty = false, overflows = false;
  std::optional<int64_t> open;
  for (int64_t i = 0; i < static_cast<int64_t>(shape.size()); ++i) {
    if (shape[i] == -1) {
      TORCH_CHECK(!open, "only one dimension can be inferred");
      open = i;
    } else {
      TORCH_CHECK(shape[i] >= 0, "invalid shape dimension ", shape[i]);
      empty |= shape[i] == 0;
      if constexpr (std::is_same_v<NumelType, int64_t>)
        overflows |= c10::mul_overflows(product, shape[i], &product);
      else
        product *= shape[i];
    }
  }
  TORCH_CHECK(!overflows || empty, "shape '", shape, "' is invalid for input of size ", numel);
  if (!open) {
    TORCH_CHECK(numel == product, "shape '", shape, "' is invalid for input of size ", numel);
    return;
  }
  TORCH_CHECK(product != 0 || numel != 0, "cannot reshape tensor of 0 elements into shape ", shape,
              " because the unspecified dimension size -1 can be any value and is ambiguous");
  TORCH_CHECK(product > 0 && numel % product == 0, "shape '", shape, "' is invalid for input of size ", numel);
  res[*open] = numel / product;
}

inline std::vector<int64_t> infer_size(IntArrayRef shape, int64_t numel) {
  std::vector<int64_t> sizes = shape.vec();
  infer_size_impl(shape, numel, sizes);
  return sizes;
}

inline DimVector infer_size_dv(IntArrayRef shape, int64_t numel) {
  DimVector sizes(shape.begin(), shape.end());
  infer_size_impl(shape, numel, sizes);
  return sizes;
}

inline SymDimVector infer_size_dv(c10::SymIntArrayRef shape, c10::SymInt numel) {
  SymDimVector sizes(shape.begin(), shape.end());
  infer_size_impl<c10::SymIntArrayRef, c10::SymInt, SymDimVector>(shape, std::move(numel), sizes);
  return sizes;
}

}  // namespace at
