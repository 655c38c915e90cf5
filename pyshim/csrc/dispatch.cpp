#include "pyshim/csrc/dispatch.h"

#include <ATen/core/dispatch/Dispatcher.h>
#include <c10/core/impl/TorchDispatchModeTLS.h>
#include <torch/library.h>

#include <algorithm>
#include <cstring>
#include <map>

#include "pyshim/csrc/hooks.h"
#include "pyshim/csrc/interpreter.h"
#include "pyshim/csrc/ivalue.h"
#include "pyshim/csrc/overrides.h"
#include "pyshim/csrc/parse.h"
#include "pyshim/csrc/tensor.h"
#include "pyshim/csrc/types.h"
#include "pyshim/csrc/values.h"

namespace flambeau::python {

namespace {

using c10::Dispatcher;
using c10::DispatchKey;
using c10::DispatchKeySet;
using c10::FunctionSchema;
using c10::OperatorHandle;

// ---- Schemas as Python objects
// ---------------------------------------------------------------------------------------

struct SchemaObject {
  PyObject_HEAD FunctionSchema* schema;
};
constinit PyTypeObject SchemaType = plain_type("torch._C.FunctionSchema", sizeof(SchemaObject));

const FunctionSchema& schema_of(PyObject* self) { return *reinterpret_cast<SchemaObject*>(self)->schema; }

PyObject* wrap_schema(const FunctionSchema& schema) {
  PyObject* self = checked(SchemaType.tp_alloc(&SchemaType, 0)).release();
  reinterpret_cast<SchemaObject*>(self)->schema = new FunctionSchema(schema);
  return self;
}
void destroy_schema(PyObject* self) {
  delete reinterpret_cast<SchemaObject*>(self)->schema;
  Py_TYPE(self)->tp_free(self);
}
PyObject* schema_text(PyObject* self) {
  return guarded([&] { return text(c10::str(schema_of(self))).release(); });
}
PyObject* schema_name(PyObject* self, void*) { return text(schema_of(self).name()).release(); }
PyObject* schema_overload(PyObject* self, void*) { return text(schema_of(self).overload_name()).release(); }
PyObject* schema_mutable(PyObject* self, void*) { return from_bool(schema_of(self).is_mutable()); }

/// Arguments as plain objects with the attributes that programs read.
PyObject* arguments_of(const std::vector<c10::Argument>& arguments) {
  Object make = attr(import("types"), "SimpleNamespace");
  Object list = checked(PyList_New(0));
  for (const c10::Argument& a : arguments) {
    Object fields = checked(PyDict_New());
    auto set = [&](const char* name, PyObject* owned) { checked(PyDict_SetItemString(fields, name, checked(owned))); };
    set("name", text(a.name()).release());
    set("type", text(a.type()->annotation_str()).release());
    set("real_type", text(a.type()->annotation_str()).release());
    set("N", a.N() ? PyLong_FromLong(*a.N()) : Py_NewRef(Py_None));
    set("default_value", a.default_value() ? from_ivalue(*a.default_value()) : Py_NewRef(Py_None));
    set("kwarg_only", from_bool(a.kwarg_only()));
    set("is_out", from_bool(a.is_out()));
    set("is_write", from_bool(a.alias_info() && a.alias_info()->isWrite()));
    checked(PyList_Append(list, checked(PyObject_Call(make, checked(PyTuple_New(0)), fields))));
  }
  return list.release();
}
PyObject* schema_arguments(PyObject* self, void*) {
  return guarded([&] { return arguments_of(schema_of(self).arguments()); });
}
PyObject* schema_returns(PyObject* self, void*) {
  return guarded([&] { return arguments_of(schema_of(self).returns()); });
}
PyObject* compare_schema(PyObject* a, PyObject* b, int op) {
  if (Py_TYPE(b) != &SchemaType || (op != Py_EQ && op != Py_NE)) Py_RETURN_NOTIMPLEMENTED;
  return from_bool((schema_of(a) == schema_of(b)) == (op == Py_EQ));
}
Py_hash_t hash_schema(PyObject* self) {
  return static_cast<Py_hash_t>(
      std::hash<std::string>{}(schema_of(self).name() + "." + schema_of(self).overload_name()) >> 1);
}
PyGetSetDef schema_properties[] = {
    {"name", &schema_name, nullptr, nullptr, nullptr},
    {"overload_name", &schema_overload, nullptr, nullptr, nullptr},
    {"arguments", &schema_arguments, nullptr, nullptr, nullptr},
    {"returns", &schema_returns, nullptr, nullptr, nullptr},
    {"is_mutable", &schema_mutable, nullptr, nullptr, nullptr},
    {},
};

// ---- Calls through the dispatcher
// ------------------------------------------------------------------------------------

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
      } catch (python_error&) {
        if (overloads.size() == 1) throw;
        PyErr_Clear();
        reasons += "\n  " + c10::str(op.schema());
        continue;
      }
      {
        GilRelease gil;
        op.callBoxed(stack);
      }
      return from_stack(stack);
    }
    raise(PyExc_RuntimeError,
          "No overload of '" + overloads[0].operator_name().name + "' matches the given arguments. Tried:" + reasons);
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
    return Py_BuildValue("(OO[])", callable.get(), callable.get());
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

// ---- Tags
// ---------------------------------------------------------------------------------------------------------------

struct TagObject {
  PyObject_HEAD const char* name;
};
constinit PyTypeObject TagType = plain_type("torch.Tag", sizeof(TagObject));
PyObject* tag_repr(PyObject* self) {
  return PyUnicode_FromFormat("<Tag.%s>", reinterpret_cast<TagObject*>(self)->name);
}
PyObject* tag_name(PyObject* self, void*) { return PyUnicode_FromString(reinterpret_cast<TagObject*>(self)->name); }
PyGetSetDef tag_properties[] = {{"name", &tag_name, nullptr, nullptr, nullptr}, {}};
constexpr const char* kTags[] = {"core",
                                 "cudagraph_unsafe",
                                 "data_dependent_output",
                                 "dynamic_output_shape",
                                 "flexible_layout",
                                 "generated",
                                 "inplace",
                                 "inplace_view",
                                 "maybe_aliasing_or_mutating",
                                 "needs_contiguous_strides",
                                 "needs_exact_strides",
                                 "needs_fixed_stride_order",
                                 "nondeterministic_bitwise",
                                 "nondeterministic_seeded",
                                 "out",
                                 "pointwise",
                                 "pt2_compliant_tag",
                                 "reduction",
                                 "view_copy"};

void init_tags(PyObject* module) {
  TagType.tp_repr = TagType.tp_str = &tag_repr;
  TagType.tp_getset = tag_properties;
  checked(PyType_Ready(&TagType));
  for (const char* name : kTags) {
    Object tag = checked(TagType.tp_alloc(&TagType, 0));
    reinterpret_cast<TagObject*>(tag.get())->name = name;
    checked(PyDict_SetItemString(TagType.tp_dict, name, tag));
  }
  add_object(module, "Tag", Py_NewRef(reinterpret_cast<PyObject*>(&TagType)));
}

// ---- torch.library: operators and kernels written in Python
// ------------------------------------------------------------

struct LibraryObject {
  PyObject_HEAD torch::Library* library;
};
constinit PyTypeObject LibraryType = plain_type("torch._C._DispatchModule", sizeof(LibraryObject));

torch::Library& library_of(PyObject* self) { return *reinterpret_cast<LibraryObject*>(self)->library; }

/// Calls a Python function as a kernel.
class PythonKernel final : public c10::OperatorKernel {
 public:
  explicit PythonKernel(PyObject* function) : function_(Py_NewRef(function)) {}
  ~PythonKernel() override {
    if (!Py_IsInitialized()) return;
    GilAcquire gil;
    Py_DECREF(function_);
  }
  void operator()(const OperatorHandle& op, DispatchKeySet, torch::jit::Stack* stack) {
    in_python([&] {
      size_t count = op.schema().arguments().size();
      Object args = checked(PyTuple_New(static_cast<Py_ssize_t>(count)));
      auto first = stack->end() - static_cast<ptrdiff_t>(count);
      for (size_t i = 0; i < count; ++i) PyTuple_SET_ITEM(args.get(), i, from_ivalue(first[static_cast<ptrdiff_t>(i)]));
      stack->erase(first, stack->end());
      Object result = checked(PyObject_Call(function_, args, nullptr));
      push_results(op, result, *stack);
    });
  }

  static void push_results(const OperatorHandle& op, PyObject* result, torch::jit::Stack& stack) {
    auto& returns = op.schema().returns();
    if (returns.empty()) return;
    if (returns.size() == 1) {
      stack.push_back(to_ivalue(result, returns[0].type()));
      return;
    }
    TORCH_CHECK(PyTuple_Check(result) && PyTuple_GET_SIZE(result) == static_cast<Py_ssize_t>(returns.size()),
                "kernel of ", op.schema().name(), " must return a tuple of ", returns.size(), " values");
    for (size_t i = 0; i < returns.size(); ++i)
      stack.push_back(to_ivalue(PyTuple_GET_ITEM(result, i), returns[i].type()));
  }

 private:
  PyObject* function_;
};

PyObject* make_library(PyObject*, PyObject* args) {
  return guarded([&] {
    const char *kind, *name, *key = "", *file = "/dev/null";
    unsigned line = 0;
    if (!PyArg_ParseTuple(args, "ss|ssI", &kind, &name, &key, &file, &line)) raise();
    auto k = !std::strcmp(kind, "DEF")    ? torch::Library::DEF
             : !std::strcmp(kind, "IMPL") ? torch::Library::IMPL
                                          : torch::Library::FRAGMENT;
    std::optional<DispatchKey> dispatch;
    if (*key) dispatch = c10::parseDispatchKey(key);
    PyObject* self = checked(LibraryType.tp_alloc(&LibraryType, 0)).release();
    // Kept for ever: the dispatcher refers to the texts.
    reinterpret_cast<LibraryObject*>(self)->library =
        new torch::Library(k, name, dispatch, (new std::string(file))->c_str(), line);
    return self;
  });
}
PyObject* library_define(PyObject* self, PyObject* args, PyObject* kwargs) {
  return guarded([&] {
    static const char* names[] = {"schema", "alias", "tags", nullptr};
    const char *schema, *alias = "";
    PyObject* tags = nullptr;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "s|sO", const_cast<char**>(names), &schema, &alias, &tags)) raise();
    FunctionSchema parsed = torch::schema(schema);
    library_of(self).def(std::move(parsed));
    return text(std::string_view(schema).substr(0, std::string_view(schema).find('('))).release();
  });
}
PyObject* library_impl(PyObject* self, PyObject* args, PyObject* kwargs) {
  return guarded([&]() -> PyObject* {
    static const char* names[] = {"name", "dispatch", "func", "with_keyset", nullptr};
    const char *name, *key;
    PyObject* function;
    int with_keyset = 0;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "ssO|p", const_cast<char**>(names), &name, &key, &function,
                                     &with_keyset))
      raise();
    TORCH_CHECK_NOT_IMPLEMENTED(!with_keyset, "not implemented: torch.library.impl with_keyset=True");
    DispatchKey dispatch = *key ? c10::parseDispatchKey(key) : DispatchKey::CompositeImplicitAutograd;
    library_of(self).impl(
        name,
        torch::dispatch(dispatch, torch::CppFunction::makeFromBoxedFunctor(std::make_unique<PythonKernel>(function))));
    Py_RETURN_NONE;
  });
}
PyObject* library_reset(PyObject* self, PyObject*) {
  library_of(self).reset();
  Py_RETURN_NONE;
}
/// Its registrations end with it.
void destroy_library(PyObject* self) {
  delete reinterpret_cast<LibraryObject*>(self)->library;
  Py_TYPE(self)->tp_free(self);
}
PyObject* library_fallback(PyObject* self, PyObject* args, PyObject* kwargs) {
  return guarded([&]() -> PyObject* {
    static const char* names[] = {"dispatch", "func", "with_keyset", nullptr};
    const char* key;
    PyObject* function;
    int with_keyset = 0;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "sO|p", const_cast<char**>(names), &key, &function, &with_keyset))
      raise();
    TORCH_CHECK_NOT_IMPLEMENTED(!with_keyset, "not implemented: torch.library.fallback with_keyset=True");
    library_of(self).fallback(
        torch::dispatch(c10::parseDispatchKey(key),
                        torch::CppFunction::makeFromBoxedFunctor(std::make_unique<PythonKernel>(function))));
    Py_RETURN_NONE;
  });
}
PyMethodDef library_methods[] = {
    {"fallback", c_function(&library_fallback), METH_VARARGS | METH_KEYWORDS, nullptr},
    {"define", c_function(&library_define), METH_VARARGS | METH_KEYWORDS, nullptr},
    {"impl", c_function(&library_impl), METH_VARARGS | METH_KEYWORDS, nullptr},
    {"reset", &library_reset, METH_NOARGS, nullptr},
    {},
};

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
    {"_dispatch_library", &make_library, METH_VARARGS, nullptr},
    {},
};

}  // namespace

// ---- __torch_dispatch__
// ------------------------------------------------------------------------------------------------

namespace {

/// The function object that __torch_dispatch__ gets: torch.ops.<namespace>.<name>.<overload>.
Object function_for(const OperatorHandle& op) {
  static auto* known = new std::map<c10::OperatorName, PyObject*, decltype([](auto& a, auto& b) {
                                      return std::tie(a.name, a.overload_name) < std::tie(b.name, b.overload_name);
                                    })>();
  const c10::OperatorName& name = op.operator_name();
  PyObject*& function = (*known)[name];
  if (!function) {
    size_t colon = name.name.find("::");
    Object space = attr(package_attr("", "ops"), name.name.substr(0, colon).c_str());
    Object all = attr(space, name.name.substr(colon + 2).c_str());
    function = attr(all, name.overload_name.empty() ? "default" : name.overload_name.c_str()).release();
  }
  return Object::borrow(function);
}

struct ModeOff {
  std::shared_ptr<c10::impl::PyObject_TorchDispatchMode> mode = c10::impl::TorchDispatchModeTLS::pop_stack();
  ~ModeOff() { c10::impl::TorchDispatchModeTLS::push_non_infra_mode_onto_stack(mode); }
};

}  // namespace

void python_dispatch(const OperatorHandle& op, torch::jit::Stack* stack) {
  in_python([&] {
    size_t count = op.schema().arguments().size();
    auto first = stack->end() - static_cast<ptrdiff_t>(count);
    Object args = checked(PyTuple_New(static_cast<Py_ssize_t>(count))), kwargs = checked(PyDict_New());
    Overloads subclasses;
    auto look = [&](const c10::IValue& v) {
      if (!v.isTensor() || !v.toTensor().defined()) return;
      Object o(wrap(v.toTensor()));
      if (has_torch_dispatch(Py_TYPE(o.get()))) subclasses.add(o);
    };
    for (size_t i = 0; i < count; ++i) {
      const c10::IValue& v = first[static_cast<ptrdiff_t>(i)];
      look(v);
      if (v.isTensorList()) {
        for (const at::Tensor& t : v.toTensorVector()) look(t);
      }
      PyTuple_SET_ITEM(args.get(), i, from_ivalue(v));
    }
    Object types = checked(PyTuple_New(static_cast<Py_ssize_t>(subclasses.items().size())));
    for (size_t i = 0; i < subclasses.items().size(); ++i) {
      PyTuple_SET_ITEM(types.get(), i, Py_NewRef(reinterpret_cast<PyObject*>(Py_TYPE(subclasses.items()[i]))));
    }
    Object function = function_for(op), result;
    auto attempt = [&](PyObject* holder) {
      result = call(attr(holder, "__torch_dispatch__"), function.get(), types.get(), args.get(), kwargs.get());
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
    stack->erase(first, stack->end());
    PythonKernel::push_results(op, result, *stack);
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
  SchemaType.tp_dealloc = &destroy_schema;
  SchemaType.tp_str = SchemaType.tp_repr = &schema_text;
  SchemaType.tp_richcompare = &compare_schema;
  SchemaType.tp_hash = &hash_schema;
  SchemaType.tp_getset = schema_properties;
  checked(PyType_Ready(&SchemaType));
  add_object(module, "FunctionSchema", Py_NewRef(reinterpret_cast<PyObject*>(&SchemaType)));
  PacketType.tp_dealloc = &destroy_packet;
  PacketType.tp_call = &call_packet;
  checked(PyType_Ready(&PacketType));
  LibraryType.tp_dealloc = &destroy_library;
  LibraryType.tp_methods = library_methods;
  checked(PyType_Ready(&LibraryType));
  init_tags(module);
  add_object(module, "_DispatchModule", Py_NewRef(reinterpret_cast<PyObject*>(&LibraryType)));
  add_functions(module, functions);
}

}  // namespace flambeau::python
