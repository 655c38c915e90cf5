// Mirrors <ATen/core/aten_interned_strings.h> of PyTorch 2.13.
#pragma once
#include <ATen/core/interned_strings.h>
