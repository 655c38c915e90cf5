// torch.library: operators and kernels written in Python.
#pragma once

#include <ATen/core/dispatch/Dispatcher.h>

#include "pyshim/csrc/python.h"

namespace flambeau::python {

/// A call as Python code sees it: trailing arguments and keywords that have their defaults are left out.
struct PythonCall {
  Object args, kwargs;
};
PythonCall python_call(const c10::FunctionSchema& schema, c10::ArrayRef<c10::IValue> arguments);

/// Puts what a Python function returned for the operator on the stack.
void push_results(const c10::OperatorHandle& op, PyObject* result, torch::jit::Stack& stack);

void init_library(PyObject* module);

}  // namespace flambeau::python
