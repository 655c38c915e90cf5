// Mirrors <ATen/Formatting.h> of PyTorch 2.13.
#pragma once
#include <ATen/core/Formatting.h>
