// grad_fn objects: one Python type for each C++ node type, named after it.
#include "pyshim/csrc/node.h"

#include <torch/csrc/autograd/functions/accumulate_grad.h>
#include <torch/csrc/autograd/python_function.h>
#include <torch/csrc/autograd/saved_attributes.h>
#include <torch/csrc/utils/pyobject_preservation.h>

#include <typeindex>
#include <unordered_map>

#include "pyshim/csrc/hooks.h"
#include "pyshim/csrc/ivalue.h"
#include "pyshim/csrc/tensor.h"
#include "pyshim/csrc/types.h"
#include "pyshim/csrc/values.h"

namespace flambeau::python {

namespace {

using torch::autograd::AccumulateGrad;
using torch::autograd::Node;
using torch::utils::PyObjectPreservation;

struct NodeObject {
  PyObject_HEAD c10::intrusive_ptr<Node> node;
};

constinit PyTypeObject NodeType = plain_type("torch._C._autograd._NodeBase", sizeof(NodeObject));

c10::intrusive_ptr<Node>& pointer_of(PyObject* self) { return reinterpret_cast<NodeObject*>(self)->node; }

int traverse(PyObject* self, visitproc visit, void* arg) {
  if (Py_TYPE(self)->tp_flags & Py_TPFLAGS_HEAPTYPE) Py_VISIT(Py_TYPE(self));
  const auto& node = pointer_of(self);
  return node ? traverse_hooks(*node, visit, arg) : 0;
}
int clear(PyObject* self) {
  if (const auto& node = pointer_of(self)) clear_hooks(*node);
  return 0;
}

void destroy(PyObject* self) {
  PyObject_GC_UnTrack(self);
  auto& node = pointer_of(self);
  if (node) PyObjectPreservation::detach(*node);
  node.~intrusive_ptr();
  PyTypeObject* type = Py_TYPE(self);
  type->tp_free(self);
  if (type->tp_flags & Py_TPFLAGS_HEAPTYPE) Py_DECREF(type);
}

PyObject* call_node(PyObject* self, PyObject* args, PyObject* kwargs) {
  return guarded([&]() -> PyObject* {
    if (kwargs && PyDict_Size(kwargs)) raise(PyExc_TypeError, "keyword arguments are not supported");
    const auto expected = static_cast<Py_ssize_t>(node_of(self).num_inputs());
    if (PyTuple_GET_SIZE(args) != expected) {
      raise(PyExc_TypeError, "expected " + std::to_string(expected) + " arguments, got " +
                                 std::to_string(PyTuple_GET_SIZE(args)) + " arguments instead");
    }
    torch::autograd::variable_list inputs;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(args); ++i) {
      PyObject* item = PyTuple_GET_ITEM(args, i);
      if (item != Py_None && !is_tensor(item))
        raise(PyExc_TypeError, std::string("expected a Tensor or None, but got ") + short_type_name(item));
      inputs.push_back(item == Py_None ? at::Tensor() : tensor_of(item));
    }
    torch::autograd::variable_list outputs;
    {
      GilRelease gil;
      outputs = node_of(self)(std::move(inputs));
    }
    if (outputs.size() == 1) return wrap(outputs[0]);
    Object tuple = checked(PyTuple_New(static_cast<Py_ssize_t>(outputs.size())));
    for (size_t i = 0; i < outputs.size(); ++i) PyTuple_SET_ITEM(tuple.get(), i, wrap(outputs[i]));
    return tuple.release();
  });
}

PyObject* repr(PyObject* self) { return PyUnicode_FromFormat("<%s object at %p>", Py_TYPE(self)->tp_name, self); }

PyObject* variable(PyObject* self, void*) {
  return guarded([&]() -> PyObject* {
    auto* leaf = dynamic_cast<AccumulateGrad*>(&node_of(self));
    if (!leaf) {
      PyErr_SetString(PyExc_AttributeError, "variable");
      return nullptr;
    }
    return wrap(leaf->variable);
  });
}

PyObject* saved_attribute(PyObject* self, void* attribute) {
  return guarded([&] { return from_ivalue(static_cast<SavedAttribute*>(attribute)->get(node_of(self))); });
}

/// _saved_self, _saved_other, ...
void add_saved_attributes(PyTypeObject* type, Node& node) {
  for (const SavedAttribute& saved : saved_attributes(node)) {
    // The descriptor refers to both for ever.
    auto* name = new std::string(std::string("_saved_") + saved.name);
    auto* row = new PyGetSetDef{name->c_str(), &saved_attribute, nullptr, nullptr, const_cast<SavedAttribute*>(&saved)};
    Object descriptor = checked(PyDescr_NewGetSet(type, row));
    checked(PyDict_SetItemString(type->tp_dict, row->name, descriptor));
  }
  PyType_Modified(type);
}

/// torch._C._functions, which has each node's class once one was seen.
PyObject* functions = nullptr;

PyTypeObject* type_of(Node& node) {
  static auto* types = new std::unordered_map<std::type_index, PyTypeObject*>();
  PyTypeObject*& type = (*types)[std::type_index(typeid(node))];
  if (type) return type;
  // torch::autograd::AccumulateGrad is AccumulateGrad in Python.
  std::string full = node.name();
  size_t colons = full.rfind("::");
  // As in PyTorch, the classes belong to no module in particular; Python wants one for the name.
  constexpr size_t kModule = sizeof("builtins.") - 1;
  auto* name = new std::string("builtins." + (colons == std::string::npos ? full : full.substr(colons + 2)));
  PyType_Slot slots[] = {{Py_tp_traverse, reinterpret_cast<void*>(&traverse)},
                         {Py_tp_clear, reinterpret_cast<void*>(&clear)},
                         {0, nullptr}};
  constexpr auto flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC;
  PyType_Spec spec = {name->c_str(), sizeof(NodeObject), 0, flags, slots};
  Object bases = checked(PyTuple_Pack(1, reinterpret_cast<PyObject*>(&NodeType)));
  type = reinterpret_cast<PyTypeObject*>(checked(PyType_FromSpecWithBases(&spec, bases)).release());
  type->tp_name = name->c_str() + kModule;
  type->tp_dealloc = &destroy;
  checked(PyModule_AddObjectRef(functions, type->tp_name, reinterpret_cast<PyObject*>(type)));
  add_saved_attributes(type, node);
  return type;
}

PyObject* next_functions(PyObject* self, void*) {
  return guarded([&] {
    auto& edges = node_of(self).next_edges();
    Object tuple = checked(PyTuple_New(static_cast<Py_ssize_t>(edges.size())));
    for (size_t i = 0; i < edges.size(); ++i) {
      Object node(wrap_node(edges[i].function));
      PyTuple_SET_ITEM(tuple.get(), i, checked(Py_BuildValue("(OI)", node.get(), edges[i].input_nr)).release());
    }
    return tuple.release();
  });
}
PyObject* input_metadata(PyObject* self, void*) {
  return guarded([&] {
    Node& node = node_of(self);
    Object list = checked(PyList_New(node.num_inputs()));
    Object simple = attr(import("types"), "SimpleNamespace");
    for (uint32_t i = 0; i < node.num_inputs(); ++i) {
      const auto& m = node.input_metadata(i);
      Object kwargs = checked(PyDict_New());
      if (m.was_default_constructed()) {
        PyList_SET_ITEM(list.get(), i, Py_NewRef(Py_None));
        continue;
      }
      checked(PyDict_SetItemString(
          kwargs, "shape", Object(from_sizes(c10::asIntArrayRefSlow(m.shape_as_dim_vector(), __FILE__, __LINE__)))));
      checked(PyDict_SetItemString(kwargs, "dtype", Object(from_dtype(m.dtype().toScalarType()))));
      checked(PyDict_SetItemString(kwargs, "device", Object(from_device(m.device()))));
      PyList_SET_ITEM(list.get(), i, checked(PyObject_Call(simple, checked(PyTuple_New(0)), kwargs)).release());
    }
    return PyList_AsTuple(list);
  });
}
/// A dict for users' notes on the node, kept with it.
PyObject* metadata(PyObject* self, void*) {
  return guarded([&] { return anomaly_dict(node_of(self)); });
}
PyObject* requires_grad(PyObject*, void*) { Py_RETURN_TRUE; }

PyObject* name(PyObject* self, PyObject*) {
  return guarded([&] { return text(node_of(self).name()).release(); });
}
PyObject* sequence_number(PyObject* self, PyObject*) {
  return PyLong_FromUnsignedLongLong(node_of(self).sequence_nr());
}
PyObject* set_sequence_number(PyObject* self, PyObject* value) {
  node_of(self).set_sequence_nr(PyLong_AsUnsignedLongLong(value));
  Py_RETURN_NONE;
}
PyObject* register_hook(PyObject* self, PyObject* hook) {
  return guarded([&] { return register_post_hook(node_of(self), hook); });
}
PyObject* register_prehook(PyObject* self, PyObject* hook) {
  return guarded([&] { return register_pre_hook(node_of(self), hook); });
}
PyObject* register_hook_dict(PyObject* self, PyObject* tensor) {
  return guarded([&]() -> PyObject* {
    if (!is_tensor(tensor)) raise(PyExc_TypeError, "_register_hook_dict expected a variable");
    PyObject* dict = reinterpret_cast<THPVariable*>(tensor)->backward_hooks;
    if (!dict || !PyDict_Check(dict)) raise(PyExc_RuntimeError, "_register_hook_dict expected a variable with hooks");
    node_of(self).add_tensor_pre_hook(tensor_hook(dict, tensor_of(tensor).output_nr()));
    Py_RETURN_NONE;
  });
}

}  // namespace

PyGetSetDef node_properties[] = {
    {"next_functions", &next_functions, nullptr, nullptr, nullptr},
    {"metadata", &metadata, nullptr, nullptr, nullptr},
    {"requires_grad", &requires_grad, nullptr, nullptr, nullptr},
    {"_input_metadata", &input_metadata, nullptr, nullptr, nullptr},
    {},
};
PyMethodDef node_methods[] = {
    {"name", &name, METH_NOARGS, nullptr},
    {"_sequence_nr", &sequence_number, METH_NOARGS, nullptr},
    {"_set_sequence_nr", &set_sequence_number, METH_O, nullptr},
    {"register_hook", &register_hook, METH_O, nullptr},
    {"register_prehook", &register_prehook, METH_O, nullptr},
    {"_register_hook_dict", &register_hook_dict, METH_O, nullptr},
    {},
};

Node& node_of(PyObject* self) {
  if (PyObject_TypeCheck(self, &NodeType)) return *pointer_of(self);
  auto& node = reinterpret_cast<THPFunction*>(self)->cdata;
  TORCH_CHECK(node,
              "Attribute is invalid for this instance of _C._FunctionBase: the function has not been applied yet, or "
              "its graph is gone.");
  return *node;
}
bool is_node(PyObject* object) {
  return PyObject_TypeCheck(object, &NodeType) || PyObject_TypeCheck(object, &THPFunctionType);
}

PyObject* wrap_node(const c10::intrusive_ptr<Node>& node) {
  if (!node) Py_RETURN_NONE;
  return PyObjectPreservation::get_or_init(*node, [&] {
    PyTypeObject* type = type_of(*node);
    PyObject* self = checked(type->tp_alloc(type, 0)).release();
    new (&pointer_of(self)) c10::intrusive_ptr<Node>(node);
    return self;
  });
}

void init_nodes(PyObject* module) {
  static std::vector<PyGetSetDef> properties;
  for (PyGetSetDef* row = node_properties; row->name; ++row) properties.push_back(*row);
  properties.push_back({"variable", &variable, nullptr, nullptr, nullptr});
  properties.push_back({});
  NodeType.tp_dealloc = &destroy;
  NodeType.tp_traverse = &traverse;
  NodeType.tp_clear = &clear;
  NodeType.tp_repr = &repr;
  NodeType.tp_call = &call_node;
  NodeType.tp_methods = node_methods;
  NodeType.tp_getset = properties.data();
  NodeType.tp_flags |= Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC;
  checked(PyType_Ready(&NodeType));
  add_object(module, "_NodeBase", Py_NewRef(reinterpret_cast<PyObject*>(&NodeType)));
  functions = checked(PyModule_New("torch._C._functions")).release();
  add_object(module, "_functions", Py_NewRef(functions));
}

}  // namespace flambeau::python
