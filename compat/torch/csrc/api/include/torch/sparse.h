// Mirrors <torch/sparse.h> of PyTorch 2.13.
#pragma once

#include <ATen/ATen.h>
