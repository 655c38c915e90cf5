#include <ATen/EmptyTensor.h>
#include <ATen/ScalarOps.h>
#include <ATen/native/driver.h>

#include "backend/copy.h"

namespace at::detail {

Tensor scalar_tensor_static(const Scalar& s, const std::optional<ScalarType> dtype_opt,
                            const std::optional<Device> device_opt) {
  Tensor tensor = empty_cpu({}, dtype_opt, std::nullopt, device_opt, std::nullopt, std::nullopt);
  flambeau::fill(flambeau::view_of(tensor), flambeau::engine_scalar(s));
  return tensor;
}

}  // namespace at::detail
