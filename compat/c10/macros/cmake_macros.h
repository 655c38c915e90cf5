// Mirrors <c10/macros/cmake_macros.h> of PyTorch 2.13.
#pragma once

#include <torch/headeronly/macros/cmake_macros.h>
