// torch.autograd.Function in C: _FunctionBase, which records a call of `forward`, and PyNode, which calls `backward`.
#include <ATen/FuncTorchTLS.h>
#include <c10/core/AutogradState.h>
#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/csrc/autograd/python_function.h>
#include <torch/csrc/utils/pyobject_preservation.h>

#include <unordered_set>

#include "pyshim/csrc/hooks.h"
#include "pyshim/csrc/node.h"
#include "pyshim/csrc/tensor.h"
#include "pyshim/csrc/types.h"
#include "pyshim/csrc/values.h"

constinit PyTypeObject THPFunctionType = flambeau::python::plain_type("torch._C._FunctionBase", sizeof(THPFunction));
PyObject* THPFunctionClass = nullptr;
PyObject* THPGradientEdgeClass = nullptr;

namespace flambeau::python {

namespace {

using torch::autograd::PyNode;
using torch::autograd::SavedVariable;
using torch::autograd::variable_list;
using torch::utils::PyObjectPreservation;

constexpr const char* kBackwardTwice =
    "Trying to backward through the graph a second time (or directly access saved tensors after they have already been "
    "freed). Saved intermediate "
    "values of the graph are freed when you call .backward() or autograd.grad(). Specify retain_graph=True if you need "
    "to backward through the graph a "
    "second time or if you need to access saved tensors after calling backward.";

THPFunction* function_of(PyObject* self) { return reinterpret_cast<THPFunction*>(self); }

PyObject* make(PyTypeObject* type, PyObject*, PyObject*) {
  PyObject* self = type->tp_alloc(type, 0);
  if (!self) return nullptr;
  THPFunction* f = function_of(self);
  new (&f->compiled_autograd_symints) std::vector<c10::SymInt>();
  new (&f->output_info) std::vector<torch::autograd::VariableInfo>();
  new (&f->input_info) std::vector<torch::autograd::VariableInfo>();
  new (&f->saved_variables) std::vector<SavedVariable>();
  new (&f->is_variable_input) std::vector<bool>();
  new (&f->cdata) c10::intrusive_ptr<torch::autograd::Node>();
  f->materialize_grads = true;
  f->materialize_non_diff_grads = true;
  return self;
}

int traverse(PyObject* self, visitproc visit, void* arg) {
  THPFunction* f = function_of(self);
  Py_VISIT(f->needs_input_grad);
  Py_VISIT(f->to_save);
  Py_VISIT(f->non_differentiable);
  Py_VISIT(f->dirty_tensors);
  Py_VISIT(f->saved_for_forward);
  Py_VISIT(f->compiled_autograd_backward_state);
  return f->cdata ? traverse_hooks(*f->cdata, visit, arg) : 0;
}
void clear_fields(PyObject* self) {
  THPFunction* f = function_of(self);
  Py_CLEAR(f->needs_input_grad);
  Py_CLEAR(f->to_save);
  Py_CLEAR(f->non_differentiable);
  Py_CLEAR(f->dirty_tensors);
  Py_CLEAR(f->saved_for_forward);
  Py_CLEAR(f->compiled_autograd_backward_state);
}
int clear(PyObject* self) {
  if (const auto& node = function_of(self)->cdata) clear_hooks(*node);
  clear_fields(self);
  return 0;
}
void destroy(PyObject* self) {
  PyObject_GC_UnTrack(self);
  THPFunction* f = function_of(self);
  if (f->cdata) PyObjectPreservation::detach(*f->cdata);
  clear_fields(self);
  f->cdata.~intrusive_ptr();
  f->is_variable_input.~vector();
  f->saved_variables.~vector();
  f->input_info.~vector();
  f->output_info.~vector();
  f->compiled_autograd_symints.~vector();
  Py_TYPE(self)->tp_free(self);
}

// ---- apply
// -----------------------------------------------------------------------------------------------------------------

struct Inputs {
  variable_list tensors;
  Object needs_grad;
  bool recorded = false;
  torch::autograd::edge_list edges;
};

Inputs unpack(PyObject* args, THPFunction* ctx) {
  Inputs in;
  Py_ssize_t count = PyTuple_GET_SIZE(args);
  in.needs_grad = checked(PyTuple_New(count));
  for (Py_ssize_t i = 0; i < count; ++i) {
    PyObject* o = PyTuple_GET_ITEM(args, i);
    bool tensor = is_tensor(o);
    bool needs = tensor && tensor_of(o).requires_grad();
    ctx->is_variable_input.push_back(tensor);
    PyTuple_SET_ITEM(in.needs_grad.get(), i, from_bool(needs));
    if (tensor) in.tensors.push_back(tensor_of(o));
    in.recorded |= needs;
  }
  in.recorded &= c10::GradMode::is_enabled();
  if (in.recorded) in.edges = torch::autograd::collect_next_edges(in.tensors);
  return in;
}

/// Tensors named by mark_dirty, mark_non_differentiable and so on.
std::unordered_set<at::TensorImpl*> impls_of(PyObject* tuple, const char* what) {
  std::unordered_set<at::TensorImpl*> set;
  if (!tuple) return set;
  if (!PyTuple_Check(tuple)) {
    raise(PyExc_TypeError, std::string("autograd internal error: expected '") + what + "' to be a tuple, but got " +
                               short_type_name(tuple));
  }
  for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(tuple); ++i) {
    PyObject* o = PyTuple_GET_ITEM(tuple, i);
    if (o == Py_None) continue;
    if (!is_tensor(o))
      raise(PyExc_TypeError, std::string(what) + " can only take variables, but argument " + std::to_string(i) +
                                 " is of type " + short_type_name(o));
    set.insert(tensor_of(o).unsafeGetTensorImpl());
  }
  return set;
}

void save_tensors(THPFunction* ctx) {
  if (!ctx->to_save) return;
  Object to_save = Object::borrow(ctx->to_save);
  Py_CLEAR(ctx->to_save);
  if (!PyTuple_Check(to_save.get()))
    raise(PyExc_TypeError, std::string("saved tensors must be a tuple, but got ") + short_type_name(to_save));
  for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(to_save.get()); ++i) {
    PyObject* o = PyTuple_GET_ITEM(to_save.get(), i);
    if (o == Py_None) {
      ctx->saved_variables.emplace_back();
    } else if (is_tensor(o)) {
      const at::Tensor& t = tensor_of(o);
      ctx->saved_variables.emplace_back(t, t.grad_fn() == ctx->cdata);
    } else {
      raise(PyExc_TypeError, "save_for_backward can only save variables, but argument " + std::to_string(i) +
                                 " is of type " + short_type_name(o));
    }
  }
}

at::Tensor no_view_as_self(at::Tensor t) { return t.view_as(t); }

variable_list no_forward_mode(const variable_list&, const variable_list&) {
  TORCH_CHECK_NOT_IMPLEMENTED(false, "not implemented: forward-mode gradients of torch.autograd.Function");
}

/// Ties the outputs to the node, as far as they are tensors.
Object wrap_outputs(PyObject* cls, THPFunction* ctx, const Inputs& in, PyObject* returned, bool setup_context) {
  bool single = !PyTuple_Check(returned);
  Object outputs = single ? checked(PyTuple_Pack(1, returned)) : Object::borrow(returned);
  Py_ssize_t count = PyTuple_GET_SIZE(outputs.get());
  std::vector<std::optional<at::Tensor>> raw;
  for (Py_ssize_t i = 0; i < count; ++i) {
    PyObject* o = PyTuple_GET_ITEM(outputs.get(), i);
    raw.push_back(is_tensor(o) ? std::optional<at::Tensor>(tensor_of(o)) : std::nullopt);
    if (single && !is_tensor(o)) {
      raise(PyExc_TypeError, std::string(reinterpret_cast<PyTypeObject*>(cls)->tp_name) +
                                 ".forward: expected Tensor or tuple of Tensor (got " + short_type_name(o) +
                                 ") for return value 0");
    }
  }
  auto wrapped = torch::autograd::_wrap_outputs(
      in.tensors, impls_of(ctx->non_differentiable, "non_differentiable"), impls_of(ctx->dirty_tensors, "mark_dirty"),
      raw, in.recorded ? ctx->cdata : c10::intrusive_ptr<torch::autograd::Node>(), no_forward_mode,
      setup_context ? impls_of(ctx->to_save, "to_save") : std::unordered_set<at::TensorImpl*>(), no_view_as_self,
      ctx->pure_view);
  Object result = checked(PyTuple_New(count));
  for (Py_ssize_t i = 0; i < count; ++i) {
    PyObject* o = wrapped[i] ? wrap(*wrapped[i]) : Py_NewRef(PyTuple_GET_ITEM(outputs.get(), i));
    PyTuple_SET_ITEM(result.get(), i, o);
    if (in.recorded) {
      if (wrapped[i]) ctx->output_info.emplace_back(*wrapped[i]);
    }
  }
  if (in.recorded) {
    save_tensors(ctx);
  } else {
    Py_CLEAR(ctx->to_save);
  }
  Py_CLEAR(ctx->non_differentiable);
  Py_CLEAR(ctx->saved_for_forward);
  return single ? Object::borrow(PyTuple_GET_ITEM(result.get(), 0)) : result;
}

bool overrides_setup_context(PyObject* cls) {
  Object own = attr(cls, "setup_context");
  Object base = attr(package_attr("autograd.function", "_SingleLevelFunction"), "setup_context");
  return own.get() != base.get();
}

PyObject* apply(PyObject* cls, PyObject* args) {
  return guarded([&] {
    // Numbered before forward runs, as everything in it comes later.
    Object backward = attr(cls, "_backward_cls");
    Object self = call(backward);
    if (!THPFunction_Check(self)) raise(PyExc_RuntimeError, "cannot set up the node of an autograd Function");
    THPFunction* ctx = function_of(self);
    ctx->cdata = c10::make_intrusive<PyNode>();
    PyObjectPreservation::attach(*ctx->cdata, self);
    Inputs in = unpack(args, ctx);
    ctx->cdata->set_next_edges(std::move(in.edges));
    ctx->needs_input_grad = Py_NewRef(in.needs_grad.get());
    bool setup = overrides_setup_context(cls);
    Object output;
    {
      c10::AutoGradMode no_grad(false);
      c10::AutoFwGradMode no_forward_grad(false);
      Object forward = attr(cls, "forward");
      if (setup) {
        output = checked(PyObject_Call(forward, args, nullptr));
        call(attr(cls, "setup_context"), self.get(), args, output.get());
      } else {
        Object with_ctx = checked(PyTuple_New(PyTuple_GET_SIZE(args) + 1));
        PyTuple_SET_ITEM(with_ctx.get(), 0, Object(self).release());
        for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(args); ++i)
          PyTuple_SET_ITEM(with_ctx.get(), i + 1, Py_NewRef(PyTuple_GET_ITEM(args, i)));
        output = checked(PyObject_Call(forward, with_ctx, nullptr));
      }
    }
    return wrap_outputs(cls, ctx, in, output, setup).release();
  });
}

// ---- Attributes of ctx
// -----------------------------------------------------------------------------------------------------

PyObject* saved_tensors(PyObject* self, void*) {
  return guarded([&]() -> PyObject* {
    THPFunction* f = function_of(self);
    if (f->saved_for_forward) return Py_NewRef(f->saved_for_forward);
    TORCH_CHECK(!f->has_freed_buffers, kBackwardTwice);
    Object tuple = checked(PyTuple_New(static_cast<Py_ssize_t>(f->saved_variables.size())));
    for (size_t i = 0; i < f->saved_variables.size(); ++i)
      PyTuple_SET_ITEM(tuple.get(), i, wrap(f->saved_variables[i].unpack(f->cdata)));
    return tuple.release();
  });
}

template <PyObject* THPFunction::*field>
PyObject* get_field(PyObject* self, void*) {
  PyObject* value = function_of(self)->*field;
  return Py_NewRef(value ? value : Py_None);
}
template <PyObject* THPFunction::*field>
int set_field(PyObject* self, PyObject* value, void*) {
  if (value == Py_None) value = nullptr;
  Py_XINCREF(value);
  Py_XSETREF(function_of(self)->*field, value);
  return 0;
}
template <bool THPFunction::*field>
PyObject* get_flag(PyObject* self, void*) {
  return from_bool(function_of(self)->*field);
}
template <bool THPFunction::*field>
int set_flag(PyObject* self, PyObject* value, void*) {
  if (!value || !PyBool_Check(value)) {
    PyErr_SetString(PyExc_TypeError, "expected a bool");
    return -1;
  }
  function_of(self)->*field = value == Py_True;
  return 0;
}

PyObject* maybe_clear(PyObject* self, PyObject*) {
  function_of(self)->saved_variables.clear();
  Py_RETURN_NONE;
}

PyGetSetDef own_properties[] = {
    {"saved_tensors", &saved_tensors, nullptr, nullptr, nullptr},
    {"saved_variables", &saved_tensors, nullptr, nullptr, nullptr},
    {"needs_input_grad", &get_field<&THPFunction::needs_input_grad>, &set_field<&THPFunction::needs_input_grad>,
     nullptr, nullptr},
    {"to_save", &get_field<&THPFunction::to_save>, &set_field<&THPFunction::to_save>, nullptr, nullptr},
    {"non_differentiable", &get_field<&THPFunction::non_differentiable>, &set_field<&THPFunction::non_differentiable>,
     nullptr, nullptr},
    {"dirty_tensors", &get_field<&THPFunction::dirty_tensors>, &set_field<&THPFunction::dirty_tensors>, nullptr,
     nullptr},
    {"saved_for_forward", &get_field<&THPFunction::saved_for_forward>, &set_field<&THPFunction::saved_for_forward>,
     nullptr, nullptr},
    {"_compiled_autograd_backward_state", &get_field<&THPFunction::compiled_autograd_backward_state>,
     &set_field<&THPFunction::compiled_autograd_backward_state>, nullptr, nullptr},
    {"materialize_grads", &get_flag<&THPFunction::materialize_grads>, &set_flag<&THPFunction::materialize_grads>,
     nullptr, nullptr},
    {"_materialize_non_diff_grads", &get_flag<&THPFunction::materialize_non_diff_grads>,
     &set_flag<&THPFunction::materialize_non_diff_grads>, nullptr, nullptr},
    {"_is_pure_view", &get_flag<&THPFunction::pure_view>, &set_flag<&THPFunction::pure_view>, nullptr, nullptr},
};
PyMethodDef own_methods[] = {
    {"apply", &apply, METH_CLASS | METH_VARARGS, nullptr},
    {"maybe_clear_saved_tensors", &maybe_clear, METH_NOARGS, nullptr},
};

}  // namespace

void init_function(PyObject* module) { checked(THPFunction_initModule(module) ? 0 : -1); }

}  // namespace flambeau::python

using namespace flambeau::python;

bool THPFunction_initModule(PyObject* module) {
  static std::vector<PyGetSetDef> properties(std::begin(own_properties), std::end(own_properties));
  for (PyGetSetDef* row = node_properties; row->name; ++row) properties.push_back(*row);
  properties.push_back({});
  static std::vector<PyMethodDef> methods(std::begin(own_methods), std::end(own_methods));
  for (PyMethodDef* row = node_methods; row->ml_name; ++row) methods.push_back(*row);
  methods.push_back({});
  THPFunctionType.tp_new = &make;
  THPFunctionType.tp_dealloc = &destroy;
  THPFunctionType.tp_traverse = &traverse;
  THPFunctionType.tp_clear = &clear;
  THPFunctionType.tp_methods = methods.data();
  THPFunctionType.tp_getset = properties.data();
  THPFunctionType.tp_flags |= Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC;
  if (PyType_Ready(&THPFunctionType) < 0) return false;
  THPFunctionClass = reinterpret_cast<PyObject*>(&THPFunctionType);
  return PyModule_AddObjectRef(module, "_FunctionBase", THPFunctionClass) == 0;
}

namespace torch::autograd {

namespace {
THPFunction* function_of(const PyNode* node) { return reinterpret_cast<THPFunction*>(node->pyobj()); }
}  // namespace

PyObject* PyNode::to_py_args(const variable_list& inputs, at::OptionalDeviceGuard* guard) {
  THPFunction* f = function_of(this);
  Object args = checked(PyTuple_New(static_cast<Py_ssize_t>(inputs.size())));
  for (size_t i = 0; i < inputs.size(); ++i) {
    bool materialize = f->materialize_grads && i < f->output_info.size();
    PyTuple_SET_ITEM(args.get(), i,
                     wrap(inputs[i].defined() || !materialize ? inputs[i] : f->output_info[i].zeros(*guard)));
  }
  return args.release();
}

variable_list PyNode::to_variable_list(const PyObject* r, const std::vector<bool>& is_variable_input) {
  auto* tuple = const_cast<PyObject*>(r);
  variable_list results;
  for (size_t i = 0; i < is_variable_input.size(); ++i) {
    PyObject* o = PyTuple_GET_ITEM(tuple, i);
    if (!is_variable_input[i]) {
      if (o == Py_None) continue;
      raise(PyExc_RuntimeError, "function " + name() + " returned a gradient different from None at position " +
                                    std::to_string(i + 1) + ", but the corresponding forward input was not a Variable");
    }
    if (o == Py_None) {
      results.emplace_back();
    } else if (is_tensor(o)) {
      results.push_back(tensor_of(o));
    } else {
      raise(PyExc_TypeError, std::string("expected Variable or None (got ") + short_type_name(o) + ")");
    }
  }
  return results;
}

variable_list PyNode::apply(variable_list&& inputs) {
  return in_python([&] {
    at::OptionalDeviceGuard device_guard;
    THPFunction* f = function_of(this);
    Object self = Object::borrow(pyobj());
    Object args(to_py_args(inputs, &device_guard));
    Object backward = attr(self, "apply");
    Object result = checked(PyObject_CallObject(backward, args));
    if (!PyTuple_Check(result.get())) result = checked(PyTuple_Pack(1, result.get()));
    auto& wanted = f->is_variable_input;
    Py_ssize_t count = PyTuple_GET_SIZE(result.get()), expected = static_cast<Py_ssize_t>(wanted.size());
    // Surplus Nones are forgiven.
    bool surplus = count > expected;
    for (Py_ssize_t i = expected; i < count; ++i) surplus &= PyTuple_GET_ITEM(result.get(), i) == Py_None;
    if (surplus) {
      result = checked(PyTuple_GetSlice(result, 0, expected));
      count = expected;
    }
    TORCH_CHECK(count == expected, "function ", name(), " returned an incorrect number of gradients (expected ",
                expected, ", got ", count, ")");
    return to_variable_list(result, wanted);
  });
}

void PyNode::release_variables() {
  if (!Py_IsInitialized()) return;
  GilAcquire gil;
  if (THPFunction* f = function_of(this)) {
    f->saved_variables.clear();
    f->has_freed_buffers = 1;
  }
}

std::string PyNode::name() const {
  GilAcquire gil;
  PyObject* self = pyobj();
  return self ? std::string(Py_TYPE(self)->tp_name) : std::string("PyNode");
}

bool PyNode::is_traceable() { return false; }
bool PyNode::is_aot_backward() const { return false; }

void PyNode::compiled_args(CompiledNodeArgs&) const {
  TORCH_CHECK_NOT_IMPLEMENTED(false, "not implemented: torch::autograd::PyNode::compiled_args");
}
variable_list PyNode::apply_with_saved(const variable_list&, SwapSavedVariables&) {
  TORCH_CHECK_NOT_IMPLEMENTED(false, "not implemented: torch::autograd::PyNode::apply_with_saved");
}
variable_list PyNode::apply_with_saved_impl(const variable_list&, const SwapSavedVariables&) {
  TORCH_CHECK_NOT_IMPLEMENTED(false, "not implemented: torch::autograd::PyNode::apply_with_saved_impl");
}

}  // namespace torch::autograd
