// torch.Generator.
#include <ATen/CPUGeneratorImpl.h>
#include <ATen/ops/empty.h>

#include "pyshim/csrc/tensor.h"
#include "pyshim/csrc/types.h"
#include "pyshim/csrc/values.h"

namespace flambeau::python {

namespace {

at::Generator& generator_of(PyObject* self) { return reinterpret_cast<THPGenerator*>(self)->cdata; }

PyObject* make(PyTypeObject* type, PyObject* args, PyObject* kwargs) {
  return guarded([&] {
    static const char* names[] = {"device", nullptr};
    PyObject* given = Py_None;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|O:Generator", const_cast<char**>(names), &given)) raise();
    at::Device device = given == Py_None ? at::Device(at::kCPU) : to_device(given);
    if (device.type() != at::kCPU) {
      TORCH_CHECK(false, "Cannot create a torch.Generator on device type ", device.type(), ": not implemented");
    }
    return THPGenerator_NewWithVar(type, at::make_generator<at::CPUGeneratorImpl>());
  });
}

void destroy(PyObject* self) {
  auto* object = reinterpret_cast<THPGenerator*>(self);
  if (object->weakreflist) PyObject_ClearWeakRefs(self);
  if (object->cdata.defined()) {
    if (object->cdata.pyobj() == self) object->cdata.set_pyobj(nullptr);
    object->cdata.~Generator();
  }
  Py_TYPE(self)->tp_free(self);
}

uint64_t seed_of(PyObject* number) {
  Object index = checked(PyNumber_Index(number));
  // Negative seeds are their two's complement.
  uint64_t seed = PyLong_AsUnsignedLongLong(index);
  if (!PyErr_Occurred()) return seed;
  PyErr_Clear();
  int64_t negative = PyLong_AsLongLong(index);
  if (PyErr_Occurred()) raise();
  return static_cast<uint64_t>(negative);
}

/// Runs with the generator's lock held and the GIL released while waiting for it.
template <class Body>
auto locked(PyObject* self, Body&& body) {
  at::Generator& g = generator_of(self);
  std::scoped_lock lock(g.mutex());
  return body(g);
}

PyObject* manual_seed(PyObject* self, PyObject* seed) {
  return guarded([&] {
    locked(self, [&](at::Generator& g) { g.set_current_seed(seed_of(seed)); });
    return Py_NewRef(self);
  });
}
PyObject* new_seed(PyObject* self, PyObject*) {
  return guarded([&] { return PyLong_FromUnsignedLongLong(locked(self, [](at::Generator& g) { return g.seed(); })); });
}
PyObject* initial_seed(PyObject* self, PyObject*) {
  return guarded([&] { return PyLong_FromUnsignedLongLong(generator_of(self).current_seed()); });
}
PyObject* get_state(PyObject* self, PyObject*) {
  return guarded([&] { return wrap(locked(self, [](at::Generator& g) { return g.get_state(); })); });
}
PyObject* set_state(PyObject* self, PyObject* state) {
  return guarded([&] {
    if (!is_tensor(state))
      raise(PyExc_TypeError, std::string("expected a torch.ByteTensor, but got ") + short_type_name(state));
    const at::Tensor& t = tensor_of(state);
    if (t.layout() != at::kStrided || !t.is_cpu() || t.scalar_type() != at::kByte) {
      raise(PyExc_TypeError, "expected a torch.ByteTensor, but got " + std::string(short_type_name(state)));
    }
    locked(self, [&](at::Generator& g) { g.set_state(t); });
    return Py_NewRef(self);
  });
}
PyObject* clone_state(PyObject* self, PyObject*) {
  return guarded(
      [&] { return THPGenerator_NewWithVar(Py_TYPE(self), locked(self, [](at::Generator& g) { return g.clone(); })); });
}
PyObject* get_offset(PyObject* self, PyObject*) {
  return guarded([&] { return PyLong_FromUnsignedLongLong(generator_of(self).get_offset()); });
}
PyObject* set_offset(PyObject* self, PyObject* offset) {
  return guarded([&] {
    locked(self, [&](at::Generator& g) { g.set_offset(seed_of(offset)); });
    return Py_NewRef(self);
  });
}
PyObject* device(PyObject* self, void*) { return from_device(generator_of(self).device()); }

/// (Generator, (device,), (seed, offset, state)), and the way back.
PyObject* reduce(PyObject* self, PyObject*) {
  return guarded([&] {
    Object where(from_device(generator_of(self).device()));
    Object state(wrap(generator_of(self).get_state()));
    return Py_BuildValue("(O(O)(KOO))", reinterpret_cast<PyObject*>(Py_TYPE(self)), where.get(),
                         static_cast<unsigned long long>(generator_of(self).current_seed()), Py_None, state.get());
  });
}
PyObject* restore(PyObject* self, PyObject* state) {
  return guarded([&]() -> PyObject* {
    PyObject *seed, *offset, *bytes;
    if (!PyArg_ParseTuple(state, "OOO", &seed, &offset, &bytes)) raise();
    locked(self, [&](at::Generator& g) {
      g.set_current_seed(seed_of(seed));
      g.set_state(tensor_of(bytes));
    });
    Py_RETURN_NONE;
  });
}

PyMethodDef methods[] = {
    {"__reduce__", &reduce, METH_NOARGS, nullptr},
    {"__setstate__", &restore, METH_O, nullptr},
    {"manual_seed", &manual_seed, METH_O, nullptr},
    {"seed", &new_seed, METH_NOARGS, nullptr},
    {"initial_seed", &initial_seed, METH_NOARGS, nullptr},
    {"get_state", &get_state, METH_NOARGS, nullptr},
    {"set_state", &set_state, METH_O, nullptr},
    {"clone_state", &clone_state, METH_NOARGS, nullptr},
    {"graphsafe_get_state", &clone_state, METH_NOARGS, nullptr},
    {"get_offset", &get_offset, METH_NOARGS, nullptr},
    {"set_offset", &set_offset, METH_O, nullptr},
    {},
};
PyGetSetDef properties[] = {{"device", &device, nullptr, nullptr, nullptr}, {}};

constinit PyTypeObject GeneratorType = plain_type("torch._C.Generator", sizeof(THPGenerator));

}  // namespace

void init_generator(PyObject* module) { checked(THPGenerator_init(module) ? 0 : -1); }

}  // namespace flambeau::python

using namespace flambeau::python;

PyObject* THPGeneratorClass = nullptr;

bool THPGenerator_init(PyObject* module) {
  GeneratorType.tp_new = &make;
  GeneratorType.tp_dealloc = &destroy;
  GeneratorType.tp_methods = methods;
  GeneratorType.tp_getset = properties;
  GeneratorType.tp_flags |= Py_TPFLAGS_BASETYPE;
  GeneratorType.tp_weaklistoffset = sizeof(PyObject) + sizeof(at::Generator);
  if (PyType_Ready(&GeneratorType) < 0) return false;
  THPGeneratorClass = reinterpret_cast<PyObject*>(&GeneratorType);
  if (PyModule_AddObjectRef(module, "Generator", THPGeneratorClass) < 0) return false;
  Object standard(THPGenerator_initDefaultGenerator(at::detail::getDefaultCPUGenerator()));
  return standard && PyModule_AddObjectRef(module, "default_generator", standard) == 0;
}

PyObject* THPGenerator_NewWithVar(PyTypeObject* type, at::Generator gen) {
  PyObject* self = checked(type->tp_alloc(type, 0)).release();
  auto* object = reinterpret_cast<THPGenerator*>(self);
  new (&object->cdata) at::Generator(std::move(gen));
  object->cdata.set_pyobj(self);
  return self;
}
PyObject* THPGenerator_initDefaultGenerator(const at::Generator& cdata) {
  return THPGenerator_NewWithVar(&GeneratorType, cdata);
}
PyObject* THPGenerator_Wrap(const at::Generator& gen) {
  if (!gen.defined()) Py_RETURN_NONE;
  if (PyObject* known = gen.pyobj()) return Py_NewRef(known);
  return THPGenerator_NewWithVar(&GeneratorType, gen);
}
at::Generator THPGenerator_Unwrap(PyObject* object) {
  if (object == Py_None) return {};
  if (!PyObject_TypeCheck(object, &GeneratorType)) {
    raise(PyExc_TypeError, std::string("expected a torch.Generator, but got ") + short_type_name(object));
  }
  return generator_of(object);
}
