#include <c10/core/DispatchKeySet.h>

#include <sstream>

namespace c10 {

namespace {

constexpr DispatchKeySet kBackends = autogradother_backends | DispatchKeySet(DispatchKey::Dense);
constexpr DispatchKeySet kAutogradKinds =
    autograd_dispatch_keyset | DispatchKeySet(DispatchKeySet::RAW, full_backend_mask);
constexpr DispatchKeySet kNested = DispatchKeySet({DispatchKey::AutogradNestedTensor, DispatchKey::NestedTensor}) |
                                   DispatchKeySet(DispatchKeySet::RAW, full_backend_mask);
constexpr DispatchKeySet kImplicit = kBackends | kAutogradKinds | DispatchKeySet(DispatchKey::NestedTensor);
// Without those that know only functional operators.
constexpr DispatchKeySet kNonFunctional = kBackends.remove(DispatchKey::Sparse)
                                              .remove_backend(BackendComponent::XLABit)
                                              .remove_backend(BackendComponent::LazyBit);

}  // namespace

bool isBackendDispatchKey(DispatchKey t) {
  return t != DispatchKey::Undefined && !isAliasDispatchKey(t) && t != DispatchKey::NestedTensor &&
         t != DispatchKey::EndOfFunctionalityKeys && kBackends.has(t);
}

DispatchKeySet getRuntimeDispatchKeySet(DispatchKey t) {
  TORCH_INTERNAL_ASSERT(t != DispatchKey::Undefined);
  switch (t) {
    case DispatchKey::Autograd:
      return kAutogradKinds;
    case DispatchKey::CompositeImplicitAutograd:
      return kImplicit;
    case DispatchKey::CompositeImplicitAutogradNestedTensor:
      return kNested;
    case DispatchKey::CompositeExplicitAutograd:
      return kBackends;
    case DispatchKey::CompositeExplicitAutogradNonFunctional:
      return kNonFunctional;
    case DispatchKey::FuncTorchBatchedDecomposition:
      return functorch_batched_ks;
    default:
      return DispatchKeySet(t);
  }
}

bool runtimeDispatchKeySetHas(DispatchKey t, DispatchKey k) {
  TORCH_INTERNAL_ASSERT(t != DispatchKey::Undefined);
  switch (t) {
    case DispatchKey::Autograd:
      return autograd_dispatch_keyset.has_all(DispatchKeySet(toFunctionalityKey(k)));
    case DispatchKey::CompositeImplicitAutograd:
    case DispatchKey::CompositeImplicitAutogradNestedTensor:
    case DispatchKey::CompositeExplicitAutograd:
    case DispatchKey::CompositeExplicitAutogradNonFunctional:
    case DispatchKey::FuncTorchBatchedDecomposition:
      return getRuntimeDispatchKeySet(t).has_all(DispatchKeySet(k));
    default:
      return t == k;
  }
}

DispatchKeySet getBackendKeySetFromAutograd(DispatchKey t) {
  switch (t) {
    case DispatchKey::AutogradNestedTensor:
      return DispatchKeySet(DispatchKey::NestedTensor) | DispatchKeySet(DispatchKeySet::RAW, full_backend_mask);
    case DispatchKey::AutogradOther:
      return autogradother_backends;
#define FLAMBEAU_CASE(name)         \
  case DispatchKey::Autograd##name: \
    return DispatchKeySet(DispatchKey::name);
      FLAMBEAU_CASE(CPU)
      FLAMBEAU_CASE(CUDA)
      FLAMBEAU_CASE(XLA)
      FLAMBEAU_CASE(Lazy)
      FLAMBEAU_CASE(Meta)
      FLAMBEAU_CASE(MPS)
      FLAMBEAU_CASE(HPU)
      FLAMBEAU_CASE(IPU)
      FLAMBEAU_CASE(XPU)
      FLAMBEAU_CASE(MAIA)
      FLAMBEAU_CASE(PrivateUse1)
      FLAMBEAU_CASE(PrivateUse2)
      FLAMBEAU_CASE(PrivateUse3)
#undef FLAMBEAU_CASE
    default:
      return DispatchKeySet();
  }
}

bool isIncludedInAlias(DispatchKey k, DispatchKey alias) {
  return k != DispatchKey::Undefined && runtimeDispatchKeySetHas(alias, k);
}

std::string toString(DispatchKeySet ts) {
  std::string text = "DispatchKeySet(";
  const char* separator = "";
  for (const auto k : ts) {
    text += separator;
    text += toString(k);
    separator = ", ";
  }
  return text + ")";
}

std::ostream& operator<<(std::ostream& os, DispatchKeySet ts) { return os << toString(ts); }

DispatchKeySet::iterator& DispatchKeySet::iterator::operator++() {
  TORCH_INTERNAL_ASSERT(next_functionality_ <= end_iter_mask_val);
  TORCH_INTERNAL_ASSERT(next_backend_ <= num_backends, next_backend_);
  // The first set bit at or after `from`; 64 where there is none.
  const auto first_set = [](uint64_t bits, unsigned from) -> uint8_t {
    return static_cast<uint8_t>(from < 64 ? std::countr_zero(bits & (~uint64_t{0} << from)) : 64);
  };
  for (;;) {
    const uint8_t kind_bit = first_set(*data_ptr_, next_functionality_);
    if (kind_bit >= end_iter_mask_val) {
      next_functionality_ = end_iter_mask_val;
      current_dispatchkey_idx_ = end_iter_key_val;
      next_backend_ = 0;
      current_backendcomponent_idx_ = end_iter_key_val;
      return *this;
    }
    const auto kind = static_cast<uint8_t>(kind_bit + 1 - num_backends);
    if (!isPerBackendFunctionalityKey(static_cast<DispatchKey>(kind))) {
      current_dispatchkey_idx_ = kind;
      next_functionality_ = kind_bit + 1;
      return *this;
    }
    const uint64_t backends = *data_ptr_ & full_backend_mask;
    const uint8_t backend_bit = first_set(backends, next_backend_);
    if (backend_bit == 64) {  // a kind per backend, but no backend
      next_functionality_ = kind_bit + 1;
      continue;
    }
    current_dispatchkey_idx_ = kind;
    current_backendcomponent_idx_ = backend_bit + 1;
    if (first_set(backends, backend_bit + 1u) == 64) {
      next_functionality_ = kind_bit + 1;
      next_backend_ = 0;
    } else {
      next_functionality_ = kind_bit;
      next_backend_ = backend_bit + 1;
    }
    return *this;
  }
}

std::array<FunctionalityOffsetAndMask, num_functionality_keys> initializeFunctionalityOffsetsAndMasks() {
  std::array<FunctionalityOffsetAndMask, num_functionality_keys> table;
  uint16_t next = 1;
  for (uint8_t kind = 1; kind < num_functionality_keys; ++kind) {
    const bool per_backend = isPerBackendFunctionalityKey(static_cast<DispatchKey>(kind));
    table[kind] = {next, per_backend ? full_backend_mask : static_cast<uint16_t>(0)};
    next = static_cast<uint16_t>(next + (per_backend ? num_backends : 1));
  }
  TORCH_INTERNAL_ASSERT(next == num_runtime_entries);
  return table;
}

}  // namespace c10
