// __torch_function__ and __torch_dispatch__: who has one, modes, switching off.
#pragma once

#include "pyshim/csrc/parse.h"
#include "pyshim/csrc/tensor.h"

namespace flambeau::python {

/// The object whose attribute `name` is the function that overrides see: Tensor, _VariableFunctions, _nn, ...
void set_space_object(Space space, PyObject* object);
bool has_torch_dispatch(PyTypeObject* type);
void init_overrides(PyObject* module);

inline bool needs_override(PyObject* self) {
  return (!is_exact_tensor(self) && has_torch_function(self)) || torch_function_mode_active();
}

/// For a hand-written method: its override's result, or null when there is none.
inline PyObject* overridden(PyObject* self, const char* name, Args args) {
  if (!needs_override(self)) [[likely]]
    return nullptr;
  Overloads overloads;
  if (!is_exact_tensor(self) && has_torch_function(self)) overloads.add(self);
  return torch_function(overloads, self, name, args, Space::tensor);
}
/// Likewise for a property: Tensor.<name>.__get__, or __set__ with the value.
PyObject* overridden_property(PyObject* self, const char* name, PyObject* value = nullptr);

}  // namespace flambeau::python
