// Mirrors <c10/util/Metaprogramming.h> of PyTorch 2.13.
#pragma once

#include <torch/headeronly/util/Metaprogramming.h>
