// Mirrors <c10/util/TypeList.h> of PyTorch 2.13.
#pragma once

#include <torch/headeronly/util/TypeList.h>
