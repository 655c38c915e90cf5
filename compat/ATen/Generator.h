// Mirrors <ATen/Generator.h> of PyTorch 2.13.
#pragma once
#include <ATen/core/Generator.h>
