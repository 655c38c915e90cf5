// The rest of _C: version counters, swapping of tensors, DLPack capsules.
#include "pyshim/csrc/misc.h"

#include <ATen/DLConvertor.h>
#include <ATen/ops/empty.h>
#include <torch/csrc/autograd/variable.h>
#include <torch/csrc/utils/pyobject_preservation.h>

#include "pyshim/csrc/node.h"
#include "pyshim/csrc/overrides.h"
#include "pyshim/csrc/tensor.h"
#include "pyshim/csrc/tensor_argument.h"
#include "pyshim/csrc/types.h"
#include "pyshim/csrc/values.h"

namespace flambeau::python {

namespace {

namespace impl = torch::autograd::impl;
using torch::utils::PyObjectPreservation;

PyObject* increment_version(PyObject*, PyObject* tensors) {
  return guarded([&]() -> PyObject* {
    Object iterator = checked(PyObject_GetIter(is_tensor(tensors) ? checked(PyTuple_Pack(1, tensors)).get() : tensors));
    while (Object item{PyIter_Next(iterator)}) {
      TORCH_CHECK(is_tensor(item), "increment_version expects each element of the iterable input to be a tensor");
      impl::bump_version(tensor_of(item));
    }
    if (PyErr_Occurred()) raise();
    Py_RETURN_NONE;
  });
}

PyObject* set_version(PyObject*, PyObject* args) {
  return guarded([&]() -> PyObject* {
    PyObject *tensors, *versions;
    if (!PyArg_ParseTuple(args, "O!O!", &PyTuple_Type, &tensors, &PyTuple_Type, &versions)) raise();
    TORCH_CHECK_VALUE(PyTuple_GET_SIZE(tensors) == PyTuple_GET_SIZE(versions),
                      "_unsafe_set_version_counter() needs as many versions as tensors");
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(tensors); ++i) {
      const at::Tensor& t = tensor_argument(PyTuple_GET_ITEM(tensors, i), "_unsafe_set_version_counter");
      // Counters are shared handles: this one's copy sets the tensor's own.
      c10::VariableVersion counter = t.unsafeGetTensorImpl()->version_counter();
      counter.set_version(to_int64(PyTuple_GET_ITEM(versions, i)));
    }
    Py_RETURN_NONE;
  });
}

/// Exchanges what two Python tensors stand for; each impl keeps its own C++ owners.
PyObject* swap_impl(PyObject*, PyObject* args) {
  return guarded([&]() -> PyObject* {
    PyObject *a, *b;
    if (!PyArg_ParseTuple(args, "OO", &a, &b)) raise();
    tensor_argument(a, "_swap_tensor_impl"), tensor_argument(b, "_swap_tensor_impl");
    auto &x = reinterpret_cast<THPVariable*>(a)->cdata, &y = reinterpret_cast<THPVariable*>(b)->cdata;
    TORCH_CHECK(x.use_count() == 1 && y.use_count() == 1, "Expected single reference to a's and b's Tensor object");
    PyObjectPreservation::detach(*x.unsafeGetTensorImpl());
    PyObjectPreservation::detach(*y.unsafeGetTensorImpl());
    std::swap(x, y);
    PyObjectPreservation::attach(*x.unsafeGetTensorImpl(), a);
    PyObjectPreservation::attach(*y.unsafeGetTensorImpl(), b);
    Py_RETURN_NONE;
  });
}

/// Flags of a tensor that a checkpoint keeps besides its values.
PyObject* get_metadata(PyObject*, PyObject* tensor) {
  return guarded([&] {
    Object dict = checked(PyDict_New());
    const at::Tensor& t = tensor_argument(tensor, "get_tensor_metadata");
    if (t.is_conj()) checked(PyDict_SetItemString(dict, "conj", Py_True));
    if (t.is_neg()) checked(PyDict_SetItemString(dict, "neg", Py_True));
    return dict.release();
  });
}
PyObject* set_metadata(PyObject*, PyObject* args) {
  return guarded([&]() -> PyObject* {
    PyObject *tensor, *dict;
    if (!PyArg_ParseTuple(args, "OO!", &tensor, &PyDict_Type, &dict)) raise();
    const at::Tensor& t = tensor_argument(tensor, "set_tensor_metadata");
    if (PyDict_GetItemString(dict, "conj")) t._set_conj(true);
    if (PyDict_GetItemString(dict, "neg")) t._set_neg(true);
    Py_RETURN_NONE;
  });
}

PyObject* no(PyObject*, PyObject*) { Py_RETURN_FALSE; }
PyObject* nothing(PyObject*, PyObject*) { Py_RETURN_NONE; }
PyObject* minus_one(PyObject*, PyObject*) { return PyLong_FromLong(-1); }

// ---- DLPack
// --------------------------------------------------------------------------------------------------------------

constexpr const char kPlain[] = "dltensor", kUsedPlain[] = "used_dltensor";
constexpr const char kVersioned[] = "dltensor_versioned", kUsedVersioned[] = "used_dltensor_versioned";

/// A capsule nobody took must free its tensor.
template <class Managed, const char* name>
void free_capsule(PyObject* capsule) {
  if (!PyCapsule_IsValid(capsule, name)) return;
  auto* managed = static_cast<Managed*>(PyCapsule_GetPointer(capsule, name));
  if (managed->deleter) managed->deleter(managed);
}

PyObject* to_dlpack(PyObject*, PyObject* args, PyObject*) {
  return guarded([&] {
    PyObject* tensor = PyTuple_GetItem(args, 0);
    if (!tensor) raise();
    DLManagedTensor* managed = at::toDLPack(tensor_argument(tensor, "to_dlpack"));
    return PyCapsule_New(managed, kPlain, &free_capsule<DLManagedTensor, kPlain>);
  });
}
PyObject* to_dlpack_versioned(PyObject*, PyObject* args, PyObject*) {
  return guarded([&] {
    PyObject* tensor = PyTuple_GetItem(args, 0);
    if (!tensor) raise();
    DLManagedTensorVersioned* managed = at::toDLPackVersioned(tensor_argument(tensor, "to_dlpack"));
    return PyCapsule_New(managed, kVersioned, &free_capsule<DLManagedTensorVersioned, kVersioned>);
  });
}
PyObject* from_dlpack(PyObject*, PyObject* capsule) {
  return guarded([&] {
    if (PyCapsule_IsValid(capsule, kVersioned)) {
      auto* managed = static_cast<DLManagedTensorVersioned*>(PyCapsule_GetPointer(capsule, kVersioned));
      at::Tensor t = at::fromDLPackVersioned(managed);
      PyCapsule_SetName(capsule, kUsedVersioned);
      return wrap(std::move(t));
    }
    TORCH_CHECK(PyCapsule_IsValid(capsule, kPlain),
                "from_dlpack received an invalid capsule. Note that DLTensor capsules can be consumed only once, so "
                "you might have already constructed "
                "a tensor from it once.");
    auto* managed = static_cast<DLManagedTensor*>(PyCapsule_GetPointer(capsule, kPlain));
    at::Tensor t = at::fromDLPack(managed);
    PyCapsule_SetName(capsule, kUsedPlain);
    return wrap(std::move(t));
  });
}
PyObject* dl_device(PyObject*, PyObject* device) {
  return guarded([&] {
    DLDevice d = at::torchDeviceToDLDevice(to_device(device));
    return Py_BuildValue("(ii)", static_cast<int>(d.device_type), static_cast<int>(d.device_id));
  });
}

constexpr int kOld = METH_VARARGS | METH_KEYWORDS;
/// A function's builtins are fixed when it is made; for mock_torch this gives it others.
PyObject* set_function_builtins(PyObject*, PyObject* args) {
  PyObject *function, *builtins;
  if (!PyArg_ParseTuple(args, "O!O!", &PyFunction_Type, &function, &PyDict_Type, &builtins)) return nullptr;
  auto* f = reinterpret_cast<PyFunctionObject*>(function);
  Py_XSETREF(f->func_builtins, Py_NewRef(builtins));
  f->func_version = 0;
  Py_RETURN_NONE;
}

PyMethodDef functions[] = {
    {"_set_function_builtins", &set_function_builtins, METH_VARARGS, nullptr},
    {"_increment_version", &increment_version, METH_O, nullptr},
    {"_swap_tensor_impl", &swap_impl, METH_VARARGS, nullptr},
    {"_get_tensor_metadata", &get_metadata, METH_O, nullptr},
    {"_set_tensor_metadata", &set_metadata, METH_VARARGS, nullptr},
    {"_to_dlpack", c_function(&to_dlpack), kOld, nullptr},
    {"_to_dlpack_versioned", c_function(&to_dlpack_versioned), kOld, nullptr},
    {"_from_dlpack", &from_dlpack, METH_O, nullptr},
    {"_torchDeviceToDLDevice", &dl_device, METH_O, nullptr},
    {"_check_sparse_tensor_invariants", &no, METH_NOARGS, nullptr},
    {"_set_check_sparse_tensor_invariants", &nothing, METH_O, nullptr},
    {"_set_float32_matmul_precision", &nothing, METH_O, nullptr},
    {"_current_graph_task_id", &minus_one, METH_NOARGS, nullptr},
    {"_remove_worker_pids", &nothing, METH_O, nullptr},
    {"_set_worker_signal_handlers", &nothing, METH_VARARGS, nullptr},
    {"_set_worker_pids", &nothing, METH_VARARGS, nullptr},
    {"_error_if_any_worker_fails", &nothing, METH_NOARGS, nullptr},
    {"_set_generator_metaclass", &nothing, METH_O, nullptr},
    {},
};
PyMethodDef autograd_functions[] = {{"_unsafe_set_version_counter", &set_version, METH_VARARGS, nullptr}, {}};

constinit PyTypeObject LegacyVariableType = plain_type("torch._C._LegacyVariableBase", sizeof(PyObject));

PyObject* legacy_variable(PyTypeObject*, PyObject* args, PyObject* kwargs) {
  return guarded([&] {
    static const char* names[] = {"data", "requires_grad", "volatile", "_grad_fn", "name", nullptr};
    PyObject *data = nullptr, *old = nullptr, *fn = nullptr, *name = nullptr;
    int grad = 0;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|OpOOO:Variable", const_cast<char**>(names), &data, &grad, &old,
                                     &fn, &name))
      raise();
    at::Tensor t = data && is_tensor(data) ? tensor_of(data).detach() : at::empty({0});
    t.set_requires_grad(grad);
    return wrap(std::move(t));
  });
}

}  // namespace

void init_misc(PyObject* module) {
  LegacyVariableType.tp_new = &legacy_variable;
  LegacyVariableType.tp_flags |= Py_TPFLAGS_BASETYPE;
  checked(PyType_Ready(&LegacyVariableType));
  add_object(module, "_LegacyVariableBase", Py_NewRef(reinterpret_cast<PyObject*>(&LegacyVariableType)));
  add_functions(module, functions);
  add_functions(attr(module, "_autograd"), autograd_functions);
}

}  // namespace flambeau::python
