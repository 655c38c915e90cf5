#include <ATen/SavedTensorHooks.h>
#include <c10/util/Exception.h>

namespace at {

namespace {

impl::SavedTensorDefaultHooksTLS& thread_hooks() {
  static thread_local impl::SavedTensorDefaultHooksTLS tls;
  return tls;
}
// Whether any hook was ever used: until then every saved tensor is spared the look at the thread's state.
bool initialized = false;

void check_enabled() {
  const auto& message = thread_hooks().disabled_error_message;
  TORCH_CHECK(!message.has_value(), message.value_or(""));
}

}  // namespace

void SavedTensorDefaultHooks::lazy_initialize() { initialized = true; }
void SavedTensorDefaultHooks::disable(const std::string& message, const bool fail_if_non_empty) {
  initialized = true;
  TORCH_CHECK(!fail_if_non_empty || thread_hooks().stack.empty(), message);
  thread_hooks().disabled_error_message = message;
}
void SavedTensorDefaultHooks::enable() { thread_hooks().disabled_error_message.reset(); }
const std::optional<std::string>& SavedTensorDefaultHooks::get_disabled_error_message() {
  return thread_hooks().disabled_error_message;
}
bool SavedTensorDefaultHooks::is_enabled() { return !thread_hooks().disabled_error_message.has_value(); }
const impl::SavedTensorDefaultHooksTLS& SavedTensorDefaultHooks::get_tls_state() { return thread_hooks(); }
void SavedTensorDefaultHooks::set_tls_state(const impl::SavedTensorDefaultHooksTLS& state) { thread_hooks() = state; }

void SavedTensorDefaultHooks::push_hooks(c10::SafePyObject pack_hook, c10::SafePyObject unpack_hook) {
  TORCH_INTERNAL_ASSERT(initialized, "Hooks are not initialized");
  check_enabled();
  thread_hooks().stack.emplace(std::move(pack_hook), std::move(unpack_hook));
}
std::pair<c10::SafePyObject, c10::SafePyObject> SavedTensorDefaultHooks::pop_hooks() {
  auto& stack = thread_hooks().stack;
  TORCH_INTERNAL_ASSERT(initialized && !stack.empty());
  auto hooks = std::move(stack.top());
  stack.pop();
  return hooks;
}
std::optional<std::pair<c10::SafePyObject, c10::SafePyObject>> SavedTensorDefaultHooks::get_hooks(
    bool ignore_is_tracing) {
  if (!initialized) return std::nullopt;
  const auto& tls = thread_hooks();
  if (tls.stack.empty() || (!ignore_is_tracing && tls.is_tracing)) return std::nullopt;
  return tls.stack.top();
}
bool SavedTensorDefaultHooks::set_tracing(bool is_tracing) {
  return std::exchange(thread_hooks().is_tracing, is_tracing);
}

}  // namespace at
