// The call of an nn.Module: forward, at once, unless there are hooks; and its attributes that lie in tables.
#include "pyshim/csrc/module_call.h"

#include <ATen/ops/linear.h>

#include <array>

#include "pyshim/csrc/thunk.h"

namespace flambeau::python {

namespace {

struct Names {
  std::array<PyObject*, 4> hooks;
  std::array<PyObject*, 3> tables;
  PyObject *forward, *call_impl, *getattr, *getattribute, *used, *weight, *bias, *linear;
};
const Names& names() {
  static const Names all = [] {
    auto intern = [](const char* text) { return PyUnicode_InternFromString(text); };
    return Names{{intern("_forward_hooks"), intern("_forward_pre_hooks"), intern("_backward_hooks"),
                  intern("_backward_pre_hooks")},
                 {intern("_parameters"), intern("_buffers"), intern("_modules")},
                 intern("forward"),
                 intern("_call_impl"),
                 intern("__getattr__"),
                 intern("__getattribute__"),
                 intern("used"),
                 intern("weight"),
                 intern("bias"),
                 intern("linear")};
  }();
  return all;
}

/// What these are unless a class overrides them; the dict of the module that knows of hooks for all modules.
struct Known {
  PyObject *call_impl, *getattr, *global_hooks;
  getattrofunc slot;  ///< what CPython gives a class that defines __getattr__
};
const Known& known() {
  // Guarded by the interpreter's lock, not by a static's: looking things up may give it up, and a second thread would
  // wait for the static while it holds the lock.
  static const Known* all = nullptr;
  if (all) return *all;
  const std::string modules = std::string(package_name()) + ".nn.modules.";
  Object module = attr(import((modules + "module").c_str()), "Module");
  Object hooks = import((modules + "_global_hooks").c_str());
  const Known made{attr(module, "_call_impl").release(), attr(module, "__getattr__").release(),
                   Py_NewRef(PyModule_GetDict(hooks)), reinterpret_cast<PyTypeObject*>(module.get())->tp_getattro};
  if (!all) all = new Known(made);
  return *all;
}

/// Linear.forward, its code, and the dict of nn.functional and the function there that it calls.
struct LinearForward {
  PyObject *forward, *code, *functional, *function;
};
constinit LinearForward linear_forward{};

// CPython numbers each state of a dict, or of a class, like no other before: while the number stays, so does what was
// looked up. 0 where it does not say.
uint64_t version_of(PyObject* dict) {
#if PY_VERSION_HEX < 0x030C0000
  return reinterpret_cast<PyDictObject*>(dict)->ma_version_tag;
#else
  static_cast<void>(dict);
  return 0;
#endif
}
unsigned version_of(PyTypeObject* type) {
  return PyType_HasFeature(type, Py_TPFLAGS_VALID_VERSION_TAG) ? type->tp_version_tag : 0;
}

/// The state of a dict or a class in which something was looked up; none at first, and none where CPython does not say.
class Version {
 public:
  template <class Versioned>
  bool is_of(Versioned* now) const {
    return number_ != 0 && number_ == version_of(now);
  }
  template <class Versioned>
  void remember(Versioned* now) {
    number_ = version_of(now);
  }
  bool known() const { return number_ != 0; }

 private:
  uint64_t number_ = 0;
};

/// Somebody follows each Python function that is called.
bool is_traced() {
#if PY_VERSION_HEX < 0x030C0000
  return PyThreadState_Get()->cframe->use_tracing;
#else
  return true;
#endif
}

/// A module in one state. All pointers are borrowed from its dict and its class.
struct Look {
  Version own, type;
  bool plain = false;                ///< a call means what it does in Module itself
  std::array<PyObject*, 4> hooks{};  ///< the tables of hooks
  PyObject* forward = nullptr;       ///< the class's own, if looking it up in the object would find just that
  PyObject* parameters = nullptr;    ///< of a Linear
  mutable Version parameters_are;    ///< of its parameters when they were these
  mutable PyObject *weight = nullptr, *bias = nullptr;
};
constinit std::array<Look, 1024> looks{};

PyObject* find(PyObject* dict, PyObject* name) { return PyDict_GetItemWithError(dict, name); }
/// Not a class of somebody's own, which may look things up in its own way.
bool is_table(PyObject* o) { return PyDict_CheckExact(o) || PyODict_CheckExact(o); }

bool has_plain_attributes(PyTypeObject* type) {
  return _PyType_Lookup(type, names().getattribute) == _PyType_Lookup(&PyBaseObject_Type, names().getattribute);
}

/// tp_getattro of a class that defines __getattr__ and not __getattribute__. CPython's own raises an AttributeError and
/// drops it each time before it calls __getattr__; Module's __getattr__ looks into three tables.
PyObject* get_attribute(PyObject* self, PyObject* name) {
  PyObject* found = _PyObject_GenericGetAttrWithDict(self, name, nullptr, /*suppress=*/1);
  if (found || PyErr_Occurred()) return found;
  PyObject* getattr = _PyType_Lookup(Py_TYPE(self), names().getattr);
  if (!getattr) return PyObject_GenericGetAttr(self, name);
  PyObject** own = getattr == known().getattr ? _PyObject_GetDictPtr(self) : nullptr;
  for (PyObject* each : names().tables) {
    PyObject* table = own && *own ? find(*own, each) : nullptr;
    if (!table || !is_table(table)) break;
    if ((found = find(table, name))) return Py_NewRef(found);
  }
  const Object held = Object::borrow(getattr);
  PyObject* arguments[] = {self, name};
  return PyObject_Vectorcall(held, arguments, 2, nullptr);
}

Look look_at(PyTypeObject* type, PyObject* own) {
  Look look;
  look.own.remember(own);
  look.type.remember(type);
  for (size_t i = 0; i < look.hooks.size(); ++i) {
    look.hooks[i] = find(own, names().hooks[i]);
    if (!look.hooks[i] || !PyDict_Check(look.hooks[i])) return look;
  }
  if (_PyType_Lookup(type, names().call_impl) != known().call_impl) return look;
  look.plain = true;
  if (!has_plain_attributes(type)) return look;
  // A change of the class's attributes makes CPython choose the slot anew.
  if (type->tp_getattro == known().slot) type->tp_getattro = &get_attribute;
  PyObject* forward = _PyType_Lookup(type, names().forward);
  if (!forward || !PyFunction_Check(forward) || find(own, names().forward)) return look;
  look.forward = forward;
  const auto is_free = [&](PyObject* name) { return !_PyType_Lookup(type, name) && !find(own, name); };
  if (look.own.known() && forward == linear_forward.forward && is_free(names().weight) && is_free(names().bias) &&
      _PyType_Lookup(type, names().getattr) == known().getattr) {
    PyObject* parameters = find(own, names().tables[0]);
    if (parameters && is_table(parameters)) look.parameters = parameters;
  }
  return look;
}

const Look& look_of(PyObject* self, PyObject* own) {
  PyTypeObject* const type = Py_TYPE(self);
  const auto address = reinterpret_cast<uintptr_t>(self) >> 4;
  Look& look = looks[(address ^ address >> 10) % looks.size()];
  if (!look.own.is_of(own) || !look.type.is_of(type)) [[unlikely]]
    look = look_at(type, own);
  return look;
}

/// No hook, of this module or of all.
bool nobody_listens(const Look& look) {
  static constinit Version silent;
  PyObject* const global = known().global_hooks;
  if (!silent.is_of(global)) {
    if (find(global, names().used) != Py_False) return false;
    silent.remember(global);
  }
  const auto is_empty = [](PyObject* table) { return PyDict_GET_SIZE(table) == 0; };
  return is_empty(look.hooks[0]) && is_empty(look.hooks[1]) && is_empty(look.hooks[2]) && is_empty(look.hooks[3]);
}

/// Linear's forward is the one of this package, and calls what it did when it was written.
bool is_known_linear(const Look& look) {
  static constinit Version unchanged;
  const LinearForward& known = linear_forward;
  if (!unchanged.is_of(known.functional)) {
    if (find(known.functional, names().linear) != known.function) return false;
    unchanged.remember(known.functional);
  }
  if (!look.parameters_are.is_of(look.parameters)) {
    look.weight = find(look.parameters, names().weight);
    look.bias = find(look.parameters, names().bias);
    look.parameters_are.remember(look.parameters);
  }
  return look.weight && look.bias && PyFunction_GET_CODE(known.forward) == known.code && !is_traced();
}

bool is_plain_tensor(PyObject* o) { return is_exact_tensor(o) || (is_tensor(o) && !has_torch_function(o)); }

/// A tensor that somebody else holds, where a reference to an optional one is wanted.
class Borrowed {
 public:
  explicit Borrowed(PyObject* o) {
    if (o != Py_None) tensor_ = at::Tensor(Impl::reclaim(tensor_of(o).unsafeGetTensorImpl()));
  }
  ~Borrowed() {
    if (tensor_) tensor_->unsafeReleaseTensorImpl();
  }
  Borrowed(const Borrowed&) = delete;
  const std::optional<at::Tensor>& get() const { return tensor_; }

 private:
  using Impl = c10::intrusive_ptr<at::TensorImpl, c10::UndefinedTensorImpl>;
  std::optional<at::Tensor> tensor_;
};

/// F.linear.
PyObject* linear(PyObject* input, const Object& weight, const Object& bias) {
  const bool plain = is_plain_tensor(input) && is_plain_tensor(weight) &&
                     (bias.get() == Py_None || is_plain_tensor(bias)) && !torch_function_mode_active();
  if (!plain) {
    PyObject* arguments[] = {nullptr, input, weight, bias};
    return PyObject_Vectorcall(linear_forward.function, arguments + 1, 3 | PY_VECTORCALL_ARGUMENTS_OFFSET, nullptr);
  }
  const at::Tensor &x = tensor_of(input), &w = tensor_of(weight);
  const Borrowed b(bias);
  at::Tensor result;
  {
    GilRelease gil(is_big(x) || is_big(w));
    result = at::linear(x, w, b.get());
  }
  return wrap(std::move(result));
}

constexpr Py_ssize_t kFew = 8;  // arguments that need no tuple with self in front

PyObject* call_forward(const Look& look, PyObject* self, PyObject* args, PyObject* kwargs) {
  const Py_ssize_t count = PyTuple_GET_SIZE(args);
  if (look.parameters && count == 1 && !kwargs && is_known_linear(look))
    return linear(PyTuple_GET_ITEM(args, 0), Object::borrow(look.weight), Object::borrow(look.bias));
  PyObject* few[kFew + 1] = {self};
  for (Py_ssize_t i = 0; i < count; ++i) few[i + 1] = PyTuple_GET_ITEM(args, i);
  return PyObject_VectorcallDict(look.forward, few, static_cast<size_t>(count + 1), kwargs);
}

PyObject* call_module(PyObject* self, PyObject* args, PyObject* kwargs) {
  return guarded([&]() -> PyObject* {
    PyObject** own = _PyObject_GetDictPtr(self);
    if (!own || !*own) return PyObject_Call(attr(self, "_call_impl"), args, kwargs);
    const Look& look = look_of(self, *own);
    if (!look.plain || !nobody_listens(look)) return PyObject_Call(attr(self, "_call_impl"), args, kwargs);
    if (look.forward && PyTuple_GET_SIZE(args) <= kFew) [[likely]]
      return call_forward(look, self, args, kwargs);
    return PyObject_Call(attr(self, "forward"), args, kwargs);
  });
}

/// _linear_forward(Linear.forward, nn.functional): a call of that function may be done here.
PyObject* set_linear_forward(PyObject*, PyObject* const* args, Py_ssize_t count) {
  return guarded([&]() -> PyObject* {
    if (count != 2 || !PyFunction_Check(args[0]) || !PyModule_Check(args[1]))
      raise(PyExc_TypeError, "_linear_forward() takes a function and a module");
    PyObject* functional = PyModule_GetDict(args[1]);
    linear_forward = {Py_NewRef(args[0]), Py_NewRef(PyFunction_GET_CODE(args[0])), Py_NewRef(functional),
                      attr(args[1], "linear").release()};
    Py_RETURN_NONE;
  });
}

/// _give_module_call(cls) makes call_module the __call__ of a class, as if it came from a base in C. It is none: a base
/// that is not plain Python would forbid assignments of __class__ that PyTorch's modules allow.
PyObject* give_module_call(PyObject*, PyObject* cls) {
  return guarded([&]() -> PyObject* {
    if (!PyType_Check(cls)) raise(PyExc_TypeError, "_give_module_call() takes a class");
    Object any = attr(reinterpret_cast<PyObject*>(&PyType_Type), "__dict__");
    Object slot = checked(PyObject_GetItem(any, text("__call__")));
    Object call = checked(PyDescr_NewWrapper(reinterpret_cast<PyTypeObject*>(cls),
                                             reinterpret_cast<PyWrapperDescrObject*>(slot.get())->d_base,
                                             reinterpret_cast<void*>(&call_module)));
    checked(PyObject_SetAttrString(cls, "__call__", call));
    Py_RETURN_NONE;
  });
}

PyMethodDef functions[] = {{"_linear_forward", c_function(&set_linear_forward), METH_FASTCALL, nullptr},
                           {"_give_module_call", &give_module_call, METH_O, nullptr},
                           {}};

}  // namespace

void init_module_call(PyObject* module) { add_functions(module, functions); }

}  // namespace flambeau::python
