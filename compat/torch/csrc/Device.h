// Mirrors <torch/csrc/Device.h> of PyTorch 2.13.
#pragma once

#include <c10/core/Device.h>
#include <torch/csrc/Export.h>
#include <torch/csrc/python_headers.h>

struct TORCH_PYTHON_API THPDevice {
  PyObject_HEAD c10::Device device;
};

TORCH_PYTHON_API extern PyTypeObject THPDeviceType;

inline bool THPDevice_Check(PyObject* obj) { return Py_TYPE(obj) == &THPDeviceType; }

TORCH_PYTHON_API PyObject* THPDevice_New(const c10::Device& device);
TORCH_PYTHON_API void THPDevice_init(PyObject* module);
