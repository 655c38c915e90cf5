// Python values to C++ and back: numbers, dtypes, devices and so on, one function each.
#pragma once

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>
#include <c10/core/Stream.h>
#include <torch/csrc/Device.h>
#include <torch/csrc/Dtype.h>

#include "pyshim/csrc/python.h"

namespace flambeau::python {

/// A scalar of numpy, told by its type's name, so that numpy need not be loaded: 'b'ool, 'i'nteger, 'f'loat, 'c'omplex
/// or 0.
char numpy_scalar_kind(PyObject* object);

bool is_integer(PyObject* object);  ///< int or numpy integer, but not bool
bool is_index(PyObject* object);    ///< also a 0-dim integer tensor
bool is_real(PyObject* object);     ///< float, int or such of numpy
bool is_number(PyObject* object);   ///< also bool and complex
bool is_bool(PyObject* object);

int64_t to_int64_slow(PyObject* object);
inline int64_t to_int64(PyObject* object) {
  if (PyLong_CheckExact(object)) {
    int overflow;
    long long value = PyLong_AsLongLongAndOverflow(object, &overflow);
    if (!overflow) return value;
  }
  return to_int64_slow(object);
}
double to_double(PyObject* object);
bool to_bool(PyObject* object);
at::Scalar to_scalar(PyObject* object);
at::ScalarType to_dtype(PyObject* object);
at::Device to_device(PyObject* object);
at::Layout to_layout(PyObject* object);
at::MemoryFormat to_memory_format(PyObject* object);
at::Generator to_generator(PyObject* object);
at::Storage to_storage(PyObject* object);
at::Stream to_stream(PyObject* object);
/// A tensor for a number, which takes part in type promotion as a Python number does.
at::Tensor to_tensor_of_number(PyObject* number);

PyObject* from_scalar(const at::Scalar& value);
PyObject* from_dtype(at::ScalarType dtype);
PyObject* from_layout(at::Layout layout);
PyObject* from_memory_format(at::MemoryFormat format);
PyObject* from_qscheme(at::QScheme scheme);
PyObject* from_device(const at::Device& device);
PyObject* from_sizes(c10::IntArrayRef sizes);
PyObject* from_ints(c10::IntArrayRef values);
inline PyObject* from_bool(bool value) { return Py_NewRef(value ? Py_True : Py_False); }

/// Default dtype for Python's floats, ints and so on: the types `float`, `int`, `bool`, `complex`.
at::ScalarType dtype_of_python_type(PyObject* type);

}  // namespace flambeau::python
