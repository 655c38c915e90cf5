// Mirrors <torch/headeronly/util/qint32.h> of PyTorch 2.13.
#pragma once

#include <torch/headeronly/macros/Macros.h>

namespace c10 {
struct alignas(4) qint32 {
  using underlying = int32_t;
  int32_t val_;
  qint32() = default;
  C10_HOST_DEVICE explicit qint32(int32_t val) : val_(val) {}
};
}  // namespace c10

HIDDEN_NAMESPACE_BEGIN(torch, headeronly)
using c10::qint32;
HIDDEN_NAMESPACE_END(torch, headeronly)
