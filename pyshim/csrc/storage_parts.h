// What storage.cpp, storage_files.cpp and storage_sharing.cpp share.
#pragma once

#include <torch/csrc/Storage.h>

#include <span>

#include "pyshim/csrc/python.h"

namespace flambeau::python {

inline const c10::Storage& storage_of(PyObject* self) { return THPStorage_Unpack(self); }
/// Resizable, in this machine's memory unless an allocator is given.
c10::Storage allocate_storage(size_t bytes, c10::Allocator* allocator = nullptr);
uint8_t* bytes_of(const c10::Storage& storage);

constexpr int kWithKeywords = METH_VARARGS | METH_KEYWORDS;
std::span<const PyMethodDef> storage_file_methods();
std::span<const PyMethodDef> storage_sharing_methods();

}  // namespace flambeau::python
