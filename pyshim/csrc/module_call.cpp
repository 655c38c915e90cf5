// The call of an nn.Module: forward, at once, unless there are hooks. `_ModuleCalls` is the base class that brings it.
#include "pyshim/csrc/module_call.h"

#include <array>

#include "pyshim/csrc/types.h"

namespace flambeau::python {

namespace {

struct Names {
  std::array<PyObject*, 4> hooks;
  PyObject *forward, *call_impl, *getattribute, *used;
};
const Names& names() {
  static const Names all = [] {
    auto intern = [](const char* text) { return PyUnicode_InternFromString(text); };
    return Names{{intern("_forward_hooks"), intern("_forward_pre_hooks"), intern("_backward_hooks"),
                  intern("_backward_pre_hooks")},
                 intern("forward"),
                 intern("_call_impl"),
                 intern("__getattribute__"),
                 intern("used")};
  }();
  return all;
}

/// What `_call_impl` is unless a class overrides it; the dict of the module that knows of hooks for all modules.
struct Known {
  PyObject *call_impl, *global_hooks;
};
const Known& known() {
  static const Known all = [] {
    Object calls = attr(import((std::string(package_name()) + ".nn.modules._calls").c_str()), "Calls");
    Object hooks = import((std::string(package_name()) + ".nn.modules._global_hooks").c_str());
    return Known{attr(calls, "_call_impl").release(), Py_NewRef(PyModule_GetDict(hooks))};
  }();
  return all;
}

constexpr Py_ssize_t kFew = 8;  // arguments that need no tuple with self in front

bool is_empty(PyObject* dict, PyObject* name) {
  PyObject* table = PyDict_GetItemWithError(dict, name);
  return table && PyDict_Check(table) && PyDict_GET_SIZE(table) == 0;
}

/// Nobody listens to the call, and it means what it does in Module itself.
bool is_plain(PyTypeObject* type, PyObject* own) {
  for (PyObject* name : names().hooks) {
    if (!is_empty(own, name)) return false;
  }
  return PyDict_GetItemWithError(known().global_hooks, names().used) == Py_False &&
         _PyType_Lookup(type, names().call_impl) == known().call_impl;
}

/// The class's own forward, if looking it up in the object would find just that.
PyObject* forward_of(PyTypeObject* type, PyObject* own) {
  PyObject* forward = _PyType_Lookup(type, names().forward);
  const bool plain =
      forward && PyFunction_Check(forward) && !PyDict_GetItemWithError(own, names().forward) &&
      _PyType_Lookup(type, names().getattribute) == _PyType_Lookup(&PyBaseObject_Type, names().getattribute);
  return plain ? forward : nullptr;
}

PyObject* call_forward(PyObject* forward, PyObject* self, PyObject* args, PyObject* kwargs) {
  PyObject* few[kFew + 1] = {self};
  const Py_ssize_t count = PyTuple_GET_SIZE(args);
  for (Py_ssize_t i = 0; i < count; ++i) few[i + 1] = PyTuple_GET_ITEM(args, i);
  return PyObject_VectorcallDict(forward, few, static_cast<size_t>(count + 1), kwargs);
}

PyObject* call_module(PyObject* self, PyObject* args, PyObject* kwargs) {
  return guarded([&]() -> PyObject* {
    PyObject** own = _PyObject_GetDictPtr(self);
    if (!own || !*own || !is_plain(Py_TYPE(self), *own)) return PyObject_Call(attr(self, "_call_impl"), args, kwargs);
    PyObject* forward = forward_of(Py_TYPE(self), *own);
    if (forward && PyTuple_GET_SIZE(args) <= kFew) [[likely]]
      return call_forward(forward, self, args, kwargs);
    return PyObject_Call(attr(self, "forward"), args, kwargs);
  });
}

constinit PyTypeObject ModuleCallsType = plain_type("torch._C._ModuleCalls", sizeof(PyObject));

}  // namespace

void init_module_call(PyObject* module) {
  ModuleCallsType.tp_call = &call_module;
  ModuleCallsType.tp_new = PyBaseObject_Type.tp_new;
  ModuleCallsType.tp_flags |= Py_TPFLAGS_BASETYPE;
  checked(PyType_Ready(&ModuleCallsType));
  add_object(module, "_ModuleCalls", Py_NewRef(reinterpret_cast<PyObject*>(&ModuleCallsType)));
}

}  // namespace flambeau::python
