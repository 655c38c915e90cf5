// Mirrors <torch/csrc/inductor/aoti_torch/c/macros.h> of PyTorch 2.13: handle types of the C shim.
#pragma once

#include <stddef.h>
#include <stdint.h>

#define AOTI_TORCH_EXPORT __attribute__((__visibility__("default")))

#ifdef __cplusplus
extern "C" {
#endif

struct AtenTensorOpaque;
using AtenTensorHandle = AtenTensorOpaque*;
struct AtenGeneratorOpaque;
using AtenGeneratorHandle = AtenGeneratorOpaque*;
struct AOTIProxyExecutorOpaque;
using AOTIProxyExecutorHandle = AOTIProxyExecutorOpaque*;
struct C10IValueOpaque;
using C10IValueHandle = C10IValueOpaque*;
using AOTITorchError = int32_t;

#define AOTI_TORCH_SUCCESS 0
#define AOTI_TORCH_FAILURE 1

#ifdef __cplusplus
}
#endif
