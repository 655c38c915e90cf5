// Storages from buffers and files, and into files.
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "pyshim/csrc/shared_memory.h"
#include "pyshim/csrc/storage_parts.h"
#include "pyshim/csrc/types.h"
#include "pyshim/csrc/values.h"

namespace flambeau::python {

namespace {

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
    c10::Storage storage = allocate_storage(bytes.size());
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
  c10::Storage storage = allocate_storage(static_cast<size_t>(elements) * item);
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

const PyMethodDef methods[] = {
    {"from_buffer", c_function(&from_buffer), kWithKeywords | METH_CLASS, nullptr},
    {"from_file", c_function(&from_file), kWithKeywords | METH_CLASS, nullptr},
    {"_write_file", &write_file, METH_VARARGS, nullptr},
    {"_new_with_file", &new_with_file, METH_VARARGS | METH_CLASS, nullptr},
    {"_set_from_file", &set_from_file, METH_VARARGS, nullptr},
};

}  // namespace

std::span<const PyMethodDef> storage_file_methods() { return methods; }

}  // namespace flambeau::python
