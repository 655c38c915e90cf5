#include "pyshim/csrc/overrides.h"

#include <ATen/PythonTorchFunctionTLS.h>
#include <c10/core/SafePyObject.h>
#include <c10/core/impl/TorchDispatchModeTLS.h>

#include "pyshim/csrc/interpreter.h"
#include "pyshim/csrc/tensor_argument.h"
#include "pyshim/csrc/values.h"

namespace flambeau::python {

namespace {

using TLS = at::impl::PythonTorchFunctionTLS;
using State = at::impl::TorchFunctionDisabledState;

PyObject* spaces[8];
PyObject* disabled_impl;                // _disabled_torch_function_impl
PyObject* disabled_dispatch_impl;       // _disabled_torch_dispatch_impl
PyObject *function_key, *dispatch_key;  // interned "__torch_function__", "__torch_dispatch__"
int modes_in_use = 0;                   // of all threads together: almost always 0, then nobody need look further

std::shared_ptr<c10::SafePyObject> keep(PyObject* object) {
  return std::make_shared<c10::SafePyObject>(Py_NewRef(object), getPyInterpreter());
}

const char* space_name(Space space) {
  static constexpr const char* kNames[] = {"torch.nn.functional", "torch.linalg", "torch.fft", "torch.special",
                                           "torch.sparse",        "torch.nested", "torch",     "torch.Tensor"};
  return kNames[static_cast<int>(space)];
}

Object tuple_of_arguments(PyObject* self, Args args) {
  Py_ssize_t first = self ? 1 : 0;
  Object tuple = checked(PyTuple_New(args.count + first));
  if (self) PyTuple_SET_ITEM(tuple.get(), 0, Py_NewRef(self));
  for (Py_ssize_t i = 0; i < args.count; ++i) PyTuple_SET_ITEM(tuple.get(), i + first, Py_NewRef(args.items[i]));
  return tuple;
}
Object dict_of_arguments(Args args) {
  Object dict = checked(PyDict_New());
  for (Py_ssize_t i = 0; i < args.named(); ++i) {
    checked(PyDict_SetItem(dict, PyTuple_GET_ITEM(args.names, i), args.items[args.count + i]));
  }
  return dict;
}

/// While one lives the innermost mode is off the stack.
class ModeOff {
 public:
  ModeOff() : mode_(TLS::pop_stack()) {}
  ~ModeOff() { TLS::push_onto_stack(mode_); }
  PyObject* object() const { return mode_->ptr(getPyInterpreter()); }

 private:
  std::shared_ptr<c10::SafePyObject> mode_;
};

PyObject* run_overrides(const Overloads& overloads, PyObject* function, PyObject* args, PyObject* kwargs,
                        const std::string& full_name) {
  Object types = checked(PyTuple_New(static_cast<Py_ssize_t>(overloads.items().size())));
  for (size_t i = 0; i < overloads.items().size(); ++i) {
    PyTuple_SET_ITEM(types.get(), i, Py_NewRef(reinterpret_cast<PyObject*>(Py_TYPE(overloads.items()[i]))));
  }
  if (torch_function_mode_active()) {
    ModeOff off;
    Object result = call(attr(off.object(), "__torch_function__"), function, types.get(), args, kwargs);
    if (result.get() != Py_NotImplemented) return result.release();
  }
  for (PyObject* each : overloads.items()) {
    Object result = call(attr(each, "__torch_function__"), function, types.get(), args, kwargs);
    if (result.get() != Py_NotImplemented) return result.release();
  }
  std::string message = "no implementation found for '" + full_name + "' on types that implement __torch_function__: [";
  for (size_t i = 0; i < overloads.items().size(); ++i) {
    Object shown = checked(PyObject_Str(PyTuple_GET_ITEM(types.get(), i)));
    message += (i ? ", " : "") + std::string(text_of(shown));
  }
  raise(PyExc_TypeError, message + "]");
}

bool subclasses_off() { return TLS::get_disabled_state() != State::ENABLED; }

}  // namespace

void set_space_object(Space space, PyObject* object) { spaces[static_cast<int>(space)] = object; }

bool torch_function_mode_active() {
  return modes_in_use > 0 && TLS::get_disabled_state() != State::ALL_DISABLED && TLS::stack_len() > 0;
}

bool has_torch_function(PyObject* object) {
  PyObject* found = _PyType_Lookup(Py_TYPE(object), function_key);
  return found && found != disabled_impl && !subclasses_off();
}

bool has_torch_dispatch(PyTypeObject* type) {
  PyObject* found = _PyType_Lookup(type, dispatch_key);
  return found && found != disabled_dispatch_impl && type != &TensorBaseType;
}

PyObject* torch_function(const Overloads& overloads, PyObject* self, const char* name, Args args, Space space) {
  if (overloads.empty() && !torch_function_mode_active()) return nullptr;
  PyObject* holder = space == Space::tensor ? THPVariableClass : spaces[static_cast<int>(space)];
  Object function = attr(holder, name);
  return run_overrides(overloads, function, tuple_of_arguments(self, args), dict_of_arguments(args),
                       std::string(space_name(space)) + "." + name);
}

PyObject* overridden_property(PyObject* self, const char* name, PyObject* value) {
  if (!needs_override(self)) [[likely]]
    return nullptr;
  Overloads overloads;
  if (!is_exact_tensor(self) && has_torch_function(self)) overloads.add(self);
  Object property = attr(THPVariableClass, name);
  Object accessor = attr(property, value ? "__set__" : "__get__");
  PyObject* items[] = {self, value};
  return run_overrides(overloads, accessor, tuple_of_arguments(nullptr, {items, value ? 2 : 1, nullptr}),
                       checked(PyDict_New()), std::string("torch.Tensor.") + name + (value ? ".__set__" : ".__get__"));
}

// ---- Functions of _C
// ----------------------------------------------------------------------------------------------------

namespace {

/// `DisableTorchFunctionSubclass`, `DisableTorchFunction`, `_EnableTorchFunction`: context managers over the thread's
/// state.
struct Guard {
  PyObject_HEAD State before;
};
template <State inside>
PyObject* guard_enter(PyObject* self, PyObject*) {
  reinterpret_cast<Guard*>(self)->before = TLS::get_disabled_state();
  if (inside != State::SUBCLASSES_DISABLED || TLS::get_disabled_state() != State::ALL_DISABLED)
    TLS::set_disabled_state(inside);
  Py_RETURN_NONE;
}
PyObject* guard_exit(PyObject* self, PyObject*) {
  TLS::set_disabled_state(reinterpret_cast<Guard*>(self)->before);
  Py_RETURN_NONE;
}
template <State inside>
void add_guard(PyObject* module, const char* name, const char* full_name) {
  static PyMethodDef methods[] = {
      {"__enter__", &guard_enter<inside>, METH_NOARGS, nullptr}, {"__exit__", &guard_exit, METH_VARARGS, nullptr}, {}};
  static PyTypeObject type = {};
  type.tp_name = full_name;
  type.tp_basicsize = sizeof(Guard);
  type.tp_flags = Py_TPFLAGS_DEFAULT;
  type.tp_methods = methods;
  type.tp_new = PyType_GenericNew;
  checked(PyType_Ready(&type));
  add_object(module, name, Py_NewRef(reinterpret_cast<PyObject*>(&type)));
}

PyObject* is_enabled(PyObject*, PyObject*) { return from_bool(TLS::get_disabled_state() == State::ENABLED); }
PyObject* is_all_disabled(PyObject*, PyObject*) { return from_bool(TLS::get_disabled_state() == State::ALL_DISABLED); }
PyObject* is_mode_enabled(PyObject*, PyObject*) { return from_bool(torch_function_mode_active()); }

/// What a class gets as __torch_function__ to opt out: runs the function without looking at subclasses.
PyObject* disabled_function(PyObject*, PyObject* args) {
  return guarded([&] {
    PyObject *function, *types, *arguments = nullptr, *kwargs = nullptr;
    if (!PyArg_ParseTuple(args, "OO|OO", &function, &types, &arguments, &kwargs)) raise();
    kwargs = keywords_argument(kwargs, "_disabled_torch_function_impl");
    Object tuple = arguments ? checked(PySequence_Tuple(arguments)) : checked(PyTuple_New(0));
    State before = TLS::get_disabled_state();
    TLS::set_disabled_state(before == State::ALL_DISABLED ? before : State::SUBCLASSES_DISABLED);
    PyObject* result = PyObject_Call(function, tuple, kwargs);
    TLS::set_disabled_state(before);
    return result;
  });
}
PyObject* disabled_dispatch(PyObject*, PyObject* args) {
  return guarded([&] {
    PyObject *function, *types, *arguments = nullptr, *kwargs = nullptr;
    if (!PyArg_ParseTuple(args, "OO|OO", &function, &types, &arguments, &kwargs)) raise();
    c10::impl::ExcludeDispatchKeyGuard guard(
        c10::DispatchKeySet({c10::DispatchKey::Python, c10::DispatchKey::PythonTLSSnapshot}));
    Object tuple = arguments ? checked(PySequence_Tuple(arguments)) : checked(PyTuple_New(0));
    return PyObject_Call(function, tuple, keywords_argument(kwargs, "_disabled_torch_dispatch_impl"));
  });
}

bool any_has(PyObject* const* items, Py_ssize_t count) {
  if (torch_function_mode_active()) return true;
  for (Py_ssize_t i = 0; i < count; ++i) {
    if (!is_exact_tensor(items[i]) && has_torch_function(items[i])) return true;
  }
  return false;
}
PyObject* has_any(PyObject*, PyObject* sequence) {
  return guarded([&] {
    Object fast = checked(PySequence_Fast(sequence, "expected a sequence"));
    return from_bool(any_has(PySequence_Fast_ITEMS(fast.get()), PySequence_Fast_GET_SIZE(fast.get())));
  });
}
PyObject* has_unary(PyObject*, PyObject* object) { return from_bool(any_has(&object, 1)); }
PyObject* has_variadic(PyObject*, PyObject* const* items, Py_ssize_t count) { return from_bool(any_has(items, count)); }

PyObject* push(PyObject*, PyObject* mode) {
  if (mode != Py_None) {
    TLS::push_onto_stack(keep(mode));
    ++modes_in_use;
  }
  Py_RETURN_NONE;
}
PyObject* pop(PyObject*, PyObject*) {
  return guarded([&] {
    auto mode = TLS::pop_stack();
    --modes_in_use;
    return Py_NewRef(mode->ptr(getPyInterpreter()));
  });
}
PyObject* length(PyObject*, PyObject*) { return PyLong_FromLongLong(TLS::stack_len()); }
PyObject* at_index(PyObject*, PyObject* index) {
  return guarded([&] { return Py_NewRef(TLS::get_stack_at(to_int64(index))->ptr(getPyInterpreter())); });
}

using DispatchTLS = c10::impl::TorchDispatchModeTLS;
PyObject* push_dispatch(PyObject*, PyObject* mode) {
  return guarded([&]() -> PyObject* {
    if (mode != Py_None) {
      DispatchTLS::push_non_infra_mode_onto_stack(
          std::make_shared<c10::impl::PyObject_TorchDispatchMode>(Py_NewRef(mode), getPyInterpreter()));
    }
    Py_RETURN_NONE;
  });
}
PyObject* pop_dispatch(PyObject*, PyObject*) {
  return guarded([&] { return Py_NewRef(DispatchTLS::pop_stack()->ptr(getPyInterpreter())); });
}
PyObject* dispatch_length(PyObject*, PyObject*) { return PyLong_FromLongLong(DispatchTLS::stack_len()); }
PyObject* dispatch_at(PyObject*, PyObject* index) {
  return guarded([&] { return Py_NewRef(DispatchTLS::get_stack_at(to_int64(index))->ptr(getPyInterpreter())); });
}

PyMethodDef functions[] = {
    {"_is_torch_function_enabled", &is_enabled, METH_NOARGS, nullptr},
    {"_is_torch_function_all_disabled", &is_all_disabled, METH_NOARGS, nullptr},
    {"_is_torch_function_mode_enabled", &is_mode_enabled, METH_NOARGS, nullptr},
    {"_disabled_torch_function_impl", &disabled_function, METH_VARARGS, nullptr},
    {"_disabled_torch_dispatch_impl", &disabled_dispatch, METH_VARARGS, nullptr},
    {"_has_torch_function", &has_any, METH_O, nullptr},
    {"_has_torch_function_unary", &has_unary, METH_O, nullptr},
    {"_has_torch_function_variadic", c_function(&has_variadic), METH_FASTCALL, nullptr},
    {"_push_on_torch_function_stack", &push, METH_O, nullptr},
    {"_pop_torch_function_stack", &pop, METH_NOARGS, nullptr},
    {"_len_torch_function_stack", &length, METH_NOARGS, nullptr},
    {"_get_function_stack_at", &at_index, METH_O, nullptr},
    {"_push_on_torch_dispatch_stack", &push_dispatch, METH_O, nullptr},
    {"_pop_torch_dispatch_stack", &pop_dispatch, METH_VARARGS, nullptr},
    {"_len_torch_dispatch_stack", &dispatch_length, METH_NOARGS, nullptr},
    {"_get_dispatch_stack_at", &dispatch_at, METH_O, nullptr},
    {},
};

}  // namespace

void init_overrides(PyObject* module) {
  function_key = PyUnicode_InternFromString("__torch_function__");
  dispatch_key = PyUnicode_InternFromString("__torch_dispatch__");
  add_functions(module, functions);
  disabled_impl = attr(module, "_disabled_torch_function_impl").release();
  disabled_dispatch_impl = attr(module, "_disabled_torch_dispatch_impl").release();
  add_guard<State::SUBCLASSES_DISABLED>(module, "DisableTorchFunctionSubclass",
                                        "torch._C.DisableTorchFunctionSubclass");
  add_guard<State::ALL_DISABLED>(module, "DisableTorchFunction", "torch._C.DisableTorchFunction");
  add_guard<State::ENABLED>(module, "_EnableTorchFunction", "torch._C._EnableTorchFunction");
}

}  // namespace flambeau::python
