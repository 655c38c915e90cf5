// What C++ asks of Python about tensors that have a Python object: c10::impl::PyInterpreter.
#include "pyshim/csrc/interpreter.h"

#include <ATen/core/dispatch/Dispatcher.h>
#include <c10/core/SafePyObject.h>
#include <c10/core/TensorImpl.h>
#include <c10/core/impl/PyInterpreter.h>
#include <c10/core/impl/PyInterpreterHooks.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "pyshim/csrc/dispatch.h"
#include "pyshim/csrc/python.h"
#include "pyshim/csrc/tensor.h"
#include "pyshim/csrc/values.h"

namespace flambeau::python {

namespace {

[[noreturn]] void missing(const char* what) {
  TORCH_CHECK_NOT_IMPLEMENTED(false, "not implemented: c10::impl::PyInterpreterVTable::", what);
  __builtin_unreachable();
}

// PyGILState_Check looks up the thread's state; the main thread's never changes.
struct MainThread {
  pthread_t thread = pthread_self();
  PyThreadState* state = syscall(SYS_gettid) == getpid() ? PyThreadState_Get() : nullptr;
};
const MainThread& main_thread() {
  static const MainThread main;
  return main;
}
bool holds_gil() {
  const MainThread& main = main_thread();
  if (main.state && pthread_equal(pthread_self(), main.thread)) return _PyThreadState_UncheckedGet() == main.state;
  return PyGILState_Check();
}

class Interpreter final : public c10::impl::PyInterpreterVTable {
 public:
  std::string name() const override { return "flambeau"; }

  void incref(PyObject* object) const override {
    if (!Py_IsInitialized()) return;
    if (holds_gil()) {
      Py_INCREF(object);
      return;
    }
    GilAcquire gil;
    Py_INCREF(object);
  }
  void decref(PyObject* object) const override {
    // After the interpreter's end its objects are leaked: there is nobody left to run their destructors.
    if (!Py_IsInitialized()) return;
    if (holds_gil()) {
      Py_DECREF(object);
      return;
    }
    GilAcquire gil;
    Py_DECREF(object);
  }
  bool try_incref(const c10::impl::PyObjectSlot& slot) const override {
    if (!Py_IsInitialized()) return false;
    GilAcquire gil;
    PyObject* object = slot.load_pyobj();
    if (!object || Py_REFCNT(object) == 0) return false;
    Py_INCREF(object);
    return true;
  }
  size_t refcnt(PyObject* object) const override {
    return Py_IsInitialized() ? static_cast<size_t>(Py_REFCNT(object)) : 0;
  }

  c10::intrusive_ptr<c10::TensorImpl> detach(const c10::TensorImpl* self) const override { return python_detach(self); }
  void dispatch(const c10::OperatorHandle& op, torch::jit::Stack* stack) const override { python_dispatch(op, stack); }
  void reportErrorCallback(PyObject* callback, c10::DispatchKey key) const override {
    GilAcquire gil;
    call(callback, text(c10::toString(key)).get());
  }
  void python_op_registration_trampoline(const c10::OperatorHandle& op, c10::DispatchKey key, c10::DispatchKeySet keys,
                                         torch::jit::Stack* stack, bool with_keyset, bool with_op) const override {
    call_python_kernel(op, key, keys, stack, with_keyset, with_op);
  }
  void throw_abstract_impl_not_imported_error(std::string op, const char* module, const char* context) const override {
    TORCH_CHECK_NOT_IMPLEMENTED(false, op, ": we could not find the abstract impl for this operator; import ", module,
                                ". ", context);
  }
  void python_dispatcher(const c10::OperatorHandle&, c10::DispatchKeySet, torch::jit::Stack*) const override {
    missing("python_dispatcher");
  }

  // Sizes, strides, device and layout as subclasses with __torch_dispatch__ may define them.
  bool is_contiguous(const c10::TensorImpl*, at::MemoryFormat) const override { missing("is_contiguous"); }
  c10::SymBool sym_is_contiguous(const c10::TensorImpl*, at::MemoryFormat) const override {
    missing("sym_is_contiguous");
  }
  bool is_strides_like(const c10::TensorImpl*, at::MemoryFormat) const override { missing("is_strides_like"); }
  bool is_non_overlapping_and_dense(const c10::TensorImpl*) const override { missing("is_non_overlapping_and_dense"); }
  c10::Device device(const c10::TensorImpl*) const override { missing("device"); }
  int64_t dim(const c10::TensorImpl*) const override { missing("dim"); }
  c10::IntArrayRef strides(const c10::TensorImpl*) const override { missing("strides"); }
  c10::IntArrayRef sizes(const c10::TensorImpl*) const override { missing("sizes"); }
  c10::SymIntArrayRef sym_sizes(const c10::TensorImpl*) const override { missing("sym_sizes"); }
  c10::Layout layout(const c10::TensorImpl*) const override { missing("layout"); }
  int64_t numel(const c10::TensorImpl*) const override { missing("numel"); }
  c10::SymInt sym_numel(const c10::TensorImpl*) const override { missing("sym_numel"); }
  c10::SymIntArrayRef sym_strides(const c10::TensorImpl*) const override { missing("sym_strides"); }
  c10::SymInt sym_storage_offset(const c10::TensorImpl*) const override { missing("sym_storage_offset"); }

  // Tracing of accelerators: nobody listens.
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

  void reset_backward_hooks(const c10::TensorImpl* self) const override {
    GilAcquire gil;
    Object object(wrap(at::Tensor(
        c10::intrusive_ptr<c10::TensorImpl>::unsafe_reclaim_from_nonowning(const_cast<c10::TensorImpl*>(self)))));
    checked(PyObject_SetAttrString(object, "_backward_hooks", Py_None));
  }
};

class Hooks final : public c10::impl::PyInterpreterHooksInterface {
 public:
  c10::impl::PyInterpreter* getPyInterpreter() const override { return ::getPyInterpreter(); }
};

}  // namespace

void init_interpreter() {
  main_thread();  // asked for the first time where the GIL is held
  auto* registry = c10::impl::PyInterpreterHooksRegistry();
  if (!registry->Has("PyInterpreterHooks")) {
    registry->Register("PyInterpreterHooks", []() -> std::unique_ptr<c10::impl::PyInterpreterHooksInterface> {
      return std::make_unique<Hooks>();
    });
  }
}

}  // namespace flambeau::python

// Both live for ever, as tensors may outlive everything else.
c10::impl::PyInterpreter* getPyInterpreter() {
  static auto* interpreter = new c10::impl::PyInterpreter(new flambeau::python::Interpreter());
  return interpreter;
}
void initializeGlobalPyInterpreter() { flambeau::python::init_interpreter(); }
