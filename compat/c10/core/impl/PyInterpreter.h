// Mirrors <c10/core/impl/PyInterpreter.h> of PyTorch 2.13.
#pragma once

#include <c10/core/Device.h>
#include <c10/core/DispatchKeySet.h>
#include <c10/core/Layout.h>
#include <c10/core/MemoryFormat.h>
#include <c10/core/SymIntArrayRef.h>
#include <c10/macros/Export.h>
#include <c10/util/ArrayRef.h>
#include <c10/util/intrusive_ptr.h>
#include <c10/util/python_stub.h>

#include <string>
#include <vector>

namespace c10 {
struct IValue;
class OperatorHandle;
struct TensorImpl;
namespace impl {
struct PyObjectSlot;
}
}  // namespace c10

namespace torch::jit {
using Stack = std::vector<c10::IValue>;
}

namespace c10::impl {

struct C10_API PyInterpreter;

// What the core needs of Python, which it does not link to.
struct C10_API PyInterpreterVTable {
  virtual ~PyInterpreterVTable() = default;

  virtual std::string name() const = 0;
  virtual void incref(PyObject* pyobj) const = 0;
  virtual void decref(PyObject* pyobj) const = 0;
  virtual bool try_incref(const c10::impl::PyObjectSlot& pyobj_slot) const = 0;
  virtual size_t refcnt(PyObject* pyobj) const = 0;
  virtual c10::intrusive_ptr<TensorImpl> detach(const TensorImpl* self) const = 0;
  virtual void dispatch(const c10::OperatorHandle& op, torch::jit::Stack* stack) const = 0;
  virtual void reportErrorCallback(PyObject* callback, DispatchKey key) const = 0;
  virtual void python_op_registration_trampoline(const c10::OperatorHandle& op, c10::DispatchKey,
                                                 c10::DispatchKeySet keyset, torch::jit::Stack* stack, bool with_keyset,
                                                 bool with_op) const = 0;
  virtual void throw_abstract_impl_not_imported_error(std::string opname, const char* pymodule,
                                                      const char* context) const = 0;
  virtual void python_dispatcher(const c10::OperatorHandle& op, c10::DispatchKeySet,
                                 torch::jit::Stack* stack) const = 0;

  // For tensors whose Python class overrides these.
  virtual bool is_contiguous(const TensorImpl* self, at::MemoryFormat) const = 0;
  virtual c10::SymBool sym_is_contiguous(const TensorImpl* self, at::MemoryFormat) const = 0;
  virtual bool is_strides_like(const TensorImpl* self, at::MemoryFormat) const = 0;
  virtual bool is_non_overlapping_and_dense(const TensorImpl* self) const = 0;
  virtual c10::Device device(const TensorImpl* self) const = 0;
  virtual int64_t dim(const TensorImpl* self) const = 0;
  virtual c10::IntArrayRef strides(const TensorImpl* self) const = 0;
  virtual c10::IntArrayRef sizes(const TensorImpl* self) const = 0;
  virtual c10::SymIntArrayRef sym_sizes(const TensorImpl* self) const = 0;
  virtual c10::Layout layout(const TensorImpl* self) const = 0;
  virtual int64_t numel(const TensorImpl* self) const = 0;
  virtual c10::SymInt sym_numel(const TensorImpl* self) const = 0;
  virtual c10::SymIntArrayRef sym_strides(const TensorImpl* self) const = 0;
  virtual c10::SymInt sym_storage_offset(const TensorImpl* self) const = 0;

  virtual void trace_gpu_event_creation(c10::DeviceType device_type, uintptr_t event) const = 0;
  virtual void trace_gpu_event_deletion(c10::DeviceType device_type, uintptr_t event) const = 0;
  virtual void trace_gpu_event_record(c10::DeviceType device_type, uintptr_t event, uintptr_t stream) const = 0;
  virtual void trace_gpu_event_wait(c10::DeviceType device_type, uintptr_t event, uintptr_t stream) const = 0;
  virtual void trace_gpu_memory_allocation(c10::DeviceType device_type, uintptr_t ptr) const = 0;
  virtual void trace_gpu_memory_deallocation(c10::DeviceType device_type, uintptr_t ptr) const = 0;
  virtual void trace_gpu_stream_creation(c10::DeviceType device_type, uintptr_t stream) const = 0;
  virtual void trace_gpu_device_synchronization(c10::DeviceType device_type) const = 0;
  virtual void trace_gpu_stream_synchronization(c10::DeviceType device_type, uintptr_t stream) const = 0;
  virtual void trace_gpu_event_synchronization(c10::DeviceType device_type, uintptr_t event) const = 0;

  virtual void reset_backward_hooks(const TensorImpl* self) const = 0;
};

// Outlives Python itself: disarm() leaves a table that does nothing.
struct C10_API PyInterpreter {
  const PyInterpreterVTable* vtable_;

  PyInterpreter(const PyInterpreterVTable* vtable) : vtable_(vtable) {}
  const PyInterpreterVTable& operator*() const noexcept { return *vtable_; }
  const PyInterpreterVTable* operator->() const noexcept { return vtable_; }
  void disarm() noexcept;
};

}  // namespace c10::impl
