// Mirrors <c10/util/win32-headers.h> of PyTorch 2.13.
#pragma once

// Only Windows has something here.
