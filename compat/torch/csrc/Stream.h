// Mirrors <torch/csrc/Stream.h> of PyTorch 2.13.
#pragma once

#include <c10/core/Stream.h>
#include <torch/csrc/Export.h>
#include <torch/csrc/python_headers.h>

struct TORCH_PYTHON_API THPStream {
  PyObject_HEAD int64_t stream_id;
  int64_t device_type;
  int64_t device_index;
  PyObject* context;
  PyObject* weakreflist;
};

extern TORCH_PYTHON_API PyTypeObject* THPStreamClass;

TORCH_PYTHON_API void THPStream_init(PyObject* module);
TORCH_PYTHON_API void THPStream_dealloc_common(THPStream* self);

inline bool THPStream_Check(PyObject* obj) {
  return THPStreamClass && PyObject_IsInstance(obj, reinterpret_cast<PyObject*>(THPStreamClass));
}

TORCH_PYTHON_API PyObject* THPStream_Wrap(const c10::Stream& stream);
