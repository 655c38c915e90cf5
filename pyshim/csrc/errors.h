// Exceptions and warnings of C++ on their way to Python.
#pragma once

#include "pyshim/csrc/python.h"

namespace flambeau::python {

void set_package_name(const std::string& name);
/// Adds _LinAlgError, OutOfMemoryError and their kin, and sends C++ warnings to Python's `warnings`.
void init_errors(PyObject* module);

}  // namespace flambeau::python
