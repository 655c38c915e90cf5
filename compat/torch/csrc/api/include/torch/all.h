// Mirrors <torch/all.h> of PyTorch 2.13, as far as it goes: operators, autograd, libraries of operators. The modules, optimisers and
// data loaders of the C++ frontend (torch/nn.h, optim.h, data.h, serialize.h, jit.h) are not there.
#pragma once

#include <torch/autograd.h>
#include <torch/cuda.h>
#include <torch/enum.h>
#include <torch/fft.h>
#include <torch/print.h>
#include <torch/special.h>
#include <torch/types.h>
#include <torch/utils.h>
#include <torch/version.h>
