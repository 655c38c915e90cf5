// Mirrors <ATen/core/LegacyTypeDispatch.h> of PyTorch 2.13: guards that keep calls below autograd.
#pragma once

#include <c10/core/impl/LocalDispatchKeySet.h>

namespace at {

/// No gradient is recorded, but views and versions are.
struct TORCH_API AutoDispatchBelowAutograd {
  AutoDispatchBelowAutograd() : autograd_guard_(c10::autograd_dispatch_keyset) {}
  c10::impl::ExcludeDispatchKeyGuard autograd_guard_;
};

struct TORCH_API AutoNonVariableTypeMode {
  AutoNonVariableTypeMode(bool enabled = true) : autograd_guard_(c10::autograd_dispatch_keyset) {
    TORCH_WARN_ONCE(
        "AutoNonVariableTypeMode is deprecated and will be removed in 1.10 release. "
        "For kernel implementations please use AutoDispatchBelowADInplaceOrView instead, "
        "If you are looking for a user facing API to enable running your inference-only "
        "workload, please use c10::InferenceMode. Using AutoDispatchBelowADInplaceOrView in user code "
        "is under risk of producing silent wrong result in some edge cases. "
        "See Note [AutoDispatchBelowAutograd] for more details.");
    TORCH_INTERNAL_ASSERT(enabled);
  }
  c10::impl::ExcludeDispatchKeyGuard autograd_guard_;
};

struct TORCH_API AutoDispatchSkipFunctionalize {
  AutoDispatchSkipFunctionalize() : dispatch_key_guard_(c10::DispatchKeySet(c10::DispatchKey::Functionalize)) {}
  c10::impl::ExcludeDispatchKeyGuard dispatch_key_guard_;
};

/// Neither gradients nor views and versions: for kernels.
struct TORCH_API AutoDispatchBelowADInplaceOrView {
  AutoDispatchBelowADInplaceOrView() : dispatch_key_guard_(c10::autograd_dispatch_keyset_with_ADInplaceOrView) {}
  c10::impl::ExcludeDispatchKeyGuard dispatch_key_guard_;
};

}  // namespace at
