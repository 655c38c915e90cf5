// Mirrors <torch/headeronly/util/bits.h> of PyTorch 2.13.
#pragma once

#include <torch/headeronly/macros/Macros.h>

namespace c10 {
#define FLAMBEAU_BITS(name, storage, ...)                     \
  struct alignas(sizeof(storage)) name {                      \
    __VA_ARGS__                                               \
    storage val_;                                             \
    name() = default;                                         \
    C10_HOST_DEVICE explicit name(storage val) : val_(val) {} \
  };
FLAMBEAU_BITS(bits1x8, uint8_t, using underlying = uint8_t;)
FLAMBEAU_BITS(bits2x4, uint8_t, using underlying = uint8_t;)
FLAMBEAU_BITS(bits4x2, uint8_t, using underlying = uint8_t;)
FLAMBEAU_BITS(bits8, uint8_t)
FLAMBEAU_BITS(bits16, uint16_t)
#undef FLAMBEAU_BITS
}  // namespace c10

HIDDEN_NAMESPACE_BEGIN(torch, headeronly)
using c10::bits16;
using c10::bits1x8;
using c10::bits2x4;
using c10::bits4x2;
using c10::bits8;
HIDDEN_NAMESPACE_END(torch, headeronly)
