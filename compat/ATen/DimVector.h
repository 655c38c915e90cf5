// Mirrors <ATen/DimVector.h> of PyTorch 2.13.
#pragma once

#include <ATen/core/DimVector.h>
