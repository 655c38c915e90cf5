// tensor[...] and its assignment.
#pragma once

#include "pyshim/csrc/tensor.h"

namespace flambeau::python {
PyObject* get_item(PyObject* self, PyObject* index);
int set_item(PyObject* self, PyObject* index, PyObject* value);
}  // namespace flambeau::python
