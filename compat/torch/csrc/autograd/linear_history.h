#pragma once

#include <ATen/core/Tensor.h>

namespace flambeau {

/// Gives `result`, computed as input weight^T + bias, the history of addmm(bias, input, weight.t()), or without bias
/// that of mm, where a gradient is needed. The transposed weight becomes a tensor only if the input's gradient needs
/// it. For dense tensors, input and weight of two dimensions.
void record_linear(const at::Tensor& result, const at::Tensor& input, const at::Tensor& weight, const at::Tensor& bias);

}  // namespace flambeau
