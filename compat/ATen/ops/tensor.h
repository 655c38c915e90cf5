// Mirrors <ATen/ops/tensor.h> of PyTorch 2.13: tensors from C++ values.
#pragma once

#include <ATen/core/Tensor.h>
#include <c10/core/ScalarType.h>
#include <c10/macros/Macros.h>

namespace at {

// Dependent arguments: choosing among 84 overloads is put off until one of these is used.
#define TENSOR(T, S)                                                                        \
  TORCH_API Tensor tensor(ArrayRef<T> values, const TensorOptions& options);                \
  FLB_ON_USE Tensor tensor(std::initializer_list<T> values, const TensorOptions& options) { \
    return at::tensor(flambeau::on_use<ArrayRef<T>, FlbOnUse>(values), options);            \
  }                                                                                         \
  FLB_ON_USE Tensor tensor(T value, const TensorOptions& options) {                         \
    return at::tensor(flambeau::on_use<ArrayRef<T>, FlbOnUse>(value), options);             \
  }                                                                                         \
  FLB_ON_USE Tensor tensor(ArrayRef<T> values) {                                            \
    return at::tensor(flambeau::on_use<ArrayRef<T>, FlbOnUse>(values), at::dtype(k##S));    \
  }                                                                                         \
  FLB_ON_USE Tensor tensor(std::initializer_list<T> values) {                               \
    return at::tensor(flambeau::on_use<ArrayRef<T>, FlbOnUse>(values), at::dtype(k##S));    \
  }                                                                                         \
  FLB_ON_USE Tensor tensor(T value) {                                                       \
    return at::tensor(flambeau::on_use<ArrayRef<T>, FlbOnUse>(value), at::dtype(k##S));     \
  }
AT_FORALL_SCALAR_TYPES_AND3(Bool, Half, BFloat16, TENSOR)
AT_FORALL_COMPLEX_TYPES(TENSOR)
#undef TENSOR

}  // namespace at
