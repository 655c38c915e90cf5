// Mirrors <ATen/core/dispatch/Dispatcher.h> of PyTorch 2.13: all operators by name, and the call through one's table.
#pragma once

#include <ATen/SequenceNumber.h>
#include <ATen/core/boxing/KernelFunction.h>
#include <ATen/core/boxing/impl/boxing.h>
#include <ATen/core/dispatch/CppSignature.h>
#include <ATen/core/dispatch/OperatorEntry.h>
#include <ATen/core/dispatch/RegistrationHandleRAII.h>
#include <ATen/core/enum_tag.h>
#include <ATen/core/grad_mode.h>
#include <ATen/record_function.h>
#include <c10/core/SafePyObject.h>
#include <c10/util/Exception.h>
#include <c10/util/LeftRight.h>

#include <condition_variable>
#include <list>
#include <mutex>
#include <type_traits>

namespace flambeau {
struct DispatcherAccess;
}

namespace c10 {

TORCH_API bool show_dispatch_trace();
TORCH_API void dispatch_trace_nesting_incr();
TORCH_API void dispatch_trace_nesting_decr();
TORCH_API int64_t dispatch_trace_nesting_value();

struct DispatchTraceNestingGuard {
  DispatchTraceNestingGuard() { dispatch_trace_nesting_incr(); }
  ~DispatchTraceNestingGuard() { dispatch_trace_nesting_decr(); }
};

class TORCH_API OperatorHandle;
template <class FuncType>
class TypedOperatorHandle;

class TORCH_API OpRegistrationListener {
 public:
  virtual ~OpRegistrationListener();
  virtual void onOperatorRegistered(const OperatorHandle& op) = 0;
  virtual void onOperatorDeregistered(const OperatorHandle& op) = 0;
};

namespace detail {
class RegistrationListenerList;
}
class SchemaRegistrationHandleRAII;

class TORCH_API Dispatcher final {
 private:
  friend class impl::OperatorEntry;

  struct OperatorDef final {
    explicit OperatorDef(OperatorName&& op_name) : op(std::move(op_name)) {}
    impl::OperatorEntry op;
    size_t def_count = 0;           // schemas registered
    size_t def_and_impl_count = 0;  // schemas and kernels; at 0 the operator goes
  };
  friend class OperatorHandle;
  template <class>
  friend class TypedOperatorHandle;
  friend struct flambeau::DispatcherAccess;

  // Registrations outlive the Dispatcher in static destructors; they look here first.
  struct Guard final {
    Guard() : alive(true) {}
    std::atomic<bool> alive;
    std::mutex mutex;
  };

 public:
  ~Dispatcher();

  static Dispatcher& realSingleton();
  FLB_ON_USE C10_ALWAYS_INLINE static Dispatcher& singleton() {
    static Dispatcher& s = realSingleton();
    return s;
  }

  /// The operator if it has a schema.
  std::optional<OperatorHandle> findSchema(const OperatorName& operator_name);
  OperatorHandle findSchemaOrThrow(const char* name, const char* overload_name);
  /// The operator, even if only kernels were registered so far.
  std::optional<OperatorHandle> findOp(const OperatorName& operator_name);
  const std::vector<OperatorName> getAllOpNames();
  const std::vector<OperatorName> getAllOpNamesForDispatchKey(DispatchKey k);

  template <class Return, class... Args>
  Return call(const TypedOperatorHandle<Return(Args...)>& op, Args... args) const;
  template <class Return, class... Args>
  static Return callWithDispatchKeySlowPath(const TypedOperatorHandle<Return(Args...)>& op,
                                            at::StepCallbacks& stepCallbacks, DispatchKeySet dispatchKeySet,
                                            const KernelFunction& kernel, Args... args);
  /// From a kernel on to the one of the next key.
  template <class Return, class... Args>
  Return redispatch(const TypedOperatorHandle<Return(Args...)>& op, DispatchKeySet currentDispatchKeySet,
                    Args... args) const;
  FLB_ON_USE void callBoxed(const OperatorHandle& op, Stack* stack) const;
  FLB_ON_USE void callBoxedForDispatchKey(const OperatorHandle& op, DispatchKey dk, Stack* stack) const;
  void redispatchBoxed(const OperatorHandle& op, DispatchKeySet dispatchKeySet, Stack* stack) const;

  FLB_ON_USE bool hasBackendFallbackForDispatchKey(DispatchKey dk) {
    const auto index = getDispatchTableIndexForDispatchKey(dk);
    return index >= 0 && backendFallbackKernels_[static_cast<size_t>(index)].kernel.isValid();
  }

  // For interpreters that register on behalf of each other.
  void waitForDef(const FunctionSchema& schema);
  void waitForImpl(const OperatorName& op_name, std::optional<DispatchKey> dispatch_key);

  RegistrationHandleRAII registerDef(FunctionSchema schema, std::string debug, std::vector<at::Tag> tags = {});
  RegistrationHandleRAII registerImpl(OperatorName op_name, std::optional<DispatchKey> dispatch_key,
                                      KernelFunction kernel, std::optional<impl::CppSignature> cpp_signature,
                                      std::unique_ptr<FunctionSchema> inferred_function_schema, std::string debug);
  RegistrationHandleRAII registerPythonModule(const OperatorName& op_name, const char* pymodule, const char* context);
  void throwIfHasPythonModule(OperatorName op_name);
  std::optional<std::pair<const char*, const char*>> getPyStub(OperatorName op_name);
  RegistrationHandleRAII registerName(OperatorName op_name);
  /// For all operators that have no kernel of their own for that key.
  RegistrationHandleRAII registerFallback(DispatchKey dispatch_key, KernelFunction kernel, std::string debug);
  RegistrationHandleRAII registerLibrary(std::string ns, std::string debug);
  RegistrationHandleRAII addRegistrationListener(std::unique_ptr<OpRegistrationListener> listener);

  void checkInvariants() const;
  /// Operators with kernels but no schema.
  std::vector<OperatorHandle> findDanglingImpls() const;
  std::vector<OperatorName> getRegistrationsForDispatchKey(std::optional<DispatchKey> k) const;

 private:
  Dispatcher();

  static int64_t sequenceNumberForRunningRecordFunction(DispatchKey dispatchKey, DispatchKeySet dispatchKeySet);
  static void runRecordFunction(at::RecordFunction& guard, at::RecordFunction::schema_ref_t schema_ref,
                                DispatchKey dispatchKey, DispatchKeySet dispatchKeySet);
  static void runRecordFunction(at::RecordFunction& guard, at::RecordFunction::schema_ref_t schema_ref,
                                DispatchKey dispatchKey, DispatchKeySet dispatchKeySet,
                                c10::ArrayRef<const c10::IValue> args);

  OperatorHandle findOrRegisterSchema_(FunctionSchema&& schema);
  OperatorHandle findOrRegisterName_(const OperatorName& op_name);
  void deregisterDef_(const OperatorHandle& op, const OperatorName& op_name);
  void deregisterImpl_(const OperatorHandle& op, const OperatorName& op_name, std::optional<DispatchKey> dispatch_key,
                       impl::OperatorEntry::AnnotatedKernelContainerIterator kernel_handle);
  void deregisterName_(const OperatorHandle& op, const OperatorName& op_name);
  void deregisterFallback_(DispatchKey dispatchKey);
  void deregisterLibrary_(const std::string& ns);
  void cleanup(const OperatorHandle& op, const OperatorName& op_name);
  void checkSchemaCompatibility(const OperatorHandle& op, const FunctionSchema& schema, const std::string& debug);

  std::list<OperatorDef> operators_;
  LeftRight<ska::flat_hash_map<OperatorName, OperatorHandle>> operatorLookupTable_;
  // Namespace to where it was defined.
  ska::flat_hash_map<std::string, std::string> libraries_;
  std::array<impl::AnnotatedKernel, num_runtime_entries> backendFallbackKernels_;
  std::unique_ptr<detail::RegistrationListenerList> listeners_;
  std::condition_variable cond_var_;
  std::shared_ptr<Guard> guard_;
};

/// A registered operator. Cheap to copy; valid as long as the operator is registered.
class TORCH_API OperatorHandle {
  template <typename T>
  friend struct std::hash;

 public:
  OperatorHandle(OperatorHandle&&) noexcept = default;
  OperatorHandle& operator=(OperatorHandle&&) noexcept = default;
  OperatorHandle(const OperatorHandle&) = default;
  OperatorHandle& operator=(const OperatorHandle&) = default;
  ~OperatorHandle();

  const OperatorName& operator_name() const { return operatorDef_->op.operator_name(); }
  bool hasSchema() const { return operatorDef_->op.hasSchema(); }
  const FunctionSchema& schema() const { return operatorDef_->op.schema(); }
  const std::string& debug() const { return operatorDef_->op.debug(); }
  std::string dumpState() const { return operatorDef_->op.dumpState(); }
  bool hasKernelForDispatchKey(DispatchKey k) const { return operatorDef_->op.hasKernelForDispatchKey(k); }
  bool isKernelFallthroughKernel(DispatchKey k) const {
    return operatorDef_->op.kernelForDispatchKey(k).isFallthrough();
  }
  bool hasKernelForAnyDispatchKey(DispatchKeySet k) const { return operatorDef_->op.hasKernelForAnyDispatchKey(k); }
  bool hasComputedKernelForDispatchKey(DispatchKey k) const {
    return operatorDef_->op.hasComputedKernelForDispatchKey(k);
  }
  SafeKernelFunction getComputedKernelForDispatchKey(DispatchKey k) const {
    return operatorDef_->op.getComputedKernelForDispatchKey(k);
  }
  std::string dumpComputedTable() const { return operatorDef_->op.dumpComputedTable(); }
  void checkInvariants() const { operatorDef_->op.checkInvariants(); }
  c10::ArrayRef<at::Tag> getTags() const { return operatorDef_->op.getTags(); }
  FLB_ON_USE void setReportErrorCallback_(std::unique_ptr<c10::SafePyObject> callback) {
    operatorDef_->op.setReportErrorCallback_(std::move(callback));
  }
  FLB_ON_USE bool hasTag(const at::Tag& tag) const {
    const auto tags = getTags();
    return std::find(tags.begin(), tags.end(), tag) != tags.end();
  }

  /// Throws if the kernels have another C++ signature.
  template <class FuncType>
  TypedOperatorHandle<FuncType> typed() const {
    operatorDef_->op.assertSignatureIsCorrect<FuncType>();
    if (fn_has_symint<FuncType>::value) {
      operatorDef_->op.assertSignatureIsCorrect<typename fn_remove_symint<FuncType>::type>();
    }
    return TypedOperatorHandle<FuncType>(operatorIterator_);
  }

  FLB_ON_USE void callBoxed(Stack* stack) const { c10::Dispatcher::singleton().callBoxed(*this, stack); }
  FLB_ON_USE void callBoxed(Stack& stack) const { callBoxed(&stack); }
  FLB_ON_USE void callBoxedForDispatchKey(DispatchKey dk, Stack& stack) const {
    c10::Dispatcher::singleton().callBoxedForDispatchKey(*this, dk, &stack);
  }
  FLB_ON_USE void redispatchBoxed(DispatchKeySet ks, Stack* stack) const {
    c10::Dispatcher::singleton().redispatchBoxed(*this, ks, stack);
  }
  template <typename F>
  PyObject* getPythonOp(F slow_accessor) const {
    return operatorDef_->op.getPythonOp(slow_accessor);
  }
  bool operator==(const OperatorHandle& other) const { return operatorDef_ == other.operatorDef_; }
  bool operator!=(const OperatorHandle& other) const { return operatorDef_ != other.operatorDef_; }

 private:
  FLB_ON_USE explicit OperatorHandle(std::list<Dispatcher::OperatorDef>::iterator operatorIterator)
      : operatorDef_(&*operatorIterator), operatorIterator_(operatorIterator) {}
  friend class Dispatcher;
  template <class>
  friend class TypedOperatorHandle;
  friend struct flambeau::DispatcherAccess;

  // The iterator finds the same, one step later.
  Dispatcher::OperatorDef* operatorDef_;
  std::list<Dispatcher::OperatorDef>::iterator operatorIterator_;
};

template <class FuncType>
class TypedOperatorHandle final {
  static_assert(guts::false_t<FuncType>(), "OperatorHandle::typed<F> needs a function type Return(Args...)");
};

template <class Return, class... Args>
class TypedOperatorHandle<Return(Args...)> final : public OperatorHandle {
 public:
  TypedOperatorHandle(TypedOperatorHandle&&) noexcept = default;
  TypedOperatorHandle& operator=(TypedOperatorHandle&&) noexcept = default;
  TypedOperatorHandle(const TypedOperatorHandle&) = default;
  TypedOperatorHandle& operator=(const TypedOperatorHandle&) = default;

  C10_ALWAYS_INLINE Return call(Args... args) const {
    return c10::Dispatcher::singleton().call<Return, Args...>(*this, std::forward<Args>(args)...);
  }
  C10_ALWAYS_INLINE Return redispatch(DispatchKeySet currentDispatchKeySet, Args... args) const {
    return c10::Dispatcher::singleton().redispatch<Return, Args...>(*this, currentDispatchKeySet,
                                                                    std::forward<Args>(args)...);
  }

 private:
  explicit TypedOperatorHandle(std::list<Dispatcher::OperatorDef>::iterator operatorIterator)
      : OperatorHandle(operatorIterator) {}
  friend class OperatorHandle;
};

namespace detail {

template <class... Args>
inline void unused_arg_(const Args&...) {}

/// Calls and keeps the result, so that it can be shown to an observer before it is returned.
template <typename ReturnType>
struct CaptureKernelCall {
  template <typename F, typename... Args>
  CaptureKernelCall(const F& kernel, const TypedOperatorHandle<ReturnType(Args...)>& op,
                    const DispatchKeySet& dispatchKeySet, Args&&... args)
      : output_{kernel.template call<ReturnType, Args...>(op, dispatchKeySet, std::forward<Args>(args)...)} {}
  Stack getOutputs() {
    Stack stack;
    impl::push_outputs<ReturnType, false>::copy(output_, &stack);
    return stack;
  }
  ReturnType release() && { return std::move(output_); }

 private:
  ReturnType output_;
};
template <>
inline at::Tensor& CaptureKernelCall<at::Tensor&>::release() && {
  return output_;
}
template <>
struct CaptureKernelCall<void> {
  template <typename F, typename... Args>
  CaptureKernelCall(const F& kernel, const TypedOperatorHandle<void(Args...)>& op, const DispatchKeySet& dispatchKeySet,
                    Args&&... args) {
    kernel.template call<void, Args...>(op, dispatchKeySet, std::forward<Args>(args)...);
  }
  Stack getOutputs() { return Stack(); }
  void release() && {}
};

TORCH_API void _print_dispatch_trace(const std::string& label, const std::string& op_name,
                                     const DispatchKeySet& dispatchKeySet);

}  // namespace detail

/// The call while a profiler watches.
template <class Return, class... Args>
inline Return Dispatcher::callWithDispatchKeySlowPath(const TypedOperatorHandle<Return(Args...)>& op,
                                                      at::StepCallbacks& stepCallbacks, DispatchKeySet dispatchKeySet,
                                                      const KernelFunction& kernel, Args... args) {
  at::RecordFunction guard(std::move(stepCallbacks));
  const auto dispatchKey = dispatchKeySet.highestPriorityTypeId();
  const auto schema_ref = std::reference_wrapper<const FunctionSchema>(op.schema());
  constexpr auto num_boxed_args = impl::boxed_size<Args...>();
  bool recorded = false;
  if constexpr (num_boxed_args != 0) {
    if (guard.needsInputs()) {
      alignas(IValue) std::byte memory[num_boxed_args * sizeof(IValue)];
      IValue* const first = reinterpret_cast<IValue*>(memory);
      IValue* next = first;
      impl::boxArgsToStack(next, args...);
      runRecordFunction(guard, schema_ref, dispatchKey, dispatchKeySet,
                        c10::ArrayRef<const c10::IValue>(first, num_boxed_args));
      std::destroy_n(first, num_boxed_args);
      recorded = true;
    }
  }
  if (!recorded) runRecordFunction(guard, schema_ref, dispatchKey, dispatchKeySet);
  if (C10_UNLIKELY(guard.needsOutputs())) {
    detail::CaptureKernelCall<Return> captured(kernel, op, dispatchKeySet, std::forward<Args>(args)...);
    guard.setOutputs(captured.getOutputs());
    return std::move(captured).release();
  }
  return kernel.template call<Return, Args...>(op, dispatchKeySet, std::forward<Args>(args)...);
}

template <class Return, class... Args>
C10_ALWAYS_INLINE_UNLESS_MOBILE Return Dispatcher::call(const TypedOperatorHandle<Return(Args...)>& op,
                                                        Args... args) const {
  const auto dispatchKeySet =
      op.operatorDef_->op.dispatchKeyExtractor().template getDispatchKeySetUnboxed<Args...>(args...);
  const KernelFunction& kernel = op.operatorDef_->op.lookup(dispatchKeySet);
#ifndef PYTORCH_DISABLE_PER_OP_PROFILING
  auto step_callbacks = at::getStepCallbacksUnlessEmpty(at::RecordScope::FUNCTION);
  if (C10_UNLIKELY(step_callbacks.has_value() && op.operatorDef_->op.isObserved())) {
    return callWithDispatchKeySlowPath<Return, Args...>(op, *step_callbacks, dispatchKeySet, kernel,
                                                        std::forward<Args>(args)...);
  }
#endif
  return kernel.template call<Return, Args...>(op, dispatchKeySet, std::forward<Args>(args)...);
}

template <class Return, class... Args>
inline Return Dispatcher::redispatch(const TypedOperatorHandle<Return(Args...)>& op,
                                     DispatchKeySet currentDispatchKeySet, Args... args) const {
  const KernelFunction& kernel = op.operatorDef_->op.lookup(currentDispatchKeySet);
  return kernel.template call<Return, Args...>(op, currentDispatchKeySet, std::forward<Args>(args)...);
}

template <typename FlbOnUse>
inline void Dispatcher::callBoxed(const OperatorHandle& op, Stack* stack) const {
  const auto& entry = op.operatorDef_->op;
  const auto dispatchKeySet = entry.dispatchKeyExtractor().getDispatchKeySetBoxed(stack);
  const auto& kernel = entry.lookup(dispatchKeySet);
#ifndef PYTORCH_DISABLE_PER_OP_PROFILING
  auto step_callbacks = at::getStepCallbacksUnlessEmpty(at::RecordScope::FUNCTION);
  if (C10_UNLIKELY(step_callbacks.has_value() && entry.isObserved())) {
    at::RecordFunction guard(std::move(*step_callbacks));
    const auto dispatchKey = dispatchKeySet.highestPriorityTypeId();
    const auto schema_ref = std::reference_wrapper<const FunctionSchema>(op.schema());
    if (guard.needsInputs()) {
      runRecordFunction(guard, schema_ref, dispatchKey, dispatchKeySet,
                        c10::ArrayRef<const c10::IValue>(stack->data(), stack->size()));
    } else {
      runRecordFunction(guard, schema_ref, dispatchKey, dispatchKeySet);
    }
    kernel.callBoxed(op, dispatchKeySet, stack);
    if (C10_UNLIKELY(guard.needsOutputs())) guard.setOutputs(*stack);
    return;
  }
#endif
  kernel.callBoxed(op, dispatchKeySet, stack);
}

template <typename FlbOnUse>
inline void Dispatcher::callBoxedForDispatchKey(const OperatorHandle& op, DispatchKey dk, Stack* stack) const {
  const auto& entry = op.operatorDef_->op;
  // The key set is that of the arguments all the same: a kernel may redispatch by it.
  const auto dispatchKeySet = entry.dispatchKeyExtractor().getDispatchKeySetBoxed(stack);
  if (op.hasKernelForDispatchKey(dk)) return entry.kernelForDispatchKey(dk).callBoxed(op, dispatchKeySet, stack);
  const auto index = getDispatchTableIndexForDispatchKey(dk);
  TORCH_INTERNAL_ASSERT(index >= 0);
  backendFallbackKernels_[static_cast<size_t>(index)].kernel.callBoxed(op, dispatchKeySet, stack);
}

inline void Dispatcher::redispatchBoxed(const OperatorHandle& op, DispatchKeySet dispatchKeySet, Stack* stack) const {
  op.operatorDef_->op.lookup(dispatchKeySet).callBoxed(op, dispatchKeySet, stack);
}

}  // namespace c10

template <>
struct std::hash<c10::OperatorHandle> {
  size_t operator()(const c10::OperatorHandle& op) const noexcept {
    return std::hash<void*>{}(static_cast<void*>(op.operatorDef_));
  }
};
