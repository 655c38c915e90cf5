// Mirrors <torch/headeronly/util/floating_point_utils.h> of PyTorch 2.13.
#pragma once

#include <torch/headeronly/macros/Macros.h>
#include <torch/headeronly/util/bit_cast.h>

HIDDEN_NAMESPACE_BEGIN(torch, headeronly, detail)
C10_HOST_DEVICE inline float fp32_from_bits(uint32_t w) { return torch::headeronly::bit_cast<float>(w); }
C10_HOST_DEVICE inline uint32_t fp32_to_bits(float f) { return torch::headeronly::bit_cast<uint32_t>(f); }
HIDDEN_NAMESPACE_END(torch, headeronly, detail)

namespace c10::detail {
using torch::headeronly::detail::fp32_from_bits;
using torch::headeronly::detail::fp32_to_bits;
}  // namespace c10::detail
