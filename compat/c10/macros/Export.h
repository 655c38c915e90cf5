// Mirrors <c10/macros/Export.h> of PyTorch 2.13.
#pragma once

#include <torch/headeronly/macros/Export.h>
