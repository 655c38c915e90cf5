// Mirrors <c10/util/quint8.h> of PyTorch 2.13.
#pragma once

#include <torch/headeronly/util/quint8.h>
