// The Python tensor alone: <torch/csrc/autograd/python_variable.h> without pybind11 and the autograd headers.
#pragma once

#include <ATen/core/Tensor.h>
#include <torch/csrc/Export.h>
#include <torch/csrc/python_error.h>

struct THPVariable {
  PyObject_HEAD at::Tensor cdata;
  PyObject* backward_hooks = nullptr;
  PyObject* post_accumulate_grad_hooks = nullptr;
};

TORCH_PYTHON_API extern PyObject* THPVariableClass;
TORCH_PYTHON_API extern PyObject* ParameterClass;

TORCH_PYTHON_API PyObject* THPVariable_Wrap(at::TensorBase&& var);
TORCH_PYTHON_API PyObject* THPVariable_Wrap(const at::TensorBase& var);
TORCH_PYTHON_API PyObject* THPVariable_Wrap(const at::TensorBase& var, PyTypeObject* type);

/// True for Tensor and Parameter themselves, false for other subclasses, which may behave otherwise.
inline bool THPVariable_CheckTypeExact(PyTypeObject* tp) {
  return tp == reinterpret_cast<PyTypeObject*>(THPVariableClass) ||
         tp == reinterpret_cast<PyTypeObject*>(ParameterClass);
}
inline bool THPVariable_CheckExact(PyObject* obj) { return THPVariable_CheckTypeExact(Py_TYPE(obj)); }

inline bool THPVariable_Check(PyObject* obj) {
  if (!THPVariableClass) return false;
  if (THPVariable_CheckExact(obj)) return true;
  const auto result = PyObject_IsInstance(obj, THPVariableClass);
  if (result == -1) throw python_error();
  return result;
}

inline const at::Tensor& THPVariable_Unpack(THPVariable* var) { return var->cdata; }
inline const at::Tensor& THPVariable_Unpack(PyObject* obj) { return reinterpret_cast<THPVariable*>(obj)->cdata; }
