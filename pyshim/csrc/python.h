// The C API of CPython with ownership and exceptions: Object, errors as C++ exceptions, and back.
#pragma once

#include <torch/csrc/python_error.h>
#include <torch/csrc/python_headers.h>

#include <string>
#include <string_view>
#include <utility>

namespace flambeau::python {

/// An owned reference, or none.
class Object {
 public:
  Object() = default;
  explicit Object(PyObject* owned) : ptr_(owned) {}
  Object(Object&& other) noexcept : ptr_(std::exchange(other.ptr_, nullptr)) {}
  Object(const Object& other) : ptr_(Py_XNewRef(other.ptr_)) {}
  Object& operator=(Object other) noexcept {
    std::swap(ptr_, other.ptr_);
    return *this;
  }
  ~Object() { Py_XDECREF(ptr_); }
  static Object borrow(PyObject* ptr) { return Object(Py_XNewRef(ptr)); }

  PyObject* get() const { return ptr_; }
  operator PyObject*() const { return ptr_; }
  PyObject* release() { return std::exchange(ptr_, nullptr); }
  explicit operator bool() const { return ptr_ != nullptr; }

 private:
  PyObject* ptr_ = nullptr;
};

[[noreturn, gnu::cold]] inline void raise() { throw python_error(); }
/// Sets a Python error of this type and throws.
[[noreturn, gnu::cold]] void raise(PyObject* type, const std::string& message);

/// A new reference that must be there.
inline Object checked(PyObject* owned) {
  if (!owned) [[unlikely]]
    raise();
  return Object(owned);
}
inline int checked(int status) {
  if (status < 0) [[unlikely]]
    raise();
  return status;
}

/// Turns the C++ exception in flight into the Python error of PyTorch's choice. Call inside catch (...).
[[gnu::cold]] void translate_exception() noexcept;

/// Runs `body` between Python and C++: exceptions become Python errors and `failure` is returned.
template <class Body, class Result = decltype(std::declval<Body>()())>
Result guarded(Body&& body, Result failure = Result()) {
  try {
    return body();
  } catch (...) {
    translate_exception();
    return failure;
  }
}
inline int guarded_status(auto&& body) {
  try {
    body();
    return 0;
  } catch (...) {
    translate_exception();
    return -1;
  }
}

class GilRelease {
 public:
  explicit GilRelease(bool on = true) : state_(on ? PyEval_SaveThread() : nullptr) {}
  ~GilRelease() {
    if (state_) PyEval_RestoreThread(state_);
  }
  GilRelease(const GilRelease&) = delete;

 private:
  PyThreadState* state_;
};

class GilAcquire {
 public:
  GilAcquire() : state_(PyGILState_Ensure()) {}
  ~GilAcquire() { PyGILState_Release(state_); }
  GilAcquire(const GilAcquire&) = delete;

 private:
  PyGILState_STATE state_;
};

inline Object text(std::string_view s) {
  return checked(PyUnicode_FromStringAndSize(s.data(), static_cast<Py_ssize_t>(s.size())));
}
inline std::string_view text_of(PyObject* str) {
  Py_ssize_t size;
  const char* data = PyUnicode_AsUTF8AndSize(str, &size);
  if (!data) raise();
  return {data, static_cast<size_t>(size)};
}
inline Object attr(PyObject* object, const char* name) { return checked(PyObject_GetAttrString(object, name)); }
/// Attribute or nothing; only AttributeError is swallowed.
Object attr_or_null(PyObject* object, const char* name);
inline Object import(const char* name) { return checked(PyImport_ImportModule(name)); }
template <class... Args>
Object call(PyObject* function, Args... args) {
  PyObject* stack[] = {nullptr, args...};
  return checked(PyObject_Vectorcall(function, stack + 1, sizeof...(args) | PY_VECTORCALL_ARGUMENTS_OFFSET, nullptr));
}
inline const char* type_name(PyObject* object) { return Py_TYPE(object)->tp_name; }
/// The last part of a dotted type name, as messages show it.
const char* short_type_name(PyObject* object);

/// `module.attribute` of the package, looked up once. The package is whatever holds _C ("flambeau").
PyObject* package_attr(const char* module, const char* name);
/// Name of the package and of the module inside it.
const char* package_name();

template <class F>
PyCFunction c_function(F* f) {
  return reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(f));
}

/// Adds every entry of a null-terminated method table to a module.
void add_functions(PyObject* module, PyMethodDef* table);
void add_object(PyObject* module, const char* name, PyObject* owned);

}  // namespace flambeau::python
