#include "pyshim/csrc/library.h"

#include <ATen/core/jit_type.h>
#include <torch/library.h>

#include <algorithm>
#include <cstring>

#include "pyshim/csrc/hooks.h"
#include "pyshim/csrc/interpreter.h"
#include "pyshim/csrc/ivalue.h"
#include "pyshim/csrc/schema.h"
#include "pyshim/csrc/types.h"
#include "pyshim/csrc/values.h"

namespace flambeau::python {

namespace {

using c10::DispatchKey;
using c10::DispatchKeySet;
using c10::FunctionSchema;
using c10::OperatorHandle;

/// As the type says: dtypes, layouts and memory formats travel as integers, numbers for a Tensor as tensors.
PyObject* argument_of(const c10::Argument& argument, const c10::IValue& value) {
  if (value.isTensor() && value.toTensor().defined() && value.toTensor().unsafeGetTensorImpl()->is_wrapped_number())
    return from_scalar(value.toTensor().item());
  if (value.isInt()) {
    c10::TypePtr type = argument.real_type();
    if (type->kind() == c10::TypeKind::OptionalType) type = type->expectRef<c10::OptionalType>().getElementType();
    switch (type->kind()) {
      case c10::TypeKind::ScalarTypeType:
        return from_dtype(static_cast<at::ScalarType>(value.toInt()));
      case c10::TypeKind::LayoutType:
        return from_layout(static_cast<at::Layout>(value.toInt()));
      case c10::TypeKind::MemoryFormatType:
        return from_memory_format(static_cast<at::MemoryFormat>(value.toInt()));
      default:
        break;
    }
  }
  return from_ivalue(value);
}

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
      const size_t count = op.schema().arguments().size();
      const PythonCall made = python_call(op.schema(), c10::ArrayRef<c10::IValue>(*stack).slice(stack->size() - count));
      stack->resize(stack->size() - count);
      push_results(op, checked(PyObject_Call(function_, made.args, made.kwargs)), *stack);
    });
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
    const auto aliases =
        std::strcmp(alias, "CONSERVATIVE") ? c10::AliasAnalysisKind::FROM_SCHEMA : c10::AliasAnalysisKind::CONSERVATIVE;
    FunctionSchema parsed = *alias ? torch::schema(schema, aliases) : torch::schema(schema);
    const std::vector<at::Tag> known = tags ? to_tags(tags) : std::vector<at::Tag>();
    library_of(self).def(std::move(parsed), known);
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
    {"_dispatch_library", &make_library, METH_VARARGS, nullptr},
    {},
};

}  // namespace

PythonCall python_call(const FunctionSchema& schema, c10::ArrayRef<c10::IValue> values) {
  const auto& arguments = schema.arguments();
  const auto has_default = [&](size_t i) {
    const auto& otherwise = arguments[i].default_value();
    return otherwise && *otherwise == values[i];
  };
  const auto keyword = std::find_if(arguments.begin(), arguments.end(), [](const auto& a) { return a.kwarg_only(); });
  const auto positional = static_cast<size_t>(keyword - arguments.begin());
  size_t given = positional;
  while (given > 0 && has_default(given - 1)) --given;
  PythonCall made{checked(PyTuple_New(static_cast<Py_ssize_t>(given))), checked(PyDict_New())};
  for (size_t i = 0; i < given; ++i)
    PyTuple_SET_ITEM(made.args.get(), i, checked(argument_of(arguments[i], values[i])).release());
  for (size_t i = positional; i < arguments.size(); ++i) {
    if (has_default(i)) continue;
    const Object value = checked(argument_of(arguments[i], values[i]));
    checked(PyDict_SetItemString(made.kwargs, arguments[i].name().c_str(), value));
  }
  return made;
}

void push_results(const OperatorHandle& op, PyObject* result, torch::jit::Stack& stack) {
  const auto& returns = op.schema().returns();
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

void init_library(PyObject* module) {
  LibraryType.tp_dealloc = &destroy_library;
  LibraryType.tp_methods = library_methods;
  checked(PyType_Ready(&LibraryType));
  add_object(module, "_DispatchModule", Py_NewRef(reinterpret_cast<PyObject*>(&LibraryType)));
  add_functions(module, functions);
}

}  // namespace flambeau::python
