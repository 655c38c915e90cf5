#include <c10/core/DispatchKeySet.h>
#include <c10/core/impl/LocalDispatchKeySet.h>
#include <c10/core/impl/TorchDispatchModeTLS.h>
#include <c10/util/Exception.h>

#include <algorithm>

namespace c10::impl {

namespace {

thread_local TorchDispatchModeTLS state;

// The keys stand in the thread's set while any mode does, so that without modes nothing is looked up here.
void keys_follow(bool any) {
  tls_set_dispatch_key_included(DispatchKey::Python, any);
  tls_set_dispatch_key_included(DispatchKey::PythonTLSSnapshot, any);
}

constexpr auto kModes = static_cast<size_t>(TorchDispatchModeKey::NUM_MODE_KEYS);

}  // namespace

bool TorchDispatchModeTLS::any_modes_set(bool skip_infra_modes) {
  if (!state.stack_.empty()) return true;
  return !skip_infra_modes && std::any_of(state.infra_modes_.begin(), state.infra_modes_.end(),
                                          [](const auto& mode) { return mode.has_value(); });
}

void TorchDispatchModeTLS::push_non_infra_mode_onto_stack(std::shared_ptr<PyObject_TorchDispatchMode> mode) {
  state.stack_.push_back(std::move(mode));
  keys_follow(true);
}

const std::shared_ptr<PyObject_TorchDispatchMode> TorchDispatchModeTLS::pop_stack() {
  if (state.stack_.empty()) return std::get<0>(pop_highest_infra_mode());
  auto out = std::move(state.stack_.back());
  state.stack_.pop_back();
  keys_follow(any_modes_set());
  return out;
}

const std::tuple<std::shared_ptr<PyObject_TorchDispatchMode>, TorchDispatchModeKey>
TorchDispatchModeTLS::pop_highest_infra_mode() {
  for (size_t i = kModes; i-- > 0;) {
    auto& slot = state.infra_modes_[i];
    if (!slot) continue;
    auto mode = std::move(*slot);
    slot = std::nullopt;
    keys_follow(any_modes_set());
    return {std::move(mode), static_cast<TorchDispatchModeKey>(i)};
  }
  TORCH_CHECK(false, "Called pop_highest_infra_mode, but no infra modes were active.")
}

const std::shared_ptr<PyObject_TorchDispatchMode>& TorchDispatchModeTLS::get_stack_at(int64_t idx) {
  TORCH_CHECK(idx >= 0 && idx < stack_len(), "Tried to get stack at idx that's too big");
  // Below the user's are those of the infrastructure that are set, by key.
  for (auto& slot : state.infra_modes_) {
    if (slot && idx-- == 0) return *slot;
  }
  return state.stack_[static_cast<size_t>(idx)];
}

int64_t TorchDispatchModeTLS::stack_len() {
  return static_cast<int64_t>(state.stack_.size()) + std::count_if(state.infra_modes_.begin(), state.infra_modes_.end(),
                                                                   [](const auto& mode) { return mode.has_value(); });
}

const std::optional<std::shared_ptr<PyObject_TorchDispatchMode>> TorchDispatchModeTLS::get_mode(
    TorchDispatchModeKey mode_key) {
  return state.infra_modes_[static_cast<size_t>(mode_key)];
}

void TorchDispatchModeTLS::set_mode(const std::shared_ptr<PyObject_TorchDispatchMode>& mode,
                                    TorchDispatchModeKey mode_key) {
  TORCH_CHECK(state.infra_modes_[static_cast<size_t>(mode_key)] == std::nullopt, "trying to set the current ",
              to_string(mode_key), ", but one already exists");
  state.infra_modes_[static_cast<size_t>(mode_key)] = mode;
  keys_follow(true);
}

const std::optional<std::shared_ptr<PyObject_TorchDispatchMode>> TorchDispatchModeTLS::unset_mode(
    TorchDispatchModeKey mode_key) {
  auto out = std::exchange(state.infra_modes_[static_cast<size_t>(mode_key)], std::nullopt);
  if (out) keys_follow(any_modes_set());
  return out;
}

const TorchDispatchModeTLS& TorchDispatchModeTLS::get_state() { return state; }

void TorchDispatchModeTLS::set_state(TorchDispatchModeTLS new_state) {
  state = std::move(new_state);
  keys_follow(any_modes_set());
}

bool dispatch_mode_enabled() {
  return !tls_is_dispatch_key_excluded(DispatchKey::Python) && TorchDispatchModeTLS::any_modes_set();
}

std::string to_string(TorchDispatchModeKey mode_key) {
  switch (mode_key) {
    case TorchDispatchModeKey::PROXY:
      return "ProxyTorchDispatchMode";
    case TorchDispatchModeKey::FAKE:
      return "FakeTensorMode";
    case TorchDispatchModeKey::FUNCTIONAL:
      return "FunctionalTensorMode";
    default:
      return "UNKNOWN_MODE";
  }
}

}  // namespace c10::impl
