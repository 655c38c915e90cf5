// Mirrors <torch/all.h> of PyTorch 2.13: operators, autograd and libraries of operators, without the modules,
// optimisers and data loaders of the C++ frontend.
#pragma once

#include <torch/autograd.h>
#include <torch/cuda.h>
#include <torch/enum.h>
#include <torch/fft.h>
#include <torch/mps.h>
#include <torch/nested.h>
#include <torch/print.h>
#include <torch/sparse.h>
#include <torch/special.h>
#include <torch/types.h>
#include <torch/utils.h>
#include <torch/version.h>
#include <torch/xpu.h>
