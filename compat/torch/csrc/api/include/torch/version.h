// Mirrors <torch/version.h> of PyTorch 2.13.
#pragma once

#include <torch/headeronly/version.h>
