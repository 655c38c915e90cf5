// Mirrors <torch/headeronly/macros/cmake_macros.h> of PyTorch 2.13.
#pragma once

#define C10_BUILD_SHARED_LIBS
