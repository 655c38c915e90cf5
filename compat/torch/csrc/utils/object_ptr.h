// Mirrors <torch/csrc/utils/object_ptr.h> of PyTorch 2.13.
#pragma once

#include <torch/csrc/Export.h>
#include <torch/csrc/python_headers.h>

#include <utility>

/// Owns one reference. Must be destroyed with the GIL held.
template <class T>
class TORCH_PYTHON_API THPPointer {
 public:
  THPPointer() : ptr(nullptr) {}
  explicit THPPointer(T* ptr) noexcept : ptr(ptr) {}
  THPPointer(THPPointer&& p) noexcept : ptr(std::exchange(p.ptr, nullptr)) {}
  THPPointer(const THPPointer& p) = delete;
  THPPointer& operator=(const THPPointer&) = delete;
  ~THPPointer() { free(); }

  T* get() { return ptr; }
  const T* get() const { return ptr; }
  THPPointer dup() const { return dup(ptr); }
  static THPPointer dup(const T* ptr) {
    Py_XINCREF(ptr);
    return THPPointer(const_cast<T*>(ptr));
  }
  static THPPointer none() { return THPPointer(reinterpret_cast<T*>(Py_NewRef(Py_None))); }
  T* release() { return std::exchange(ptr, nullptr); }
  operator T*() { return ptr; }
  THPPointer& operator=(T* new_ptr) noexcept {
    free();
    ptr = new_ptr;
    return *this;
  }
  THPPointer& operator=(THPPointer&& p) noexcept {
    free();
    ptr = std::exchange(p.ptr, nullptr);
    return *this;
  }
  T* operator->() { return ptr; }
  explicit operator bool() const { return ptr != nullptr; }

 private:
  void free();
  T* ptr = nullptr;
};

using THPObjectPtr = THPPointer<PyObject>;
using THPCodeObjectPtr = THPPointer<PyCodeObject>;
using THPFrameObjectPtr = THPPointer<PyFrameObject>;
