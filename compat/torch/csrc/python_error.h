// python_error alone: <torch/csrc/Exceptions.h> without pybind11.
#pragma once

#include <torch/csrc/Export.h>
#include <torch/csrc/python_headers.h>

#include <exception>
#include <string>

/// Thrown when a Python error is set. `persist` moves the error into the exception, so that another thread may
/// `restore` it.
struct python_error : public std::exception {
  python_error() = default;
  python_error(const python_error& other)
      : type(other.type), value(other.value), traceback(other.traceback), message(other.message) {
    PyGILState_STATE gil = PyGILState_Ensure();
    Py_XINCREF(type);
    Py_XINCREF(value);
    Py_XINCREF(traceback);
    PyGILState_Release(gil);
  }
  python_error(python_error&& other) noexcept
      : type(other.type), value(other.value), traceback(other.traceback), message(std::move(other.message)) {
    other.type = other.value = other.traceback = nullptr;
  }
  python_error& operator=(const python_error& other) = delete;
  python_error& operator=(python_error&& other) = delete;

  ~python_error() override {
    if (!type && !value && !traceback) return;
    PyGILState_STATE gil = PyGILState_Ensure();
    Py_XDECREF(type);
    Py_XDECREF(value);
    Py_XDECREF(traceback);
    PyGILState_Release(gil);
  }

  const char* what() const noexcept override { return message.c_str(); }

  void build_message() {
    PyGILState_STATE gil = PyGILState_Ensure();
    message = "python_error";
    if (value) {
      PyObject* text = PyObject_Str(value);
      const char* utf8 = text ? PyUnicode_AsUTF8(text) : nullptr;
      if (utf8) message = utf8;
      Py_XDECREF(text);
    }
    PyErr_Clear();
    PyGILState_Release(gil);
  }

  void persist() {
    if (type) return;
    PyGILState_STATE gil = PyGILState_Ensure();
    Py_XDECREF(value);
    Py_XDECREF(traceback);
    PyErr_Fetch(&type, &value, &traceback);
    build_message();
    PyGILState_Release(gil);
  }

  void restore() {
    if (!type) return;
    PyGILState_STATE gil = PyGILState_Ensure();
    Py_XINCREF(type);
    Py_XINCREF(value);
    Py_XINCREF(traceback);
    PyErr_Restore(type, value, traceback);
    PyGILState_Release(gil);
  }

  PyObject* type{nullptr};
  PyObject* value{nullptr};
  PyObject* traceback{nullptr};
  std::string message;
};
