// torch.UntypedStorage (StorageBase of _C): bytes that tensors share, in memory, in shared memory or in a file.
#include "pyshim/csrc/storage.h"

#include <ATen/ops/empty.h>
#include <c10/core/CPUAllocator.h>
#include <torch/csrc/DynamicTypes.h>
#include <torch/csrc/utils/pyobject_preservation.h>

#include <algorithm>
#include <cstring>
#include <vector>

#include "pyshim/csrc/parse.h"
#include "pyshim/csrc/storage_parts.h"
#include "pyshim/csrc/tensor.h"
#include "pyshim/csrc/types.h"
#include "pyshim/csrc/values.h"

PyTypeObject* THPStorageClass = nullptr;
constinit PyTypeObject THPStorageType = flambeau::python::plain_type("torch._C.StorageBase", sizeof(THPStorage));

namespace flambeau::python {

namespace {

using torch::utils::PyObjectPreservation;

c10::Storage meta_storage(int64_t bytes) {
  return at::empty({bytes}, at::TensorOptions(at::kByte).device(at::kMeta)).storage();
}
bool is_meta(const c10::Storage& s) { return s.device().is_meta(); }

/// Arguments of UntypedStorage(): at most one of size and sequence, by position or by name. Null: not given.
struct Construction {
  PyObject *size = nullptr, *sequence = nullptr, *allocator = nullptr, *device = nullptr;
};

[[noreturn]] void refuse_construction(PyObject* args, PyObject* kwargs) {
  std::vector<PyObject*> items(&PyTuple_GET_ITEM(args, 0), &PyTuple_GET_ITEM(args, 0) + PyTuple_GET_SIZE(args));
  Object names = checked(PyTuple_New(kwargs ? PyDict_Size(kwargs) : 0));
  PyObject *key, *value;
  for (Py_ssize_t at = 0, i = 0; kwargs && PyDict_Next(kwargs, &at, &key, &value); ++i) {
    PyTuple_SET_ITEM(names.get(), i, Py_NewRef(key));
    items.push_back(value);
  }
  raise(PyExc_TypeError, "torch.UntypedStorage() received an invalid combination of arguments - got " +
                             describe_arguments(nullptr, {items.data(), PyTuple_GET_SIZE(args), names.get()}) +
                             ", but expected one of:\n * (*, int allocator = None, torch.device device = None)\n"
                             " * (int size, *, int allocator = None, torch.device device = None)\n"
                             " * (object sequence, *, int allocator = None, torch.device device = None)\n");
}

Construction construction(PyObject* args, PyObject* kwargs) {
  Construction given;
  const Py_ssize_t count = PyTuple_GET_SIZE(args);
  if (count > 1) refuse_construction(args, kwargs);
  if (count == 1) (is_index(PyTuple_GET_ITEM(args, 0)) ? given.size : given.sequence) = PyTuple_GET_ITEM(args, 0);
  PyObject *key, *value;
  for (Py_ssize_t at = 0; kwargs && PyDict_Next(kwargs, &at, &key, &value);) {
    const std::string_view name = text_of(key);
    const bool optional = name == "allocator" || name == "device";
    if (optional && value == Py_None) continue;
    PyObject** const slot = name == "size"        ? &given.size
                            : name == "sequence"  ? &given.sequence
                            : name == "allocator" ? &given.allocator
                            : name == "device"    ? &given.device
                                                  : nullptr;
    if (!slot || (slot != &given.device && slot != &given.sequence && !is_index(value))) {
      refuse_construction(args, kwargs);
    }
    *slot = value;
    if (!optional && (count == 1 || (given.size && given.sequence))) refuse_construction(args, kwargs);
  }
  return given;
}

void fill_from(const c10::Storage& storage, PyObject* items, Py_ssize_t size) {
  for (Py_ssize_t i = 0; i < size; ++i) {
    Object item = checked(PySequence_GetItem(items, i));
    if (!is_integer(item)) {
      raise(PyExc_RuntimeError, std::string("torch.UntypedStorage(): tried to construct a storage from a sequence (") +
                                    short_type_name(items) + "), but one of the items was of type " +
                                    short_type_name(item) + " instead of int");
    }
    bytes_of(storage)[i] = static_cast<uint8_t>(to_int64(item));
  }
}

PyObject* make(PyTypeObject* type, PyObject* args, PyObject* kwargs) {
  return guarded([&] {
    if (type == &THPStorageType)
      raise(PyExc_RuntimeError, "Cannot directly construct StorageBase; subclass it and then construct that");
    const Construction given = construction(args, kwargs);
    TORCH_CHECK(!given.allocator || !given.device,
                "torch.UntypedStorage(): only one or neither of 'allocator' or 'device' can be given, but not both");
    const bool meta = given.device && to_device(given.device).is_meta();
    auto* const allocator = given.allocator ? reinterpret_cast<c10::Allocator*>(to_int64(given.allocator)) : nullptr;
    int64_t size = 0;
    if (given.size) size = to_int64(given.size);
    if (given.sequence) {
      if (!PySequence_Check(given.sequence) || is_tensor(given.sequence)) {
        raise(PyExc_RuntimeError, std::string("torch.UntypedStorage(): Expected a sequence type, but got ") +
                                      short_type_name(given.sequence));
      }
      size = PySequence_Size(given.sequence);
      if (size < 0) raise();
    }
    TORCH_CHECK(size >= 0, "Trying to create a storage with a negative size: ", size);
    c10::Storage storage = meta ? meta_storage(size) : allocate_storage(size, allocator);
    if (given.sequence && !meta) fill_from(storage, given.sequence, size);
    return THPStorage_NewWithStorage(type, std::move(storage));
  });
}

/// Of the C type; weak references, attributes and the type's own count are the business of Python's subclass.
void destroy(PyObject* self) {
  auto* object = reinterpret_cast<THPStorage*>(self);
  // A second object made for the same storage is not its Python object.
  auto* impl = object->cdata ? object->cdata.unsafeGetStorageImpl() : nullptr;
  if (impl && impl->pyobj_slot()->load_pyobj() == self) PyObjectPreservation::detach(*impl);
  object->cdata.~Storage();
  Py_TYPE(self)->tp_free(self);
}

Py_ssize_t length(PyObject* self) { return static_cast<Py_ssize_t>(storage_of(self).nbytes()); }

/// Slices share memory, as in PyTorch.
struct Keeper {
  c10::Storage storage;
  static void free(void* k) { delete static_cast<Keeper*>(k); }
};

[[noreturn]] void refuse_index(PyObject* error, PyObject* index) {
  raise(error, std::string("can't index a torch.UntypedStorage with ") + short_type_name(index));
}
[[noreturn]] void refuse_step(Py_ssize_t step) {
  raise(PyExc_RuntimeError,
        "Trying to slice with a step of " + std::to_string(step) + ", but only a step of 1 is supported");
}

PyObject* get_item(PyObject* self, PyObject* index) {
  return guarded([&]() -> PyObject* {
    const c10::Storage& s = storage_of(self);
    if (PySlice_Check(index)) {
      Py_ssize_t start, stop, step;
      checked(PySlice_Unpack(index, &start, &stop, &step));
      Py_ssize_t count = PySlice_AdjustIndices(length(self), &start, &stop, step);
      if (step != 1) refuse_step(step);
      uint8_t* const first = bytes_of(s) + start;
      c10::DataPtr data(first, new Keeper{s}, &Keeper::free, s.device());
      c10::Storage part(c10::make_intrusive<at::StorageImpl>(c10::StorageImpl::use_byte_size_t(), count,
                                                             std::move(data), nullptr, false));
      return THPStorage_NewWithStorage(Py_TYPE(self), part);
    }
    if (!is_index(index)) refuse_index(PyExc_TypeError, index);
    int64_t at = to_int64(index), size = length(self);
    if (at < 0) at += size;
    if (at < 0 || at >= size) {
      raise(PyExc_IndexError,
            "index " + std::to_string(at) + " out of range for storage of size " + std::to_string(size));
    }
    return PyLong_FromLong(bytes_of(s)[at]);
  });
}

int set_item(PyObject* self, PyObject* index, PyObject* value) {
  return guarded_status([&] {
    if (!value) raise(PyExc_TypeError, "storage does not support deleting items");
    if (!is_integer(value) && !PyBool_Check(value)) {
      raise(PyExc_RuntimeError, std::string("can only set storage content with a int types, but got ") +
                                    short_type_name(value) + " instead");
    }
    auto byte = static_cast<uint8_t>(to_int64(value));
    const c10::Storage& s = storage_of(self);
    if (PySlice_Check(index)) {
      Py_ssize_t start, stop, step;
      checked(PySlice_Unpack(index, &start, &stop, &step));
      Py_ssize_t count = PySlice_AdjustIndices(length(self), &start, &stop, step);
      if (step != 1) refuse_step(step);
      if (count > 0) std::memset(bytes_of(s) + start, byte, static_cast<size_t>(count));
      return;
    }
    if (!is_index(index)) refuse_index(PyExc_RuntimeError, index);
    int64_t at = to_int64(index);
    if (at < 0) at += length(self);
    TORCH_CHECK(at >= 0 && at < length(self), "out of bounds");
    bytes_of(s)[at] = byte;
  });
}

PyObject* nbytes(PyObject* self, PyObject*) { return PyLong_FromSize_t(storage_of(self).nbytes()); }
PyObject* size(PyObject* self, PyObject*) { return PyLong_FromSize_t(storage_of(self).nbytes()); }
PyObject* element_size(PyObject*, PyObject*) { return PyLong_FromLong(1); }
PyObject* data_ptr(PyObject* self, PyObject*) { return PyLong_FromVoidPtr(storage_of(self).mutable_data()); }
PyObject* resizable(PyObject* self, PyObject*) { return from_bool(storage_of(self).resizable()); }

PyObject* resize(PyObject* self, PyObject* wanted) {
  return guarded([&] {
    if (!is_index(wanted))
      raise(PyExc_RuntimeError, std::string("resize_ expects an int, but got ") + short_type_name(wanted));
    int64_t bytes = to_int64(wanted);
    const c10::Storage& s = storage_of(self);
    TORCH_CHECK(bytes >= 0, "resize_: size must not be negative");
    TORCH_CHECK(s.resizable(), "Trying to resize storage that is not resizable");
    if (is_meta(s)) {
      s.unsafeGetStorageImpl()->set_nbytes(bytes);
      return Py_NewRef(self);
    }
    c10::Storage larger = allocate_storage(bytes);
    size_t kept = std::min<size_t>(bytes, s.nbytes());
    if (kept) std::memcpy(larger.mutable_data(), s.data(), kept);
    s.unsafeGetStorageImpl()->set_data_ptr(std::move(larger.unsafeGetStorageImpl()->mutable_data_ptr()));
    s.unsafeGetStorageImpl()->set_nbytes(bytes);
    return Py_NewRef(self);
  });
}
PyObject* fill(PyObject* self, PyObject* value) {
  return guarded([&] {
    if (!is_index(value))
      raise(PyExc_RuntimeError, std::string("fill_ expects int, but got ") + short_type_name(value));
    const c10::Storage& s = storage_of(self);
    const int byte = static_cast<int>(to_int64(value) & 0xff);
    if (s.nbytes() && !is_meta(s)) std::memset(bytes_of(s), byte, s.nbytes());
    return Py_NewRef(self);
  });
}
PyObject* copy(PyObject* self, PyObject* args, PyObject* kwargs) {
  return guarded([&] {
    static const char* names[] = {"source", "non_blocking", nullptr};
    PyObject *source, *non_blocking = nullptr;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O|O:copy_", const_cast<char**>(names), &source, &non_blocking))
      raise();
    c10::Storage from = to_storage(source);
    const c10::Storage& to = storage_of(self);
    TORCH_CHECK(from.nbytes() == to.nbytes(), "size does not match, self was ", to.nbytes(), " bytes but src was ",
                from.nbytes(), " bytes");
    if (to.nbytes() && !is_meta(to)) std::memmove(bytes_of(to), bytes_of(from), to.nbytes());
    return Py_NewRef(self);
  });
}
PyObject* new_storage(PyObject* self, PyObject*) {
  return guarded([&] { return THPStorage_NewWithStorage(Py_TYPE(self), allocate_storage(0)); });
}

PyObject* device(PyObject* self, void*) { return from_device(storage_of(self).device()); }
PyObject* cdata(PyObject* self, void*) { return PyLong_FromVoidPtr(storage_of(self).unsafeGetStorageImpl()); }

PyMethodDef methods[] = {
    {"nbytes", &nbytes, METH_NOARGS, nullptr},
    {"size", &size, METH_NOARGS, nullptr},
    {"element_size", &element_size, METH_NOARGS, nullptr},
    {"data_ptr", &data_ptr, METH_NOARGS, nullptr},
    {"resizable", &resizable, METH_NOARGS, nullptr},
    {"resize_", &resize, METH_O, nullptr},
    {"fill_", &fill, METH_O, nullptr},
    {"copy_", c_function(&copy), kWithKeywords, nullptr},
    {"new", &new_storage, METH_NOARGS, nullptr},
};
PyGetSetDef properties[] = {
    {"device", &device, nullptr, nullptr, nullptr}, {"_cdata", &cdata, nullptr, nullptr, nullptr}, {}};
PyMappingMethods mapping = {&length, &get_item, &set_item};
PySequenceMethods sequence = {};

int buffer(PyObject* self, Py_buffer* view, int flags) {
  const c10::Storage& s = storage_of(self);
  return PyBuffer_FillInfo(view, self, s.mutable_data(), static_cast<Py_ssize_t>(s.nbytes()), 0, flags);
}

/// The first subclass named UntypedStorage is the class of all storages.
int subclassed(PyObject* cls, PyObject* args, PyObject* kwargs) {
  if (PyType_Type.tp_init(cls, args, kwargs) < 0) return -1;
  auto* type = reinterpret_cast<PyTypeObject*>(cls);
  if (THPStorageClass == &THPStorageType && !std::strcmp(type->tp_name, "UntypedStorage")) {
    THPStorageClass = reinterpret_cast<PyTypeObject*>(Py_NewRef(cls));
  }
  return 0;
}
constinit PyTypeObject StorageMeta = plain_type("torch._C._StorageMeta", 0);
PyBufferProcs buffer_procs = {&buffer, nullptr};

PyMethodDef* all_methods() {
  auto& all = *new std::vector<PyMethodDef>(std::begin(methods), std::end(methods));
  for (const auto more : {storage_file_methods(), storage_sharing_methods()})
    all.insert(all.end(), more.begin(), more.end());
  all.emplace_back();
  return all.data();
}

}  // namespace

c10::Storage allocate_storage(size_t bytes, c10::Allocator* allocator) {
  return c10::Storage(c10::make_intrusive<at::StorageImpl>(
      c10::StorageImpl::use_byte_size_t(), bytes, allocator ? allocator : c10::GetCPUAllocator(), /*resizable=*/true));
}

uint8_t* bytes_of(const c10::Storage& s) {
  if (!s.data() && s.nbytes() > 0)
    TORCH_CHECK(false, "Attempted to access the data pointer on an invalid python storage.");
  return static_cast<uint8_t*>(s.mutable_data());
}

void init_storage(PyObject* module) { checked(THPStorage_init(module) ? 0 : -1); }

}  // namespace flambeau::python

using namespace flambeau::python;

bool THPStorage_init(PyObject* module) {
  StorageMeta.tp_base = &PyType_Type;
  StorageMeta.tp_init = &subclassed;
  StorageMeta.tp_flags |= Py_TPFLAGS_BASETYPE;
  if (PyType_Ready(&StorageMeta) < 0) return false;
  Py_SET_TYPE(&THPStorageType, &StorageMeta);
  THPStorageType.tp_new = &make;
  THPStorageType.tp_dealloc = &destroy;
  THPStorageType.tp_methods = all_methods();
  THPStorageType.tp_getset = properties;
  THPStorageType.tp_as_mapping = &mapping;
  THPStorageType.tp_as_sequence = &sequence;
  THPStorageType.tp_as_buffer = &buffer_procs;
  THPStorageType.tp_flags |= Py_TPFLAGS_BASETYPE;
  if (PyType_Ready(&THPStorageType) < 0) return false;
  THPStorageClass = &THPStorageType;
  return PyModule_AddObjectRef(module, "StorageBase", reinterpret_cast<PyObject*>(&THPStorageType)) == 0;
}
void THPStorage_postInit(PyObject*) {}

PyObject* THPStorage_NewWithStorage(PyTypeObject* type, c10::Storage storage) {
  PyObject* self = checked(type->tp_alloc(type, 0)).release();
  auto* object = reinterpret_cast<THPStorage*>(self);
  new (&object->cdata) c10::Storage(std::move(storage));
  auto* impl = object->cdata.unsafeGetStorageImpl();
  if (!impl->pyobj_slot()->load_pyobj()) torch::utils::PyObjectPreservation::attach(*impl, self);
  return self;
}
PyObject* THPStorage_Wrap(c10::Storage storage) {
  if (!storage) Py_RETURN_NONE;
  if (PyObject* known = storage.unsafeGetStorageImpl()->pyobj_slot()->load_pyobj()) return Py_NewRef(known);
  return THPStorage_NewWithStorage(THPStorageClass, std::move(storage));
}
void THPStorage_assertNotNull(PyObject* obj) {
  if (!THPStorage_Unpack(obj)) TORCH_CHECK(false, "Got a null Storage");
}

namespace torch {
PyObject* createPyObject(const c10::Storage& storage) { return THPStorage_Wrap(storage); }
c10::Storage createStorage(PyObject* obj) { return to_storage(obj); }
bool isStorage(PyObject* obj) { return THPStorage_Check(obj) || PyObject_HasAttrString(obj, "_untyped_storage"); }
std::tuple<c10::Storage, at::ScalarType, bool> createStorageGetType(PyObject* obj) {
  if (THPStorage_Check(obj)) return {THPStorage_Unpack(obj), at::kByte, false};
  Object dtype = attr(obj, "dtype");
  return {to_storage(obj), to_dtype(dtype), true};
}
}  // namespace torch
