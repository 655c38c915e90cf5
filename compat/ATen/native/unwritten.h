// What programs that ask for determinism find in memory that nobody has written.
#pragma once

#include <ATen/core/Tensor.h>

namespace flambeau {

/// Whether torch.use_deterministic_algorithms and torch.utils.deterministic.fill_uninitialized_memory are on.
bool fills_unwritten();
/// NaN everywhere, or the type's largest number where it has no NaN.
void fill_unwritten(const at::Tensor& t);

}  // namespace flambeau
