// Mirrors <torch/mps.h> of PyTorch 2.13.
#pragma once

#include <torch/csrc/Export.h>

#include <cstddef>
#include <cstdint>

using MTLCommandBuffer_t = void*;
using DispatchQueue_t = void*;

namespace torch::mps {

TORCH_API bool is_available();
TORCH_API void manual_seed(uint64_t seed);
TORCH_API void synchronize();
TORCH_API void commit();
TORCH_API MTLCommandBuffer_t get_command_buffer();
TORCH_API DispatchQueue_t get_dispatch_queue();

}  // namespace torch::mps
