// Mirrors <torch/headeronly/util/Float4_e2m1fn_x2.h> of PyTorch 2.13.
#pragma once

#include <torch/headeronly/macros/Macros.h>

namespace c10 {
struct alignas(1) Float4_e2m1fn_x2 {
  uint8_t val_;
  Float4_e2m1fn_x2() = default;
  C10_HOST_DEVICE explicit Float4_e2m1fn_x2(uint8_t val) : val_(val) {}
};
inline C10_HOST_DEVICE bool operator==(const Float4_e2m1fn_x2& a, const Float4_e2m1fn_x2& b) {
  return a.val_ == b.val_;
}
inline C10_HOST_DEVICE bool operator!=(const Float4_e2m1fn_x2& a, const Float4_e2m1fn_x2& b) {
  return a.val_ != b.val_;
}
}  // namespace c10

HIDDEN_NAMESPACE_BEGIN(torch, headeronly)
using c10::Float4_e2m1fn_x2;
using c10::operator==;
using c10::operator!=;
HIDDEN_NAMESPACE_END(torch, headeronly)
