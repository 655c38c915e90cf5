// Mirrors <torch/csrc/DynamicTypes.h> of PyTorch 2.13.
#pragma once

#include <c10/core/Layout.h>
#include <c10/core/ScalarType.h>
#include <torch/csrc/Export.h>
#include <torch/csrc/python_headers.h>

#include <tuple>

struct THPDtype;
struct THPLayout;

namespace c10 {
struct Storage;
}

namespace torch {

void registerDtypeObject(THPDtype* dtype, at::ScalarType scalarType);
void registerLayoutObject(THPLayout* thp_layout, at::Layout layout);

TORCH_PYTHON_API PyObject* createPyObject(const c10::Storage& storage);
TORCH_PYTHON_API c10::Storage createStorage(PyObject* obj);
TORCH_PYTHON_API std::tuple<c10::Storage, at::ScalarType, bool> createStorageGetType(PyObject* obj);
TORCH_PYTHON_API bool isStorage(PyObject* obj);
TORCH_PYTHON_API THPDtype* getTHPDtype(at::ScalarType scalarType);
TORCH_PYTHON_API THPLayout* getTHPLayout(at::Layout layout);

}  // namespace torch
