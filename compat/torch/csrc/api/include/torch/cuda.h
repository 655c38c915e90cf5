// Mirrors <torch/cuda.h> of PyTorch 2.13.
#pragma once

#include <c10/core/Device.h>
#include <c10/macros/Export.h>

#include <cstdint>

namespace torch::cuda {

TORCH_API c10::DeviceIndex device_count();
TORCH_API bool is_available();
TORCH_API bool cudnn_is_available();

/// Nothing is to be seeded while there is no GPU.
TORCH_API void manual_seed(uint64_t seed);
TORCH_API void manual_seed_all(uint64_t seed);

/// Waits for all streams of the device, of the current one by default.
TORCH_API void synchronize(int64_t device_index = -1);

}  // namespace torch::cuda
