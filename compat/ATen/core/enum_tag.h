// Mirrors <ATen/core/enum_tag.h> of PyTorch 2.13.
#pragma once
#include <torch/headeronly/core/enum_tag.h>
