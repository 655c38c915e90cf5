#pragma once

#include <ATen/core/dispatch/CallPath.h>
#include <c10/core/impl/LocalDispatchKeySet.h>

#include <atomic>

namespace flambeau {

/// Somebody has registered a kernel for a built-in operator: what it would be called for must be sent through the
/// dispatcher. Never becomes false again.
extern std::atomic<bool> builtin_kernels_replaced;

/// For tensors with these keys only autograd stands between a call and the CPU's kernels: there is no mode, no
/// transform, nobody who watches or has replaced kernels. Who records what autograd would may then skip the dispatcher.
inline bool is_undisturbed(c10::DispatchKeySet keys) {
  constexpr c10::DispatchKeySet plain{c10::DispatchKey::CPU, c10::DispatchKey::BackendSelect,
                                      c10::DispatchKey::ADInplaceOrView, c10::DispatchKey::AutogradCPU};
  const auto local = c10::impl::tls_local_dispatch_key_set();
  return ((keys | local.included_) - local.excluded_) == plain &&
         !builtin_kernels_replaced.load(std::memory_order_relaxed) && !observers_active();
}

}  // namespace flambeau
