// Mirrors <c10/util/floating_point_utils.h> of PyTorch 2.13.
#pragma once

#include <torch/headeronly/util/floating_point_utils.h>
