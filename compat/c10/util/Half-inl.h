// Mirrors <c10/util/Half-inl.h> of PyTorch 2.13.
#pragma once

#include <torch/headeronly/util/Half.h>
