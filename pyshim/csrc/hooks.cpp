#include <torch/csrc/autograd/custom_function.h>
#include <torch/csrc/autograd/function.h>
#include <torch/csrc/autograd/functions/accumulate_grad.h>

#include "pyshim/csrc/hooks.h"
#include "pyshim/csrc/tensor.h"

namespace flambeau::python {

namespace {

using torch::autograd::Node;
using torch::autograd::variable_list;

/// A reference that may be dropped by any thread.
class Held {
 public:
  explicit Held(PyObject* object) : object_(Py_NewRef(object)) {}
  ~Held() {
    if (!Py_IsInitialized()) return;
    GilAcquire gil;
    Py_DECREF(object_);
  }
  Held(const Held&) = delete;
  PyObject* get() const { return object_; }

 private:
  PyObject* object_;
};

/// What all kinds of hooks have: the dict of Python functions.
struct PythonHook {
  Held dict;
  explicit PythonHook(PyObject* d) : dict(d) {}
};

/// The dict's hooks now: a hook may remove itself while they run.
Object hooks_of(const Held& dict) { return checked(PyMapping_Values(dict.get())); }

std::string name_of(PyObject* hook) {
  Object name = attr_or_null(hook, "__name__");
  return name && PyUnicode_Check(name.get()) ? std::string(text_of(name)) : "<unknown>";
}

Object tuple_of(const variable_list& tensors) {
  Object tuple = checked(PyTuple_New(static_cast<Py_ssize_t>(tensors.size())));
  for (size_t i = 0; i < tensors.size(); ++i) PyTuple_SET_ITEM(tuple.get(), i, wrap(tensors[i]));
  return tuple;
}

void check(PyObject* before, PyObject* after, PyObject* hook) {
  if (!is_tensor(after))
    raise(PyExc_TypeError, std::string("expected Variable, but hook returned '") + short_type_name(after) + "'");
  if (before == Py_None) raise(PyExc_RuntimeError, "can't replace a None gradient with a non-None value");
  torch::autograd::check_variable_result(tensor_of(before), tensor_of(after), name_of(hook));
}

/// A hook's new gradients replace the old ones, one for one.
void replace(Object& values, const Object& result, PyObject* hook) {
  if (!PyTuple_Check(result.get())) {
    raise(PyExc_TypeError, std::string("expected tuple, but hook returned '") + short_type_name(result) + "'");
  }
  if (PyTuple_GET_SIZE(result.get()) != PyTuple_GET_SIZE(values.get())) {
    raise(PyExc_RuntimeError, "hook '" + name_of(hook) + "' has returned an incorrect number of values (got " +
                                  std::to_string(PyTuple_GET_SIZE(result.get())) + ", but expected " +
                                  std::to_string(PyTuple_GET_SIZE(values.get())) + ")");
  }
  for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(result.get()); ++i) {
    PyObject* after = PyTuple_GET_ITEM(result.get(), i);
    if (after != Py_None) check(PyTuple_GET_ITEM(values.get(), i), after, hook);
  }
  values = result;
}

variable_list tensors_of_tuple(PyObject* tuple) {
  variable_list tensors(static_cast<size_t>(PyTuple_GET_SIZE(tuple)));
  for (size_t i = 0; i < tensors.size(); ++i) {
    PyObject* item = PyTuple_GET_ITEM(tuple, i);
    if (item != Py_None) tensors[i] = tensor_of(item);
  }
  return tensors;
}

template <class Body>
void each_hook(const Held& dict, Body&& body) {
  Object list = hooks_of(dict);
  for (Py_ssize_t i = 0; i < PyList_GET_SIZE(list.get()); ++i) body(PyList_GET_ITEM(list.get(), i));
}

struct TensorHook final : FunctionPreHook, PythonHook {
  size_t index;
  TensorHook(PyObject* d, size_t i) : PythonHook(d), index(i) {}
  variable_list operator()(const variable_list& values) override {
    return in_python([&] {
      variable_list result = values;
      Object value(wrap(values.at(index)));
      each_hook(dict, [&](PyObject* hook) {
        Object after = call(hook, value.get());
        if (after.get() == Py_None) return;
        check(value, after, hook);
        value = after;
      });
      if (value.get() != Py_None) result[index] = tensor_of(value);
      return result;
    });
  }
};

struct AccumulatedHook final : PostAccumulateGradHook, PythonHook {
  using PythonHook::PythonHook;
  void operator()(const at::Tensor& tensor) override {
    in_python([&] {
      Object value(wrap(tensor));
      each_hook(dict, [&](PyObject* hook) {
        Object after = call(hook, value.get());
        if (after.get() == Py_None) return;
        check(value, after, hook);
        raise(PyExc_RuntimeError, "Tensor post accumulate grad hooks should return None.");
      });
    });
  }
};

struct PreHook final : FunctionPreHook, PythonHook {
  using PythonHook::PythonHook;
  variable_list operator()(const variable_list& grads) override {
    return in_python([&] {
      Object values = tuple_of(grads);
      each_hook(dict, [&](PyObject* hook) {
        Object after = call(hook, values.get());
        if (after.get() == Py_None) return;
        replace(values, after, hook);
      });
      return tensors_of_tuple(values);
    });
  }
};

struct PostHook final : FunctionPostHook, PythonHook {
  using PythonHook::PythonHook;
  variable_list operator()(const variable_list& outputs, const variable_list& inputs) override {
    return in_python([&] {
      Object values = tuple_of(outputs), given = tuple_of(inputs);
      each_hook(dict, [&](PyObject* hook) {
        Object after = call(hook, values.get(), given.get());
        if (after.get() == Py_None) return;
        replace(values, after, hook);
      });
      return tensors_of_tuple(values);
    });
  }
};

/// Puts the hook into the dict that the node's Python hooks share, making one if there is none yet.
template <class Hook, class List>
PyObject* add(List& hooks, PyObject* hook) {
  PyObject* dict = nullptr;
  for (auto& known : hooks) {
    if (auto* ours = dynamic_cast<Hook*>(known.get())) dict = ours->dict.get();
  }
  if (!dict) {
    Object fresh = call(attr(import("collections"), "OrderedDict"));
    hooks.push_back(std::make_unique<Hook>(fresh));
    dict = static_cast<Hook*>(hooks.back().get())->dict.get();
  }
  Object handle = call(package_attr("utils.hooks", "RemovableHandle"), dict);
  checked(PyObject_SetItem(dict, attr(handle, "id"), hook));
  return handle.release();
}

/// AccumulateGrad shows the leaf's own hooks as its tensor hooks.
bool is_leaf_end(const Node& node) { return dynamic_cast<const torch::autograd::AccumulateGrad*>(&node); }

template <class Hook>
int traverse_one(Hook* hook, visitproc visit, void* arg) {
  if (auto* ours = dynamic_cast<PythonHook*>(hook)) Py_VISIT(ours->dict.get());
  return 0;
}

template <class List>
int traverse_all(const List& hooks, visitproc visit, void* arg) {
  for (const auto& hook : hooks) {
    if (int stop = traverse_one(hook.get(), visit, arg)) return stop;
  }
  return 0;
}

}  // namespace

int traverse_hooks(const std::vector<std::unique_ptr<FunctionPreHook>>& hooks, visitproc visit, void* arg) {
  return traverse_all(hooks, visit, arg);
}
int traverse_hook(PostAccumulateGradHook* hook, visitproc visit, void* arg) {
  return hook ? traverse_one(hook, visit, arg) : 0;
}
int traverse_hooks(Node& node, visitproc visit, void* arg) {
  if (int stop = traverse_all(node.pre_hooks(), visit, arg)) return stop;
  if (int stop = traverse_all(node.post_hooks(), visit, arg)) return stop;
  return is_leaf_end(node) ? 0 : traverse_all(node.tensor_pre_hooks(), visit, arg);
}
void clear_hooks(Node& node) {
  // Out of the node first: what a hook's end sets off may look at it.
  const auto pre = std::move(node.pre_hooks());
  const auto post = std::move(node.post_hooks());
  if (is_leaf_end(node)) return;
  const auto tensor = std::move(node.tensor_pre_hooks());
}

std::unique_ptr<FunctionPreHook> tensor_hook(PyObject* dict, size_t index) {
  return std::make_unique<TensorHook>(dict, index);
}
std::unique_ptr<PostAccumulateGradHook> accumulated_hook(PyObject* dict) {
  return std::make_unique<AccumulatedHook>(dict);
}
PyObject* register_post_hook(Node& node, PyObject* hook) { return add<PostHook>(node.post_hooks(), hook); }
PyObject* register_pre_hook(Node& node, PyObject* hook) { return add<PreHook>(node.pre_hooks(), hook); }

}  // namespace flambeau::python
