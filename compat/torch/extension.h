// Mirrors <torch/extension.h> of PyTorch 2.13: everything for a C++ extension of Python.
#pragma once

#ifndef TORCH_INDUCTOR_CPP_WRAPPER
#include <torch/all.h>
#endif
#include <torch/python.h>
