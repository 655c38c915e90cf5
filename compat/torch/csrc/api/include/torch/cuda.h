// Mirrors <torch/cuda.h> of PyTorch 2.13.
#pragma once

#include <c10/core/Device.h>
#include <c10/macros/Export.h>

#include <cstdint>

namespace torch::cuda {

c10::DeviceIndex TORCH_API device_count();
bool TORCH_API is_available();
bool TORCH_API cudnn_is_available();
/// Seeds do nothing while there is no GPU, as in PyTorch without CUDA.
void TORCH_API manual_seed(uint64_t seed);
void TORCH_API manual_seed_all(uint64_t seed);
void TORCH_API synchronize(int64_t device_index = -1);

}  // namespace torch::cuda
