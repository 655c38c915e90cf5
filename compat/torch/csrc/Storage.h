// Mirrors <torch/csrc/Storage.h> of PyTorch 2.13.
#pragma once

#include <c10/core/Storage.h>
#include <torch/csrc/Export.h>
#include <torch/csrc/python_headers.h>

#define THPStorageStr "torch.UntypedStorage"

struct THPStorage {
  PyObject_HEAD c10::Storage cdata;
};

TORCH_PYTHON_API PyObject* THPStorage_Wrap(c10::Storage storage);
TORCH_PYTHON_API PyObject* THPStorage_NewWithStorage(PyTypeObject* type, c10::Storage storage);
TORCH_PYTHON_API extern PyTypeObject* THPStorageClass;

inline bool THPStorage_CheckTypeExact(PyTypeObject* tp) { return tp == THPStorageClass; }
inline bool THPStorage_CheckExact(PyObject* obj) { return THPStorage_CheckTypeExact(Py_TYPE(obj)); }
inline bool THPStorage_Check(PyObject* obj) { return THPStorageClass && PyObject_TypeCheck(obj, THPStorageClass); }

bool THPStorage_init(PyObject* module);
void THPStorage_postInit(PyObject* module);
TORCH_PYTHON_API void THPStorage_assertNotNull(PyObject* obj);
TORCH_PYTHON_API extern PyTypeObject THPStorageType;

inline const c10::Storage& THPStorage_Unpack(THPStorage* storage) { return storage->cdata; }
inline const c10::Storage& THPStorage_Unpack(PyObject* obj) { return reinterpret_cast<THPStorage*>(obj)->cdata; }
