// Mirrors <c10/util/Float4_e2m1fn_x2.h> of PyTorch 2.13.
#pragma once

#include <torch/headeronly/util/Float4_e2m1fn_x2.h>
