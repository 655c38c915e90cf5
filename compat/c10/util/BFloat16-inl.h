// Mirrors <c10/util/BFloat16-inl.h> of PyTorch 2.13.
#pragma once

#include <torch/headeronly/util/BFloat16.h>
