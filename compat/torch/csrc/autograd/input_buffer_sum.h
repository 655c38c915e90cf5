#pragma once

#include <ATen/core/Tensor.h>

namespace flambeau {

/// Adds `gradient` to `sum`, in place where nobody would notice. Undefined stands for zero.
void sum_gradient(at::Tensor& sum, at::Tensor&& gradient);

}  // namespace flambeau
