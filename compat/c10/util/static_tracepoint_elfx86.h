// Mirrors <c10/util/static_tracepoint_elfx86.h> of PyTorch 2.13.
#pragma once

#include <c10/util/static_tracepoint.h>
