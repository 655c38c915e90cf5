#include "pyshim/csrc/dispatch.h"

#include <ATen/core/dispatch/Dispatcher.h>
#include <c10/core/impl/TorchDispatchModeTLS.h>

#include <algorithm>
#include <cstring>
#include <map>

#include "pyshim/csrc/hooks.h"
#include "pyshim/csrc/interpreter.h"
#include "pyshim/csrc/ivalue.h"
#include "pyshim/csrc/library.h"
#include "pyshim/csrc/overrides.h"
#include "pyshim/csrc/parse.h"
#include "pyshim/csrc/schema.h"
#include "pyshim/csrc/tensor.h"
#include "pyshim/csrc/types.h"
#include "pyshim/csrc/values.h"

namespace flambeau::python {

namespace {

using c10::Dispatcher;
using c10::DispatchKey;
using c10::DispatchKeySet;
using c10::OperatorHandle;

// Calls through the dispatcher.

/// "ns::name.overload" taken apart.
c10::OperatorName operator_name(std::string_view full) {
  size_t dot = full.find('.', full.find("::") == std::string_view::npos ? 0 : full.find("::"));
  return dot == std::string_view::npos
             ? c10::OperatorName(std::string(full), "")
             : c10::OperatorName(std::string(full.substr(0, dot)), std::string(full.substr(dot + 1)));
}

PyObject* call_boxed(const OperatorHandle& op, PyObject* args, PyObject* kwargs) {
  torch::jit::Stack stack = to_stack(op.schema(), args, kwargs);
  {
    GilRelease gil;
    op.callBoxed(stack);
  }
  return from_stack(stack);
}

/// Operators of one name, in the order of registration, the overload without a name first.
std::vector<OperatorHandle> overloads_of(const std::string& name) {
  std::vector<OperatorHandle> found;
  for (const c10::OperatorName& each : Dispatcher::singleton().getAllOpNames()) {
    if (each.name != name) continue;
    if (auto op = Dispatcher::singleton().findSchema(each)) found.push_back(*op);
  }
  // The plain overload first, forms with out= last.
  auto rank = [](const OperatorHandle& op) {
    const std::string& overload = op.operator_name().overload_name;
    return overload.empty() ? 0 : overload == "Tensor" ? 1 : overload == "out" ? 3 : overload.ends_with("out") ? 4 : 2;
  };
  std::stable_sort(found.begin(), found.end(), [&](auto& a, auto& b) {
    return std::pair(rank(a), a.operator_name().overload_name) < std::pair(rank(b), b.operator_name().overload_name);
  });
  return found;
}

/// Tensor subclasses among the arguments that want to see the call.
Object overridden_call(PyObject* function, PyObject* args, PyObject* kwargs) {
  Overloads overloads;
  auto look = [&](PyObject* o) {
    if (is_tensor(o) && !is_exact_tensor(o) && has_torch_function(o)) overloads.add(o);
  };
  for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(args); ++i) look(PyTuple_GET_ITEM(args, i));
  if (overloads.empty()) return {};
  Object types = checked(PyTuple_New(static_cast<Py_ssize_t>(overloads.items().size())));
  for (size_t i = 0; i < overloads.items().size(); ++i) {
    PyTuple_SET_ITEM(types.get(), i, Py_NewRef(reinterpret_cast<PyObject*>(Py_TYPE(overloads.items()[i]))));
  }
  Object empty = kwargs ? Object::borrow(kwargs) : checked(PyDict_New());
  for (PyObject* each : overloads.items()) {
    Object result = call(attr(each, "__torch_function__"), function, types.get(), args, empty.get());
    if (result.get() != Py_NotImplemented) return result;
  }
  raise(PyExc_TypeError, "no implementation found for an operator on types that implement __torch_function__");
}

/// The message of the pending Python error, which is no longer pending then.
std::string taken_message() {
  PyObject *type, *value, *traceback;
  PyErr_Fetch(&type, &value, &traceback);
  PyErr_NormalizeException(&type, &value, &traceback);
  const Object owned[] = {Object(type), Object(value), Object(traceback)};
  return std::string(text_of(checked(PyObject_Str(value))));
}

/// Overloads of a name as one callable: the first whose schema the arguments fit is called.
struct PacketObject {
  PyObject_HEAD vectorcallfunc vectorcall;
  std::vector<OperatorHandle>* overloads;
};
constinit PyTypeObject PacketType = plain_type("builtin_function_or_method", sizeof(PacketObject));

PyObject* call_packet(PyObject* self, PyObject* args, PyObject* kwargs) {
  return guarded([&]() -> PyObject* {
    auto& overloads = *reinterpret_cast<PacketObject*>(self)->overloads;
    if (Object result = overridden_call(self, args, kwargs)) return result.release();
    std::string reasons;
    for (const OperatorHandle& op : overloads) {
      torch::jit::Stack stack;
      try {
        stack = to_stack(op.schema(), args, kwargs);
      } catch (...) {
        translate_exception();
        if (overloads.size() == 1) raise();
        reasons += taken_message() + "\n\n";
        continue;
      }
      {
        GilRelease gil;
        op.callBoxed(stack);
      }
      return from_stack(stack);
    }
    raise(PyExc_RuntimeError, "Overloaded torch operator invoked from Python failed to match any schema:\n" + reasons);
  });
}
void destroy_packet(PyObject* self) {
  delete reinterpret_cast<PacketObject*>(self)->overloads;
  Py_TYPE(self)->tp_free(self);
}
PyObject* packet(std::vector<OperatorHandle> overloads) {
  PyObject* self = checked(PacketType.tp_alloc(&PacketType, 0)).release();
  reinterpret_cast<PacketObject*>(self)->overloads = new std::vector<OperatorHandle>(std::move(overloads));
  return self;
}

/// (callable, overload names), or (None, None) where there is no such operator.
PyObject* get_operation(PyObject*, PyObject* name) {
  return guarded([&]() -> PyObject* {
    std::vector<OperatorHandle> overloads = overloads_of(std::string(text_of(name)));
    if (overloads.empty()) return Py_BuildValue("(OO)", Py_None, Py_None);
    Object names = checked(PyList_New(0));
    for (auto& op : overloads) checked(PyList_Append(names, text(op.operator_name().overload_name)));
    Object callable(packet(std::move(overloads)));
    return Py_BuildValue("(OO)", callable.get(), names.get());
  });
}

std::optional<OperatorHandle> find(PyObject* args) {
  const char *name, *overload = "";
  if (!PyArg_ParseTuple(args, "s|s", &name, &overload)) raise();
  return Dispatcher::singleton().findSchema({name, overload});
}
/// (callable, callable, tags) of one overload; None where there is no such operator.
PyObject* get_overload(PyObject*, PyObject* args) {
  return guarded([&]() -> PyObject* {
    auto op = find(args);
    if (!op) Py_RETURN_NONE;
    Object callable(packet({*op}));
    Object tags(from_tags(op->getTags()));
    return Py_BuildValue("(OOO)", callable.get(), callable.get(), tags.get());
  });
}
PyObject* get_schema(PyObject*, PyObject* args) {
  return guarded([&] {
    auto op = find(args);
    if (!op) raise(PyExc_RuntimeError, "Found no matching schema");
    return wrap_schema(op->schema());
  });
}
PyObject* schemas_for(PyObject*, PyObject* name) {
  return guarded([&] {
    Object list = checked(PyList_New(0));
    for (auto& op : overloads_of(std::string(text_of(name))))
      checked(PyList_Append(list, Object(wrap_schema(op.schema()))));
    return list.release();
  });
}
/// _call_op("aten::add", "Tensor", args, kwargs)
PyObject* call_op(PyObject*, PyObject* args) {
  return guarded([&] {
    const char *name, *overload;
    PyObject *positional, *named = nullptr;
    if (!PyArg_ParseTuple(args, "ssO!|O", &name, &overload, &PyTuple_Type, &positional, &named)) raise();
    return call_boxed(Dispatcher::singleton().findSchemaOrThrow(name, overload), positional,
                      named == Py_None ? nullptr : named);
  });
}

PyObject* all_names(PyObject*, PyObject*) {
  return guarded([&] {
    Object list = checked(PyList_New(0));
    for (auto& name : Dispatcher::singleton().getAllOpNames()) checked(PyList_Append(list, text(c10::toString(name))));
    return list.release();
  });
}
PyObject* has_kernel(PyObject*, PyObject* name) {
  return guarded([&] { return from_bool(Dispatcher::singleton().findOp(operator_name(text_of(name))).has_value()); });
}
PyObject* has_kernel_for(PyObject*, PyObject* args) {
  return guarded([&] {
    const char *name, *key;
    if (!PyArg_ParseTuple(args, "ss", &name, &key)) raise();
    auto op = Dispatcher::singleton().findOp(operator_name(name));
    return from_bool(op && op->hasKernelForDispatchKey(c10::parseDispatchKey(key)));
  });
}
PyObject* has_computed_kernel_for(PyObject*, PyObject* args) {
  return guarded([&] {
    const char *name, *key;
    if (!PyArg_ParseTuple(args, "ss", &name, &key)) raise();
    auto op = Dispatcher::singleton().findOp(operator_name(name));
    return from_bool(op && op->hasComputedKernelForDispatchKey(c10::parseDispatchKey(key)));
  });
}
PyObject* schema_or_throw(PyObject*, PyObject* args) {
  return guarded([&] {
    const char *name, *overload;
    if (!PyArg_ParseTuple(args, "ss", &name, &overload)) raise();
    return wrap_schema(Dispatcher::singleton().findSchemaOrThrow(name, overload).schema());
  });
}

PyMethodDef functions[] = {
    {"_jit_get_operation", &get_operation, METH_O, nullptr},
    {"_get_operation_overload", &get_overload, METH_VARARGS, nullptr},
    {"_get_schema", &get_schema, METH_VARARGS, nullptr},
    {"_jit_get_schemas_for_operator", &schemas_for, METH_O, nullptr},
    {"_call_op", &call_op, METH_VARARGS, nullptr},
    {"_dispatch_get_all_op_names", &all_names, METH_NOARGS, nullptr},
    {"_dispatch_has_kernel", &has_kernel, METH_O, nullptr},
    {"_dispatch_has_kernel_for_dispatch_key", &has_kernel_for, METH_VARARGS, nullptr},
    {"_dispatch_has_computed_kernel_for_dispatch_key", &has_computed_kernel_for, METH_VARARGS, nullptr},
    {"_dispatch_find_schema_or_throw", &schema_or_throw, METH_VARARGS, nullptr},
    {},
};

}  // namespace

// __torch_dispatch__.

namespace {

/// The function object that __torch_dispatch__ gets: torch.ops.<namespace>.<name>.<overload>, which torch.ops keeps.
Object function_for(const OperatorHandle& op) {
  const c10::OperatorName& name = op.operator_name();
  const size_t colon = name.name.find("::");
  Object space = attr(package_attr("", "ops"), name.name.substr(0, colon).c_str());
  Object all = attr(space, name.name.substr(colon + 2).c_str());
  return attr(all, name.overload_name.empty() ? "default" : name.overload_name.c_str());
}

struct ModeOff {
  std::shared_ptr<c10::impl::PyObject_TorchDispatchMode> mode = c10::impl::TorchDispatchModeTLS::pop_stack();
  ~ModeOff() { c10::impl::TorchDispatchModeTLS::push_non_infra_mode_onto_stack(mode); }
};

}  // namespace

void python_dispatch(const OperatorHandle& op, torch::jit::Stack* stack) {
  in_python([&] {
    const size_t count = op.schema().arguments().size();
    const auto values = c10::ArrayRef<c10::IValue>(*stack).slice(stack->size() - count);
    Overloads subclasses;
    auto look = [&](const at::Tensor& t) {
      if (!t.defined()) return;
      Object o(wrap(t));
      if (has_torch_dispatch(Py_TYPE(o.get()))) subclasses.add(o);
    };
    for (const c10::IValue& v : values) {
      if (v.isTensor()) look(v.toTensor());
      if (!v.isList()) continue;
      for (const c10::IValue& item : v.toListRef()) {
        if (item.isTensor()) look(item.toTensor());
      }
    }
    const PythonCall made = python_call(op.schema(), values);
    Object types = checked(PyTuple_New(static_cast<Py_ssize_t>(subclasses.items().size())));
    for (size_t i = 0; i < subclasses.items().size(); ++i) {
      PyTuple_SET_ITEM(types.get(), i, Py_NewRef(reinterpret_cast<PyObject*>(Py_TYPE(subclasses.items()[i]))));
    }
    Object function = function_for(op), result;
    auto attempt = [&](PyObject* holder) {
      result =
          call(attr(holder, "__torch_dispatch__"), function.get(), types.get(), made.args.get(), made.kwargs.get());
      return result.get() != Py_NotImplemented;
    };
    bool done = false;
    if (c10::impl::TorchDispatchModeTLS::stack_len() > 0) {
      ModeOff off;
      done = attempt(off.mode->ptr(getPyInterpreter()));
    }
    for (PyObject* each : subclasses.items()) {
      if (done) break;
      done = attempt(each);
    }
    if (!done)
      raise(PyExc_TypeError, "Multiple dispatch failed for '" + op.schema().name() +
                                 "'; all __torch_dispatch__ handlers returned NotImplemented");
    stack->resize(stack->size() - count);
    push_results(op, result, *stack);
  });
}

c10::intrusive_ptr<c10::TensorImpl> python_detach(const c10::TensorImpl* self) {
  auto op = Dispatcher::singleton().findSchemaOrThrow("aten::detach", "");
  torch::jit::Stack stack{at::Tensor(
      c10::intrusive_ptr<c10::TensorImpl>::unsafe_reclaim_from_nonowning(const_cast<c10::TensorImpl*>(self)))};
  python_dispatch(op, &stack);
  return stack[0].toTensor().getIntrusivePtr();
}

void call_python_kernel(const OperatorHandle& op, DispatchKey key, DispatchKeySet, torch::jit::Stack*, bool, bool) {
  TORCH_CHECK_NOT_IMPLEMENTED(false, "not implemented: a kernel of ", op.schema().name(),
                              " registered in another interpreter for ", c10::toString(key));
}

void init_dispatch(PyObject* module) {
  init_schema(module);
  init_library(module);
  PacketType.tp_dealloc = &destroy_packet;
  PacketType.tp_call = &call_packet;
  checked(PyType_Ready(&PacketType));
  add_functions(module, functions);
}

}  // namespace flambeau::python
