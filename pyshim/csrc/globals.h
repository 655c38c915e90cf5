// Settings of the process.
#pragma once

#include "pyshim/csrc/python.h"

namespace flambeau::python {
void init_globals(PyObject* module);
}
