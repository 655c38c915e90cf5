// Mirrors <c10/core/PyHandleCache.h> of PyTorch 2.13.
#pragma once

#include <c10/core/impl/PyInterpreter.h>
#include <c10/macros/Macros.h>
#include <c10/util/DeadlockDetection.h>
#include <c10/util/Exception.h>
#include <c10/util/python_stub.h>

#include <atomic>

namespace c10 {

// A Python object looked up once.
class PyHandleCache {
 public:
  PyHandleCache() = default;
  template <typename F>
  PyObject* ptr_or(F slow_accessor) const {
    if (PyObject* d = data_.load(std::memory_order_acquire)) return d;
    PyObject* r = slow_accessor();
    PyObject* expected = nullptr;
    data_.compare_exchange_strong(expected, r, std::memory_order_acq_rel);
    return r;
  }

 private:
  mutable std::atomic<PyObject*> data_{nullptr};
};

}  // namespace c10
