// Mirrors <c10/util/bit_cast.h> of PyTorch 2.13.
#pragma once

#include <torch/headeronly/util/bit_cast.h>
