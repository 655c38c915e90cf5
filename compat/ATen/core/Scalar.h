// Mirrors <ATen/core/Scalar.h> of PyTorch 2.13.
#pragma once

#include <c10/core/Scalar.h>
