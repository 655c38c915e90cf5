// Values of Python as a tensor's: nested sequences, numbers, arrays, other tensors.
#pragma once

#include <ATen/core/Tensor.h>

#include <optional>

#include "pyshim/csrc/python.h"

namespace flambeau::python {

/// Whether a sequence, though not text.
bool is_nested(PyObject* object);

/// The memory behind an object that says where it is: a tensor or an array.
std::optional<at::Tensor> view_of(PyObject* data);

/// A new tensor with the values of nested sequences, numpy arrays, tensors or a number. Without a dtype it follows from
/// the values; `index`: as an index, where an empty list has integers.
at::Tensor tensor_from_data(PyObject* data, std::optional<at::ScalarType> dtype, std::optional<at::Device> device,
                            bool index = false);

}  // namespace flambeau::python
