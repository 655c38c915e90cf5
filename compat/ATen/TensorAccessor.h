// Mirrors <ATen/TensorAccessor.h> of PyTorch 2.13.
#pragma once

#include <ATen/core/TensorAccessor.h>
