// Mirrors <c10/util/qint32.h> of PyTorch 2.13.
#pragma once

#include <torch/headeronly/util/qint32.h>
