// Mirrors <torch/headeronly/util/quint8.h> of PyTorch 2.13.
#pragma once

#include <torch/headeronly/macros/Macros.h>

namespace c10 {
struct alignas(1) quint8 {
  using underlying = uint8_t;
  uint8_t val_;
  quint8() = default;
  C10_HOST_DEVICE explicit quint8(uint8_t val) : val_(val) {}
};
}  // namespace c10

HIDDEN_NAMESPACE_BEGIN(torch, headeronly)
using c10::quint8;
HIDDEN_NAMESPACE_END(torch, headeronly)
