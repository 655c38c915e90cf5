// Mirrors <torch/csrc/Dtype.h> of PyTorch 2.13.
#pragma once

#include <c10/core/ScalarType.h>
#include <torch/csrc/Export.h>
#include <torch/csrc/python_headers.h>

constexpr int DTYPE_NAME_LEN = 64;

struct TORCH_PYTHON_API THPDtype {
  PyObject_HEAD at::ScalarType scalar_type;
  char name[DTYPE_NAME_LEN + 1];
};

TORCH_PYTHON_API extern PyTypeObject THPDtypeType;

inline bool THPDtype_Check(PyObject* obj) { return Py_TYPE(obj) == &THPDtypeType; }

inline bool THPPythonScalarType_Check(PyObject* obj) {
  return obj == reinterpret_cast<PyObject*>(&PyFloat_Type) || obj == reinterpret_cast<PyObject*>(&PyComplex_Type) ||
         obj == reinterpret_cast<PyObject*>(&PyBool_Type) || obj == reinterpret_cast<PyObject*>(&PyLong_Type);
}

TORCH_PYTHON_API PyObject* THPDtype_New(at::ScalarType scalar_type, const std::string& name);
TORCH_PYTHON_API void THPDtype_init(PyObject* module);
