// Mirrors <ATen/PythonTorchFunctionTLS.h> of PyTorch 2.13: __torch_function__ modes of a thread.
#pragma once

#include <c10/core/SafePyObject.h>
#include <c10/macros/Macros.h>
#include <c10/util/light_std.h>

#include <vector>

namespace at::impl {

enum TorchFunctionDisabledState { ENABLED, SUBCLASSES_DISABLED, ALL_DISABLED };

struct TORCH_API PythonTorchFunctionTLS {
  static void set_disabled_state(TorchFunctionDisabledState disabled_state_);
  static TorchFunctionDisabledState get_disabled_state();

  static void push_onto_stack(std::shared_ptr<SafePyObject> mode);
  static const std::shared_ptr<SafePyObject> pop_stack();
  static const std::shared_ptr<SafePyObject>& get_stack_at(int64_t idx);
  static int64_t stack_len();

  static bool exchange_skip_next(bool);
  static bool peek_skip_next();

  static const PythonTorchFunctionTLS& get_state();
  static void set_state(const PythonTorchFunctionTLS& state);

 private:
  TorchFunctionDisabledState disabled_state_ = TorchFunctionDisabledState::ENABLED;
  bool skip_next_ = false;
  std::vector<std::shared_ptr<c10::SafePyObject>> stack_;
  friend TORCH_API bool torch_function_mode_enabled();
};

TORCH_API bool torch_function_mode_enabled();
TORCH_API bool torch_function_all_disabled();

}  // namespace at::impl
