// Mirrors <c10/core/DispatchKey.h> of PyTorch 2.13.
#pragma once

#include <c10/core/DeviceType.h>
#include <c10/macros/Export.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <ostream>
#include <string>

#define C10_FORALL_BACKEND_COMPONENTS(_, extra)                                                                      \
  _(CPU, extra)                                                                                                      \
  _(CUDA, extra) _(HIP, extra) _(XLA, extra) _(MPS, extra) _(IPU, extra) _(XPU, extra) _(HPU, extra) _(VE, extra)    \
      _(Lazy, extra) _(MTIA, extra) _(MAIA, extra) _(PrivateUse1, extra) _(PrivateUse2, extra) _(PrivateUse3, extra) \
          _(Meta, extra)

// Kinds of work that each backend does for itself, with the prefix of its keys.
#define C10_FORALL_FUNCTIONALITY_KEYS(_)                                                          \
  _(Dense, )                                                                                      \
  _(Quantized, Quantized) _(Sparse, Sparse) _(SparseCsr, SparseCsr) _(NestedTensor, NestedTensor) \
      _(AutogradFunctionality, Autograd)

namespace c10 {

enum class BackendComponent : uint8_t {
  InvalidBit = 0,
#define FLAMBEAU_BACKEND_BIT(n, _) n##Bit,
  C10_FORALL_BACKEND_COMPONENTS(FLAMBEAU_BACKEND_BIT, unused)
#undef FLAMBEAU_BACKEND_BIT
      EndOfBackendKeys = MetaBit,
};

// Up to EndOfFunctionalityKeys each key is a bit of a DispatchKeySet, a later one being handled first. The runtime keys
// after them combine one of the per-backend kinds with a backend; alias keys stand for several at registration.
enum class DispatchKey : uint16_t {
  Undefined = 0,
  CatchAll = Undefined,
  Dense,
  FPGA,
  Vulkan,
  Metal,
  Quantized,
  CustomRNGKeyId,
  MkldnnCPU,
  Sparse,
  SparseCsr,
  NestedTensor,
  BackendSelect,
  Fake,
  Python,
  FuncTorchDynamicLayerBackMode,
  Functionalize,
  Conjugate,
  Negative,
  ZeroTensor,
  ADInplaceOrView,
  AutogradOther,
  AutogradFunctionality,
  AutogradNestedTensor,
  Tracer,
  AutocastCPU,
  AutocastMTIA,
  AutocastMAIA,
  AutocastXPU,
  AutocastIPU,
  AutocastHPU,
  AutocastXLA,
  AutocastMPS,
  AutocastCUDA,
  AutocastPrivateUse1,
  FuncTorchBatched,
  BatchedNestedTensor,
  FuncTorchVmapMode,
  Batched,
  VmapMode,
  FuncTorchGradWrapper,
  DeferredInit,
  PythonTLSSnapshot,
  FuncTorchDynamicLayerFrontMode,
  TESTING_ONLY_GenericWrapper,
  TESTING_ONLY_GenericMode,
  PreDispatch,
  PythonDispatcher,
  EndOfFunctionalityKeys,

#define FLAMBEAU_RUNTIME_KEY(n, prefix) prefix##n,
#define FLAMBEAU_RUNTIME_KEYS(fullname, prefix) \
  StartOf##fullname##Backends,                  \
      C10_FORALL_BACKEND_COMPONENTS(FLAMBEAU_RUNTIME_KEY, prefix) EndOf##fullname##Backends = prefix##Meta,
  C10_FORALL_FUNCTIONALITY_KEYS(FLAMBEAU_RUNTIME_KEYS)
#undef FLAMBEAU_RUNTIME_KEYS
#undef FLAMBEAU_RUNTIME_KEY
      EndOfRuntimeBackendKeys = EndOfAutogradFunctionalityBackends,

  Autograd,
  CompositeImplicitAutograd,
  FuncTorchBatchedDecomposition,
  CompositeImplicitAutogradNestedTensor,
  CompositeExplicitAutograd,
  CompositeExplicitAutogradNonFunctional,
  StartOfAliasKeys = Autograd,
  EndOfAliasKeys = CompositeExplicitAutogradNonFunctional,

  CPUTensorId = CPU,
  CUDATensorId = CUDA,
  DefaultBackend = CompositeExplicitAutograd,
  PrivateUse1_PreAutograd = AutogradPrivateUse1,
  PrivateUse2_PreAutograd = AutogradPrivateUse2,
  PrivateUse3_PreAutograd = AutogradPrivateUse3,
  Autocast = AutocastCUDA,
};

constexpr uint8_t num_functionality_keys = static_cast<uint8_t>(DispatchKey::EndOfFunctionalityKeys);
constexpr uint8_t num_backends = static_cast<uint8_t>(BackendComponent::EndOfBackendKeys);
static_assert(num_backends + num_functionality_keys <= 64, "a DispatchKeySet has 64 bits");
static_assert(num_backends <= 16, "backend masks have 16 bits");

constexpr bool isAliasDispatchKey(DispatchKey k) {
  return k >= DispatchKey::StartOfAliasKeys && k <= DispatchKey::EndOfAliasKeys;
}
constexpr bool isPerBackendFunctionalityKey(DispatchKey k) {
  return k == DispatchKey::Dense || k == DispatchKey::Quantized || k == DispatchKey::Sparse ||
         k == DispatchKey::SparseCsr || k == DispatchKey::AutogradFunctionality || k == DispatchKey::NestedTensor;
}
constexpr uint8_t numPerBackendFunctionalityKeys() {
  uint8_t count = 0;
  for (uint8_t k = 0; k <= num_functionality_keys; ++k) {
    if (isPerBackendFunctionalityKey(static_cast<DispatchKey>(k))) ++count;
  }
  return count;
}
/// The length of an operator's dispatch table.
constexpr uint16_t num_runtime_entries =
    num_functionality_keys + (numPerBackendFunctionalityKeys() * (num_backends - 1));
constexpr uint16_t full_backend_mask = (static_cast<uint16_t>(1) << num_backends) - 1;

C10_API const char* toString(DispatchKey);
C10_API const char* toString(BackendComponent);
C10_API std::ostream& operator<<(std::ostream&, DispatchKey);
C10_API std::ostream& operator<<(std::ostream&, BackendComponent);
C10_API DispatchKey getAutogradKeyFromBackend(BackendComponent k);
C10_API c10::DispatchKey parseDispatchKey(const std::string& k);

constexpr DispatchKey kAutograd = DispatchKey::Autograd;

// The runtime keys follow each other in blocks: a start marker, then one key for each backend.
constexpr BackendComponent toBackendComponent(DispatchKey k) {
  if (k < DispatchKey::StartOfDenseBackends || k > DispatchKey::EndOfRuntimeBackendKeys) {
    return BackendComponent::InvalidBit;
  }
  const int offset = static_cast<int>(k) - static_cast<int>(DispatchKey::StartOfDenseBackends);
  return static_cast<BackendComponent>(offset % (num_backends + 1));
}

constexpr DispatchKey toFunctionalityKey(DispatchKey k) {
  if (k <= DispatchKey::EndOfFunctionalityKeys) return k;
#define FLAMBEAU_BLOCK(fullname, prefix) \
  if (k <= DispatchKey::EndOf##fullname##Backends) return DispatchKey::fullname;
  C10_FORALL_FUNCTIONALITY_KEYS(FLAMBEAU_BLOCK)
#undef FLAMBEAU_BLOCK
  return DispatchKey::Undefined;
}

BackendComponent toBackendComponent(DeviceType device_type);

constexpr DispatchKey toRuntimePerBackendFunctionalityKey(DispatchKey functionality_k, BackendComponent backend_k) {
#define FLAMBEAU_BLOCK(fullname, prefix)                                                             \
  if (functionality_k == DispatchKey::fullname) {                                                    \
    return static_cast<DispatchKey>(static_cast<uint8_t>(DispatchKey::StartOf##fullname##Backends) + \
                                    static_cast<uint8_t>(backend_k));                                \
  }
  C10_FORALL_FUNCTIONALITY_KEYS(FLAMBEAU_BLOCK)
#undef FLAMBEAU_BLOCK
  return DispatchKey::Undefined;
}

}  // namespace c10

namespace torch {
using c10::kAutograd;
}

template <>
struct std::hash<c10::DispatchKey> {
  typedef size_t result_type;
  typedef c10::DispatchKey argument_type;
  size_t operator()(c10::DispatchKey x) const noexcept { return static_cast<size_t>(x); }
};
