// Mirrors <torch/csrc/autograd/python_variable.h> of PyTorch 2.13.
#pragma once

#include <torch/csrc/Exceptions.h>
#include <torch/csrc/autograd/python_variable_object.h>
#include <torch/csrc/autograd/variable.h>
#include <torch/csrc/utils/pybind.h>

namespace py = pybind11;

TORCH_PYTHON_API void registerPythonTensorClass(const std::string& device, PyObject* python_tensor_class);
TORCH_PYTHON_API void activateGPUTrace();

bool THPVariable_initModule(PyObject* module);

inline PyObject* THPVariable_WrapList(const torch::autograd::variable_list& inputs) {
  PyObject* list = PyList_New(static_cast<Py_ssize_t>(inputs.size()));
  for (size_t i = 0; i < inputs.size(); ++i) PyList_SET_ITEM(list, i, THPVariable_Wrap(inputs[i]));
  return list;
}

inline torch::autograd::variable_list THPVariable_UnpackList(PyObject* list) {
  TORCH_CHECK(PyList_CheckExact(list));
  torch::autograd::variable_list result(PyList_GET_SIZE(list));
  for (size_t i = 0; i < result.size(); ++i) {
    PyObject* item = PyList_GET_ITEM(list, i);
    if (item != Py_None) result[i] = THPVariable_Unpack(item);
  }
  return result;
}
