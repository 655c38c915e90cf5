#include <c10/core/impl/LocalDispatchKeySet.h>

namespace c10::impl {

constinit thread_local PODLocalDispatchKeySet raw_local_dispatch_key_set{0, 0};

void _force_tls_local_dispatch_key_set(LocalDispatchKeySet key_set) {
  raw_local_dispatch_key_set.set_included(key_set.included_);
  raw_local_dispatch_key_set.set_excluded(key_set.excluded_);
}

// Only what was not there before is taken away at the end.
IncludeDispatchKeyGuard::IncludeDispatchKeyGuard(DispatchKeySet include)
    : tls_(&raw_local_dispatch_key_set), saved_state_(include - tls_->included()) {
  if (!saved_state_.empty()) tls_->set_included(tls_->included() | saved_state_);
}

IncludeDispatchKeyGuard::~IncludeDispatchKeyGuard() {
  if (!saved_state_.empty()) tls_->set_included(tls_->included() - saved_state_);
}

ExcludeDispatchKeyGuard::ExcludeDispatchKeyGuard(DispatchKeySet exclude)
    : tls_(&raw_local_dispatch_key_set), saved_state_(exclude - tls_->excluded()) {
  if (!saved_state_.empty()) tls_->set_excluded(tls_->excluded() | saved_state_);
}

ExcludeDispatchKeyGuard::~ExcludeDispatchKeyGuard() {
  if (!saved_state_.empty()) tls_->set_excluded(tls_->excluded() - saved_state_);
}

bool tls_is_dispatch_key_excluded(DispatchKey x) { return raw_local_dispatch_key_set.excluded().has(x); }

void tls_set_dispatch_key_excluded(DispatchKey x, bool desired_state) {
  auto* tls = &raw_local_dispatch_key_set;
  if (desired_state != tls->excluded().has(x)) {
    tls->set_excluded(desired_state ? tls->excluded().add(x) : tls->excluded().remove(x));
  }
}

bool tls_is_dispatch_key_included(DispatchKey x) { return raw_local_dispatch_key_set.included().has(x); }

void tls_set_dispatch_key_included(DispatchKey x, bool desired_state) {
  auto* tls = &raw_local_dispatch_key_set;
  if (desired_state != tls->included().has(x)) {
    tls->set_included(desired_state ? tls->included().add(x) : tls->included().remove(x));
  }
}

bool tls_is_dispatch_keyset_excluded(DispatchKeySet ks) {
  return raw_local_dispatch_key_set.excluded().isSupersetOf(ks);
}
bool tls_is_dispatch_keyset_included(DispatchKeySet ks) {
  return raw_local_dispatch_key_set.included().isSupersetOf(ks);
}

}  // namespace c10::impl
