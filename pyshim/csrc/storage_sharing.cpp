// Storages that processes share, and weak references to storages.
#include <unistd.h>

#include "pyshim/csrc/shared_memory.h"
#include "pyshim/csrc/storage_parts.h"
#include "pyshim/csrc/values.h"

namespace flambeau::python {

namespace {

/// _share_fd_cpu_() -> (fd, bytes): the memory moves into shared memory known by a descriptor.
PyObject* share_fd(PyObject* self, PyObject*) {
  return guarded([&] {
    int fd = share_by_descriptor(storage_of(self));
    return Py_BuildValue("(in)", fd, static_cast<Py_ssize_t>(storage_of(self).nbytes()));
  });
}
PyObject* new_shared_fd(PyObject* cls, PyObject* args) {
  return guarded([&] {
    int fd;
    Py_ssize_t bytes;
    if (!PyArg_ParseTuple(args, "in", &fd, &bytes)) raise();
    return THPStorage_NewWithStorage(reinterpret_cast<PyTypeObject*>(cls),
                                     storage_from_descriptor(fd, static_cast<size_t>(bytes)));
  });
}
PyObject* new_using_fd(PyObject* cls, PyObject* bytes) {
  return guarded([&] {
    c10::Storage storage = allocate_storage(static_cast<size_t>(to_int64(bytes)));
    ::close(share_by_descriptor(storage));
    return THPStorage_NewWithStorage(reinterpret_cast<PyTypeObject*>(cls), storage);
  });
}
/// _share_filename_cpu_() -> (manager, name, bytes).
PyObject* share_filename(PyObject* self, PyObject*) {
  return guarded([&] {
    std::string name = share_by_name(storage_of(self));
    return Py_BuildValue("(yyn)", "", name.c_str(), static_cast<Py_ssize_t>(storage_of(self).nbytes()));
  });
}
PyObject* new_shared_filename(PyObject* cls, PyObject* args) {
  return guarded([&] {
    PyObject *manager, *name;
    Py_ssize_t bytes;
    if (!PyArg_ParseTuple(args, "OOn", &manager, &name, &bytes)) raise();
    const char* path = PyBytes_Check(name) ? PyBytes_AsString(name) : PyUnicode_AsUTF8(name);
    if (!path) raise();
    return THPStorage_NewWithStorage(reinterpret_cast<PyTypeObject*>(cls),
                                     storage_from_name(path, static_cast<size_t>(bytes)));
  });
}
PyObject* new_using_filename(PyObject* cls, PyObject* bytes) {
  return guarded([&] {
    c10::Storage storage = allocate_storage(static_cast<size_t>(to_int64(bytes)));
    share_by_name(storage);
    return THPStorage_NewWithStorage(reinterpret_cast<PyTypeObject*>(cls), storage);
  });
}
PyObject* is_shared(PyObject* self, PyObject*) { return from_bool(is_in_shared_memory(storage_of(self))); }
/// Names that other processes still use are counted by PyTorch's manager; here the mapping itself keeps the memory.
PyObject* itself(PyObject* self, PyObject*) { return Py_NewRef(self); }
PyObject* get_filename(PyObject* self, PyObject*) {
  return guarded([&]() -> PyObject* {
    std::string name = file_of(storage_of(self));
    if (name.empty()) Py_RETURN_NONE;
    return text(name).release();
  });
}

PyObject* weak_ref(PyObject* self, PyObject*) {
  return guarded([&] {
    auto* impl = storage_of(self).unsafeGetStorageImpl();
    c10::raw::intrusive_ptr::incref(impl);
    auto* weak = c10::raw::intrusive_ptr::make_weak(impl);
    return PyLong_FromVoidPtr(weak);
  });
}
c10::StorageImpl* pointer(PyObject* number) {
  auto* impl = static_cast<c10::StorageImpl*>(PyLong_AsVoidPtr(number));
  if (!impl && !PyErr_Occurred()) PyErr_SetString(PyExc_ValueError, "a weak reference to a storage is not null");
  if (!impl) raise();
  return impl;
}
PyObject* new_with_weak(PyObject* cls, PyObject* number) {
  return guarded([&]() -> PyObject* {
    auto* weak = pointer(number);
    auto* locked = c10::raw::weak_intrusive_ptr::lock(weak);
    if (!locked) Py_RETURN_NONE;
    auto strong = c10::intrusive_ptr<c10::StorageImpl>::reclaim(locked);
    return THPStorage_NewWithStorage(reinterpret_cast<PyTypeObject*>(cls), c10::Storage(strong));
  });
}
PyObject* free_weak(PyObject*, PyObject* number) {
  return guarded([&]() -> PyObject* {
    if (number != Py_None) c10::raw::weak_intrusive_ptr::decref(pointer(number));
    Py_RETURN_NONE;
  });
}
PyObject* expired(PyObject*, PyObject* number) {
  return guarded([&] { return from_bool(c10::raw::weak_intrusive_ptr::use_count(pointer(number)) == 0); });
}

const PyMethodDef methods[] = {
    {"_share_fd_cpu_", &share_fd, METH_NOARGS, nullptr},
    {"_new_shared_fd_cpu", &new_shared_fd, METH_VARARGS | METH_CLASS, nullptr},
    {"_new_using_fd_cpu", &new_using_fd, METH_O | METH_CLASS, nullptr},
    {"_share_filename_cpu_", &share_filename, METH_NOARGS, nullptr},
    {"_new_shared_filename_cpu", &new_shared_filename, METH_VARARGS | METH_CLASS, nullptr},
    {"_new_using_filename_cpu", &new_using_filename, METH_O | METH_CLASS, nullptr},
    {"_shared_incref", &itself, METH_NOARGS, nullptr},
    {"_shared_decref", &itself, METH_NOARGS, nullptr},
    {"is_shared", &is_shared, METH_NOARGS, nullptr},
    {"_get_filename", &get_filename, METH_NOARGS, nullptr},
    {"_weak_ref", &weak_ref, METH_NOARGS, nullptr},
    {"_new_with_weak_ptr", &new_with_weak, METH_O | METH_CLASS, nullptr},
    {"_free_weak_ref", &free_weak, METH_O | METH_STATIC, nullptr},
    {"_expired", &expired, METH_O | METH_STATIC, nullptr},
};

}  // namespace

std::span<const PyMethodDef> storage_sharing_methods() { return methods; }

}  // namespace flambeau::python
