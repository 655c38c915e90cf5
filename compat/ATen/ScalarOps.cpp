#include <ATen/EmptyTensor.h>
#include <ATen/Functions.h>
#include <ATen/ScalarOps.h>

namespace at::detail {

Tensor scalar_tensor_static(const Scalar& s, const std::optional<ScalarType> dtype_opt,
                            const std::optional<Device> device_opt) {
  Tensor tensor = empty_cpu({}, dtype_opt, std::nullopt, device_opt, std::nullopt, std::nullopt);
  tensor.fill_(s);
  return tensor;
}

}  // namespace at::detail
