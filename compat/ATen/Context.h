// Mirrors <ATen/Context.h> of PyTorch 2.13: process-wide settings, and which devices and libraries there are.
#pragma once

#include <ATen/BlasBackend.h>
#include <ATen/CPUGeneratorImpl.h>
#include <ATen/DeviceAccelerator.h>
#include <ATen/LinalgBackend.h>
#include <ATen/ROCmFABackend.h>
#include <ATen/SDPBackend.h>
#include <ATen/core/ATenGeneral.h>
#include <ATen/core/DeprecatedTypeProperties.h>
#include <ATen/core/Generator.h>
#include <ATen/core/LegacyTypeDispatch.h>
#include <ATen/detail/AcceleratorHooksInterface.h>
#include <ATen/detail/CUDAHooksInterface.h>
#include <ATen/detail/HIPHooksInterface.h>
#include <ATen/detail/HPUHooksInterface.h>
#include <ATen/detail/IPUHooksInterface.h>
#include <ATen/detail/MAIAHooksInterface.h>
#include <ATen/detail/MPSHooksInterface.h>
#include <ATen/detail/MTIAHooksInterface.h>
#include <ATen/detail/PrivateUse1HooksInterface.h>
#include <ATen/detail/XLAHooksInterface.h>
#include <ATen/detail/XPUHooksInterface.h>
#include <c10/core/QEngine.h>
#include <c10/core/impl/DeviceGuardImplInterface.h>
#include <c10/util/CallOnce.h>
#include <c10/util/Exception.h>
#include <c10/util/env.h>
#include <c10/util/hash.h>
#include <c10/util/irange.h>

#include <cstdint>
#include <mutex>
#include <unordered_map>

namespace at {

class Tensor;

enum class TORCH_API Float32MatmulPrecision { HIGHEST, HIGH, MEDIUM };
enum class CuBLASReductionOption : uint8_t {
  AllowReducedPrecisionWithSplitK = 0,
  DisallowReducedPrecisionAllowSplitK = 1,
  DisallowReducedPrecisionDisallowSplitK = 2,
};
enum class TORCH_API Float32Backend { GENERIC, CUDA, MKLDNN };
enum class TORCH_API Float32Op { ALL, CONV, RNN, MATMUL };
enum class TORCH_API Float32Precision { NONE, IEEE, TF32, BF16, DEFAULT };
enum class TORCH_API CuDNNDepthwiseKernel { AUTO, CUDNN, NATIVE };

TORCH_API Float32Backend str2backend(const std::string& name);
TORCH_API Float32Op str2op(const std::string& name);
TORCH_API Float32Precision str2precision(const std::string& name);
TORCH_API std::string precision2str(Float32Precision prec);
TORCH_API CuDNNDepthwiseKernel str2cudnn_depthwise(const std::string& name);
TORCH_API std::string cudnn_depthwise2str(CuDNNDepthwiseKernel k);

class TORCH_API Context {
 public:
  Context();

  FLB_ON_USE const Generator& defaultGenerator(Device device) {
    lazyInitDevice(device.type());
    if (device.type() == at::kCPU) return at::detail::getDefaultCPUGenerator();
    return getAcceleratorHooksInterface(device.type()).getDefaultGenerator(device.index());
  }

  FLB_ON_USE const AcceleratorHooksInterface& getAcceleratorHooksInterface(
      std::optional<c10::DeviceType> opt_device_type = std::nullopt) {
    if (!opt_device_type.has_value()) opt_device_type = at::getAccelerator(true);
    switch (*opt_device_type) {
      case at::kCUDA:
        return at::detail::getCUDAHooks();
      case at::kXPU:
        return at::detail::getXPUHooks();
      case at::kMPS:
        return at::detail::getMPSHooks();
      case at::kPrivateUse1:
        return at::detail::getPrivateUse1Hooks();
      case at::kMTIA:
        return at::detail::getMTIAHooks();
      case at::kHIP:
        return at::detail::getHIPHooks();
      case at::kHPU:
        return at::detail::getHPUHooks();
      case at::kXLA:
        return at::detail::getXLAHooks();
      default:
        TORCH_CHECK(false, c10::DeviceTypeName(*opt_device_type), " device type not an accelerator.");
    }
  }

  FLB_ON_USE Device getDeviceFromPtr(void* data, c10::DeviceType device_type) {
    lazyInitDevice(device_type);
    if (device_type == at::kCPU) return c10::DeviceType::CPU;
    return getAcceleratorHooksInterface(device_type).getDeviceFromPtr(data);
  }
  FLB_ON_USE bool isPinnedPtr(const void* data, std::optional<c10::DeviceType> device_type = std::nullopt) {
    const auto type = device_type.has_value() ? device_type : at::getAccelerator();
    if (!type.has_value() || !at::isAccelerator(*type)) return false;
    // Nothing is pinned by a device that was never used.
    if (!init_[static_cast<size_t>(*type)].test_once()) return false;
    return getAcceleratorHooksInterface(type).isPinnedPtr(data);
  }
  FLB_ON_USE Allocator* getPinnedMemoryAllocator(std::optional<c10::DeviceType> device_type = std::nullopt) {
    const auto type = device_type.has_value() ? device_type : at::getAccelerator();
    if (type) lazyInitDevice(*type);
    return getAcceleratorHooksInterface(device_type).getPinnedMemoryAllocator();
  }
  FLB_ON_USE void lazyInitDevice(c10::DeviceType device_type) {
    if (device_type == at::kCPU) return;
    c10::call_once(init_[static_cast<size_t>(device_type)], [&] { getAcceleratorHooksInterface(device_type).init(); });
  }

  static bool hasOpenMP();
  static bool hasMKL();
  static bool hasKleidiAI();
  static bool hasLAPACK();
  static bool hasMKLDNN();
  static bool ckSupported();
  static bool hasEigenSparse();
  static bool hasMAGMA() { return detail::getCUDAHooks().hasMAGMA(); }
  static bool hasCUDA() { return detail::getCUDAHooks().hasCUDA(); }
  static bool hasMTIA() { return detail::getMTIAHooks().hasMTIA(); }
  static bool hasCUDART() { return detail::getCUDAHooks().hasCUDART(); }
  static long versionCUDART() { return detail::getCUDAHooks().versionCUDART(); }
  static bool hasCuDNN() { return detail::getCUDAHooks().hasCuDNN(); }
  static long versionCuDNN() { return detail::getCUDAHooks().versionCuDNN(); }
  static long versionRuntimeCuDNN() { return detail::getCUDAHooks().versionRuntimeCuDNN(); }
  static long versionCuDNNFrontend() { return detail::getCUDAHooks().versionCuDNNFrontend(); }
  static bool hasCuSOLVER() { return detail::getCUDAHooks().hasCuSOLVER(); }
  static bool hasCuBLASLt() { return detail::getCUDAHooks().hasCuBLASLt(); }
  static bool hasROCM() { return detail::getCUDAHooks().hasROCM(); }
  static bool hasCKSDPA() { return detail::getCUDAHooks().hasCKSDPA(); }
  static bool hasCKGEMM() { return detail::getCUDAHooks().hasCKGEMM(); }
  static bool hasHIP() { return detail::getHIPHooks().hasHIP(); }
  static bool hasMPS() { return detail::getMPSHooks().hasMPS(); }
  static bool hasIPU() { return c10::impl::hasDeviceGuardImpl(c10::DeviceType::IPU); }
  static bool hasXLA() { return detail::getXLAHooks().hasXLA(); }
  static bool hasXPU() { return detail::getXPUHooks().hasXPU(); }
  static bool hasLazy() { return c10::impl::hasDeviceGuardImpl(c10::DeviceType::Lazy); }
  static bool hasMAIA() { return c10::impl::hasDeviceGuardImpl(c10::DeviceType::MAIA); }
  static bool hasHPU() { return detail::getHPUHooks().hasHPU(); }
  static const at::cuda::NVRTC& getNVRTC() { return detail::getCUDAHooks().nvrtc(); }
  static const at::xpu::LevelZero& getLevelZero() { return detail::getXPUHooks().level_zero(); }

  static bool setFlushDenormal(bool on);

  // Settings. Those of other devices are kept and given back, and change nothing here.
  bool userEnabledCuDNN() const;
  void setUserEnabledCuDNN(bool e);
  bool userEnabledMkldnn() const;
  void setUserEnabledMkldnn(bool e);
  bool benchmarkCuDNN() const;
  void setBenchmarkCuDNN(bool);
  int benchmarkLimitCuDNN() const;
  void setBenchmarkLimitCuDNN(int);
  bool immediateMiopen() const;
  void setImmediateMiopen(bool);
  bool deterministicCuDNN() const;
  void setDeterministicCuDNN(bool);
  bool deterministicMkldnn() const;
  void setDeterministicMkldnn(bool);
  bool userEnabledNNPACK() const;
  void setUserEnabledNNPACK(bool e);
  CuDNNDepthwiseKernel cudnnDepthwiseKernel() const;
  void setCuDNNDepthwiseKernel(CuDNNDepthwiseKernel k);
  void setSDPPriorityOrder(const std::vector<int64_t>& order);
  std::array<at::SDPBackend, at::num_sdp_backends> sDPPriorityOrder();
  void setSDPUseFlash(bool);
  bool userEnabledFlashSDP() const;
  void setSDPUseFA3(bool);
  bool userEnabledFA3SDP() const;
  void setSDPUseMemEfficient(bool);
  bool userEnabledMemEfficientSDP() const;
  void setSDPUseMath(bool);
  bool userEnabledMathSDP() const;
  void setSDPUseCuDNN(bool);
  bool userEnabledCuDNNSDP() const;
  void setAllowFP16BF16ReductionMathSDP(bool);
  bool allowFP16BF16ReductionMathSDP() const;
  void setSDPUseOverrideable(bool);
  bool userEnabledOverrideableSDP() const;
  at::LinalgBackend linalgPreferredBackend() const;
  void setLinalgPreferredBackend(at::LinalgBackend);
  at::BlasBackend blasDefaultBackend();
  at::BlasBackend blasPreferredBackend();
  void setBlasPreferredBackend(at::BlasBackend);
  at::ROCmFABackend getROCmFAPreferredBackend();
  void setROCmFAPreferredBackend(at::ROCmFABackend);
  bool deterministicAlgorithms() const;
  bool deterministicAlgorithmsWarnOnly() const;
  void setDeterministicAlgorithms(bool, bool);
  bool deterministicFillUninitializedMemory() const;
  void setDeterministicFillUninitializedMemory(bool);
  /// Throws, or warns, if deterministic algorithms are wanted.
  static void alertNotDeterministic(std::string_view const& caller);
  void setFloat32MatmulPrecision(const std::string& s);
  void setFloat32Precision(Float32Backend backend, Float32Op op, Float32Precision p);
  bool allowTF32CuDNN(std::optional<Float32Op> op = std::nullopt) const;
  void setAllowTF32CuDNN(bool);
  bool allowTF32OneDNN() const;
  void setAllowTF32OneDNN(bool);
  bool allowTF32CuBLAS() const;
  void setAllowTF32CuBLAS(bool);
  Float32MatmulPrecision float32MatmulPrecision() const;
  Float32Precision float32Precision(Float32Backend backend, Float32Op op) const;
  CuBLASReductionOption allowFP16ReductionCuBLAS() const;
  void setAllowFP16ReductionCuBLAS(bool allow_reduced_precision, bool allow_splitk = true);
  CuBLASReductionOption allowBF16ReductionCuBLAS() const;
  void setAllowBF16ReductionCuBLAS(bool allow_reduced_precision, bool allow_splitk = true);
  bool allowFP16AccumulationCuBLAS() const;
  void setAllowFP16AccumulationCuBLAS(bool);
  bool rocmAllowGroupGemmCk() const;
  std::optional<int32_t> _SMCarveout_EXPERIMENTAL() const;
  void _setSMCarveout_EXPERIMENTAL(std::optional<int32_t>);
  at::QEngine qEngine() const;
  void setQEngine(at::QEngine e);
  static const std::vector<at::QEngine>& supportedQEngines();
  static bool isXNNPACKAvailable();
  void setCheckSparseTensorInvariants(std::optional<bool> e);
  std::optional<bool> checkSparseTensorInvariants(bool warn_when_uninitialized = false) const;
  void setReleaseWeightsWhenPrepacking(bool e);
  bool releaseWeightsWhenPrepacking() const;
  void setDisplayVmapFallbackWarnings(bool enabled);
  bool areVmapFallbackWarningsEnabled() const;
  void setWarnOnAccumulateGradStreamMismatch(bool enabled);
  bool warnOnAccumulateGradStreamMismatch() const;
  void setOverrideStaleCaptureStream(bool enabled);
  bool overrideStaleCaptureStream() const;
  bool isDefaultMobileCPUAllocatorSet();
  void setDefaultMobileCPUAllocator();
  void unsetDefaultMobileCPUAllocator();
  bool allowFP16ReductionCPU() const;
  void setAllowFP16ReductionCPU(bool);

  // Deprecated
  FLB_ON_USE void lazyInitCUDA() { lazyInitDevice(at::kCUDA); }
  FLB_ON_USE void lazyInitHIP() { lazyInitDevice(at::kHIP); }
  FLB_ON_USE void lazyInitXPU() { lazyInitDevice(at::kXPU); }
  FLB_ON_USE void lazyInitMTIA() { lazyInitDevice(at::kMTIA); }
  FLB_ON_USE void lazyInitPrivateUse1() { lazyInitDevice(at::kPrivateUse1); }

 private:
  std::array<c10::once_flag, at::COMPILE_TIME_MAX_DEVICE_TYPES> init_;
  bool enabled_cudnn = true;
  bool deterministic_cudnn = false;
  bool deterministic_mkldnn = false;
  bool _deterministic_algorithms = false;
  bool _deterministic_algorithms_warn_only = false;
  bool _deterministic_fill_uninitialized_memory = true;
  std::array<at::SDPBackend, at::num_sdp_backends> sdp_priority_order = {
      at::SDPBackend::flash_attention, at::SDPBackend::efficient_attention, at::SDPBackend::math,
      at::SDPBackend::cudnn_attention, at::SDPBackend::overrideable};
  bool enabled_flashSDP = true;
  bool enabled_fa3SDP = false;
  bool enabled_mem_efficientSDP = true;
  bool enabled_mathSDP = true;
  bool enabled_cudnnSDP = true;
  bool enabled_overrideable = true;
  bool allow_fp16_bf16_reduction_mathSDP = false;
  bool benchmark_cudnn = false;
  bool immediate_miopen = false;
  Float32MatmulPrecision float32_matmul_precision = Float32MatmulPrecision::HIGHEST;
  int benchmark_limit_cudnn = 10;
  bool allow_tf32_cudnn = true;
  CuBLASReductionOption allow_fp16_reduction_cublas = CuBLASReductionOption::AllowReducedPrecisionWithSplitK;
  CuBLASReductionOption allow_bf16_reduction_cublas = CuBLASReductionOption::AllowReducedPrecisionWithSplitK;
  bool allow_fp16_accumulation_cublas = false;
  std::optional<int32_t> sm_carveout = std::nullopt;
  bool enabled_mkldnn = true;
  bool allow_tf32_onednn = false;
  bool enabled_nnpack = true;
  CuDNNDepthwiseKernel depthwise_kernel_cudnn = CuDNNDepthwiseKernel::AUTO;
  at::LinalgBackend linalg_preferred_backend = at::LinalgBackend::Default;
  at::BlasBackend blas_preferred_backend = at::BlasBackend::Default;
  at::ROCmFABackend rocm_fa_preferred_backend = at::ROCmFABackend::Default;
  bool release_original_weights = false;
  bool display_vmap_fallback_warnings_ = false;
  bool warn_on_accumulate_grad_stream_mismatch_ = true;
  bool override_stale_capture_stream_ = false;
  std::atomic<at::QEngine> quantized_engine = at::QEngine::NoQEngine;
  std::optional<bool> enable_sparse_tensor_invariant_checks = std::nullopt;
  bool allow_fp16_reduction_cpu = false;
  using Key = std::pair<Float32Backend, Float32Op>;
  std::unordered_map<Key, Float32Precision, c10::hash<Key>> fp32_precision;
  Allocator* prev_allocator_ptr_{nullptr};
};

TORCH_API Context& globalContext();
inline void init() { globalContext(); }
TORCH_API Allocator* getCPUAllocator();

inline DeprecatedTypeProperties& getDeprecatedTypeProperties(Backend p, ScalarType s) {
  return globalDeprecatedTypePropertiesRegistry().getDeprecatedTypeProperties(p, s);
}
inline DeprecatedTypeProperties& CPU(ScalarType s) { return getDeprecatedTypeProperties(Backend::CPU, s); }
inline DeprecatedTypeProperties& CUDA(ScalarType s) { return getDeprecatedTypeProperties(Backend::CUDA, s); }
inline DeprecatedTypeProperties& HIP(ScalarType s) { return getDeprecatedTypeProperties(Backend::HIP, s); }
inline DeprecatedTypeProperties& MPS(ScalarType s) { return getDeprecatedTypeProperties(Backend::MPS, s); }

inline bool hasCUDA() { return globalContext().hasCUDA(); }
inline bool hasMTIA() { return globalContext().hasMTIA(); }
inline bool hasHIP() { return globalContext().hasHIP(); }
inline bool hasIPU() { return globalContext().hasIPU(); }
inline bool hasXLA() { return globalContext().hasXLA(); }
inline bool hasMPS() { return globalContext().hasMPS(); }
inline bool hasMAIA() { return globalContext().hasMAIA(); }
inline bool hasXPU() { return globalContext().hasXPU(); }
inline bool hasHPU() { return globalContext().hasHPU(); }

FLB_ON_USE inline size_t getNumGPUs() {
  TORCH_CHECK(!(hasCUDA() && hasHIP()),
              "Enabling both CUDA and HIP in ATen is not supported, as HIP masquerades "
              "to be CUDA (e.g., when you say CUDA, on a HIP build of ATen, this actually "
              "means HIP.  Rebuild PyTorch with one or the other disabled.");
  if (hasCUDA()) return static_cast<size_t>(detail::getCUDAHooks().deviceCount());
  return hasHIP() ? static_cast<size_t>(detail::getHIPHooks().getNumGPUs()) : 0;
}

inline bool hasOpenMP() { return globalContext().hasOpenMP(); }
inline bool hasMKL() { return globalContext().hasMKL(); }
inline bool hasKleidiAI() { return globalContext().hasKleidiAI(); }
inline bool hasLAPACK() { return globalContext().hasLAPACK(); }
inline bool hasEigenSparse() { return globalContext().hasEigenSparse(); }
inline bool hasMAGMA() { return globalContext().hasMAGMA(); }
inline bool hasMKLDNN() { return globalContext().hasMKLDNN(); }

/// Seeds the CPU's generator and those of the accelerator.
FLB_ON_USE inline void manual_seed(uint64_t seed) {
  const auto seed_default = [&](Device device) {
    auto generator = globalContext().defaultGenerator(device);
    std::lock_guard<std::mutex> lock(generator.mutex());
    generator.set_current_seed(seed);
  };
  seed_default(c10::DeviceType::CPU);
  const auto accelerator = at::getAccelerator();
  if (!accelerator.has_value()) return;
  const auto count = globalContext().getAcceleratorHooksInterface(accelerator).deviceCount();
  for (c10::DeviceIndex i = 0; i < count; ++i) seed_default(Device(*accelerator, i));
}

/// No TF32 in this scope.
struct TORCH_API NoTF32Guard {
  NoTF32Guard();
  NoTF32Guard(NoTF32Guard&&) = delete;
  NoTF32Guard(const NoTF32Guard&) = delete;
  NoTF32Guard& operator=(const NoTF32Guard&) = delete;
  NoTF32Guard& operator=(NoTF32Guard&&) = delete;
  ~NoTF32Guard();
  static bool should_disable_tf32();

 private:
  bool changed = false;
};

struct TORCH_API ROCmBackwardPassGuard {
  ROCmBackwardPassGuard();
  ROCmBackwardPassGuard(ROCmBackwardPassGuard&&) = delete;
  ROCmBackwardPassGuard(const ROCmBackwardPassGuard&) = delete;
  ROCmBackwardPassGuard& operator=(const ROCmBackwardPassGuard&) = delete;
  ROCmBackwardPassGuard& operator=(ROCmBackwardPassGuard&&) = delete;
  ~ROCmBackwardPassGuard();
  static bool is_backward_pass();
};

}  // namespace at
