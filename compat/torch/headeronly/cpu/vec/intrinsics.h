// Mirrors <torch/headeronly/cpu/vec/intrinsics.h> of PyTorch 2.13.
#pragma once

#include <x86intrin.h>
