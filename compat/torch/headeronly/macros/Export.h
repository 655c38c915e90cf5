// Mirrors <torch/headeronly/macros/Export.h> of PyTorch 2.13.
#pragma once

#ifndef C10_USING_CUSTOM_GENERATED_MACROS
#include <torch/headeronly/macros/cmake_macros.h>
#endif

#ifdef NO_EXPORT
#define C10_EXPORT
#else
#define C10_EXPORT __attribute__((__visibility__("default")))
#endif
#define C10_HIDDEN __attribute__((__visibility__("hidden")))
#define C10_IMPORT C10_EXPORT
#define C10_API C10_EXPORT
#define C10_API_ENUM
#define TORCH_API C10_EXPORT
#define TORCH_CUDA_CPP_API C10_EXPORT
#define TORCH_CUDA_CU_API C10_EXPORT
#define TORCH_XPU_API C10_EXPORT
