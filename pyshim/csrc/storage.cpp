// torch.UntypedStorage (StorageBase of _C): bytes that tensors share, in memory, in shared memory or in a file.
#include "pyshim/csrc/storage.h"

#include <ATen/ops/empty.h>
#include <c10/core/CPUAllocator.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <torch/csrc/DynamicTypes.h>
#include <torch/csrc/utils/pyobject_preservation.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <span>

#include "pyshim/csrc/parse.h"
#include "pyshim/csrc/shared_memory.h"
#include "pyshim/csrc/tensor.h"
#include "pyshim/csrc/types.h"
#include "pyshim/csrc/values.h"

PyTypeObject* THPStorageClass = nullptr;
constinit PyTypeObject THPStorageType = flambeau::python::plain_type("torch._C.StorageBase", sizeof(THPStorage));

namespace flambeau::python {

namespace {

using torch::utils::PyObjectPreservation;

const c10::Storage& storage_of(PyObject* self) { return THPStorage_Unpack(self); }

c10::Storage allocate(size_t bytes, c10::Allocator* allocator = c10::GetCPUAllocator()) {
  return c10::Storage(
      c10::make_intrusive<at::StorageImpl>(c10::StorageImpl::use_byte_size_t(), bytes, allocator, /*resizable=*/true));
}

uint8_t* bytes_of(const c10::Storage& s) {
  if (!s.data() && s.nbytes() > 0)
    TORCH_CHECK(false, "Attempted to access the data pointer on an invalid python storage.");
  return static_cast<uint8_t*>(s.mutable_data());
}

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
    auto* const allocator = given.allocator ? reinterpret_cast<c10::Allocator*>(to_int64(given.allocator))
                                            : static_cast<c10::Allocator*>(c10::GetCPUAllocator());
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
    c10::Storage storage = meta ? meta_storage(size) : allocate(size, allocator);
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
    c10::Storage larger = allocate(bytes);
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
  return guarded([&] { return THPStorage_NewWithStorage(Py_TYPE(self), allocate(0)); });
}

// ---- Buffers and files
// ------------------------------------------------------------------------------------------------

bool is_byte(at::ScalarType type) {
  return type == at::kByte || type == at::kChar || type == at::kFloat8_e5m2 || type == at::kFloat8_e5m2fnuz ||
         type == at::kFloat8_e4m3fn || type == at::kFloat8_e4m3fnuz;
}

/// The bytes of one number in the other order; a complex value is two. 0: from_buffer reads no such type.
size_t swapped_unit(at::ScalarType type) {
  switch (type) {
    case at::kBool:
    case at::kShort:
    case at::kInt:
    case at::kLong:
    case at::kHalf:
    case at::kBFloat16:
    case at::kFloat:
    case at::kDouble:
      return c10::elementSize(type);
    case at::kComplexFloat:
    case at::kComplexDouble:
      return c10::elementSize(type) / 2;
    default:
      return is_byte(type) ? 1 : 0;
  }
}

/// Where the values lie in a buffer: checks offset and count, which is negative for as many as there are.
std::span<const uint8_t> range_of(const Py_buffer& view, Py_ssize_t offset, Py_ssize_t count, size_t item) {
  if (offset < 0 || offset > view.len) {
    raise(PyExc_ValueError, "offset must be non-negative and no greater than buffer length (" + std::to_string(offset) +
                                ") , but got " + std::to_string(view.len));
  }
  const auto available = static_cast<size_t>(view.len - offset);
  if (count < 0 && available % item) {
    raise(PyExc_ValueError, "buffer size (" + std::to_string(view.len) + ") must be a multiple of element size (" +
                                std::to_string(item) + ")");
  }
  if (count >= 0 && static_cast<size_t>(count) > available / item) {
    raise(PyExc_ValueError, "buffer has only " + std::to_string(available) + " elements after offset " +
                                std::to_string(offset) + ", but specified a size of " + std::to_string(count));
  }
  return {static_cast<const uint8_t*>(view.buf) + offset, count < 0 ? available : static_cast<size_t>(count) * item};
}

/// from_buffer(buffer, byte_order, count=-1, offset=0, dtype): a copy, in this machine's byte order. Bytes have none.
PyObject* from_buffer(PyObject* cls, PyObject* args, PyObject* kwargs) {
  return guarded([&] {
    static const char* names[] = {"buffer", "byte_order", "count", "offset", "dtype", nullptr};
    PyObject *source, *dtype = Py_None;
    const char* order = nullptr;
    Py_ssize_t count = -1, offset = 0;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O|snnO", const_cast<char**>(names), &source, &order, &count,
                                     &offset, &dtype))
      raise();
    TORCH_CHECK(dtype != Py_None, "argument 'dtype' cannot be None");
    TORCH_CHECK(THPDtype_Check(dtype), "argument 'dtype' must be of type torch.dtype");
    const at::ScalarType type = to_dtype(dtype);
    TORCH_CHECK(order || is_byte(type), "function missing required argument 'byte_order' (pos 2)");
    const std::string_view named = is_byte(type) ? "native" : order;
    if (named != "big" && named != "little" && named != "native") {
      raise(PyExc_ValueError,
            "invalid byte_order '" + std::string(named) + "' (expected 'big', 'little', or 'native')");
    }
    Py_buffer view;
    checked(PyObject_GetBuffer(source, &view, PyBUF_SIMPLE));
    struct Release {
      Py_buffer* view;
      ~Release() { PyBuffer_Release(view); }
    } release{&view};
    const auto bytes = range_of(view, offset, count, c10::elementSize(type));
    const size_t unit = swapped_unit(type);
    TORCH_CHECK(unit, "Unknown type: ", type);
    c10::Storage storage = allocate(bytes.size());
    uint8_t* const to = bytes_of(storage);
    std::copy(bytes.begin(), bytes.end(), to);
    for (size_t i = 0; named == "big" && i < bytes.size(); i += unit) std::reverse(to + i, to + i + unit);
    if (type == at::kBool) std::transform(to, to + bytes.size(), to, [](uint8_t b) { return b != 0; });
    return THPStorage_NewWithStorage(reinterpret_cast<PyTypeObject*>(cls), storage);
  });
}

int descriptor_of(PyObject* file) {
  int fd = PyObject_AsFileDescriptor(file);
  if (fd < 0) {
    PyErr_Clear();
    raise(PyExc_RuntimeError, "_write_file couldn't retrieve a file descriptor from given object");
  }
  return fd;
}

void write_all(int fd, const void* data, size_t size) {
  GilRelease gil;
  const char* at = static_cast<const char*>(data);
  while (size > 0) {
    ssize_t done = ::write(fd, at, size);
    if (done < 0 && errno == EINTR) continue;
    TORCH_CHECK(done > 0, "write(): fd ", fd, " failed with ", std::strerror(errno));
    at += done;
    size -= static_cast<size_t>(done);
  }
}
void read_all(int fd, void* data, size_t size) {
  GilRelease gil;
  char* at = static_cast<char*>(data);
  while (size > 0) {
    ssize_t done = ::read(fd, at, size);
    if (done < 0 && errno == EINTR) continue;
    TORCH_CHECK(done > 0, done == 0 ? "unexpected EOF, expected " : "read(): ", size,
                " more bytes. The file might be corrupted.");
    at += done;
    size -= static_cast<size_t>(done);
  }
}

/// _write_file(file, is_real_file, save_size, element_size): the number of elements, if asked for, then the bytes.
PyObject* write_file(PyObject* self, PyObject* args) {
  return guarded([&]() -> PyObject* {
    PyObject *file, *real, *save_size, *item;
    if (!PyArg_ParseTuple(args, "OOOO:_write_file", &file, &real, &save_size, &item)) raise();
    const c10::Storage& s = storage_of(self);
    int64_t elements = static_cast<int64_t>(s.nbytes()) / std::max<int64_t>(1, to_int64(item));
    if (!to_bool(real)) {
      Object write = attr(file, "write");
      if (to_bool(save_size))
        call(write, checked(PyBytes_FromStringAndSize(reinterpret_cast<char*>(&elements), 8)).get());
      call(write, checked(PyMemoryView_FromMemory(static_cast<char*>(s.mutable_data()),
                                                  static_cast<Py_ssize_t>(s.nbytes()), PyBUF_READ))
                      .get());
      Py_RETURN_NONE;
    }
    int fd = descriptor_of(file);
    if (to_bool(save_size)) write_all(fd, &elements, 8);
    write_all(fd, s.data(), s.nbytes());
    Py_RETURN_NONE;
  });
}

c10::Storage read_storage(PyObject* file, bool real, size_t item) {
  int64_t elements = 0;
  auto read = [&](void* into, size_t size) {
    if (real) return read_all(descriptor_of(file), into, size);
    Object bytes = checked(PyObject_CallMethod(file, "read", "n", static_cast<Py_ssize_t>(size)));
    TORCH_CHECK(PyBytes_Check(bytes.get()) && PyBytes_GET_SIZE(bytes.get()) == static_cast<Py_ssize_t>(size),
                "unexpected EOF, expected ", size, " more bytes. The file might be corrupted.");
    std::memcpy(into, PyBytes_AS_STRING(bytes.get()), size);
  };
  read(&elements, 8);
  TORCH_CHECK(elements >= 0 && elements < (int64_t(1) << 48),
              "storage has wrong byte size: the file might be corrupted.");
  c10::Storage storage = allocate(static_cast<size_t>(elements) * item);
  if (storage.nbytes()) read(storage.mutable_data(), storage.nbytes());
  return storage;
}

/// _new_with_file(file, element_size).
PyObject* new_with_file(PyObject* cls, PyObject* args) {
  return guarded([&] {
    PyObject *file, *item;
    if (!PyArg_ParseTuple(args, "OO:_new_with_file", &file, &item)) raise();
    return THPStorage_NewWithStorage(reinterpret_cast<PyTypeObject*>(cls),
                                     read_storage(file, true, static_cast<size_t>(to_int64(item))));
  });
}

/// _set_from_file(file, offset, is_real_file, element_size).
PyObject* set_from_file(PyObject* self, PyObject* args) {
  return guarded([&] {
    PyObject *file, *offset, *real, *item;
    if (!PyArg_ParseTuple(args, "OOOO:_set_from_file", &file, &offset, &real, &item)) raise();
    int fd = -1;
    off_t before = 0;
    if (to_bool(real)) {
      fd = descriptor_of(file);
      before = ::lseek(fd, 0, SEEK_CUR);
      if (offset != Py_None) ::lseek(fd, to_int64(offset), SEEK_SET);
    }
    c10::Storage read = read_storage(file, to_bool(real), static_cast<size_t>(to_int64(item)));
    if (fd >= 0 && offset != Py_None) ::lseek(fd, before, SEEK_SET);
    const c10::Storage& s = storage_of(self);
    TORCH_CHECK(s.nbytes() == read.nbytes() || s.nbytes() == 0, "storage has wrong byte size: expected ", s.nbytes(),
                " got ", read.nbytes());
    s.unsafeGetStorageImpl()->set_data_ptr(std::move(read.unsafeGetStorageImpl()->mutable_data_ptr()));
    s.unsafeGetStorageImpl()->set_nbytes(read.nbytes());
    return Py_NewRef(self);
  });
}

/// from_file(filename, shared=False, nbytes=0): the file's bytes mapped; private changes unless shared.
PyObject* from_file(PyObject* cls, PyObject* args, PyObject* kwargs) {
  return guarded([&] {
    static const char* names[] = {"filename", "shared", "nbytes", nullptr};
    const char* name;
    int shared = 0;
    Py_ssize_t bytes = 0;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "s|pn:from_file", const_cast<char**>(names), &name, &shared, &bytes))
      raise();
    TORCH_CHECK(bytes >= 0, "unable to mmap ", bytes, " bytes from file <", name, ">");
    return THPStorage_NewWithStorage(reinterpret_cast<PyTypeObject*>(cls),
                                     map_file(name, shared, static_cast<size_t>(bytes)));
  });
}

// ---- Sharing between processes
// -----------------------------------------------------------------------------------------

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
    c10::Storage storage = allocate(static_cast<size_t>(to_int64(bytes)));
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
    c10::Storage storage = allocate(static_cast<size_t>(to_int64(bytes)));
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

PyObject* device(PyObject* self, void*) { return from_device(storage_of(self).device()); }
PyObject* cdata(PyObject* self, void*) { return PyLong_FromVoidPtr(storage_of(self).unsafeGetStorageImpl()); }

constexpr int kOld = METH_VARARGS | METH_KEYWORDS;
PyMethodDef methods[] = {
    {"nbytes", &nbytes, METH_NOARGS, nullptr},
    {"size", &size, METH_NOARGS, nullptr},
    {"element_size", &element_size, METH_NOARGS, nullptr},
    {"data_ptr", &data_ptr, METH_NOARGS, nullptr},
    {"resizable", &resizable, METH_NOARGS, nullptr},
    {"resize_", &resize, METH_O, nullptr},
    {"fill_", &fill, METH_O, nullptr},
    {"copy_", c_function(&copy), kOld, nullptr},
    {"new", &new_storage, METH_NOARGS, nullptr},
    {"from_buffer", c_function(&from_buffer), kOld | METH_CLASS, nullptr},
    {"from_file", c_function(&from_file), kOld | METH_CLASS, nullptr},
    {"_write_file", &write_file, METH_VARARGS, nullptr},
    {"_new_with_file", &new_with_file, METH_VARARGS | METH_CLASS, nullptr},
    {"_set_from_file", &set_from_file, METH_VARARGS, nullptr},
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
    {},
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

}  // namespace

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
  THPStorageType.tp_methods = methods;
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
