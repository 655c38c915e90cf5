// Mirrors <torch/csrc/autograd/autograd_not_implemented_fallback.h> of PyTorch 2.13: same names, layout and inline
// meaning.
#pragma once

#include <torch/library.h>

namespace torch::autograd {

/// Boxed kernels for the Autograd key of operators without a derivative: backward through them raises.
TORCH_API torch::CppFunction autogradNotImplementedFallback();
TORCH_API torch::CppFunction autogradNotImplementedInplaceOrViewFallback();
TORCH_API torch::CppFunction basicAutogradNotImplementedFallback();

enum class AutogradFallbackMode {
  Nothing,  // the fallback only redispatches
  Warn,     // warns when backward is called
  Error,    // raises when backward is called
};

TORCH_API void setAutogradFallbackMode(AutogradFallbackMode mode);
TORCH_API AutogradFallbackMode getAutogradFallbackMode();

}  // namespace torch::autograd
