// The backward pass as Python starts it: _ImperativeEngine, gradients' attributes of tensors, anomaly notes,
// saved-tensor hooks.
#include <ATen/SavedTensorHooks.h>
#include <ATen/ScalarOps.h>
#include <ATen/core/dispatch/CallPath.h>
#include <ATen/ops/empty.h>
#include <c10/core/GradMode.h>
#include <c10/core/impl/TorchDispatchModeTLS.h>
#include <torch/csrc/autograd/anomaly_mode.h>
#include <torch/csrc/autograd/engine.h>
#include <torch/csrc/autograd/functions/accumulate_grad.h>
#include <torch/csrc/autograd/functions/basic_ops.h>
#include <torch/csrc/autograd/python_function.h>
#include <torch/csrc/autograd/saved_variable_hooks.h>
#include <torch/csrc/autograd/variable.h>

#include "pyshim/csrc/hooks.h"
#include "pyshim/csrc/interpreter.h"
#include "pyshim/csrc/node.h"
#include "pyshim/csrc/overrides.h"
#include "pyshim/csrc/tensor.h"
#include "pyshim/csrc/types.h"
#include "pyshim/csrc/values.h"

namespace flambeau::python {

namespace {

using torch::autograd::Edge;
using torch::autograd::edge_list;
using torch::autograd::Engine;
using torch::autograd::Node;
using torch::autograd::variable_list;
namespace impl = torch::autograd::impl;

/// Notes on a node: where it was made and from whose backward.
struct Notes final : torch::autograd::AnomalyMetadata {
  PyObject* dict = PyDict_New();
  ~Notes() override {
    if (!Py_IsInitialized()) return;
    GilAcquire gil;
    Py_DECREF(dict);
  }
  void store_stack() override {
    in_python([&] {
      Object stack = call(attr(import("traceback"), "format_stack"));
      checked(PyDict_SetItemString(dict, "traceback_", stack));
    });
  }
  void print_stack(const std::string& name) override {
    in_python([&] {
      PyObject* stack = PyDict_GetItemString(dict, "traceback_");
      if (!stack) {
        TORCH_WARN(
            "Error detected in ", name,
            ". No forward pass information available. Enable detect anomaly during forward pass for more information.");
        return;
      }
      Object joined = checked(PyUnicode_Join(text(""), stack));
      TORCH_WARN("Error detected in ", name, ". Traceback of forward call that caused the error:\n", text_of(joined));
    });
  }
  void assign_parent(const c10::intrusive_ptr<Node>& parent) override {
    if (!parent) return;
    in_python([&] { checked(PyDict_SetItemString(dict, "parent_", Object(wrap_node(parent)))); });
  }
};

/// torch.autograd.graph.saved_tensors_hooks: a pair of Python functions around what a node keeps.
class SavedHooks final : public torch::autograd::SavedVariableHooks {
 public:
  SavedHooks(c10::SafePyObject pack, c10::SafePyObject unpack) : pack_(std::move(pack)), unpack_(std::move(unpack)) {}
  ~SavedHooks() override {
    if (!data_ || !Py_IsInitialized()) return;
    GilAcquire gil;
    Py_DECREF(data_);
  }
  void call_pack_hook(const at::Tensor& tensor) override {
    in_python([&] {
      c10::AutoGradMode no_grad(false);
      data_ = call(pack_.ptr(getPyInterpreter()), Object(wrap(tensor)).get()).release();
    });
  }
  at::Tensor call_unpack_hook() override {
    return in_python([&] {
      Object result = call(unpack_.ptr(getPyInterpreter()), data_);
      TORCH_CHECK_TYPE(is_tensor(result),
                       "Output of saved tensor unpack_hook expected to be a Tensor but got result of type ",
                       short_type_name(result));
      return tensor_of(result);
    });
  }

 private:
  c10::SafePyObject pack_, unpack_;
  PyObject* data_ = nullptr;
};

struct PythonEngine final : Engine {
  std::unique_ptr<torch::autograd::AnomalyMetadata> make_anomaly_metadata() override {
    return in_python([] { return std::make_unique<Notes>(); });
  }
  std::unique_ptr<torch::autograd::SavedVariableHooks> get_default_saved_variable_hooks() override {
    auto hooks = at::SavedTensorDefaultHooks::get_hooks();
    if (!hooks) return nullptr;
    return std::make_unique<SavedHooks>(std::move(hooks->first), std::move(hooks->second));
  }
};

PythonEngine& python_engine() {
  static auto* engine = new PythonEngine();
  return *engine;
}
Engine& engine_stub() { return python_engine(); }

/// tensor or GradientEdge (node, output number).
Edge edge_of(PyObject* object, Py_ssize_t position) {
  if (PyTuple_Check(object) && PyTuple_GET_SIZE(object) >= 2 && is_node(PyTuple_GET_ITEM(object, 0))) {
    return Edge(node_of(PyTuple_GET_ITEM(object, 0)).getptr(),
                static_cast<uint32_t>(to_int64(PyTuple_GET_ITEM(object, 1))));
  }
  if (!is_tensor(object)) {
    raise(PyExc_TypeError, "element " + std::to_string(position) + " of tensors tuple is not a Tensor");
  }
  return impl::gradient_edge(tensor_of(object));
}

variable_list gradients_of(PyObject* tensors, PyObject* given, edge_list& roots) {
  variable_list grads;
  Py_ssize_t count = PyTuple_GET_SIZE(tensors);
  TORCH_CHECK(PyTuple_GET_SIZE(given) == count, "got ", count, " tensors and ", PyTuple_GET_SIZE(given), " gradients");
  for (Py_ssize_t i = 0; i < count; ++i) {
    PyObject *tensor = PyTuple_GET_ITEM(tensors, i), *grad = PyTuple_GET_ITEM(given, i);
    Edge edge = edge_of(tensor, i);
    TORCH_CHECK(edge.function, "element ", i, " of tensors does not require grad and does not have a grad_fn");
    roots.push_back(std::move(edge));
    if (is_tensor(grad)) {
      const at::Tensor& g = tensor_of(grad);
      if (g.is_inference())
        grads.push_back(g.clone());
      else
        grads.push_back(g);
      continue;
    }
    if (grad != Py_None)
      raise(PyExc_TypeError, "element " + std::to_string(i) + " of gradients tuple is not a Tensor or None");
    TORCH_CHECK(!is_tensor(tensor) || !tensor_of(tensor).requires_grad(), "element ", i,
                " of gradients tuple is None, but the corresponding Tensor requires grad");
    grads.emplace_back();
  }
  return grads;
}

edge_list outputs_of(PyObject* inputs, bool accumulate) {
  edge_list edges;
  for (Py_ssize_t i = 0; inputs && i < PyTuple_GET_SIZE(inputs); ++i) {
    PyObject* input = PyTuple_GET_ITEM(inputs, i);
    if (!is_tensor(input)) {
      if (!PyTuple_Check(input))
        raise(PyExc_TypeError,
              std::string("all inputs have to be Tensors or GradientEdges, but got ") + short_type_name(input));
      edges.push_back(edge_of(input, i));
      continue;
    }
    const at::Tensor& t = tensor_of(input);
    TORCH_CHECK(t.requires_grad(), "One of the differentiated Tensors does not require grad");
    if (accumulate) t.retain_grad();
    auto node = t.grad_fn();
    if (!node) node = impl::try_get_grad_accumulator(t);
    if (node) {
      edges.emplace_back(node, t.output_nr());
    } else {
      // Nobody used this leaf: a node that nothing leads to.
      edges.emplace_back(c10::make_intrusive<torch::autograd::Identity>(), 0);
    }
  }
  return edges;
}

PyObject* run_backward(PyObject*, PyObject* args, PyObject* kwargs) {
  return guarded([&]() -> PyObject* {
    static const char* names[] = {"tensors", "grad_tensors",      "keep_graph",      "create_graph",
                                  "inputs",  "allow_unreachable", "accumulate_grad", nullptr};
    PyObject *tensors, *grads, *inputs = nullptr;
    int keep = 0, create = 0, unreachable = 0, accumulate = 0;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "OOpp|Opp:run_backward", const_cast<char**>(names), &tensors, &grads,
                                     &keep, &create, &inputs, &unreachable, &accumulate)) {
      raise();
    }
    if (!PyTuple_Check(tensors))
      raise(PyExc_TypeError,
            std::string("tensors argument is expected to be a tuple, but got ") + short_type_name(tensors));
    if (!PyTuple_Check(grads))
      raise(PyExc_TypeError,
            std::string("grad_tensors argument is expected to be a tuple, but got ") + short_type_name(grads));
    if (inputs == Py_None) inputs = nullptr;
    edge_list roots;
    variable_list given = gradients_of(tensors, grads, roots);
    edge_list wanted = outputs_of(inputs, accumulate);
    variable_list results;
    {
      GilRelease gil;
      results = Engine::get_default_engine().execute(roots, given, keep, create, accumulate, wanted);
    }
    if (accumulate || !inputs) Py_RETURN_NONE;
    Object tuple = checked(PyTuple_New(PyTuple_GET_SIZE(inputs)));
    for (size_t i = 0; i < results.size(); ++i) {
      TORCH_CHECK(
          unreachable || results[i].defined(), "The differentiated Tensor at index ", i,
          " appears to not have been used in the graph. Set allow_unused=True if this is the desired behavior.");
      PyTuple_SET_ITEM(tuple.get(), i, wrap(results[i]));
    }
    return tuple.release();
  });
}

/// A tensor whose gradient may be taken to be one without anybody noticing how the one is made.
bool is_plain_scalar(PyObject* object) {
  if (!is_exact_tensor(object) || torch_function_mode_active()) return false;
  const at::Tensor& t = tensor_of(object);
  return t.dim() == 0 && t.requires_grad() && at::isFloatingType(t.scalar_type()) && t.is_cpu() && !t.is_inference() &&
         t.layout() == at::kStrided && !t.unsafeGetTensorImpl()->is_python_dispatch() &&
         c10::impl::TorchDispatchModeTLS::stack_len() == 0 && !observers_active();
}

/// Few nodes, all of built-in operators on few elements, and nobody's hooks: walking it takes less time than handing
/// over the GIL and getting it back.
bool is_brief(Node& node, int& nodes_left) {
  constexpr int64_t kElements = 4096;
  if (--nodes_left < 0) return false;
  const bool built_in = typeid(node) == typeid(torch::autograd::AccumulateGrad) ||
                        (node.is_traceable() && typeid(node) != typeid(torch::autograd::PyNode));
  if (!built_in || !node.pre_hooks().empty() || !node.post_hooks().empty() || !node.tensor_pre_hooks().empty() ||
      !node.retains_grad_hooks().empty() || node.tensor_post_acc_grad_hooks())
    return false;
  for (uint32_t i = 0; i < node.num_inputs(); ++i) {
    const auto& gradient = node.input_metadata(i);
    if (gradient.was_default_constructed()) continue;
    if (gradient.is_tensor_subclass() || gradient.is_nested_tensor() || !gradient.device().is_cpu()) return false;
    int64_t elements = 1;
    for (const c10::SymInt& size : gradient.shape_as_dim_vector()) elements *= size.maybe_as_int().value_or(kElements);
    if (elements >= kElements) return false;
  }
  for (const Edge& edge : node.next_edges()) {
    if (edge.function && !is_brief(*edge.function, nodes_left)) return false;
  }
  return true;
}

/// backward(tensor, retain_graph, create_graph) of a scalar, whole; False for anything less simple.
PyObject* backward_of_scalar(PyObject*, PyObject* const* args, Py_ssize_t count) {
  return guarded([&]() -> PyObject* {
    TORCH_CHECK_TYPE(count == 3, "_backward_of_scalar() takes 3 arguments");
    const auto is_flag = [](PyObject* o) { return PyBool_Check(o) || o == Py_None; };
    if (!is_flag(args[1]) || !is_flag(args[2]) || !is_plain_scalar(args[0])) Py_RETURN_FALSE;
    const bool create = args[2] == Py_True, keep = args[1] == Py_None ? create : args[1] == Py_True;
    const at::Tensor& t = tensor_of(args[0]);
    edge_list roots;
    roots.push_back(impl::gradient_edge(t));
    variable_list one(1);
    one[0] = at::detail::scalar_tensor_static(1, t.scalar_type(), at::kCPU);
    {
      int nodes_left = 8;
      GilRelease gil(!is_brief(*roots[0].function, nodes_left));
      Engine::get_default_engine().execute(roots, one, keep, create, /*accumulate_grad=*/true, {});
    }
    Py_RETURN_TRUE;
  });
}

PyObject* queue_callback(PyObject*, PyObject* callback) {
  return guarded([&]() -> PyObject* {
    auto held = std::shared_ptr<PyObject>(Py_NewRef(callback), [](PyObject* o) {
      GilAcquire gil;
      Py_DECREF(o);
    });
    Engine::get_default_engine().queue_callback([held] { in_python([&] { call(held.get()); }); });
    Py_RETURN_NONE;
  });
}
PyObject* checkpoint_valid(PyObject*, PyObject*) {
  return from_bool(Engine::get_default_engine().is_checkpoint_valid());
}

PyMethodDef engine_methods[] = {
    {"run_backward", c_function(&run_backward), METH_VARARGS | METH_KEYWORDS, nullptr},
    {"queue_callback", &queue_callback, METH_O, nullptr},
    {"is_checkpoint_valid", &checkpoint_valid, METH_NOARGS, nullptr},
    {},
};
PyMethodDef module_functions[] = {
    {"_backward_of_scalar", c_function(&backward_of_scalar), METH_FASTCALL, nullptr},
    {},
};
constinit PyTypeObject EngineType = plain_type("torch._C._EngineBase", sizeof(PyObject));

// ---- Attributes of tensors
// ---------------------------------------------------------------------------------------------

PyObject* get_grad(PyObject* self, void*) {
  return guarded([&]() -> PyObject* {
    if (PyObject* o = overridden_property(self, "grad")) return o;
    return wrap(tensor_of(self).grad());
  });
}
int set_grad(PyObject* self, PyObject* value, void*) {
  return guarded_status([&] {
    if (value) {
      if (PyObject* o = overridden_property(self, "grad", value)) return Py_DECREF(o);
    }
    const at::Tensor& t = tensor_of(self);
    if (!value || value == Py_None) return t.mutable_grad().reset();
    TORCH_CHECK_TYPE(is_tensor(value), "assigned grad expected to be a Tensor or None but got grad of type ",
                     short_type_name(value));
    TORCH_CHECK(self != value, "can't assign Variable as its own grad");
    const at::Tensor& grad = tensor_of(value);
    TORCH_CHECK(
        grad.scalar_type() == t.scalar_type() || grad.is_sparse(), "attempting to assign a gradient with dtype '",
        grad.dtype(), "' to a tensor with dtype '", t.dtype(),
        "'. The gradient must match the tensor's dtype (defaults to the tensor's dtype). You can set the tensor's "
        "grad_dtype attribute with a specific dtype, or None to allow any dtype. Set grad_dtype with caution. "
        "Diverging the dtypes of a tensor and its gradient may break downstream systems that assume they match.");
    TORCH_CHECK(grad.device().type() == t.device().type(), "attempting to assign a gradient with device type '",
                grad.device().type(), "' to a tensor with device type '", t.device().type(),
                "'. Please ensure that the gradient and the tensor are on the same device");
    TORCH_CHECK(grad.is_nested() || grad.sizes() == t.sizes(), "attempting to assign a gradient of size '",
                grad.sizes(), "' to a tensor of size '", t.sizes(),
                "'. Please ensure that the gradient and the tensor are the same size");
    t.mutable_grad() = grad;
  });
}

PyObject* get_grad_fn(PyObject* self, void*) {
  return guarded([&]() -> PyObject* {
    if (PyObject* o = overridden_property(self, "grad_fn")) return o;
    const at::Tensor& t = tensor_of(self);
    if (!t.requires_grad()) Py_RETURN_NONE;
    return wrap_node(t.grad_fn());
  });
}
int set_grad_fn(PyObject* self, PyObject* value, void*) {
  return guarded_status([&] {
    TORCH_CHECK(value == Py_None, "_grad_fn can be only set to None");
    tensor_of(self).detach_();
  });
}

PyObject* get_requires_grad(PyObject* self, void*) {
  return guarded([&]() -> PyObject* {
    if (PyObject* o = overridden_property(self, "requires_grad")) return o;
    return from_bool(tensor_of(self).requires_grad());
  });
}
int set_requires_grad(PyObject* self, PyObject* value, void*) {
  return guarded_status([&] {
    TORCH_CHECK(value && PyBool_Check(value), "requires_grad must be a bool");
    if (PyObject* o = overridden_property(self, "requires_grad", value)) return Py_DECREF(o);
    const at::Tensor& t = tensor_of(self);
    bool on = value == Py_True;
    if (!t.is_leaf()) {
      TORCH_CHECK(on,
                  "you can only change requires_grad flags of leaf variables. If you want to use a computed variable "
                  "in a subgraph that doesn't "
                  "require differentiation use var_no_grad = var.detach().");
      return;
    }
    TORCH_CHECK(!on || at::isFloatingType(t.scalar_type()) || at::isComplexType(t.scalar_type()),
                "only Tensors of floating point and complex dtype can require gradients");
    t.set_requires_grad(on);
  });
}

#define FLB_AUTOGRAD_GETTER(function, value)  \
  PyObject* function(PyObject* self, void*) { \
    return guarded([&]() -> PyObject* {       \
      const at::Tensor& t = tensor_of(self);  \
      return value;                           \
    });                                       \
  }
FLB_AUTOGRAD_GETTER(is_leaf, from_bool(t.is_leaf()))
FLB_AUTOGRAD_GETTER(output_nr, PyLong_FromLongLong(t.output_nr()))
FLB_AUTOGRAD_GETTER(retains_grad, from_bool(t.retains_grad()))
#undef FLB_AUTOGRAD_GETTER

PyObject* get_hooks(PyObject* self, void*) {
  PyObject* hooks = reinterpret_cast<THPVariable*>(self)->backward_hooks;
  return Py_NewRef(hooks ? hooks : Py_None);
}
int set_hooks(PyObject* self, PyObject* value, void*) {
  return guarded_status([&] {
    auto* object = reinterpret_cast<THPVariable*>(self);
    if (value == Py_None) value = nullptr;
    Py_XINCREF(value);
    Py_XSETREF(object->backward_hooks, value);
    impl::clear_hooks(object->cdata);
    if (value) impl::add_hook(object->cdata, tensor_hook(value, 0));
  });
}
PyObject* get_post_hooks(PyObject* self, void*) {
  PyObject* hooks = reinterpret_cast<THPVariable*>(self)->post_accumulate_grad_hooks;
  return Py_NewRef(hooks ? hooks : Py_None);
}
int set_post_hooks(PyObject* self, PyObject* value, void*) {
  return guarded_status([&] {
    auto* object = reinterpret_cast<THPVariable*>(self);
    if (value == Py_None) value = nullptr;
    Py_XINCREF(value);
    Py_XSETREF(object->post_accumulate_grad_hooks, value);
    impl::set_post_acc_grad_hooks(object->cdata, value ? accumulated_hook(value) : nullptr);
  });
}

}  // namespace

PyGetSetDef autograd_properties[] = {
    {"grad", &get_grad, &set_grad, nullptr, nullptr},
    {"_grad", &get_grad, &set_grad, nullptr, nullptr},
    {"grad_fn", &get_grad_fn, nullptr, nullptr, nullptr},
    {"_grad_fn", &get_grad_fn, &set_grad_fn, nullptr, nullptr},
    {"requires_grad", &get_requires_grad, &set_requires_grad, nullptr, nullptr},
    {"is_leaf", &is_leaf, nullptr, nullptr, nullptr},
    {"output_nr", &output_nr, nullptr, nullptr, nullptr},
    {"retains_grad", &retains_grad, nullptr, nullptr, nullptr},
    {"_backward_hooks", &get_hooks, &set_hooks, nullptr, nullptr},
    {"_post_accumulate_grad_hooks", &get_post_hooks, &set_post_hooks, nullptr, nullptr},
    {},
};
PyMethodDef autograd_methods[] = {{}};

PyObject* anomaly_dict(Node& node) { return Py_NewRef(static_cast<Notes*>(node.metadata())->dict); }

void init_engine(PyObject* module) {
  torch::autograd::set_default_engine_stub(&engine_stub);
  EngineType.tp_methods = engine_methods;
  EngineType.tp_new = PyType_GenericNew;
  EngineType.tp_flags |= Py_TPFLAGS_BASETYPE;
  checked(PyType_Ready(&EngineType));
  add_functions(module, module_functions);
  add_object(module, "_ImperativeEngine", Py_NewRef(reinterpret_cast<PyObject*>(&EngineType)));
}

}  // namespace flambeau::python
