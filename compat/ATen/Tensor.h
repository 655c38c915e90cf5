// Mirrors <ATen/Tensor.h> of PyTorch 2.13.
#pragma once

#include <ATen/core/Tensor.h>
