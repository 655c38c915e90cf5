// The tensor's C type: identity with its TensorImpl, life and death, the metaclass, number slots.
#include "pyshim/csrc/tensor.h"

#include <ATen/ops/add_ops.h>
#include <c10/core/DefaultDtype.h>
#include <torch/csrc/autograd/variable.h>
#include <torch/csrc/utils/pyobject_preservation.h>

#include <cstring>

#include "pyshim/csrc/autograd.h"
#include "pyshim/csrc/operators.h"
#include "pyshim/csrc/overrides.h"
#include "pyshim/csrc/parse.h"
#include "pyshim/csrc/tensor_members.h"
#include "pyshim/csrc/tensor_new.h"
#include "pyshim/csrc/types.h"

using torch::utils::PyObjectPreservation;

PyObject* THPVariableClass = nullptr;
PyObject* ParameterClass = nullptr;

namespace flambeau::python {

namespace {

TensorObject* object_of(PyObject* self) { return reinterpret_cast<TensorObject*>(self); }
PyTypeObject* tensor_class() { return reinterpret_cast<PyTypeObject*>(THPVariableClass); }

// Objects of class Tensor are kept for reuse: making one is then a few stores.
constexpr int kPoolSize = 256;
PyObject* pool[kPoolSize];
int pooled = 0;

PyObject* allocate(PyTypeObject* type) {
  if (type != tensor_class() || pooled == 0) return checked(type->tp_alloc(type, 0)).release();
  PyObject* self = pool[--pooled];
  PyObject_Init(self, type);
  PyObject_GC_Track(self);
  return self;
}

/// Clears the __slots__ that Python subclasses added.
void clear_slots(PyTypeObject* type, PyObject* self) {
  for (; type && type != &TensorBaseType; type = type->tp_base) {
    Py_ssize_t count = Py_SIZE(type);
    auto* member = reinterpret_cast<PyMemberDef*>(reinterpret_cast<char*>(type) + Py_TYPE(type)->tp_basicsize);
    for (Py_ssize_t i = 0; i < count; ++i, ++member) {
      if (member->type == T_OBJECT_EX && !(member->flags & READONLY)) {
        Py_CLEAR(*reinterpret_cast<PyObject**>(reinterpret_cast<char*>(self) + member->offset));
      }
    }
  }
}

void deallocate(PyObject* self) {
  PyTypeObject* type = Py_TYPE(self);
  if (type->tp_finalize && PyObject_CallFinalizerFromDealloc(self) < 0) return;
  PyObject_GC_UnTrack(self);
  TensorObject* object = object_of(self);
  if (object->weakrefs) PyObject_ClearWeakRefs(self);
  Py_CLEAR(object->dict);
  Py_CLEAR(object->backward_hooks);
  Py_CLEAR(object->post_accumulate_grad_hooks);
  if (Py_SIZE(type)) clear_slots(type, self);
  if (object->cdata.defined()) PyObjectPreservation::detach(*object->cdata.unsafeGetTensorImpl());
  object->cdata.~Tensor();
  if (type == tensor_class() && pooled < kPoolSize) {
    pool[pooled++] = self;
  } else {
    type->tp_free(self);
  }
  if (type->tp_flags & Py_TPFLAGS_HEAPTYPE) Py_DECREF(type);
}

int traverse(PyObject* self, visitproc visit, void* arg) {
  TensorObject* object = object_of(self);
  Py_VISIT(object->dict);
  Py_VISIT(object->backward_hooks);
  Py_VISIT(object->post_accumulate_grad_hooks);
  return traverse_autograd(object->cdata, visit, arg);
}

int clear(PyObject* self) {
  TensorObject* object = object_of(self);
  Py_CLEAR(object->dict);
  Py_CLEAR(object->backward_hooks);
  Py_CLEAR(object->post_accumulate_grad_hooks);
  clear_autograd(object->cdata);
  return 0;
}

/// Gives the tensor, which has none yet, a Python object.
PyObject* make_object(PyTypeObject* type, at::Tensor&& tensor) {
  PyObject* self = allocate(type);
  TensorObject* object = object_of(self);
  new (&object->cdata) at::Tensor(std::move(tensor));
  object->backward_hooks = object->post_accumulate_grad_hooks = object->dict = object->weakrefs = nullptr;
  PyObjectPreservation::attach(*object->cdata.unsafeGetTensorImpl(), self);
  return self;
}

// Slots where a subclass keeps the fast C function unless it, or a class between, defines the Python method anew.
// Tensor itself defines some reflected methods in Python; ours do the same.
struct FastSlot {
  size_t offset;
  const char* names[2];
};
#define FLB_SLOT(slot, ...)                          \
  {                                                  \
    offsetof(PyNumberMethods, slot), { __VA_ARGS__ } \
  }
constexpr FastSlot kFastSlots[] = {
    FLB_SLOT(nb_add, "__add__", "__radd__"),
    FLB_SLOT(nb_subtract, "__sub__", "__rsub__"),
    FLB_SLOT(nb_multiply, "__mul__", "__rmul__"),
    FLB_SLOT(nb_true_divide, "__truediv__", "__rtruediv__"),
    FLB_SLOT(nb_floor_divide, "__floordiv__", "__rfloordiv__"),
    FLB_SLOT(nb_remainder, "__mod__", "__rmod__"),
    FLB_SLOT(nb_power, "__pow__", "__rpow__"),
    FLB_SLOT(nb_matrix_multiply, "__matmul__", "__rmatmul__"),
    FLB_SLOT(nb_and, "__and__", "__rand__"),
    FLB_SLOT(nb_or, "__or__", "__ror__"),
    FLB_SLOT(nb_xor, "__xor__", "__rxor__"),
    FLB_SLOT(nb_lshift, "__lshift__", "__rlshift__"),
    FLB_SLOT(nb_rshift, "__rshift__", "__rrshift__"),
    FLB_SLOT(nb_negative, "__neg__", nullptr),
    FLB_SLOT(nb_positive, "__pos__", nullptr),
    FLB_SLOT(nb_absolute, "__abs__", nullptr),
    FLB_SLOT(nb_inplace_power, "__ipow__", nullptr),
};
#undef FLB_SLOT

PyObject* method_of(PyTypeObject* type, const char* name) {
  Object key = text(name);
  return _PyType_Lookup(type, key);
}

void keep_fast_slots(PyTypeObject* type) {
  PyTypeObject* base = tensor_class() ? tensor_class() : type;
  for (const FastSlot& slot : kFastSlots) {
    bool same = true;
    for (const char* name : slot.names) same &= !name || method_of(type, name) == method_of(base, name);
    auto at = [&](PyNumberMethods* numbers) {
      return reinterpret_cast<void**>(reinterpret_cast<char*>(numbers) + slot.offset);
    };
    if (same) *at(type->tp_as_number) = *at(TensorBaseType.tp_as_number);
  }
  auto inherits = [&](const char* name) { return method_of(type, name) == method_of(base, name); };
  bool compares = true;
  for (const char* name : {"__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__"}) compares &= inherits(name);
  if (compares) type->tp_richcompare = TensorBaseType.tp_richcompare;
  if (inherits("__len__")) {
    type->tp_as_mapping->mp_length = TensorBaseType.tp_as_mapping->mp_length;
    type->tp_as_sequence->sq_length = nullptr;
  }
  if (inherits("__iter__")) type->tp_iter = TensorBaseType.tp_iter;
  if (inherits("__hash__")) type->tp_hash = TensorBaseType.tp_hash;
}

int meta_init(PyObject* cls, PyObject* args, PyObject* kwargs) {
  if (PyType_Type.tp_init(cls, args, kwargs) < 0) return -1;
  return guarded_status([&] {
    auto* type = reinterpret_cast<PyTypeObject*>(cls);
    type->tp_dealloc = &deallocate;
    if (!THPVariableClass && type->tp_base == &TensorBaseType && !std::strcmp(type->tp_name, "Tensor")) {
      THPVariableClass = Py_NewRef(cls);
    }
    keep_fast_slots(type);
  });
}

PyObject* construct(PyTypeObject* type, PyObject* args, PyObject* kwargs) {
  return guarded([&]() -> PyObject* {
    if (type == &TensorBaseType) raise(PyExc_TypeError, "Cannot create a TensorBase, only its subclass Tensor");
    const at::TensorOptions options = at::TensorOptions(c10::get_default_dtype_as_scalartype()).device(at::kCPU);
    return wrap_as(legacy_tensor(args, kwargs, options, /*any_type=*/true), type);
  });
}

constinit PyTypeObject MetaType = plain_type("torch._C._TensorMeta", 0);

PyObject* set_tensor_class(PyObject*, PyObject* cls) {
  return guarded([&]() -> PyObject* {
    if (!PyType_Check(cls) || !PyType_IsSubtype(reinterpret_cast<PyTypeObject*>(cls), &TensorBaseType))
      raise(PyExc_TypeError, "_set_tensor_class() takes a subclass of TensorBase");
    Py_XSETREF(THPVariableClass, Py_NewRef(cls));
    pooled = 0;
    keep_fast_slots(tensor_class());
    Py_RETURN_NONE;
  });
}
PyObject* set_parameter_class(PyObject*, PyObject* cls) {
  Py_XSETREF(ParameterClass, Py_NewRef(cls));
  Py_RETURN_NONE;
}

PyMethodDef functions[] = {
    {"_set_tensor_class", &set_tensor_class, METH_O, "Names the class of all tensors made from C++."},
    {"_set_parameter_class", &set_parameter_class, METH_O, "Names the subclass that behaves exactly like Tensor."},
    {},
};

}  // namespace

constinit PyTypeObject TensorBaseType = plain_type("torch._C.TensorBase", sizeof(TensorObject));

PyObject* wrap(at::Tensor tensor) {
  if (!tensor.defined()) Py_RETURN_NONE;
  if (PyObject* known = tensor.unsafeGetTensorImpl()->pyobj_slot()->load_pyobj()) return Py_NewRef(known);
  return make_object(THPVariableClass ? tensor_class() : &TensorBaseType, std::move(tensor));
}

PyObject* wrap_as(at::Tensor tensor, PyTypeObject* type) {
  if (PyObject* known = tensor.unsafeGetTensorImpl()->pyobj_slot()->load_pyobj()) {
    if (Py_TYPE(known) == type) return Py_NewRef(known);
    // The tensor is known to Python as something else already: its alias is the new object's.
    tensor = tensor.alias();
  }
  if (has_torch_dispatch(type)) tensor.unsafeGetTensorImpl()->set_python_dispatch(true);
  return make_object(type, std::move(tensor));
}

void init_tensor(PyObject* module) {
  MetaType.tp_base = &PyType_Type;
  MetaType.tp_init = &meta_init;
  MetaType.tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE;
  checked(PyType_Ready(&MetaType));
  add_object(module, "_TensorMeta", Py_NewRef(reinterpret_cast<PyObject*>(&MetaType)));

  PyTypeObject& type = TensorBaseType;
  Py_SET_TYPE(&type, &MetaType);
  type.tp_flags |= Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC;
  type.tp_new = &construct;
  type.tp_dealloc = &deallocate;
  type.tp_traverse = &traverse;
  type.tp_clear = &clear;
  type.tp_dictoffset = kDictOffset;
  type.tp_weaklistoffset = kWeakrefsOffset;
  type.tp_hash = [](PyObject* self) { return _Py_HashPointer(self); };
  install_operators(type);
  install_members(type);
  checked(PyType_Ready(&type));
  install_methods(type);
  add_object(module, "TensorBase", Py_NewRef(reinterpret_cast<PyObject*>(&type)));
  add_object(module, "_TensorBase", Py_NewRef(reinterpret_cast<PyObject*>(&type)));
  add_functions(module, functions);
}

}  // namespace flambeau::python

PyObject* THPVariable_Wrap(at::TensorBase&& var) { return flambeau::python::wrap(at::Tensor(std::move(var))); }
PyObject* THPVariable_Wrap(const at::TensorBase& var) { return flambeau::python::wrap(at::Tensor(var)); }
PyObject* THPVariable_Wrap(const at::TensorBase& var, PyTypeObject* type) {
  return flambeau::python::wrap_as(at::Tensor(var), type);
}
