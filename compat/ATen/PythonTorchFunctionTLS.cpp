#include <ATen/PythonTorchFunctionTLS.h>
#include <c10/util/Exception.h>

namespace at::impl {
namespace {
thread_local PythonTorchFunctionTLS state;
}

void PythonTorchFunctionTLS::set_disabled_state(TorchFunctionDisabledState disabled_state) {
  state.disabled_state_ = disabled_state;
}
TorchFunctionDisabledState PythonTorchFunctionTLS::get_disabled_state() { return state.disabled_state_; }

void PythonTorchFunctionTLS::push_onto_stack(std::shared_ptr<SafePyObject> mode) {
  state.stack_.push_back(std::move(mode));
}

const std::shared_ptr<SafePyObject> PythonTorchFunctionTLS::pop_stack() {
  TORCH_CHECK(!state.stack_.empty(), "trying to pop from empty mode stack");
  auto mode = std::move(state.stack_.back());
  state.stack_.pop_back();
  return mode;
}

const std::shared_ptr<SafePyObject>& PythonTorchFunctionTLS::get_stack_at(int64_t idx) {
  TORCH_CHECK(idx >= 0 && idx < stack_len(), "Tried to get stack at idx that's too big");
  return state.stack_[static_cast<size_t>(idx)];
}

int64_t PythonTorchFunctionTLS::stack_len() { return static_cast<int64_t>(state.stack_.size()); }
bool PythonTorchFunctionTLS::exchange_skip_next(bool next) { return std::exchange(state.skip_next_, next); }
bool PythonTorchFunctionTLS::peek_skip_next() { return state.skip_next_; }
const PythonTorchFunctionTLS& PythonTorchFunctionTLS::get_state() { return state; }
void PythonTorchFunctionTLS::set_state(const PythonTorchFunctionTLS& other) { state = other; }

bool torch_function_mode_enabled() { return state.disabled_state_ != ALL_DISABLED && !state.stack_.empty(); }
bool torch_function_all_disabled() { return PythonTorchFunctionTLS::get_disabled_state() == ALL_DISABLED; }

}  // namespace at::impl
