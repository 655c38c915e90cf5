// What the Python objects of all nodes of the autograd graph have in common.
#pragma once

#include <torch/csrc/autograd/function.h>

#include "pyshim/csrc/autograd.h"

namespace flambeau::python {

/// The node behind any grad_fn object: a C++ one or a Function's.
torch::autograd::Node& node_of(PyObject* self);
bool is_node(PyObject* object);

/// next_functions, metadata, _sequence_nr, ...: rows for the type of either kind.
extern PyGetSetDef node_properties[];
extern PyMethodDef node_methods[];

}  // namespace flambeau::python
