// Mirrors <torch/csrc/autograd/autograd.h> of PyTorch 2.13: same names, layout and inline meaning.
#pragma once

#include <torch/csrc/autograd/variable.h>

namespace torch::autograd {

/// Accumulates into .grad of the leaves (of `inputs`, where given) the gradients of sum_i(tensors[i] *
/// grad_tensors[i]).
TORCH_API void backward(const variable_list& tensors, const variable_list& grad_tensors = {},
                        std::optional<bool> retain_graph = std::nullopt, bool create_graph = false,
                        const variable_list& inputs = {});

/// Returns the gradients of `outputs` with respect to `inputs`; undefined where unused, if allowed.
TORCH_API variable_list grad(const variable_list& outputs, const variable_list& inputs,
                             const variable_list& grad_outputs = {}, std::optional<bool> retain_graph = std::nullopt,
                             bool create_graph = false, bool allow_unused = false);

namespace forward_ad {
TORCH_API uint64_t enter_dual_level();
TORCH_API void exit_dual_level(uint64_t level);
}  // namespace forward_ad

}  // namespace torch::autograd
