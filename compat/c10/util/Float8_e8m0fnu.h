// Mirrors <c10/util/Float8_e8m0fnu.h> of PyTorch 2.13.
#pragma once

#include <torch/headeronly/util/Float8_e8m0fnu.h>
