// The Python tensor: wrapping, unwrapping, exact types.
#pragma once

#include <c10/core/DispatchKeySet.h>
#include <c10/core/TensorOptions.h>
#include <torch/csrc/autograd/python_variable_object.h>

#include "pyshim/csrc/python.h"

namespace flambeau::python {

/// TensorBase of _C. dict and weakrefs belong to the C type, so that subclasses add nothing and their objects can be
/// pooled.
struct TensorObject : THPVariable {
  PyObject* dict;
  PyObject* weakrefs;
};
constexpr Py_ssize_t kDictOffset = sizeof(THPVariable);
constexpr Py_ssize_t kWeakrefsOffset = kDictOffset + sizeof(PyObject*);
static_assert(sizeof(TensorObject) == kWeakrefsOffset + sizeof(PyObject*));
extern PyTypeObject TensorBaseType;

inline bool is_exact_tensor(PyObject* o) { return THPVariable_CheckExact(o); }
inline bool is_tensor(PyObject* o) { return is_exact_tensor(o) || PyType_IsSubtype(Py_TYPE(o), &TensorBaseType); }
inline const at::Tensor& tensor_of(PyObject* o) { return reinterpret_cast<THPVariable*>(o)->cdata; }
/// None for an undefined tensor. The one Python object of a tensor keeps its identity.
PyObject* wrap(at::Tensor tensor);
PyObject* wrap_as(at::Tensor tensor, PyTypeObject* type);

void init_tensor(PyObject* module);
/// Whether calls on tensors of this type must go through __torch_function__.
bool has_torch_function(PyObject* object);
/// A TorchFunctionMode is on the stack, or torch functions of subclasses are to be looked at.
bool torch_function_mode_active();

}  // namespace flambeau::python
