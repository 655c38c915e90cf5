#include <c10/core/SymIntArrayRef.h>
#include <c10/core/TensorImpl.h>
#include <c10/core/impl/PyInterpreter.h>

namespace c10::impl {

namespace {

#define FLAMBEAU_DEAD(name) \
  TORCH_INTERNAL_ASSERT(    \
      0, "attempted to call " #name " on a Tensor with nontrivial PyObject after corresponding interpreter died")
#define FLAMBEAU_DEAD_METHOD(type, name, parameters) \
  type name parameters const override { FLAMBEAU_DEAD(name); }

// After Python has gone. References are leaked rather than counted; all else is an error.
struct NoopPyInterpreterVTable final : public PyInterpreterVTable {
  std::string name() const override { return "<unloaded interpreter>"; }
  void incref(PyObject*) const override {}
  void decref(PyObject*) const override {}
  bool try_incref(const c10::impl::PyObjectSlot&) const override { return false; }
  void trace_gpu_event_creation(c10::DeviceType, uintptr_t) const override {}
  void trace_gpu_event_deletion(c10::DeviceType, uintptr_t) const override {}
  void trace_gpu_event_record(c10::DeviceType, uintptr_t, uintptr_t) const override {}
  void trace_gpu_event_wait(c10::DeviceType, uintptr_t, uintptr_t) const override {}
  void trace_gpu_memory_allocation(c10::DeviceType, uintptr_t) const override {}
  void trace_gpu_memory_deallocation(c10::DeviceType, uintptr_t) const override {}
  void trace_gpu_stream_creation(c10::DeviceType, uintptr_t) const override {}
  void trace_gpu_device_synchronization(c10::DeviceType) const override {}
  void trace_gpu_stream_synchronization(c10::DeviceType, uintptr_t) const override {}
  void trace_gpu_event_synchronization(c10::DeviceType, uintptr_t) const override {}

  FLAMBEAU_DEAD_METHOD(size_t, refcnt, (PyObject*))
  FLAMBEAU_DEAD_METHOD(c10::intrusive_ptr<TensorImpl>, detach, (const TensorImpl*))
  FLAMBEAU_DEAD_METHOD(void, dispatch, (const c10::OperatorHandle&, torch::jit::Stack*))
  FLAMBEAU_DEAD_METHOD(void, reportErrorCallback, (PyObject*, DispatchKey))
  FLAMBEAU_DEAD_METHOD(void, python_op_registration_trampoline,
                       (const c10::OperatorHandle&, c10::DispatchKey, c10::DispatchKeySet, torch::jit::Stack*, bool,
                        bool))
  FLAMBEAU_DEAD_METHOD(void, throw_abstract_impl_not_imported_error, (std::string, const char*, const char*))
  FLAMBEAU_DEAD_METHOD(void, python_dispatcher, (const c10::OperatorHandle&, c10::DispatchKeySet, torch::jit::Stack*))
  FLAMBEAU_DEAD_METHOD(bool, is_contiguous, (const TensorImpl*, at::MemoryFormat))
  FLAMBEAU_DEAD_METHOD(c10::SymBool, sym_is_contiguous, (const TensorImpl*, at::MemoryFormat))
  FLAMBEAU_DEAD_METHOD(bool, is_strides_like, (const TensorImpl*, at::MemoryFormat))
  FLAMBEAU_DEAD_METHOD(bool, is_non_overlapping_and_dense, (const TensorImpl*))
  FLAMBEAU_DEAD_METHOD(c10::Device, device, (const TensorImpl*))
  FLAMBEAU_DEAD_METHOD(int64_t, dim, (const TensorImpl*))
  FLAMBEAU_DEAD_METHOD(c10::IntArrayRef, strides, (const TensorImpl*))
  FLAMBEAU_DEAD_METHOD(c10::IntArrayRef, sizes, (const TensorImpl*))
  FLAMBEAU_DEAD_METHOD(c10::SymIntArrayRef, sym_sizes, (const TensorImpl*))
  FLAMBEAU_DEAD_METHOD(c10::Layout, layout, (const TensorImpl*))
  FLAMBEAU_DEAD_METHOD(int64_t, numel, (const TensorImpl*))
  FLAMBEAU_DEAD_METHOD(c10::SymInt, sym_numel, (const TensorImpl*))
  FLAMBEAU_DEAD_METHOD(c10::SymIntArrayRef, sym_strides, (const TensorImpl*))
  FLAMBEAU_DEAD_METHOD(c10::SymInt, sym_storage_offset, (const TensorImpl*))
  FLAMBEAU_DEAD_METHOD(void, reset_backward_hooks, (const TensorImpl*))
};

#undef FLAMBEAU_DEAD_METHOD
#undef FLAMBEAU_DEAD

}  // namespace

void PyInterpreter::disarm() noexcept {
  static const auto* noop = new NoopPyInterpreterVTable();
  vtable_ = noop;
}

}  // namespace c10::impl
