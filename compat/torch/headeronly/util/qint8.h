// Mirrors <torch/headeronly/util/qint8.h> of PyTorch 2.13.
#pragma once

#include <torch/headeronly/macros/Macros.h>

namespace c10 {
struct alignas(1) qint8 {
  using underlying = int8_t;
  int8_t val_;
  qint8() = default;
  C10_HOST_DEVICE explicit qint8(int8_t val) : val_(val) {}
};
}  // namespace c10

HIDDEN_NAMESPACE_BEGIN(torch, headeronly)
using c10::qint8;
HIDDEN_NAMESPACE_END(torch, headeronly)
