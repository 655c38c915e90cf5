// Mirrors <c10/core/impl/TorchDispatchModeTLS.h> of PyTorch 2.13.
#pragma once

#include <c10/core/SafePyObject.h>
#include <c10/macros/Export.h>
#include <c10/util/light_std.h>

#include <array>
#include <string>
#include <tuple>
#include <vector>

namespace c10::impl {

enum class TorchDispatchModeKey : int8_t { FAKE, PROXY, FUNCTIONAL, NUM_MODE_KEYS };

using PyObject_TorchDispatchMode = SafePyObjectT<TorchDispatchModeKey>;

// This thread's __torch_dispatch__ modes: a stack of the user's, and one place for each of the infrastructure's, which
// come after them in the order of their keys.
struct C10_API TorchDispatchModeTLS {
  static void push_non_infra_mode_onto_stack(std::shared_ptr<PyObject_TorchDispatchMode> mode);
  static const std::shared_ptr<PyObject_TorchDispatchMode> pop_stack();
  static const std::tuple<std::shared_ptr<PyObject_TorchDispatchMode>, TorchDispatchModeKey> pop_highest_infra_mode();
  static const std::shared_ptr<PyObject_TorchDispatchMode>& get_stack_at(int64_t idx);
  static int64_t stack_len();
  static const std::optional<std::shared_ptr<PyObject_TorchDispatchMode>> get_mode(TorchDispatchModeKey mode_key);
  static const std::optional<std::shared_ptr<PyObject_TorchDispatchMode>> unset_mode(TorchDispatchModeKey mode_key);
  static void set_mode(const std::shared_ptr<PyObject_TorchDispatchMode>& mode, TorchDispatchModeKey mode_key);
  static const TorchDispatchModeTLS& get_state();
  static void set_state(TorchDispatchModeTLS state);
  static bool any_modes_set(bool skip_infra_modes = false);

 private:
  std::vector<std::shared_ptr<PyObject_TorchDispatchMode>> stack_;
  std::array<std::optional<std::shared_ptr<PyObject_TorchDispatchMode>>,
             static_cast<size_t>(TorchDispatchModeKey::NUM_MODE_KEYS)>
      infra_modes_;
};

C10_API bool dispatch_mode_enabled();
C10_API std::string to_string(TorchDispatchModeKey mode_key);

}  // namespace c10::impl
