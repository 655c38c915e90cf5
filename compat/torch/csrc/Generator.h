// Mirrors <torch/csrc/Generator.h> of PyTorch 2.13.
#pragma once

#include <ATen/core/Generator.h>
#include <torch/csrc/Export.h>
#include <torch/csrc/python_headers.h>

struct THPGenerator {
  PyObject_HEAD at::Generator cdata;
  PyObject* weakreflist;
};

TORCH_PYTHON_API PyObject* THPGenerator_initDefaultGenerator(const at::Generator& cdata);

#define THPGenerator_Check(obj) PyObject_IsInstance(obj, THPGeneratorClass)

TORCH_PYTHON_API extern PyObject* THPGeneratorClass;

bool THPGenerator_init(PyObject* module);
TORCH_PYTHON_API PyObject* THPGenerator_Wrap(const at::Generator& gen);
TORCH_PYTHON_API at::Generator THPGenerator_Unwrap(PyObject* state);
PyObject* THPGenerator_NewWithVar(PyTypeObject* type, at::Generator gen);
