// Mirrors <torch/headeronly/util/bit_cast.h> of PyTorch 2.13.
#pragma once

#include <torch/headeronly/macros/Macros.h>

#include <bit>

HIDDEN_NAMESPACE_BEGIN(torch, headeronly)
using std::bit_cast;
HIDDEN_NAMESPACE_END(torch, headeronly)

namespace c10 {
using torch::headeronly::bit_cast;
}
