// Schemas of operators as Python objects, and their tags.
#pragma once

#include <ATen/core/enum_tag.h>
#include <ATen/core/function_schema.h>

#include <vector>

#include "pyshim/csrc/python.h"

namespace flambeau::python {

PyObject* wrap_schema(const c10::FunctionSchema& schema);

/// A list of torch.Tag.
PyObject* from_tags(c10::ArrayRef<at::Tag> tags);
/// From any iterable of torch.Tag.
std::vector<at::Tag> to_tags(PyObject* tags);

/// FunctionSchema and Tag.
void init_schema(PyObject* module);

}  // namespace flambeau::python
