// Attributes and hand-written methods of tensors.
#pragma once

#include "pyshim/csrc/parse.h"

namespace flambeau::python {
/// Sets getters, setters and methods of the type before PyType_Ready.
void install_members(PyTypeObject& type);

/// The only argument there may be, None counting as none: by name, or as one of `positional` first ones.
PyObject* only_argument(const char* name, const char* param, Args args, Py_ssize_t positional);

extern PyMethodDef conversion_methods[], value_methods[], subclass_methods[];
}  // namespace flambeau::python
