#include <torch/csrc/autograd/custom_function.h>
#include <torch/csrc/autograd/function.h>

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
  if (before == Py_None) return;
  if (!is_tensor(after))
    raise(PyExc_TypeError, std::string("expected Variable, but hook returned '") + short_type_name(after) + "'");
  torch::autograd::check_variable_result(tensor_of(before), tensor_of(after), name_of(hook));
}

/// A hook's new gradients replace the old ones, one for one.
void replace(Object& values, const Object& result, PyObject* hook) {
  if (!PyTuple_Check(result.get())) {
    raise(PyExc_TypeError, "hook '" + name_of(hook) + "' has returned an incorrect type: expected a tuple, but got " +
                               short_type_name(result));
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

struct TensorHook final : FunctionPreHook {
  Held dict;
  size_t index;
  TensorHook(PyObject* d, size_t i) : dict(d), index(i) {}
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

struct AccumulatedHook final : PostAccumulateGradHook {
  Held dict;
  explicit AccumulatedHook(PyObject* d) : dict(d) {}
  void operator()(const at::Tensor& tensor) override {
    in_python([&] {
      Object value(wrap(tensor));
      each_hook(dict, [&](PyObject* hook) {
        if (call(hook, value.get()).get() != Py_None) {
          raise(PyExc_RuntimeError, "Tensor post accumulate grad hooks should return None.");
        }
      });
    });
  }
};

struct PreHook final : FunctionPreHook {
  Held dict;
  explicit PreHook(PyObject* d) : dict(d) {}
  variable_list operator()(const variable_list& grads) override {
    return in_python([&] {
      Object values = tuple_of(grads);
      each_hook(dict, [&](PyObject* hook) {
        Object after = call(hook, values.get());
        if (after.get() == Py_None) return;
        if (is_tensor(after)) after = checked(PyTuple_Pack(1, after.get()));
        replace(values, after, hook);
      });
      return tensors_of_tuple(values);
    });
  }
};

struct PostHook final : FunctionPostHook {
  Held dict;
  explicit PostHook(PyObject* d) : dict(d) {}
  variable_list operator()(const variable_list& outputs, const variable_list& inputs) override {
    return in_python([&] {
      Object values = tuple_of(outputs), given = tuple_of(inputs);
      each_hook(dict, [&](PyObject* hook) {
        Object after = call(hook, values.get(), given.get());
        if (after.get() == Py_None) return;
        if (is_tensor(after)) after = checked(PyTuple_Pack(1, after.get()));
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

}  // namespace

std::unique_ptr<FunctionPreHook> tensor_hook(PyObject* dict, size_t index) {
  return std::make_unique<TensorHook>(dict, index);
}
std::unique_ptr<PostAccumulateGradHook> accumulated_hook(PyObject* dict) {
  return std::make_unique<AccumulatedHook>(dict);
}
PyObject* register_post_hook(Node& node, PyObject* hook) { return add<PostHook>(node.post_hooks(), hook); }
PyObject* register_pre_hook(Node& node, PyObject* hook) { return add<PreHook>(node.pre_hooks(), hook); }

}  // namespace flambeau::python
