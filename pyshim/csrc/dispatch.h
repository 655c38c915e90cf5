// Operators called by name, and __torch_dispatch__ of tensor subclasses and modes.
#pragma once

#include <ATen/core/dispatch/Dispatcher.h>

#include "pyshim/csrc/python.h"

namespace flambeau::python {

c10::intrusive_ptr<c10::TensorImpl> python_detach(const c10::TensorImpl* self);
/// Kernel of the Python dispatch key.
void python_dispatch(const c10::OperatorHandle& op, torch::jit::Stack* stack);
void call_python_kernel(const c10::OperatorHandle& op, c10::DispatchKey key, c10::DispatchKeySet keys,
                        torch::jit::Stack* stack, bool with_keyset, bool with_op);
/// _dispatch_*, _jit_get_operation, _get_schema and their kin.
void init_dispatch(PyObject* module);
void init_dispatch_keys(PyObject* module);

}  // namespace flambeau::python
