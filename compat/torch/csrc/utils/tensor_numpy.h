// Mirrors <torch/csrc/utils/tensor_numpy.h> of PyTorch 2.13: the bridge to numpy, which is loaded only when used.
#pragma once

#include <ATen/core/Tensor.h>
#include <torch/csrc/Export.h>
#include <torch/csrc/python_headers.h>

namespace torch::utils {

TORCH_PYTHON_API PyObject* tensor_to_numpy(const at::Tensor& tensor, bool force = false);
TORCH_PYTHON_API at::Tensor tensor_from_numpy(PyObject* obj, bool warn_if_not_writeable = true);
TORCH_PYTHON_API int aten_to_numpy_dtype(const at::ScalarType scalar_type);
TORCH_PYTHON_API at::ScalarType numpy_dtype_to_aten(int dtype);
TORCH_PYTHON_API bool is_numpy_available();
TORCH_PYTHON_API bool is_numpy_int(PyObject* obj);
TORCH_PYTHON_API bool is_numpy_bool(PyObject* obj);
TORCH_PYTHON_API bool is_numpy_scalar(PyObject* obj);

}  // namespace torch::utils
