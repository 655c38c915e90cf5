// Small immutable types: dtype, layout, memory_format, qscheme; Device, Size, Generator, Stream, finfo and iinfo.
#pragma once

#include <torch/csrc/Device.h>
#include <torch/csrc/Dtype.h>
#include <torch/csrc/Generator.h>
#include <torch/csrc/Layout.h>
#include <torch/csrc/MemoryFormat.h>
#include <torch/csrc/QScheme.h>
#include <torch/csrc/Size.h>
#include <torch/csrc/Stream.h>
#include <torch/csrc/TypeInfo.h>

#include "pyshim/csrc/python.h"

namespace flambeau::python {

/// A static type with nothing but a name and a size yet.
constexpr PyTypeObject plain_type(const char* name, Py_ssize_t size) {
  PyTypeObject type{};
  type.ob_base.ob_base.ob_refcnt = 1;
  type.tp_name = name;
  type.tp_basicsize = size;
  type.tp_flags = Py_TPFLAGS_DEFAULT;
  return type;
}

void init_types(PyObject* module);
/// float32, strided, preserve_format, ... as attributes of a module.
void add_named_values(PyObject* module);
PyObject* all_dtypes();

void init_device(PyObject* module);
void init_size(PyObject* module);
void init_generator(PyObject* module);
void init_stream(PyObject* module);
void init_type_info(PyObject* module);

}  // namespace flambeau::python
