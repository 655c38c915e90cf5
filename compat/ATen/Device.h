// Mirrors <ATen/Device.h> of PyTorch 2.13.
#pragma once

#include <c10/core/Device.h>
