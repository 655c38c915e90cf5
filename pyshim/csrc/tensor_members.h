// Attributes and hand-written methods of tensors.
#pragma once

#include "pyshim/csrc/python.h"

namespace flambeau::python {
/// Sets getters, setters and methods of the type before PyType_Ready.
void install_members(PyTypeObject& type);
}  // namespace flambeau::python
