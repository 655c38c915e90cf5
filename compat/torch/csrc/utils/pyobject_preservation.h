// Mirrors <torch/csrc/utils/pyobject_preservation.h> of PyTorch 2.13.
#pragma once

#include <c10/core/impl/PyObjectSlot.h>
#include <c10/util/intrusive_ptr.h>
#include <torch/csrc/python_headers.h>

namespace torch::utils {

// Ties a Python object to a TensorImpl or StorageImpl. The Python object owns one reference; while C++ holds further
// ones, the impl holds a reference to the Python object, so that its identity survives (see intrusive_ptr.h on
// kHasPyObject).
class PyObjectPreservation {
 public:
  // For an impl that only its new Python object refers to.
  template <typename T>
  static void init_fresh_nonatomic(T& target, PyObject* pyobj) {
    target.pyobj_slot()->pyobj_.store(pyobj, std::memory_order_relaxed);
    target.combined_refcount_.store(c10::detail::kHasPyObject | c10::detail::kUniqueRef, std::memory_order_relaxed);
  }

  // `pyobj` already owns its reference to `target`, which others may own as well.
  template <typename T>
  static void attach(T& target, PyObject* pyobj) {
    if (target.combined_refcount_.load(std::memory_order_relaxed) == c10::detail::kUniqueRef) {
      return init_fresh_nonatomic(target, pyobj);
    }
    target.pyobj_slot()->store_pyobj(pyobj);
    uint64_t before = target.combined_refcount_.fetch_or(c10::detail::kHasPyObject, std::memory_order_acq_rel);
    if (c10::detail::refcount(before) > 1) Py_INCREF(pyobj);
  }

  template <typename T>
  static void detach(T& target) {
    // Of an impl that nobody else refers to nobody else reads the count.
    if (target.combined_refcount_.load(std::memory_order_acquire) ==
        (c10::detail::kHasPyObject | c10::detail::kUniqueRef)) {
      target.combined_refcount_.store(c10::detail::kUniqueRef, std::memory_order_relaxed);
    } else {
      target.combined_refcount_.fetch_and(~c10::detail::kHasPyObject, std::memory_order_acq_rel);
    }
    target.pyobj_slot()->clear();
  }

  template <typename T, typename Factory>
  static PyObject* get_or_init(T& target, Factory&& factory) {
    if (PyObject* obj = target.pyobj_slot()->load_pyobj()) return Py_NewRef(obj);
    PyObject* obj = factory();
    attach(target, obj);
    return obj;
  }
};

}  // namespace torch::utils
