// Mirrors <c10/core/impl/PyObjectSlot.h> of PyTorch 2.13.
#pragma once

#include <c10/core/impl/PyInterpreter.h>
#include <c10/core/impl/PyInterpreterHooks.h>
#include <c10/util/light_std.h>
#include <c10/util/python_stub.h>

#include <atomic>

namespace torch::utils {
class PyObjectPreservation;
}

namespace c10::impl {

// The Python object of a tensor or storage, null until Python has seen it.
struct C10_API PyObjectSlot {
 public:
  PyObjectSlot() : pyobj_(nullptr) {}
  FLB_ON_USE PyObject* load_pyobj() const { return pyobj_.load(std::memory_order_acquire); }
  void store_pyobj(PyObject* obj) { pyobj_.store(obj, std::memory_order_release); }
  FLB_ON_USE bool has_unique_reference() const {
    PyObject* pyobj = load_pyobj();
    return pyobj != nullptr && (*getGlobalPyInterpreter())->refcnt(pyobj) == 1;
  }
  void clear() { pyobj_.store(nullptr, std::memory_order_relaxed); }
  FLB_ON_USE void incref() const noexcept {
    // Pairs with the release of the thread that set the count's top bit.
    std::atomic_thread_fence(std::memory_order_acquire);
    (*c10::impl::getGlobalPyInterpreter())->incref(load_pyobj());
  }
  FLB_ON_USE void decref() const noexcept { (*c10::impl::getGlobalPyInterpreter())->decref(load_pyobj()); }
  FLB_ON_USE bool try_incref() const noexcept {
    PyInterpreter* interp = c10::impl::getGlobalPyInterpreter();
    return C10_LIKELY(interp != nullptr) && (*interp)->try_incref(*this);
  }

 private:
  std::atomic<PyObject*> pyobj_;
  friend class torch::utils::PyObjectPreservation;
};

}  // namespace c10::impl
