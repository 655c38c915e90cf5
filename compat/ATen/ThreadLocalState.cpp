#include <ATen/ThreadLocalState.h>

#include <ATen/DTensorState.h>
#include <ATen/autocast_mode.h>

namespace at {

namespace autocast {
/// This thread's, for every device type. Defined in autocast_mode.cpp.
const std::array<at::ScalarType, at::COMPILE_TIME_MAX_DEVICE_TYPES>& all_dtypes();
}  // namespace autocast

namespace functorch {

std::unique_ptr<FuncTorchTLSBase>& functorchTLSAccessor() {
  static thread_local std::unique_ptr<FuncTorchTLSBase> state;
  return state;
}
std::unique_ptr<FuncTorchTLSBase> getCopyOfFuncTorchTLS() {
  const auto& state = functorchTLSAccessor();
  return state ? state->deepcopy() : nullptr;
}
void setFuncTorchTLS(const std::shared_ptr<const FuncTorchTLSBase>& state) {
  functorchTLSAccessor() = state ? state->deepcopy() : nullptr;
}

}  // namespace functorch

namespace impl {

static ThreadLocalPythonObjects& thread_objects() {
  static thread_local ThreadLocalPythonObjects objects;
  return objects;
}
void ThreadLocalPythonObjects::set(const std::string& key, std::shared_ptr<SafePyObject> value) {
  thread_objects().obj_dict_[key] = std::move(value);
}
const std::shared_ptr<SafePyObject>& ThreadLocalPythonObjects::get(const std::string& key) {
  TORCH_CHECK(contains(key));
  return thread_objects().obj_dict_[key];
}
bool ThreadLocalPythonObjects::contains(const std::string& key) { return thread_objects().obj_dict_.count(key) != 0; }
void ThreadLocalPythonObjects::erase(const std::string& key) { thread_objects().obj_dict_.erase(key); }
const ThreadLocalPythonObjects& ThreadLocalPythonObjects::get_state() { return thread_objects(); }
void ThreadLocalPythonObjects::set_state(ThreadLocalPythonObjects state) { thread_objects() = std::move(state); }

}  // namespace impl

static constinit thread_local bool dtensor_implicit_replication = false;
bool get_dtensor_allow_implicit_replication() { return dtensor_implicit_replication; }
void set_dtensor_allow_implicit_replication(bool enabled) { dtensor_implicit_replication = enabled; }

ThreadLocalState::ThreadLocalState()
    : dispatch_key_(c10::impl::tls_local_dispatch_key_set()),
      debug_info_(c10::ThreadLocalDebugInfo::current()),
      rf_tls_(at::get_record_function_tls_()),
      functorch_tls_(functorch::getCopyOfFuncTorchTLS()),
      autograd_tls_(c10::AutogradState::get_tls_state()),
      torch_dispatch_mode_state_(c10::impl::TorchDispatchModeTLS::get_state()),
      python_dispatcher_state_(c10::impl::PythonDispatcherTLS::get_state()),
      python_torch_function_state_(at::impl::PythonTorchFunctionTLS::get_state()),
      saved_tensors_default_hooks_state_(at::SavedTensorDefaultHooks::get_tls_state()),
      functionalization_reapply_views_state_(true),
      dtensor_allow_implicit_replication_(get_dtensor_allow_implicit_replication()),
      saved_objects_(at::impl::ThreadLocalPythonObjects::get_state()) {
  autocast_dtypes_ = autocast::all_dtypes();
}

void ThreadLocalState::set_grad_mode(bool enabled) { autograd_tls_.set_grad_mode(enabled); }
void ThreadLocalState::set_multithreading_enabled(bool enabled) { autograd_tls_.set_multithreading_enabled(enabled); }

void ThreadLocalState::setThreadLocalState(const ThreadLocalState& state) {
  c10::AutogradState::set_tls_state(state.autograd_tls_);
  c10::impl::TorchDispatchModeTLS::set_state(state.torch_dispatch_mode_state_);
  at::impl::PythonTorchFunctionTLS::set_state(state.python_torch_function_state_);
  at::set_record_function_tls_(state.rf_tls_);
  at::SavedTensorDefaultHooks::set_tls_state(state.saved_tensors_default_hooks_state_);
  c10::impl::PythonDispatcherTLS::set_state(state.python_dispatcher_state_);
  c10::ThreadLocalDebugInfo::_forceCurrentDebugInfo(state.debug_info_);
  c10::impl::_force_tls_local_dispatch_key_set(state.dispatch_key_);
  functorch::setFuncTorchTLS(state.functorch_tls_);
  set_dtensor_allow_implicit_replication(state.dtensor_allow_implicit_replication_);
  at::impl::ThreadLocalPythonObjects::set_state(state.saved_objects_);
  for (size_t i = 0; i < state.autocast_dtypes_.size(); i++) {
    if (state.autocast_dtypes_[i] != at::ScalarType::Undefined) {
      at::autocast::set_autocast_dtype(static_cast<at::DeviceType>(i), state.autocast_dtypes_[i]);
    }
  }
}

}  // namespace at
