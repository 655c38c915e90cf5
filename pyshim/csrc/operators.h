// Number slots, comparison, length and conversion of the tensor type; its methods from the tables.
#pragma once

#include "pyshim/csrc/table.h"
#include "pyshim/csrc/tensor.h"

namespace flambeau::python {

void install_operators(PyTypeObject& type);
/// Adds the methods of the operators' tables. After PyType_Ready.
void install_methods(PyTypeObject& type);
/// Adds _VariableFunctions, _nn, _linalg, ... to the module.
void init_functions(PyObject* module);

/// The table's entry for a function or method, which must exist.
const Function& find_function(Space space, const char* name);

}  // namespace flambeau::python
