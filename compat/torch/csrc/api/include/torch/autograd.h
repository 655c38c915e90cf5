// Mirrors <torch/autograd.h> of PyTorch 2.13.
#pragma once

#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/autograd_not_implemented_fallback.h>
#include <torch/csrc/autograd/custom_function.h>
