// Arguments from anywhere that must be tensors.
#pragma once

#include "pyshim/csrc/tensor.h"

namespace flambeau::python {

/// The tensor that `object` is; TypeError if it is none.
inline const at::Tensor& tensor_argument(PyObject* object, const char* function) {
  if (!is_tensor(object)) {
    raise(PyExc_TypeError, std::string(function) + "(): argument must be Tensor, not " + short_type_name(object));
  }
  return tensor_of(object);
}

/// Keyword arguments given as an object: a dict, or nothing for None.
inline PyObject* keywords_argument(PyObject* object, const char* function) {
  if (!object || object == Py_None) return nullptr;
  if (!PyDict_Check(object)) {
    raise(PyExc_TypeError,
          std::string(function) + "(): keyword arguments must be a dict, not " + short_type_name(object));
  }
  return object;
}

}  // namespace flambeau::python
