// Mirrors <c10/macros/Macros.h> of PyTorch 2.13.
#pragma once

#include <torch/headeronly/macros/Macros.h>
