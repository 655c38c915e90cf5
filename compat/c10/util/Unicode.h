// Mirrors <c10/util/Unicode.h> of PyTorch 2.13.
#pragma once

namespace c10 {}
