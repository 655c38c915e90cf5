// Mirrors <c10/core/impl/LocalDispatchKeySet.h> of PyTorch 2.13.
#pragma once

#include <c10/core/DispatchKeySet.h>
#include <c10/macros/Export.h>

namespace c10::impl {

// The keys this thread adds to every call, and those it takes away. Kept as the difference to the defaults, so that all
// zeros, which costs nothing to initialise, means the defaults.
struct C10_API PODLocalDispatchKeySet {
  uint64_t included_;
  uint64_t excluded_;

  DispatchKeySet included() const { return DispatchKeySet(DispatchKeySet::RAW, included_) ^ c10::default_included_set; }
  DispatchKeySet excluded() const { return DispatchKeySet(DispatchKeySet::RAW, excluded_) ^ c10::default_excluded_set; }
  void set_included(DispatchKeySet x) { included_ = (x ^ c10::default_included_set).raw_repr(); }
  void set_excluded(DispatchKeySet x) { excluded_ = (x ^ c10::default_excluded_set).raw_repr(); }
};
static_assert(std::is_trivial_v<PODLocalDispatchKeySet>);

struct C10_API LocalDispatchKeySet {
  FLB_ON_USE LocalDispatchKeySet(PODLocalDispatchKeySet x) : included_(x.included()), excluded_(x.excluded()) {}
  DispatchKeySet included_;
  DispatchKeySet excluded_;
};

extern C10_API thread_local PODLocalDispatchKeySet raw_local_dispatch_key_set;

inline C10_API LocalDispatchKeySet tls_local_dispatch_key_set() { return raw_local_dispatch_key_set; }
C10_API void _force_tls_local_dispatch_key_set(LocalDispatchKeySet key_set);

class C10_API IncludeDispatchKeyGuard {
 public:
  IncludeDispatchKeyGuard(DispatchKeySet);
  IncludeDispatchKeyGuard(DispatchKey k) : IncludeDispatchKeyGuard(DispatchKeySet(k)) {}
  IncludeDispatchKeyGuard(const IncludeDispatchKeyGuard&) = delete;
  IncludeDispatchKeyGuard operator=(const IncludeDispatchKeyGuard&) = delete;
  IncludeDispatchKeyGuard(IncludeDispatchKeyGuard&&) = delete;
  IncludeDispatchKeyGuard operator=(IncludeDispatchKeyGuard&&) = delete;
  ~IncludeDispatchKeyGuard();

 private:
  PODLocalDispatchKeySet* tls_;
  DispatchKeySet saved_state_;
};

class C10_API ExcludeDispatchKeyGuard {
 public:
  ExcludeDispatchKeyGuard(DispatchKeySet);
  ExcludeDispatchKeyGuard(DispatchKey k) : ExcludeDispatchKeyGuard(DispatchKeySet(k)) {}
  ExcludeDispatchKeyGuard(const ExcludeDispatchKeyGuard&) = delete;
  ExcludeDispatchKeyGuard operator=(const ExcludeDispatchKeyGuard&) = delete;
  ExcludeDispatchKeyGuard(ExcludeDispatchKeyGuard&&) = delete;
  ExcludeDispatchKeyGuard operator=(ExcludeDispatchKeyGuard&&) = delete;
  ~ExcludeDispatchKeyGuard();

 private:
  PODLocalDispatchKeySet* tls_;
  DispatchKeySet saved_state_;
};

struct C10_API ForceDispatchKeyGuard {
 public:
  ForceDispatchKeyGuard() : saved_keyset_(c10::impl::tls_local_dispatch_key_set()) {}
  FLB_ON_USE ForceDispatchKeyGuard(c10::impl::LocalDispatchKeySet key_set) : ForceDispatchKeyGuard() {
    c10::impl::_force_tls_local_dispatch_key_set(key_set);
  }
  FLB_ON_USE ForceDispatchKeyGuard(c10::DispatchKeySet include, c10::DispatchKeySet exclude) : ForceDispatchKeyGuard() {
    auto updated_set = saved_keyset_;
    updated_set.included_ = include;
    updated_set.excluded_ = exclude;
    c10::impl::_force_tls_local_dispatch_key_set(updated_set);
  }
  ForceDispatchKeyGuard(ForceDispatchKeyGuard&&) noexcept = delete;
  ForceDispatchKeyGuard(const ForceDispatchKeyGuard&) = delete;
  ForceDispatchKeyGuard& operator=(const ForceDispatchKeyGuard&) = delete;
  ForceDispatchKeyGuard& operator=(ForceDispatchKeyGuard&&) = delete;
  ~ForceDispatchKeyGuard() { c10::impl::_force_tls_local_dispatch_key_set(saved_keyset_); }

 private:
  c10::impl::LocalDispatchKeySet saved_keyset_;
};

C10_API bool tls_is_dispatch_key_excluded(DispatchKey x);
C10_API void tls_set_dispatch_key_excluded(DispatchKey x, bool desired_state);
C10_API bool tls_is_dispatch_key_included(DispatchKey x);
C10_API void tls_set_dispatch_key_included(DispatchKey x, bool desired_state);
C10_API bool tls_is_dispatch_keyset_excluded(DispatchKeySet ks);
C10_API bool tls_is_dispatch_keyset_included(DispatchKeySet ks);

}  // namespace c10::impl
