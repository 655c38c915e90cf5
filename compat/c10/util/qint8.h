// Mirrors <c10/util/qint8.h> of PyTorch 2.13.
#pragma once

#include <torch/headeronly/util/qint8.h>
