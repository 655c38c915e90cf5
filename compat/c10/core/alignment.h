// Mirrors <c10/core/alignment.h> of PyTorch 2.13.
#pragma once

#include <cstddef>

namespace c10 {

constexpr size_t gAlignment = 64;
constexpr size_t gPagesize = 4096;
constexpr size_t gAlloc_threshold_thp = static_cast<size_t>(2) * 1024 * 1024;
constexpr size_t hardware_destructive_interference_size = 64;

}  // namespace c10
