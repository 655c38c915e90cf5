// Mirrors <ATen/InitialTensorOptions.h> of PyTorch 2.13.
#pragma once

#include <c10/core/TensorOptions.h>

namespace at {

/// What tensors are before anybody changed a default: float, dense, on the CPU.
inline TensorOptions initialTensorOptions() {
  return TensorOptions(kCPU).dtype(kFloat).layout(kStrided).requires_grad(false);
}

}  // namespace at
