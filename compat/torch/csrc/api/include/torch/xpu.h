// Mirrors <torch/xpu.h> of PyTorch 2.13.
#pragma once

#include <torch/csrc/Export.h>

#include <cstddef>
#include <cstdint>

namespace torch::xpu {

TORCH_API size_t device_count();
TORCH_API bool is_available();
TORCH_API void manual_seed(uint64_t seed);
TORCH_API void manual_seed_all(uint64_t seed);
TORCH_API void synchronize(int64_t device_index);

}  // namespace torch::xpu
