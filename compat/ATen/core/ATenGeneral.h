// Mirrors <ATen/core/ATenGeneral.h> of PyTorch 2.13.
#pragma once

#include <c10/macros/Macros.h>
