// Mirrors <c10/core/DispatchKeySet.h> of PyTorch 2.13.
#pragma once

#include <c10/core/DispatchKey.h>
#include <c10/macros/Macros.h>
#include <c10/util/Exception.h>
#include <c10/util/Metaprogramming.h>
#include <c10/util/TypeList.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <ostream>
#include <string>
#include <type_traits>

C10_DIAGNOSTIC_PUSH_AND_IGNORED_IF_DEFINED("-Wswitch-enum")
namespace c10 {

// Where a kind's entries begin in a dispatch table, and which backend bits choose among them (none: one entry for all).
struct FunctionalityOffsetAndMask {
  FunctionalityOffsetAndMask() = default;
  FunctionalityOffsetAndMask(uint16_t offset, uint16_t mask) : offset(offset), mask(mask) {}
  uint16_t offset{};
  uint16_t mask{};
};

C10_API std::array<FunctionalityOffsetAndMask, num_functionality_keys> initializeFunctionalityOffsetsAndMasks();

C10_ALWAYS_INLINE static const std::array<FunctionalityOffsetAndMask, num_functionality_keys>& offsetsAndMasks() {
  static auto offsets_and_masks_ = initializeFunctionalityOffsetsAndMasks();
  return offsets_and_masks_;
}

// A set of dispatch keys: one bit for each backend, above them one for each kind of work. Sparse and quantised together
// with CPU and CUDA cannot be told from all four combinations, which does not matter: a tensor has one backend.
class DispatchKeySet final {
 public:
  enum Full { FULL };
  enum FullAfter { FULL_AFTER };
  enum Raw { RAW };

  constexpr DispatchKeySet() = default;
  constexpr DispatchKeySet(Full) : repr_((1ULL << (num_backends + num_functionality_keys - 1)) - 1) {}
  /// All that is handled after t.
  constexpr DispatchKeySet(FullAfter, DispatchKey t)
      : repr_((1ULL << (num_backends + static_cast<uint8_t>(toFunctionalityKey(t)) - 1)) - 1) {
    *this = add(DispatchKey::PythonDispatcher);
  }
  constexpr DispatchKeySet(Raw, uint64_t x) : repr_(x) {}
  constexpr explicit DispatchKeySet(BackendComponent k)
      : repr_(k == BackendComponent::InvalidBit ? 0 : 1ULL << (static_cast<uint8_t>(k) - 1)) {}
  constexpr explicit DispatchKeySet(DispatchKey k) {
    if (k != DispatchKey::Undefined && k <= DispatchKey::EndOfRuntimeBackendKeys) {
      const auto kind = static_cast<uint8_t>(toFunctionalityKey(k));
      repr_ = (1ULL << (num_backends + kind - 1)) | DispatchKeySet(toBackendComponent(k)).repr_;
    }
  }
  explicit constexpr DispatchKeySet(std::initializer_list<DispatchKey> ks) : repr_(keys_to_repr(ks)) {}
  explicit constexpr DispatchKeySet(std::initializer_list<BackendComponent> ks) : repr_(backend_bits_to_repr(ks)) {}

  constexpr uint64_t keys_to_repr(std::initializer_list<DispatchKey> ks) {
    uint64_t repr = 0;
    for (auto k : ks) repr |= DispatchKeySet(k).repr_;
    return repr;
  }
  constexpr uint64_t backend_bits_to_repr(std::initializer_list<BackendComponent> ks) {
    uint64_t repr = 0;
    for (auto k : ks) repr |= DispatchKeySet(k).repr_;
    return repr;
  }

  FLB_ON_USE [[nodiscard]] inline bool has(DispatchKey t) const {
    TORCH_INTERNAL_ASSERT_DEBUG_ONLY(t != DispatchKey::Undefined);
    return has_all(DispatchKeySet(t));
  }
  [[nodiscard]] constexpr bool has_backend(BackendComponent t) const { return has_all(DispatchKeySet(t)); }
  [[nodiscard]] constexpr bool has_all(DispatchKeySet ks) const { return (repr_ & ks.repr_) == ks.repr_; }
  /// Not for a runtime key such as AutogradCPU: its two bits would be found apart.
  [[nodiscard]] inline bool has_any(DispatchKeySet ks) const { return (repr_ & ks.repr_) != 0; }
  [[nodiscard]] bool isSupersetOf(DispatchKeySet ks) const { return (repr_ & ks.repr_) == ks.repr_; }
  constexpr DispatchKeySet operator|(DispatchKeySet other) const { return DispatchKeySet(repr_ | other.repr_); }
  constexpr DispatchKeySet operator&(DispatchKeySet other) const { return DispatchKeySet(repr_ & other.repr_); }
  /// Takes away kinds of work, never backends.
  constexpr DispatchKeySet operator-(DispatchKeySet other) const {
    return DispatchKeySet(repr_ & (full_backend_mask | ~other.repr_));
  }
  constexpr DispatchKeySet operator^(DispatchKeySet other) const { return DispatchKeySet(repr_ ^ other.repr_); }
  bool operator==(DispatchKeySet other) const { return repr_ == other.repr_; }
  bool operator!=(DispatchKeySet other) const { return repr_ != other.repr_; }
  [[nodiscard]] constexpr DispatchKeySet add(DispatchKey t) const { return *this | DispatchKeySet(t); }
  [[nodiscard]] constexpr DispatchKeySet add(DispatchKeySet ks) const { return *this | ks; }
  [[nodiscard]] constexpr DispatchKeySet remove(DispatchKey t) const {
    return DispatchKeySet(repr_ & ~(DispatchKeySet(t).repr_ & ~full_backend_mask));
  }
  constexpr DispatchKeySet remove_backend(BackendComponent b) const {
    return DispatchKeySet(repr_ & ~(DispatchKeySet(b).repr_));
  }
  [[nodiscard]] bool empty() const { return repr_ == 0; }
  [[nodiscard]] uint64_t raw_repr() const { return repr_; }
  static DispatchKeySet from_raw_repr(uint64_t x) { return DispatchKeySet(RAW, x); }

  [[nodiscard]] DispatchKey highestFunctionalityKey() const {
    const auto index = indexOfHighestBit();
    return index < num_backends ? DispatchKey::Undefined : static_cast<DispatchKey>(index - num_backends);
  }
  [[nodiscard]] BackendComponent highestBackendKey() const {
    return static_cast<BackendComponent>(DispatchKeySet(repr_ & full_backend_mask).indexOfHighestBit());
  }
  FLB_ON_USE [[nodiscard]] DispatchKey highestPriorityTypeId() const {
    const auto kind = highestFunctionalityKey();
    if (!isPerBackendFunctionalityKey(kind)) return kind;
    return toRuntimePerBackendFunctionalityKey(kind, highestBackendKey());
  }
  /// Counted from 1; 0 for the empty set.
  FLB_ON_USE [[nodiscard]] uint8_t indexOfHighestBit() const {
    return repr_ == 0 ? 0 : static_cast<uint8_t>(64 - __builtin_clzll(repr_));
  }
  FLB_ON_USE [[nodiscard]] int getDispatchTableIndexForDispatchKeySet() const {
    const auto kind = DispatchKeySet(repr_ >> num_backends).indexOfHighestBit();
    const auto entry = offsetsAndMasks()[kind];
    return entry.offset + DispatchKeySet((repr_ & entry.mask) >> 1).indexOfHighestBit();
  }
  uint64_t getBackendIndex() const { return DispatchKeySet((repr_ & full_backend_mask) >> 1).indexOfHighestBit(); }

 private:
  constexpr DispatchKeySet(uint64_t repr) : repr_(repr) {}
  uint64_t repr_ = 0;

 public:
  // All runtime keys of the set: each per-backend kind combined with each backend.
  class iterator {
   public:
    using self_type = iterator;
    using iterator_category = std::input_iterator_tag;
    using value_type = DispatchKey;
    using difference_type = ptrdiff_t;
    using reference = value_type&;
    using pointer = value_type*;
    static constexpr uint8_t end_iter_mask_val = num_backends + num_functionality_keys;
    static constexpr uint8_t end_iter_key_val = num_functionality_keys;

    FLB_ON_USE explicit iterator(const uint64_t* data_ptr, uint8_t next_functionality = num_backends,
                                 uint8_t next_backend = 0)
        : data_ptr_(data_ptr), next_functionality_(next_functionality), next_backend_(next_backend) {
      TORCH_INTERNAL_ASSERT(next_functionality_ >= num_backends, "num_backends=", static_cast<uint32_t>(num_backends),
                            "next_functionality_=", static_cast<uint32_t>(next_functionality_));
      ++(*this);
    }
    C10_API self_type& operator++();
    self_type operator++(int) {
      self_type previous_iterator = *this;
      ++(*this);
      return previous_iterator;
    }
    FLB_ON_USE bool operator==(const self_type& rhs) const {
      return next_functionality_ == rhs.next_functionality_ &&
             current_dispatchkey_idx_ == rhs.current_dispatchkey_idx_ && next_backend_ == rhs.next_backend_ &&
             current_backendcomponent_idx_ == rhs.current_backendcomponent_idx_;
    }
    bool operator!=(const self_type& rhs) const { return !(*this == rhs); }
    FLB_ON_USE DispatchKey operator*() const {
      const auto kind = static_cast<DispatchKey>(current_dispatchkey_idx_);
      if (!isPerBackendFunctionalityKey(kind)) return kind;
      return toRuntimePerBackendFunctionalityKey(kind, static_cast<BackendComponent>(current_backendcomponent_idx_));
    }

   private:
    const uint64_t* data_ptr_;
    uint8_t next_functionality_;
    uint8_t next_backend_;
    uint8_t current_dispatchkey_idx_{end_iter_key_val};
    uint8_t current_backendcomponent_idx_{end_iter_key_val};
  };

  iterator begin() const { return iterator(&repr_); }
  iterator end() const { return iterator(&repr_, iterator::end_iter_mask_val); }
};

C10_API std::string toString(DispatchKeySet);
C10_API std::ostream& operator<<(std::ostream&, DispatchKeySet);

inline int getDispatchTableIndexForDispatchKey(DispatchKey k) {
  return DispatchKeySet(k).getDispatchTableIndexForDispatchKeySet();
}

constexpr DispatchKeySet autograd_dispatch_keyset =
    DispatchKeySet({DispatchKey::AutogradFunctionality, DispatchKey::AutogradOther, DispatchKey::AutogradNestedTensor});
constexpr DispatchKeySet autocast_dispatch_keyset = DispatchKeySet(
    {DispatchKey::AutocastCPU, DispatchKey::AutocastMPS, DispatchKey::AutocastCUDA, DispatchKey::AutocastXPU,
     DispatchKey::AutocastIPU, DispatchKey::AutocastHPU, DispatchKey::AutocastXLA, DispatchKey::AutocastPrivateUse1,
     DispatchKey::AutocastMTIA, DispatchKey::AutocastMAIA});
// What a thread starts with.
constexpr DispatchKeySet default_included_set =
    DispatchKeySet({DispatchKey::BackendSelect, DispatchKey::ADInplaceOrView});
constexpr DispatchKeySet default_excluded_set = autocast_dispatch_keyset;
constexpr DispatchKeySet autograd_dispatch_keyset_with_ADInplaceOrView =
    autograd_dispatch_keyset | DispatchKeySet(DispatchKey::ADInplaceOrView);
constexpr DispatchKeySet python_ks = DispatchKeySet({DispatchKey::Python, DispatchKey::PythonTLSSnapshot});
constexpr DispatchKeySet sparse_ks = DispatchKeySet(DispatchKey::Sparse);
constexpr DispatchKeySet sparse_csr_ks = DispatchKeySet(DispatchKey::SparseCsr);
constexpr DispatchKeySet mkldnn_ks = DispatchKeySet(DispatchKey::MkldnnCPU);
constexpr DispatchKeySet autogradother_backends =
    DispatchKeySet({DispatchKey::FPGA, DispatchKey::Vulkan, DispatchKey::Metal, DispatchKey::CustomRNGKeyId,
                    DispatchKey::MkldnnCPU, DispatchKey::Sparse, DispatchKey::SparseCsr, DispatchKey::Quantized}) |
    DispatchKeySet(DispatchKeySet::RAW, full_backend_mask);
constexpr DispatchKeySet after_autograd_keyset =
    DispatchKeySet(DispatchKeySet::FULL_AFTER, c10::DispatchKey::AutogradOther);
constexpr DispatchKeySet after_ADInplaceOrView_keyset =
    DispatchKeySet(DispatchKeySet::FULL_AFTER, c10::DispatchKey::ADInplaceOrView);
constexpr DispatchKeySet after_func_keyset = DispatchKeySet(DispatchKeySet::FULL_AFTER, c10::DispatchKey::Functionalize)
                                                 .remove(c10::DispatchKey::ADInplaceOrView);
constexpr DispatchKeySet backend_bitset_mask = DispatchKeySet(DispatchKeySet::RAW, (1ULL << num_backends) - 1);

constexpr auto inplace_or_view_ks = DispatchKeySet(DispatchKey::ADInplaceOrView);
constexpr auto autograd_cpu_ks = DispatchKeySet(DispatchKey::AutogradCPU);
constexpr auto autograd_ipu_ks = DispatchKeySet(DispatchKey::AutogradIPU);
constexpr auto autograd_mtia_ks = DispatchKeySet(DispatchKey::AutogradMTIA);
constexpr auto autograd_maia_ks = DispatchKeySet(DispatchKey::AutogradMAIA);
constexpr auto autograd_xpu_ks = DispatchKeySet(DispatchKey::AutogradXPU);
constexpr auto autograd_cuda_ks = DispatchKeySet(DispatchKey::AutogradCUDA);
constexpr auto autograd_xla_ks = DispatchKeySet(DispatchKey::AutogradXLA);
constexpr auto autograd_lazy_ks = DispatchKeySet(DispatchKey::AutogradLazy);
constexpr auto autograd_meta_ks = DispatchKeySet(DispatchKey::AutogradMeta);
constexpr auto autograd_mps_ks = DispatchKeySet(DispatchKey::AutogradMPS);
constexpr auto autograd_hpu_ks = DispatchKeySet(DispatchKey::AutogradHPU);
constexpr auto autograd_privateuse1_ks = DispatchKeySet(DispatchKey::AutogradPrivateUse1);
constexpr auto autograd_privateuse2_ks = DispatchKeySet(DispatchKey::AutogradPrivateUse2);
constexpr auto autograd_privateuse3_ks = DispatchKeySet(DispatchKey::AutogradPrivateUse3);
constexpr auto autograd_other_ks = DispatchKeySet(DispatchKey::AutogradOther);
constexpr auto autograd_nested = DispatchKeySet(DispatchKey::AutogradNestedTensor);
constexpr auto functorch_transforms_ks =
    DispatchKeySet({DispatchKey::FuncTorchBatched, DispatchKey::FuncTorchVmapMode, DispatchKey::Batched,
                    DispatchKey::VmapMode, DispatchKey::FuncTorchGradWrapper});
constexpr auto functorch_batched_ks = DispatchKeySet({DispatchKey::FuncTorchBatched});
constexpr DispatchKeySet backend_functionality_keys =
    DispatchKeySet({DispatchKey::Dense, DispatchKey::Quantized, DispatchKey::Sparse, DispatchKey::SparseCsr}) |
    DispatchKeySet(DispatchKeySet::RAW, full_backend_mask);

struct OpTableOffsetAndMask {
  uint16_t offset;
  uint16_t backend_mask;
};

C10_API bool isBackendDispatchKey(DispatchKey t);
C10_API DispatchKeySet getRuntimeDispatchKeySet(DispatchKey t);
C10_API bool runtimeDispatchKeySetHas(DispatchKey t, DispatchKey k);
C10_API DispatchKeySet getBackendKeySetFromAutograd(DispatchKey t);

FLB_ON_USE inline DispatchKeySet getAutogradRelatedKeySetFromBackend(BackendComponent t) {
  switch (t) {
    case BackendComponent::InvalidBit:
    case BackendComponent::HIPBit:
    case BackendComponent::VEBit:
      return inplace_or_view_ks | autograd_other_ks;
    default:
      return inplace_or_view_ks |
             DispatchKeySet(toRuntimePerBackendFunctionalityKey(DispatchKey::AutogradFunctionality, t));
  }
}

FLB_ON_USE inline DispatchKeySet getAutocastRelatedKeySetFromBackend(BackendComponent t) {
  switch (t) {
#define FLAMBEAU_AUTOCAST(name)     \
  case BackendComponent::name##Bit: \
    return DispatchKeySet(DispatchKey::Autocast##name);
    FLAMBEAU_AUTOCAST(CPU)
    FLAMBEAU_AUTOCAST(MTIA)
    FLAMBEAU_AUTOCAST(MAIA)
    FLAMBEAU_AUTOCAST(XPU)
    FLAMBEAU_AUTOCAST(IPU)
    FLAMBEAU_AUTOCAST(HPU)
    FLAMBEAU_AUTOCAST(CUDA)
    FLAMBEAU_AUTOCAST(XLA)
    FLAMBEAU_AUTOCAST(PrivateUse1)
    FLAMBEAU_AUTOCAST(MPS)
#undef FLAMBEAU_AUTOCAST
    default:
      return DispatchKeySet();
  }
}

FLB_ON_USE inline DispatchKey highestPriorityBackendTypeId(DispatchKeySet ks) {
  return (ks & backend_functionality_keys).highestPriorityTypeId();
}

C10_API bool isIncludedInAlias(DispatchKey k, DispatchKey alias);

/// The backend's own key, whatever wraps it.
FLB_ON_USE inline DispatchKey legacyExtractDispatchKey(DispatchKeySet s) {
  return (s - autograd_dispatch_keyset_with_ADInplaceOrView - autocast_dispatch_keyset -
          DispatchKeySet({DispatchKey::Functionalize, DispatchKey::PythonTLSSnapshot, DispatchKey::FuncTorchGradWrapper,
                          DispatchKey::FuncTorchVmapMode, DispatchKey::FuncTorchBatched, DispatchKey::Python}))
      .highestPriorityTypeId();
}

template <class T>
using is_not_DispatchKeySet = std::negation<std::is_same<DispatchKeySet, T>>;

// A function type without its leading DispatchKeySet parameter, if it has one.
template <class FuncType>
using remove_DispatchKeySet_arg_from_func = guts::make_function_traits_t<
    typename guts::infer_function_traits_t<FuncType>::return_type,
    typename std::conditional_t<
        std::is_same_v<DispatchKeySet, typename guts::typelist::head_with_default_t<
                                           void, typename guts::infer_function_traits_t<FuncType>::parameter_types>>,
        guts::typelist::drop_if_nonempty_t<typename guts::infer_function_traits_t<FuncType>::parameter_types, 1>,
        typename guts::infer_function_traits_t<FuncType>::parameter_types>>;

}  // namespace c10
C10_DIAGNOSTIC_POP()
