// Mirrors <ATen/SavedTensorHooks.h> of PyTorch 2.13: torch.autograd.graph.saved_tensors_hooks, for each thread.
#pragma once

#include <c10/core/SafePyObject.h>
#include <c10/macros/Export.h>
#include <c10/util/light_std.h>
#include <c10/util/python_stub.h>

#include <stack>
#include <string>
#include <utility>

namespace at {

namespace impl {
struct TORCH_API SavedTensorDefaultHooksTLS {
  // Pairs of pack and unpack hooks; the top one is in force.
  std::stack<std::pair<c10::SafePyObject, c10::SafePyObject>> stack;
  std::optional<std::string> disabled_error_message;
  // Hooks are hidden while a graph is traced.
  bool is_tracing = false;
};
}  // namespace impl

struct TORCH_API SavedTensorDefaultHooks {
  static void push_hooks(c10::SafePyObject pack_hook, c10::SafePyObject unpack_hook);
  static std::pair<c10::SafePyObject, c10::SafePyObject> pop_hooks();
  static std::optional<std::pair<c10::SafePyObject, c10::SafePyObject>> get_hooks(bool ignore_is_tracing = false);
  static void lazy_initialize();
  static const impl::SavedTensorDefaultHooksTLS& get_tls_state();
  static void set_tls_state(const impl::SavedTensorDefaultHooksTLS& tls);
  static void disable(const std::string& error_message, const bool fail_if_non_empty = true);
  static void enable();
  static bool is_enabled();
  static const std::optional<std::string>& get_disabled_error_message();
  static bool set_tracing(bool is_tracing);
};

}  // namespace at
