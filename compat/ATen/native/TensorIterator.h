// Mirrors <ATen/native/TensorIterator.h> of PyTorch 2.13.
#pragma once

#include <ATen/TensorIterator.h>
