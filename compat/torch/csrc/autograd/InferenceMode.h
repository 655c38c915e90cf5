// Mirrors <torch/csrc/autograd/InferenceMode.h> of PyTorch 2.13: same names, layout and inline meaning.
#pragma once

#include <c10/core/InferenceMode.h>
#include <torch/csrc/Export.h>

namespace torch::autograd {
using InferenceMode = c10::InferenceMode;
}
