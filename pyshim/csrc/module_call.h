#pragma once

#include "pyshim/csrc/python.h"

namespace flambeau::python {

void init_module_call(PyObject* module);

}  // namespace flambeau::python
