// Mirrors <ATen/Config.h> of PyTorch 2.13: how the library was built. The two settings that inlined code reads.
#pragma once

#define AT_MKLDNN_ENABLED() 0
#define AT_MKL_ENABLED() 0
#define AT_PARALLEL_OPENMP 1
#define AT_PARALLEL_NATIVE 0
