// Mirrors <torch/csrc/autograd/utils/error_messages.h> of PyTorch 2.13: same names, layout and inline meaning.
#pragma once

#include <string>

namespace torch::autograd::utils {

inline std::string requires_grad_leaf_error(bool requires_grad) {
  std::string text = "you can only change requires_grad flags of leaf variables.";
  if (!requires_grad) {
    text +=
        " If you want to use a computed variable in a subgraph that doesn't require differentiation use "
        "var_no_grad = var.detach().";
  }
  return text;
}

}  // namespace torch::autograd::utils
