// Mirrors <c10/util/TypeSafeSignMath.h> of PyTorch 2.13.
#pragma once

#include <torch/headeronly/util/TypeSafeSignMath.h>
