// Python functions as hooks of the backward pass. Each object keeps one dict of hooks alive, in which Python registers
// and removes them.
#pragma once

#include <torch/csrc/autograd/function_hook.h>

#include <memory>
#include <vector>

#include "pyshim/csrc/python.h"

namespace flambeau::python {

using torch::autograd::FunctionPostHook;
using torch::autograd::FunctionPreHook;
using torch::autograd::PostAccumulateGradHook;

/// On the gradient of one tensor, `index` among its node's inputs.
std::unique_ptr<FunctionPreHook> tensor_hook(PyObject* dict, size_t index);
std::unique_ptr<PostAccumulateGradHook> accumulated_hook(PyObject* dict);

/// node.register_hook and register_prehook: a handle that removes the hook.
PyObject* register_post_hook(torch::autograd::Node& node, PyObject* hook);
PyObject* register_pre_hook(torch::autograd::Node& node, PyObject* hook);

/// Visits what the hooks of a node, or of a leaf tensor, refer to.
int traverse_hooks(torch::autograd::Node& node, visitproc visit, void* arg);
int traverse_hooks(const std::vector<std::unique_ptr<FunctionPreHook>>& hooks, visitproc visit, void* arg);
int traverse_hook(PostAccumulateGradHook* hook, visitproc visit, void* arg);
void clear_hooks(torch::autograd::Node& node);

/// Runs Python code in the backward pass: with the GIL, and with its error kept in the exception.
template <class Body>
auto in_python(Body&& body) {
  GilAcquire gil;
  try {
    return body();
  } catch (python_error& e) {
    e.persist();
    throw;
  }
}

}  // namespace flambeau::python
