// Autograd in Python: grad_fn objects, Function, the engine, modes, hooks.
#pragma once

#include <ATen/core/Tensor.h>
#include <torch/csrc/autograd/function.h>

#include "pyshim/csrc/python.h"

namespace flambeau::python {

/// The Python object of a node, None for a null one.
PyObject* wrap_node(const c10::intrusive_ptr<torch::autograd::Node>& node);
/// A dict of notes on a node, which anomaly mode and users share.
PyObject* anomaly_dict(torch::autograd::Node& node);
int traverse_autograd(const at::Tensor& tensor, visitproc visit, void* arg);
void clear_autograd(const at::Tensor& tensor);

extern PyGetSetDef autograd_properties[];
extern PyMethodDef autograd_methods[];

void init_modes(PyObject* module);     ///< grad, inference and anomaly modes, autocast
void init_engine(PyObject* module);    ///< _ImperativeEngine
void init_function(PyObject* module);  ///< _FunctionBase
void init_nodes(PyObject* module);     ///< _functions and _NodeBase

}  // namespace flambeau::python
