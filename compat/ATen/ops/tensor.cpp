#include <ATen/Functions.h>

#include <algorithm>

namespace at {

namespace {

template <class T>
Tensor tensor_of(ArrayRef<T> values, const TensorOptions& options) {
  Tensor cpu = at::empty({static_cast<int64_t>(values.size())},
                         TensorOptions().dtype(c10::CppTypeToScalarType<T>::value).device(kCPU));
  std::copy(values.begin(), values.end(), cpu.mutable_data_ptr<T>());
  return cpu.to(options.device(), typeMetaToScalarType(options.dtype()));
}

}  // namespace

#define TENSOR(T, S) \
  Tensor tensor(ArrayRef<T> values, const TensorOptions& options) { return tensor_of(values, options); }
AT_FORALL_SCALAR_TYPES_AND3(Bool, Half, BFloat16, TENSOR)
AT_FORALL_COMPLEX_TYPES(TENSOR)
#undef TENSOR

}  // namespace at
