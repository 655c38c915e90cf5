// Mirrors <torch/print.h> of PyTorch 2.13.
#pragma once

#include <c10/macros/Export.h>

namespace torch {
TORCH_API void set_printoption_sci_mode(bool enabled);
}
