// Mirrors <ATen/core/typeid.h> of PyTorch 2.13.
#pragma once
#include <c10/util/typeid.h>
