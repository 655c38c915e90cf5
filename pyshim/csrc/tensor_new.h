// Tensors from Python data: torch.tensor, as_tensor, asarray, frombuffer, new_tensor, Tensor(...).
#pragma once

#include <ATen/core/Tensor.h>

#include "pyshim/csrc/python.h"

namespace flambeau::python {

/// Tensor(...) of old: sizes, data or another tensor, always of the default dtype and on the CPU.
at::Tensor legacy_constructor(PyObject* args, PyObject* kwargs);

/// A new tensor with the values of nested sequences, numpy arrays, tensors or a number. Without a dtype it follows from
/// the values; `index`: as an index, where an empty list has integers.
at::Tensor tensor_from_data(PyObject* data, std::optional<at::ScalarType> dtype, std::optional<at::Device> device,
                            bool index = false);

/// "torch.FloatTensor" and the like.
std::string type_string(const at::Tensor& tensor);

/// Adds torch.tensor and its kin to the functions' holder.
void init_tensor_new(PyObject* module);
/// new_tensor, new, type: methods.
extern PyMethodDef tensor_new_methods[];

}  // namespace flambeau::python
