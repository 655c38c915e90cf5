#include <torch/print.h>

#include <ATen/core/Formatting.h>

namespace torch {
void set_printoption_sci_mode(bool enabled) { at::set_printoption_sci_mode(enabled); }
}  // namespace torch
