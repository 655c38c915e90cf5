// Python values to IValues of a schema's types and back.
#pragma once

#include <ATen/core/function_schema.h>
#include <ATen/core/ivalue.h>

#include "pyshim/csrc/python.h"

namespace flambeau::python {

/// Throws a TypeError that names what does not fit.
c10::IValue to_ivalue(PyObject* object, const c10::TypePtr& type);
/// A guess from the value alone.
c10::IValue to_ivalue(PyObject* object);
PyObject* from_ivalue(const c10::IValue& value);

/// Arguments by position and name onto a stack, defaults filled in.
std::vector<c10::IValue> to_stack(const c10::FunctionSchema& schema, PyObject* args, PyObject* kwargs);
/// What an operator returned: None, one value or a tuple.
PyObject* from_stack(const std::vector<c10::IValue>& stack);

}  // namespace flambeau::python
