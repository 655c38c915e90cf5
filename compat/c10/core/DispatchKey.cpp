#include <c10/core/DispatchKeySet.h>

#include <ostream>
#include <unordered_map>

namespace c10 {

const char* toString(BackendComponent t) {
  switch (t) {
    case BackendComponent::InvalidBit:
      return "InvalidBit";
    // Without "Bit" for these two only.
    case BackendComponent::MTIABit:
      return "MTIA";
    case BackendComponent::MAIABit:
      return "MAIA";
#define FLAMBEAU_CASE(name)         \
  case BackendComponent::name##Bit: \
    return #name "Bit";
      FLAMBEAU_CASE(CPU)
      FLAMBEAU_CASE(CUDA)
      FLAMBEAU_CASE(HIP)
      FLAMBEAU_CASE(XLA)
      FLAMBEAU_CASE(MPS)
      FLAMBEAU_CASE(IPU)
      FLAMBEAU_CASE(XPU)
      FLAMBEAU_CASE(HPU)
      FLAMBEAU_CASE(VE)
      FLAMBEAU_CASE(Lazy)
      FLAMBEAU_CASE(PrivateUse1)
      FLAMBEAU_CASE(PrivateUse2)
      FLAMBEAU_CASE(PrivateUse3)
      FLAMBEAU_CASE(Meta)
#undef FLAMBEAU_CASE
    default:
      return "UNKNOWN_BACKEND_BIT";
  }
}

namespace {

// The keys that are not a kind of work times a backend, by number.
constexpr const char* kFunctionalityNames[num_functionality_keys] = {
    "Undefined",
    "Dense",
    "FPGA",
    "Vulkan",
    "Metal",
    "Quantized",
    "CustomRNGKeyId",
    "MkldnnCPU",
    "Sparse",
    "SparseCsr",
    "NestedTensor",
    "BackendSelect",
    "Fake",
    "Python",
    "FuncTorchDynamicLayerBackMode",
    "Functionalize",
    "Conjugate",
    "Negative",
    "ZeroTensor",
    "ADInplaceOrView",
    "AutogradOther",
    "AutogradFunctionality",
    "AutogradNestedTensor",
    "Tracer",
    "AutocastCPU",
    "AutocastMTIA",
    "AutocastMAIA",
    "AutocastXPU",
    "AutocastIPU",
    "AutocastHPU",
    "AutocastXLA",
    "AutocastMPS",
    "AutocastCUDA",
    "AutocastPrivateUse1",
    "FuncTorchBatched",
    "BatchedNestedTensor",
    "FuncTorchVmapMode",
    "Batched",
    "VmapMode",
    "FuncTorchGradWrapper",
    "DeferredInit",
    "PythonTLSSnapshot",
    "FuncTorchDynamicLayerFrontMode",
    "TESTING_ONLY_GenericWrapper",
    "TESTING_ONLY_GenericMode",
    "PreDispatch",
    "PythonDispatcher",
};
static_assert(static_cast<int>(DispatchKey::PythonDispatcher) == num_functionality_keys - 1);

constexpr const char* kAliasNames[] = {
    "Autograd",
    "CompositeImplicitAutograd",
    "FuncTorchBatchedDecomposition",
    "CompositeImplicitAutogradNestedTensor",
    "CompositeExplicitAutograd",
    "CompositeExplicitAutogradNonFunctional",
};
static_assert(std::size(kAliasNames) ==
              static_cast<int>(DispatchKey::EndOfAliasKeys) - static_cast<int>(DispatchKey::StartOfAliasKeys) + 1);

#define FLAMBEAU_NAME(backend, prefix) FLAMBEAU_STRING(prefix) #backend,
#define FLAMBEAU_STRING(prefix) #prefix
#define FLAMBEAU_NAMES(fullname, prefix) \
  FLAMBEAU_STRING(prefix) "Undefined", C10_FORALL_BACKEND_COMPONENTS(FLAMBEAU_NAME, prefix)
constexpr const char* kRuntimeNames[] = {C10_FORALL_FUNCTIONALITY_KEYS(FLAMBEAU_NAMES)};
#undef FLAMBEAU_NAMES
#undef FLAMBEAU_STRING
#undef FLAMBEAU_NAME
constexpr int kFirstRuntime = static_cast<int>(DispatchKey::StartOfDenseBackends);
static_assert(std::size(kRuntimeNames) == static_cast<int>(DispatchKey::EndOfRuntimeBackendKeys) - kFirstRuntime + 1);

}  // namespace

const char* toString(DispatchKey t) {
  const auto i = static_cast<int>(t);
  if (i < num_functionality_keys) return kFunctionalityNames[i];
  if (i >= kFirstRuntime && t <= DispatchKey::EndOfRuntimeBackendKeys) return kRuntimeNames[i - kFirstRuntime];
  if (isAliasDispatchKey(t)) return kAliasNames[i - static_cast<int>(DispatchKey::StartOfAliasKeys)];
  return "UnknownUnknown";
}

std::ostream& operator<<(std::ostream& str, DispatchKey rhs) { return str << toString(rhs); }
std::ostream& operator<<(std::ostream& str, BackendComponent rhs) { return str << toString(rhs); }

DispatchKey getAutogradKeyFromBackend(BackendComponent k) {
  return getAutogradRelatedKeySetFromBackend(k).highestPriorityTypeId();
}

c10::DispatchKey parseDispatchKey(const std::string& k) {
  static const auto* keys = [] {
    auto* map = new std::unordered_map<std::string, c10::DispatchKey>;
    for (int i = 0; i <= static_cast<int>(DispatchKey::EndOfAliasKeys); ++i) {
      const auto key = static_cast<DispatchKey>(i);
      const bool names_no_backend = i >= kFirstRuntime && key <= DispatchKey::EndOfRuntimeBackendKeys &&
                                    toBackendComponent(key) == BackendComponent::InvalidBit;
      if (key != DispatchKey::EndOfFunctionalityKeys && !names_no_backend) map->emplace(toString(key), key);
    }
    map->emplace("CPUTensorId", DispatchKey::CPUTensorId);
    map->emplace("CUDATensorId", DispatchKey::CUDATensorId);
    return map;
  }();
  const auto it = keys->find(k);
  TORCH_CHECK(it != keys->end(), "could not parse dispatch key: ", k);
  return it->second;
}

BackendComponent toBackendComponent(DeviceType device_type) {
  switch (device_type) {
#define FLAMBEAU_CASE(name, _) \
  case DeviceType::name:       \
    return BackendComponent::name##Bit;
    C10_FORALL_BACKEND_DEVICE_TYPES(FLAMBEAU_CASE, unused)
#undef FLAMBEAU_CASE
    case DeviceType::MAIA:
      return BackendComponent::MAIABit;
    default:
      return BackendComponent::InvalidBit;
  }
}

}  // namespace c10
