// Arguments of an operator's Python call: which signature matches, and PyTorch's words when none does.
#pragma once

#include <vector>

#include "pyshim/csrc/table.h"

namespace flambeau::python {

constexpr int kMaxParams = 24;

/// Arguments of a vectorcall: `count` positional ones, then those that `names` names.
struct Args {
  PyObject* const* items;
  Py_ssize_t count;
  PyObject* names;  ///< tuple or null
  Py_ssize_t named() const { return names ? PyTuple_GET_SIZE(names) : 0; }
};

/// Arguments that define __torch_function__, subclasses before their bases, each type once.
class Overloads {
 public:
  bool empty() const { return items_.empty(); }
  void add(PyObject* object);
  const std::vector<PyObject*>& items() const { return items_; }
  void clear() { items_.clear(); }

 private:
  std::vector<PyObject*> items_;
};

/// Fills `slots` (null: absent) from the first signature that the arguments fit; throws a TypeError that says why none
/// does.
const Signature& match(const Function& function, PyObject* self, Args args, PyObject** slots, Overloads& overloads);

/// A whole call: match, __torch_function__, run.
PyObject* call_function(const Function& function, PyObject* self, Args args);

/// Runs a hand-written function's __torch_function__ overrides if any argument has one; null if none has.
PyObject* torch_function(const Overloads& overloads, PyObject* self, const char* name, Args args, Space space);

/// Arguments as PyTorch's messages list them: "Tensor, int, out=str".
std::string describe_arguments(PyObject* self, Args args);

}  // namespace flambeau::python
