// Mirrors <c10/util/C++17.h> of PyTorch 2.13.
#pragma once

#include <c10/macros/Macros.h>

#include <tuple>
#include <utility>

namespace c10::guts {}
