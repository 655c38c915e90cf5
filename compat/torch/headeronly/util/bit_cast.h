// Mirrors <torch/headeronly/util/bit_cast.h> of PyTorch 2.13.
#pragma once

#include <torch/headeronly/macros/Macros.h>

#include <type_traits>

HIDDEN_NAMESPACE_BEGIN(torch, headeronly)
/// std::bit_cast, which a program in C++17 does not have.
template <class To, class From>
C10_HOST_DEVICE constexpr std::enable_if_t<
    sizeof(To) == sizeof(From) && std::is_trivially_copyable_v<From> && std::is_trivially_copyable_v<To>, To>
bit_cast(const From& src) noexcept {
  return __builtin_bit_cast(To, src);
}
HIDDEN_NAMESPACE_END(torch, headeronly)

namespace c10 {
using torch::headeronly::bit_cast;
}
