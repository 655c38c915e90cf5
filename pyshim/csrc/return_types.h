// torch.return_types: the named tuples that operators with several results return.
#pragma once

#include "pyshim/csrc/python.h"

namespace flambeau::python {
/// `fields`: names separated by blanks.
PyTypeObject* return_type(const char* name, const char* fields);
void init_return_types(PyObject* module);
}  // namespace flambeau::python
