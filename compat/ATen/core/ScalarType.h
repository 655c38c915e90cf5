// Mirrors <ATen/core/ScalarType.h> of PyTorch 2.13.
#pragma once
#include <c10/core/ScalarType.h>
