// Mirrors <c10/util/bits.h> of PyTorch 2.13.
#pragma once

#include <torch/headeronly/util/bits.h>
