// Mirrors <c10/util/Float8_e5m2fnuz-inl.h> of PyTorch 2.13.
#pragma once

#include <torch/headeronly/util/Float8_e5m2fnuz.h>
