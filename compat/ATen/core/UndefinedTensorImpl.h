// Mirrors <ATen/core/UndefinedTensorImpl.h> of PyTorch 2.13.
#pragma once
#include <c10/core/UndefinedTensorImpl.h>
