// Mirrors <c10/util/Half.h> of PyTorch 2.13.
#pragma once

#include <torch/headeronly/util/Half.h>
