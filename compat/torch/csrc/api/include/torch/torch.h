// Mirrors <torch/torch.h> of PyTorch 2.13.
#pragma once

#include <torch/all.h>

#ifdef TORCH_API_INCLUDE_EXTENSION_H
#include <torch/extension.h>
#endif
