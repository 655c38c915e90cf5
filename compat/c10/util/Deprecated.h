// Mirrors <c10/util/Deprecated.h> of PyTorch 2.13.
#pragma once

#include <torch/headeronly/util/Deprecated.h>
