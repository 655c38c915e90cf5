// The rest of _C.
#pragma once

#include "pyshim/csrc/python.h"

namespace flambeau::python {
/// After init_modes.
void init_misc(PyObject* module);
}  // namespace flambeau::python
