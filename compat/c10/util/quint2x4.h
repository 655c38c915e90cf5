// Mirrors <c10/util/quint2x4.h> of PyTorch 2.13.
#pragma once

#include <torch/headeronly/util/quint2x4.h>
