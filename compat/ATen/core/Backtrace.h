// Mirrors <ATen/core/Backtrace.h> of PyTorch 2.13.
#pragma once
#include <c10/util/Backtrace.h>
