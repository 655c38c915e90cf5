// Mirrors <c10/core/SafePyObject.h> of PyTorch 2.13.
#pragma once

#include <c10/core/impl/PyInterpreter.h>
#include <c10/macros/Export.h>
#include <c10/util/python_stub.h>

#include <utility>

namespace c10 {

// An owned Python object that code without Python may copy and drop.
struct C10_API SafePyObject {
  SafePyObject(PyObject* data, c10::impl::PyInterpreter* pyinterpreter) : data_(data), pyinterpreter_(pyinterpreter) {}
  SafePyObject(SafePyObject&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)), pyinterpreter_(other.pyinterpreter_) {}
  SafePyObject& operator=(SafePyObject&&) = delete;
  SafePyObject(SafePyObject const& other) : data_(other.data_), pyinterpreter_(other.pyinterpreter_) {
    if (data_ != nullptr) (*pyinterpreter_)->incref(data_);
  }
  SafePyObject& operator=(SafePyObject const& other) {
    if (this == &other) return *this;
    if (other.data_ != nullptr) (*other.pyinterpreter_)->incref(other.data_);
    if (data_ != nullptr) (*pyinterpreter_)->decref(data_);
    data_ = other.data_;
    pyinterpreter_ = other.pyinterpreter_;
    return *this;
  }
  ~SafePyObject() {
    if (data_ != nullptr) (*pyinterpreter_)->decref(data_);
  }

  c10::impl::PyInterpreter& pyinterpreter() const { return *pyinterpreter_; }
  PyObject* ptr(const c10::impl::PyInterpreter*) const;
  PyObject* release() { return std::exchange(data_, nullptr); }

 private:
  PyObject* data_;
  c10::impl::PyInterpreter* pyinterpreter_;
};

// The same, of a known kind, and not to be copied.
template <typename T>
struct SafePyObjectT : private SafePyObject {
  SafePyObjectT(PyObject* data, c10::impl::PyInterpreter* pyinterpreter) : SafePyObject(data, pyinterpreter) {}
  ~SafePyObjectT() = default;
  SafePyObjectT(SafePyObjectT&& other) noexcept : SafePyObject(other) {}
  SafePyObjectT(SafePyObjectT const&) = delete;
  SafePyObjectT& operator=(SafePyObjectT const&) = delete;
  SafePyObjectT& operator=(SafePyObjectT&&) = delete;
  using SafePyObject::ptr;
  using SafePyObject::pyinterpreter;
  using SafePyObject::release;
};

// Not owned.
struct C10_API SafePyHandle {
  SafePyHandle() : data_(nullptr), pyinterpreter_(nullptr) {}
  SafePyHandle(PyObject* data, c10::impl::PyInterpreter* pyinterpreter) : data_(data), pyinterpreter_(pyinterpreter) {}
  c10::impl::PyInterpreter& pyinterpreter() const { return *pyinterpreter_; }
  PyObject* ptr(const c10::impl::PyInterpreter*) const;
  void reset() {
    data_ = nullptr;
    pyinterpreter_ = nullptr;
  }
  operator bool() { return data_; }

 private:
  PyObject* data_;
  c10::impl::PyInterpreter* pyinterpreter_;
};

}  // namespace c10
