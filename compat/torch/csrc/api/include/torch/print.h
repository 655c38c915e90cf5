// Mirrors <torch/print.h> of PyTorch 2.13.
#pragma once

#include <ATen/core/Formatting.h>
