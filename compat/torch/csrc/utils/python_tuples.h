// Mirrors <torch/csrc/utils/python_tuples.h> of PyTorch 2.13.
#pragma once

#include <torch/csrc/Exceptions.h>
#include <torch/csrc/python_headers.h>
#include <torch/csrc/utils/object_ptr.h>
#include <torch/csrc/utils/python_numbers.h>

inline void THPUtils_packInt64Array(PyObject* tuple, size_t size, const int64_t* sizes) {
  for (size_t i = 0; i != size; ++i) {
    PyObject* item = THPUtils_packInt64(sizes[i]);
    if (item == nullptr) throw python_error();
    PyTuple_SET_ITEM(tuple, static_cast<Py_ssize_t>(i), item);
  }
}

inline PyObject* THPUtils_packInt64Array(size_t size, const int64_t* sizes) {
  THPObjectPtr tuple(PyTuple_New(static_cast<Py_ssize_t>(size)));
  if (!tuple) throw python_error();
  THPUtils_packInt64Array(tuple.get(), size, sizes);
  return tuple.release();
}
