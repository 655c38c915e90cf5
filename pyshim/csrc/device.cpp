// torch.device and torch.Stream.
#include <ATen/PythonTorchFunctionTLS.h>
#include <c10/core/Device.h>

#include <sstream>

#include "pyshim/csrc/interpreter.h"
#include "pyshim/csrc/tensor.h"
#include "pyshim/csrc/types.h"
#include "pyshim/csrc/values.h"

namespace flambeau::python {

namespace {

at::Device& device_of(PyObject* self) { return reinterpret_cast<THPDevice*>(self)->device; }

std::string type_text(const at::Device& d) { return c10::DeviceTypeName(d.type(), /*lower_case=*/true); }

PyObject* repr(PyObject* self) {
  std::string out = "device(type='" + type_text(device_of(self)) + "'";
  if (device_of(self).has_index()) out += ", index=" + std::to_string(device_of(self).index());
  return PyUnicode_FromString((out + ")").c_str());
}
PyObject* str(PyObject* self) { return PyUnicode_FromString(device_of(self).str().c_str()); }

[[noreturn]] void bad_arguments(PyObject* args) {
  std::string got;
  for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(args); ++i)
    got += (i ? ", " : "") + std::string(short_type_name(PyTuple_GET_ITEM(args, i)));
  raise(PyExc_TypeError, "device() received an invalid combination of arguments - got (" + got +
                             "), but expected one of:\n * (torch.device device)\n * (str type, int index = -1)\n");
}

at::Device device_from(PyObject* first, PyObject* index, PyObject* args) {
  if (!index) {
    if (THPDevice_Check(first)) return device_of(first);
    if (PyUnicode_Check(first)) return at::Device(std::string(text_of(first)));
    if (is_integer(first)) {
      raise(PyExc_RuntimeError, "Cannot access accelerator device when none is available.");
    }
    bad_arguments(args);
  }
  if (!PyUnicode_Check(first)) bad_arguments(args);
  if (!is_integer(index)) {
    raise(PyExc_TypeError,
          std::string("device(): argument 'index' (position 2) must be int, not ") + short_type_name(index));
  }
  at::Device device{std::string(text_of(first))};
  int64_t number = to_int64(index);
  if (device.has_index()) {
    raise(PyExc_RuntimeError,
          "type (string) must not include an index because index was passed explicitly: " + device.str());
  }
  TORCH_CHECK(number >= -1 && number < 128, "Device index must be -1 or non-negative, got ", number);
  return at::Device(device.type(), static_cast<at::DeviceIndex>(number));
}

PyObject* make(PyTypeObject*, PyObject* args, PyObject* kwargs) {
  return guarded([&]() -> PyObject* {
    PyObject* first = PyTuple_GET_SIZE(args) > 0 ? PyTuple_GET_ITEM(args, 0) : nullptr;
    PyObject* index = PyTuple_GET_SIZE(args) > 1 ? PyTuple_GET_ITEM(args, 1) : nullptr;
    if (PyTuple_GET_SIZE(args) > 2) bad_arguments(args);
    if (kwargs) {
      if (!first) first = PyDict_GetItemString(kwargs, "device");
      if (!first) first = PyDict_GetItemString(kwargs, "type");
      if (!index) index = PyDict_GetItemString(kwargs, "index");
    }
    if (!first) bad_arguments(args);
    return THPDevice_New(device_from(first, index == Py_None ? nullptr : index, args));
  });
}

PyObject* get_type(PyObject* self, void*) { return PyUnicode_FromString(type_text(device_of(self)).c_str()); }
PyObject* get_index(PyObject* self, void*) {
  if (!device_of(self).has_index()) Py_RETURN_NONE;
  return PyLong_FromLong(device_of(self).index());
}
Py_hash_t hash(PyObject* self) {
  return static_cast<Py_hash_t>(std::hash<at::Device>{}(device_of(self)) % static_cast<size_t>(PY_SSIZE_T_MAX));
}
PyObject* compare(PyObject* a, PyObject* b, int op) {
  if (!THPDevice_Check(a) || !THPDevice_Check(b) || (op != Py_EQ && op != Py_NE)) Py_RETURN_NOTIMPLEMENTED;
  return from_bool((device_of(a) == device_of(b)) == (op == Py_EQ));
}
PyObject* reduce(PyObject* self, PyObject*) {
  const at::Device& d = device_of(self);
  PyObject* type = reinterpret_cast<PyObject*>(&THPDeviceType);
  return d.has_index() ? Py_BuildValue("(O(si))", type, type_text(d).c_str(), static_cast<int>(d.index()))
                       : Py_BuildValue("(O(s))", type, type_text(d).c_str());
}

/// `with torch.device(...)` and decorating with it: the package's DeviceContext does the work.
PyObject* context(PyObject* self, const char* method) {
  return guarded([&] {
    Object made = call(package_attr("utils._device", "DeviceContext"), self);
    return call(attr(made, method)).release();
  });
}
PyObject* enter(PyObject* self, PyObject*) {
  return guarded([&]() -> PyObject* {
    Object ignored(context(self, "__enter__"));
    if (!ignored) return nullptr;
    return Py_NewRef(self);
  });
}
PyObject* leave(PyObject*, PyObject*) {
  return guarded([&]() -> PyObject* {
    // The context that __enter__ made is the innermost mode.
    using Modes = at::impl::PythonTorchFunctionTLS;
    TORCH_CHECK(Modes::stack_len() > 0, "torch.device left without having been entered");
    Object made = Object::borrow(Modes::get_stack_at(Modes::stack_len() - 1)->ptr(getPyInterpreter()));
    checked(PyObject_CallMethod(made, "__exit__", "OOO", Py_None, Py_None, Py_None));
    Py_RETURN_NONE;
  });
}
PyObject* decorate(PyObject* self, PyObject* args, PyObject* kwargs) {
  return guarded([&] {
    Object decorator =
        checked(PyObject_CallFunctionObjArgs(package_attr("utils._device", "device_decorator"), self, nullptr));
    return checked(PyObject_Call(decorator, args, kwargs)).release();
  });
}

PyMethodDef methods[] = {
    {"__reduce__", &reduce, METH_NOARGS, nullptr},
    {"__enter__", &enter, METH_NOARGS, nullptr},
    {"__exit__", &leave, METH_VARARGS, nullptr},
    {},
};
PyGetSetDef properties[] = {
    {"type", &get_type, nullptr, nullptr, nullptr},
    {"index", &get_index, nullptr, nullptr, nullptr},
    {},
};

}  // namespace

void init_device(PyObject* module) {
  THPDeviceType.tp_repr = &repr;
  THPDeviceType.tp_str = &str;
  THPDeviceType.tp_new = &make;
  THPDeviceType.tp_hash = &hash;
  THPDeviceType.tp_richcompare = &compare;
  THPDeviceType.tp_call = &decorate;
  THPDeviceType.tp_methods = methods;
  THPDeviceType.tp_getset = properties;
  THPDevice_init(module);
}

// ---- Stream
// ------------------------------------------------------------------------------------------------------------

namespace {

THPStream* stream_of(PyObject* self) { return reinterpret_cast<THPStream*>(self); }

PyObject* stream_repr(PyObject* self) {
  auto* s = stream_of(self);
  std::string type = c10::DeviceTypeName(static_cast<at::DeviceType>(s->device_type), true);
  return PyUnicode_FromFormat("torch.Stream device_type=%s, device_index=%lld, stream_id=%lld", type.c_str(),
                              static_cast<long long>(s->device_index), static_cast<long long>(s->stream_id));
}
PyObject* stream_new(PyTypeObject* type, PyObject* args, PyObject* kwargs) {
  return guarded([&] {
    static const char* names[] = {"device", "priority", "stream_id", "device_index", "device_type", nullptr};
    PyObject* device = nullptr;
    long long id = 0, index = -1, device_type = 0;
    int priority = 0;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|OiLLL", const_cast<char**>(names), &device, &priority, &id, &index,
                                     &device_type))
      raise();
    if (device && device != Py_None) {
      at::Device d = to_device(device);
      device_type = static_cast<long long>(d.type());
      index = d.index();
    }
    PyObject* self = checked(type->tp_alloc(type, 0)).release();
    stream_of(self)->stream_id = id;
    stream_of(self)->device_index = index;
    stream_of(self)->device_type = device_type;
    return self;
  });
}
PyObject* stream_device(PyObject* self, void*) {
  return THPDevice_New(at::Device(static_cast<at::DeviceType>(stream_of(self)->device_type),
                                  static_cast<at::DeviceIndex>(stream_of(self)->device_index)));
}
// Work on the CPU is done when its call returns: there is never anything to wait for.
PyObject* stream_query(PyObject*, PyObject*) { Py_RETURN_TRUE; }
PyObject* stream_nothing(PyObject*, PyObject*) { Py_RETURN_NONE; }
PyObject* stream_enter(PyObject* self, PyObject*) { return Py_NewRef(self); }
PyObject* stream_compare(PyObject* a, PyObject* b, int op) {
  if (!THPStream_Check(a) || !THPStream_Check(b) || (op != Py_EQ && op != Py_NE)) Py_RETURN_NOTIMPLEMENTED;
  auto *x = stream_of(a), *y = stream_of(b);
  bool same = x->stream_id == y->stream_id && x->device_index == y->device_index && x->device_type == y->device_type;
  return from_bool(same == (op == Py_EQ));
}
Py_hash_t stream_hash(PyObject* self) {
  auto* s = stream_of(self);
  return s->stream_id * 1000003 + s->device_index * 1009 + s->device_type;
}
void stream_dealloc(PyObject* self) { THPStream_dealloc_common(stream_of(self)); }

PyMethodDef stream_methods[] = {
    {"query", &stream_query, METH_NOARGS, nullptr},
    {"synchronize", &stream_nothing, METH_NOARGS, nullptr},
    {"wait_stream", &stream_nothing, METH_O, nullptr},
    {"wait_event", &stream_nothing, METH_O, nullptr},
    {"__enter__", &stream_enter, METH_NOARGS, nullptr},
    {"__exit__", &stream_nothing, METH_VARARGS, nullptr},
    {},
};
PyMemberDef stream_members[] = {
    {"stream_id", T_LONGLONG, offsetof(THPStream, stream_id), READONLY, nullptr},
    {"device_type", T_LONGLONG, offsetof(THPStream, device_type), READONLY, nullptr},
    {"device_index", T_LONGLONG, offsetof(THPStream, device_index), READONLY, nullptr},
    {},
};
PyGetSetDef stream_properties[] = {{"device", &stream_device, nullptr, nullptr, nullptr}, {}};

constinit PyTypeObject StreamType = plain_type("torch.Stream", sizeof(THPStream));

}  // namespace

void init_stream(PyObject* module) { THPStream_init(module); }

}  // namespace flambeau::python

using namespace flambeau::python;

constinit PyTypeObject THPDeviceType = plain_type("torch.device", sizeof(THPDevice));
PyTypeObject* THPStreamClass = nullptr;

PyObject* THPDevice_New(const at::Device& device) {
  PyObject* self = THPDeviceType.tp_alloc(&THPDeviceType, 0);
  if (!self) throw python_error();
  reinterpret_cast<THPDevice*>(self)->device = device;
  return self;
}
void THPDevice_init(PyObject* module) {
  checked(PyType_Ready(&THPDeviceType));
  checked(PyModule_AddObjectRef(module, "device", reinterpret_cast<PyObject*>(&THPDeviceType)));
}

void THPStream_init(PyObject* module) {
  StreamType.tp_new = &stream_new;
  StreamType.tp_repr = &stream_repr;
  StreamType.tp_dealloc = &stream_dealloc;
  StreamType.tp_richcompare = &stream_compare;
  StreamType.tp_hash = &stream_hash;
  StreamType.tp_methods = stream_methods;
  StreamType.tp_members = stream_members;
  StreamType.tp_getset = stream_properties;
  StreamType.tp_weaklistoffset = offsetof(THPStream, weakreflist);
  StreamType.tp_flags |= Py_TPFLAGS_BASETYPE;
  checked(PyType_Ready(&StreamType));
  THPStreamClass = &StreamType;
  checked(PyModule_AddObjectRef(module, "Stream", reinterpret_cast<PyObject*>(&StreamType)));
}
void THPStream_dealloc_common(THPStream* self) {
  if (self->weakreflist) PyObject_ClearWeakRefs(reinterpret_cast<PyObject*>(self));
  Py_CLEAR(self->context);
  Py_TYPE(self)->tp_free(self);
}
PyObject* THPStream_Wrap(const c10::Stream& stream) {
  PyObject* self = checked(THPStreamClass->tp_alloc(THPStreamClass, 0)).release();
  stream_of(self)->stream_id = stream.id();
  stream_of(self)->device_index = stream.device_index();
  stream_of(self)->device_type = static_cast<int64_t>(stream.device_type());
  return self;
}
