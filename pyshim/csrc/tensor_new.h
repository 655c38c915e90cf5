// Tensors from Python data: torch.tensor, as_tensor, asarray, frombuffer, new_tensor; Tensor(...) of old.
#pragma once

#include <ATen/core/Tensor.h>

#include "pyshim/csrc/python.h"

namespace flambeau::python {

/// Tensor(...) and tensor.new(...) of old: sizes, data, a storage or another tensor, with the options' dtype and
/// device.
at::Tensor legacy_tensor(PyObject* args, PyObject* kwargs, const at::TensorOptions& options, bool any_type = false);

/// "torch.FloatTensor" and the like.
std::string type_string(const at::Tensor& tensor);

/// Adds torch.tensor and its kin to the functions' holder.
void init_tensor_new(PyObject* module);
/// new_tensor, new, type: methods.
extern PyMethodDef tensor_new_methods[];

}  // namespace flambeau::python
