// Mirrors <c10/core/InferenceMode.h> of PyTorch 2.13.
#pragma once

#include <c10/core/AutogradState.h>
#include <c10/core/DispatchKey.h>
#include <c10/core/DispatchKeySet.h>
#include <c10/core/impl/LocalDispatchKeySet.h>
#include <c10/macros/Export.h>

namespace c10 {

// No gradients, no view tracking, no version counters: the Autograd and ADInplaceOrView keys are off, also in new
// tensors.
struct C10_API InferenceMode {
  InferenceMode(bool enabled = true)
      : prev_mode(AutogradState::get_tls_state()), prev_keyset(c10::impl::tls_local_dispatch_key_set()) {
    AutogradState::set_tls_state(AutogradState(/*grad_mode=*/!enabled, /*inference_mode=*/enabled,
                                               /*fw_grad_mode=*/!enabled, /*multithreading_enabled=*/!enabled));
    const DispatchKeySet included = enabled ? prev_keyset.included_.remove(c10::DispatchKey::ADInplaceOrView)
                                            : prev_keyset.included_.add(c10::DispatchKey::ADInplaceOrView);
    const DispatchKeySet excluded = enabled ? (prev_keyset.excluded_ | c10::autograd_dispatch_keyset)
                                            : (prev_keyset.excluded_ - c10::autograd_dispatch_keyset);
    c10::impl::PODLocalDispatchKeySet cur_keyset{};
    cur_keyset.set_included(included);
    cur_keyset.set_excluded(excluded);
    c10::impl::_force_tls_local_dispatch_key_set(cur_keyset);
  }
  InferenceMode(const InferenceMode&) = delete;
  InferenceMode(InferenceMode&&) = delete;
  InferenceMode& operator=(const InferenceMode&) = delete;
  InferenceMode& operator=(InferenceMode&&) = delete;
  ~InferenceMode() {
    AutogradState::set_tls_state(prev_mode);
    c10::impl::_force_tls_local_dispatch_key_set(prev_keyset);
  }
  static bool is_enabled();

 private:
  AutogradState prev_mode;
  c10::impl::LocalDispatchKeySet prev_keyset;
};

}  // namespace c10
