// Mirrors <c10/util/quint4x2.h> of PyTorch 2.13.
#pragma once

#include <torch/headeronly/util/quint4x2.h>
