// Arrays of numpy without its headers: the fixed part of its C layout, and its C API, found when first needed.
#pragma once

#include <ATen/core/Tensor.h>

#include "pyshim/csrc/python.h"

namespace flambeau::python {

bool is_numpy_array(PyObject* object);
/// A tensor over the array's memory. Warns of arrays that are not writable if `warn`.
at::Tensor tensor_from_numpy(PyObject* array, bool warn = true);
/// An array over the tensor's memory, which must be a CPU tensor that needs no grad.
PyObject* numpy_from_tensor(const at::Tensor& tensor, PyObject* owner);
/// From any object with __array_interface__ or a numpy scalar, by way of numpy.asarray.
at::Tensor tensor_from_array_like(PyObject* object);

extern PyMethodDef numpy_methods[];
extern PyMethodDef numpy_functions[];

}  // namespace flambeau::python
