// Mirrors <c10/util/TypeTraits.h> of PyTorch 2.13.
#pragma once

#include <torch/headeronly/util/TypeTraits.h>
