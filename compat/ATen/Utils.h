// Mirrors <ATen/Utils.h> of PyTorch 2.13: argument checks that generated code of older extensions calls.
#pragma once

#include <ATen/EmptyTensor.h>
#include <ATen/Formatting.h>
#include <ATen/core/ATenGeneral.h>
#include <ATen/core/Generator.h>
#include <c10/core/ScalarType.h>
#include <c10/core/StorageImpl.h>
#include <c10/core/UndefinedTensorImpl.h>
#include <c10/util/ArrayRef.h>
#include <c10/util/Exception.h>
#include <c10/util/accumulate.h>
#include <c10/util/irange.h>

#include <algorithm>
#include <array>

#define AT_DISALLOW_COPY_AND_ASSIGN(TypeName) \
  TypeName(const TypeName&) = delete;         \
  void operator=(const TypeName&) = delete

namespace at {

/// N numbers from a list of N, or of 1 that stands for all.
template <size_t N>
std::array<int64_t, N> check_intlist(ArrayRef<int64_t> list, const char* name, int pos) {
  std::array<int64_t, N> result{};
  if (list.size() == 1 && N > 1) {
    result.fill(list[0]);
    return result;
  }
  TORCH_CHECK(list.size() == N, "Expected a list of ", N, " ints but got ", list.size(), " for argument #", pos, " '",
              name, "'");
  std::copy_n(list.begin(), N, result.begin());
  return result;
}

using at::detail::check_size_nonnegative;

namespace detail {
template <typename T>
TORCH_API Tensor tensor_cpu(ArrayRef<T> values, const TensorOptions& options);
template <typename T>
TORCH_API Tensor tensor_backend(ArrayRef<T> values, const TensorOptions& options);
template <typename T>
TORCH_API Tensor tensor_complex_cpu(ArrayRef<T> values, const TensorOptions& options);
template <typename T>
TORCH_API Tensor tensor_complex_backend(ArrayRef<T> values, const TensorOptions& options);
}  // namespace detail

}  // namespace at
