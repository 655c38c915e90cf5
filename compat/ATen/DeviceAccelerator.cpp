// Devices that other libraries bring: their hooks, and the one in use.
#include <ATen/Context.h>
#include <ATen/DeviceAccelerator.h>
#include <c10/core/impl/VirtualGuardImpl.h>

namespace at {

#define FLB_HOOKS(N, ...)                                                               \
  C10_DEFINE_REGISTRY(N##HooksRegistry, N##HooksInterface __VA_OPT__(, ) __VA_ARGS__)   \
  namespace detail {                                                                    \
  const N##HooksInterface& get##N##Hooks() {                                            \
    static const auto& hooks = *[] {                                                    \
      auto made = N##HooksRegistry()->Create(#N "Hooks" __VA_OPT__(, ) __VA_OPT__({})); \
      return made ? made.release() : new N##HooksInterface();                           \
    }();                                                                                \
    return hooks;                                                                       \
  }                                                                                     \
  }
FLB_HOOKS(CUDA, CUDAHooksArgs)
FLB_HOOKS(HIP, HIPHooksArgs)
FLB_HOOKS(HPU, HPUHooksArgs)
FLB_HOOKS(XLA, XLAHooksArgs)
FLB_HOOKS(XPU, XPUHooksArgs)
FLB_HOOKS(MTIA, MTIAHooksArgs)
FLB_HOOKS(IPU)
FLB_HOOKS(MAIA)
FLB_HOOKS(MPS)
#undef FLB_HOOKS

bool MTIAHooksInterface::isAvailable() const { return false; }
namespace detail {
bool isMTIAHooksBuilt() { return MTIAHooksRegistry()->Has("MTIAHooks"); }
}  // namespace detail

// --- PrivateUse1 ---

static constinit std::atomic<PrivateUse1HooksInterface*> privateuse1_hooks{nullptr};

void RegisterPrivateUse1HooksInterface(at::PrivateUse1HooksInterface* hook_) {
  TORCH_CHECK(privateuse1_hooks.exchange(hook_) == nullptr, "PrivateUse1HooksInterface only could be registered once.");
}
bool isPrivateUse1HooksRegistered() { return privateuse1_hooks.load() != nullptr; }
namespace detail {
const at::PrivateUse1HooksInterface& getPrivateUse1Hooks() {
  auto* hooks = privateuse1_hooks.load();
  TORCH_CHECK(hooks, "Please register PrivateUse1HooksInterface by `RegisterPrivateUse1HooksInterface` first.");
  return *hooks;
}
}  // namespace detail

std::optional<GeneratorFuncType>& GetGeneratorPrivate() {
  static auto& function = *new std::optional<GeneratorFuncType>;
  return function;
}
_GeneratorRegister::_GeneratorRegister(const GeneratorFuncType& func) {
  if (GetGeneratorPrivate().has_value()) {
    TORCH_WARN_DEPRECATION(
        "REGISTER_GENERATOR_PRIVATEUSE1 is deprecated. Please derive PrivateUse1HooksInterface to implement "
        "getNewGenerator instead.");
    TORCH_CHECK(false, "The generator registration was called twice for PrivateUse1");
  }
  GetGeneratorPrivate() = func;
}
at::Generator GetGeneratorForPrivateuse1(c10::DeviceIndex device_index) {
  TORCH_CHECK(GetGeneratorPrivate().has_value(),
              "Please override the getNewGenerator interface or register a generator for PrivateUse1");
  return (*GetGeneratorPrivate())(device_index);
}

// --- the accelerator ---

namespace accelerator {

std::optional<c10::DeviceType> getAccelerator(bool checked) {
  if (isPrivateUse1HooksRegistered()) return c10::kPrivateUse1;
  const auto built = [](bool is_there, c10::DeviceType type) {
    return is_there ? std::make_optional(type) : std::nullopt;
  };
  for (const auto& found : {built(at::hasCUDA(), kCUDA), built(at::hasMTIA(), kMTIA), built(at::hasXPU(), kXPU),
                            built(at::hasHIP(), kHIP), built(at::hasMPS(), kMPS), built(at::hasHPU(), kHPU)}) {
    if (found) return found;
  }
  TORCH_CHECK(!checked, "Cannot access accelerator device when none is available.");
  return std::nullopt;
}

bool isAccelerator(c10::DeviceType device_type) {
  switch (device_type) {
    case at::kCUDA:
    case at::kMTIA:
    case at::kXPU:
    case at::kHIP:
    case at::kMPS:
    case at::kHPU:
    case at::kPrivateUse1:
      return true;
    default:
      return false;
  }
}

static c10::impl::VirtualGuardImpl guard() { return c10::impl::VirtualGuardImpl(getAccelerator(true).value()); }

c10::DeviceIndex deviceCount() {
  const auto device_type = getAccelerator(false);
  return device_type ? c10::impl::VirtualGuardImpl(*device_type).deviceCount() : 0;
}
void setDeviceIndex(c10::DeviceIndex device_index) { guard().setDevice({getAccelerator(true).value(), device_index}); }
c10::DeviceIndex getDeviceIndex() { return guard().getDevice().index(); }
void setCurrentStream(c10::Stream stream) {
  const auto device_type = getAccelerator(true).value();
  TORCH_CHECK(device_type == stream.device_type(), "stream's device type ", c10::DeviceTypeName(stream.device_type()),
              " doesn't match the current accelerator ", c10::DeviceTypeName(device_type));
  const auto impl = guard();
  if (impl.getDevice().index() != stream.device_index()) impl.setDevice(stream.device());
  impl.exchangeStream(stream);
}
c10::Stream getCurrentStream(c10::DeviceIndex device_index) {
  return guard().getStream({getAccelerator(true).value(), device_index});
}
void synchronizeDevice(c10::DeviceIndex device_index) { guard().synchronizeDevice(device_index); }
c10::DeviceIndex exchangeDevice(c10::DeviceIndex device_index) {
  return guard().exchangeDevice({getAccelerator(true).value(), device_index}).index();
}
c10::DeviceIndex maybeExchangeDevice(c10::DeviceIndex device_index) {
  return device_index < 0 ? guard().getDevice().index() : exchangeDevice(device_index);
}
c10::DeviceCapability getDeviceCapability(c10::DeviceIndex device_index) {
  return guard().getDeviceCapability({getAccelerator(true).value(), device_index});
}

}  // namespace accelerator

}  // namespace at
