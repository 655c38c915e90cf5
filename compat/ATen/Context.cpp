#include <ATen/Context.h>

#include <c10/core/CPUAllocator.h>

#if defined(__SSE2__)
#include <pmmintrin.h>
#endif

namespace at {

namespace {

constexpr struct {
  const char* name;
  Float32Precision value;
} kPrecisions[] = {{"none", Float32Precision::NONE},
                   {"ieee", Float32Precision::IEEE},
                   {"tf32", Float32Precision::TF32},
                   {"bf16", Float32Precision::BF16}};

}  // namespace

Float32Backend str2backend(const std::string& name) {
  if (name == "generic") return Float32Backend::GENERIC;
  if (name == "cuda") return Float32Backend::CUDA;
  if (name == "mkldnn") return Float32Backend::MKLDNN;
  TORCH_CHECK(false, "Unknown backend: ", name);
}
Float32Op str2op(const std::string& name) {
  if (name == "all") return Float32Op::ALL;
  if (name == "conv") return Float32Op::CONV;
  if (name == "rnn") return Float32Op::RNN;
  if (name == "matmul") return Float32Op::MATMUL;
  TORCH_CHECK(false, "Unknown op: ", name);
}
Float32Precision str2precision(const std::string& name) {
  for (const auto& row : kPrecisions) {
    if (name == row.name) return row.value;
  }
  TORCH_CHECK(false, "Unknown precision: ", name);
}
std::string precision2str(Float32Precision prec) {
  for (const auto& row : kPrecisions) {
    if (prec == row.value) return row.name;
  }
  return "none";
}
CuDNNDepthwiseKernel str2cudnn_depthwise(const std::string& name) {
  if (name == "auto") return CuDNNDepthwiseKernel::AUTO;
  if (name == "cudnn") return CuDNNDepthwiseKernel::CUDNN;
  if (name == "native") return CuDNNDepthwiseKernel::NATIVE;
  TORCH_CHECK(false, "Unknown cuDNN depthwise kernel: ", name);
}
std::string cudnn_depthwise2str(CuDNNDepthwiseKernel k) {
  switch (k) {
    case CuDNNDepthwiseKernel::AUTO:
      return "auto";
    case CuDNNDepthwiseKernel::CUDNN:
      return "cudnn";
    case CuDNNDepthwiseKernel::NATIVE:
      return "native";
  }
  TORCH_CHECK(false, "Invalid cuDNN depthwise kernel");
}

Context& globalContext() {
  static auto& context = *new Context;
  return context;
}
Allocator* getCPUAllocator() { return c10::GetCPUAllocator(); }

Context::Context()
    : fp32_precision{{{Float32Backend::GENERIC, Float32Op::ALL}, Float32Precision::NONE},
                     {{Float32Backend::MKLDNN, Float32Op::ALL}, Float32Precision::NONE},
                     {{Float32Backend::MKLDNN, Float32Op::CONV}, Float32Precision::NONE},
                     {{Float32Backend::MKLDNN, Float32Op::RNN}, Float32Precision::NONE},
                     {{Float32Backend::MKLDNN, Float32Op::MATMUL}, Float32Precision::NONE},
                     {{Float32Backend::CUDA, Float32Op::ALL}, Float32Precision::NONE},
                     {{Float32Backend::CUDA, Float32Op::CONV}, Float32Precision::DEFAULT},
                     {{Float32Backend::CUDA, Float32Op::RNN}, Float32Precision::DEFAULT},
                     {{Float32Backend::CUDA, Float32Op::MATMUL}, Float32Precision::NONE}} {
  if (c10::utils::check_env("TORCH_ALLOW_TF32_CUBLAS_OVERRIDE") == true) setFloat32MatmulPrecision("high");
}

bool Context::hasOpenMP() { return true; }
bool Context::hasMKL() { return false; }
bool Context::hasKleidiAI() { return false; }
bool Context::hasLAPACK() { return true; }
bool Context::hasMKLDNN() { return false; }
bool Context::ckSupported() { return false; }
bool Context::hasEigenSparse() { return false; }
bool Context::isXNNPACKAvailable() { return false; }

bool Context::setFlushDenormal([[maybe_unused]] bool on) {
#if defined(__SSE2__)
  _MM_SET_FLUSH_ZERO_MODE(on ? _MM_FLUSH_ZERO_ON : _MM_FLUSH_ZERO_OFF);
  _MM_SET_DENORMALS_ZERO_MODE(on ? _MM_DENORMALS_ZERO_ON : _MM_DENORMALS_ZERO_OFF);
  return true;
#else
  return false;
#endif
}

#define FLB_SETTING(type, getter, setter, field) \
  type Context::getter() const { return field; } \
  void Context::setter(type value) { field = value; }
FLB_SETTING(bool, userEnabledCuDNN, setUserEnabledCuDNN, enabled_cudnn)
FLB_SETTING(bool, userEnabledMkldnn, setUserEnabledMkldnn, enabled_mkldnn)
FLB_SETTING(bool, benchmarkCuDNN, setBenchmarkCuDNN, benchmark_cudnn)
FLB_SETTING(int, benchmarkLimitCuDNN, setBenchmarkLimitCuDNN, benchmark_limit_cudnn)
FLB_SETTING(bool, immediateMiopen, setImmediateMiopen, immediate_miopen)
FLB_SETTING(bool, deterministicCuDNN, setDeterministicCuDNN, deterministic_cudnn)
FLB_SETTING(bool, deterministicMkldnn, setDeterministicMkldnn, deterministic_mkldnn)
FLB_SETTING(bool, userEnabledNNPACK, setUserEnabledNNPACK, enabled_nnpack)
FLB_SETTING(CuDNNDepthwiseKernel, cudnnDepthwiseKernel, setCuDNNDepthwiseKernel, depthwise_kernel_cudnn)
FLB_SETTING(bool, userEnabledFlashSDP, setSDPUseFlash, enabled_flashSDP)
FLB_SETTING(bool, userEnabledFA3SDP, setSDPUseFA3, enabled_fa3SDP)
FLB_SETTING(bool, userEnabledMemEfficientSDP, setSDPUseMemEfficient, enabled_mem_efficientSDP)
FLB_SETTING(bool, userEnabledMathSDP, setSDPUseMath, enabled_mathSDP)
FLB_SETTING(bool, userEnabledCuDNNSDP, setSDPUseCuDNN, enabled_cudnnSDP)
FLB_SETTING(bool, userEnabledOverrideableSDP, setSDPUseOverrideable, enabled_overrideable)
FLB_SETTING(bool, allowFP16BF16ReductionMathSDP, setAllowFP16BF16ReductionMathSDP, allow_fp16_bf16_reduction_mathSDP)
FLB_SETTING(at::LinalgBackend, linalgPreferredBackend, setLinalgPreferredBackend, linalg_preferred_backend)
FLB_SETTING(bool, deterministicFillUninitializedMemory, setDeterministicFillUninitializedMemory,
            _deterministic_fill_uninitialized_memory)
FLB_SETTING(bool, allowFP16AccumulationCuBLAS, setAllowFP16AccumulationCuBLAS, allow_fp16_accumulation_cublas)
FLB_SETTING(std::optional<int32_t>, _SMCarveout_EXPERIMENTAL, _setSMCarveout_EXPERIMENTAL, sm_carveout)
FLB_SETTING(bool, releaseWeightsWhenPrepacking, setReleaseWeightsWhenPrepacking, release_original_weights)
FLB_SETTING(bool, areVmapFallbackWarningsEnabled, setDisplayVmapFallbackWarnings, display_vmap_fallback_warnings_)
FLB_SETTING(bool, warnOnAccumulateGradStreamMismatch, setWarnOnAccumulateGradStreamMismatch,
            warn_on_accumulate_grad_stream_mismatch_)
FLB_SETTING(bool, overrideStaleCaptureStream, setOverrideStaleCaptureStream, override_stale_capture_stream_)
FLB_SETTING(bool, allowFP16ReductionCPU, setAllowFP16ReductionCPU, allow_fp16_reduction_cpu)
FLB_SETTING(bool, allowTF32OneDNN, setAllowTF32OneDNN, allow_tf32_onednn)
#undef FLB_SETTING

void Context::setSDPPriorityOrder(const std::vector<int64_t>& order) {
  TORCH_CHECK(order.size() == sdp_priority_order.size(), "Expected ", sdp_priority_order.size(),
              " SDP backends, but got ", order.size());
  for (size_t i = 0; i < order.size(); ++i) sdp_priority_order[i] = static_cast<at::SDPBackend>(order[i]);
}
std::array<at::SDPBackend, at::num_sdp_backends> Context::sDPPriorityOrder() { return sdp_priority_order; }

at::BlasBackend Context::blasDefaultBackend() { return at::BlasBackend::Cublas; }
at::BlasBackend Context::blasPreferredBackend() {
  return blas_preferred_backend == at::BlasBackend::Default ? blasDefaultBackend() : blas_preferred_backend;
}
void Context::setBlasPreferredBackend(at::BlasBackend b) { blas_preferred_backend = b; }
at::ROCmFABackend Context::getROCmFAPreferredBackend() { return rocm_fa_preferred_backend; }
void Context::setROCmFAPreferredBackend(at::ROCmFABackend b) { rocm_fa_preferred_backend = b; }
bool Context::rocmAllowGroupGemmCk() const { return false; }

bool Context::deterministicAlgorithms() const { return _deterministic_algorithms; }
bool Context::deterministicAlgorithmsWarnOnly() const { return _deterministic_algorithms_warn_only; }
void Context::setDeterministicAlgorithms(bool b, bool warn_only) {
  _deterministic_algorithms = b;
  _deterministic_algorithms_warn_only = warn_only;
}
void Context::alertNotDeterministic(std::string_view const& caller) {
  if (!globalContext().deterministicAlgorithms()) return;
  if (globalContext().deterministicAlgorithmsWarnOnly()) {
    TORCH_WARN(caller, " does not have a deterministic implementation, but you set ",
               "'torch.use_deterministic_algorithms(True, warn_only=True)'. ",
               "You can file an issue at https://github.com/pytorch/pytorch/issues ",
               "to help us prioritize adding deterministic support for this operation.");
    return;
  }
  TORCH_CHECK(false, caller, " does not have a deterministic implementation, but you set ",
              "'torch.use_deterministic_algorithms(True)'. You can turn off ",
              "determinism just for this operation, or you can use the ",
              "'warn_only=True' option, if that's acceptable for your application. ",
              "You can also file an issue at https://github.com/pytorch/pytorch/issues ",
              "to help us prioritize adding deterministic support for this operation.");
}

Float32MatmulPrecision Context::float32MatmulPrecision() const { return float32_matmul_precision; }
void Context::setFloat32MatmulPrecision(const std::string& s) {
  if (s == "highest") {
    float32_matmul_precision = Float32MatmulPrecision::HIGHEST;
    setFloat32Precision(Float32Backend::CUDA, Float32Op::MATMUL, Float32Precision::IEEE);
    setFloat32Precision(Float32Backend::MKLDNN, Float32Op::MATMUL, Float32Precision::IEEE);
  } else if (s == "high") {
    float32_matmul_precision = Float32MatmulPrecision::HIGH;
    setFloat32Precision(Float32Backend::CUDA, Float32Op::MATMUL, Float32Precision::TF32);
    setFloat32Precision(Float32Backend::MKLDNN, Float32Op::MATMUL, Float32Precision::TF32);
  } else if (s == "medium") {
    float32_matmul_precision = Float32MatmulPrecision::MEDIUM;
    setFloat32Precision(Float32Backend::CUDA, Float32Op::MATMUL, Float32Precision::TF32);
    setFloat32Precision(Float32Backend::MKLDNN, Float32Op::MATMUL, Float32Precision::BF16);
  } else {
    TORCH_WARN(s, " is not one of 'highest', 'high', or 'medium'; the current",
               "setFloat32MatmulPrecision call has no effect.");
  }
}
void Context::setFloat32Precision(Float32Backend backend, Float32Op op, Float32Precision p) {
  auto it = fp32_precision.find({backend, op});
  TORCH_CHECK(it != fp32_precision.end(), "Invalid (backend, op)=(", static_cast<int>(backend), ", ",
              static_cast<int>(op), ")");
  it->second = p;
}
Float32Precision Context::float32Precision(Float32Backend backend, Float32Op op) const {
  // What is not set for an operation holds for its backend, then for all.
  for (const Key& key :
       {Key{backend, op}, Key{backend, Float32Op::ALL}, Key{Float32Backend::GENERIC, Float32Op::ALL}}) {
    auto it = fp32_precision.find(key);
    if (it != fp32_precision.end() && it->second != Float32Precision::NONE && it->second != Float32Precision::DEFAULT) {
      return it->second;
    }
  }
  auto it = fp32_precision.find({backend, op});
  return it != fp32_precision.end() && it->second == Float32Precision::DEFAULT ? Float32Precision::TF32
                                                                               : Float32Precision::NONE;
}

bool Context::allowTF32CuDNN(std::optional<Float32Op> op) const {
  return op ? float32Precision(Float32Backend::CUDA, *op) == Float32Precision::TF32 : allow_tf32_cudnn;
}
void Context::setAllowTF32CuDNN(bool b) {
  const auto precision = b ? Float32Precision::TF32 : Float32Precision::NONE;
  setFloat32Precision(Float32Backend::CUDA, Float32Op::RNN, precision);
  setFloat32Precision(Float32Backend::CUDA, Float32Op::CONV, precision);
  allow_tf32_cudnn = b;
}
bool Context::allowTF32CuBLAS() const { return float32_matmul_precision != Float32MatmulPrecision::HIGHEST; }
void Context::setAllowTF32CuBLAS(bool b) {
  float32_matmul_precision = b ? Float32MatmulPrecision::HIGH : Float32MatmulPrecision::HIGHEST;
  setFloat32Precision(Float32Backend::CUDA, Float32Op::MATMUL, b ? Float32Precision::TF32 : Float32Precision::IEEE);
}

static CuBLASReductionOption reduction_option(bool reduced, bool splitk) {
  TORCH_CHECK(!reduced || splitk, "allow_splitk=False is not supported when reduced precision reductions are allowed");
  if (reduced) return CuBLASReductionOption::AllowReducedPrecisionWithSplitK;
  return splitk ? CuBLASReductionOption::DisallowReducedPrecisionAllowSplitK
                : CuBLASReductionOption::DisallowReducedPrecisionDisallowSplitK;
}
CuBLASReductionOption Context::allowFP16ReductionCuBLAS() const { return allow_fp16_reduction_cublas; }
void Context::setAllowFP16ReductionCuBLAS(bool reduced, bool splitk) {
  allow_fp16_reduction_cublas = reduction_option(reduced, splitk);
}
CuBLASReductionOption Context::allowBF16ReductionCuBLAS() const { return allow_bf16_reduction_cublas; }
void Context::setAllowBF16ReductionCuBLAS(bool reduced, bool splitk) {
  allow_bf16_reduction_cublas = reduction_option(reduced, splitk);
}

at::QEngine Context::qEngine() const { return quantized_engine; }
void Context::setQEngine(at::QEngine e) {
  const auto& supported = supportedQEngines();
  TORCH_CHECK(std::find(supported.begin(), supported.end(), e) != supported.end(), "quantized engine ", toString(e),
              " is not supported");
  quantized_engine = e;
}
const std::vector<at::QEngine>& Context::supportedQEngines() {
  static const auto& engines = *new std::vector<at::QEngine>{at::kNoQEngine};
  return engines;
}

void Context::setCheckSparseTensorInvariants(std::optional<bool> e) { enable_sparse_tensor_invariant_checks = e; }
std::optional<bool> Context::checkSparseTensorInvariants(bool warn_when_uninitialized) const {
  if (warn_when_uninitialized && !enable_sparse_tensor_invariant_checks) {
    TORCH_WARN_ONCE(
        "Sparse invariant checks are implicitly disabled. Memory errors (e.g. SEGFAULT) will occur when ",
        "operating on a sparse tensor which violates the invariants, but checks incur performance overhead.");
  }
  return enable_sparse_tensor_invariant_checks;
}

bool Context::isDefaultMobileCPUAllocatorSet() { return prev_allocator_ptr_ != nullptr; }
void Context::setDefaultMobileCPUAllocator() {
  TORCH_CHECK(prev_allocator_ptr_ == nullptr, "Already within the scope of another non-default cpu allocator.",
              "Cannot set another allocator.");
  prev_allocator_ptr_ = c10::GetCPUAllocator();
}
void Context::unsetDefaultMobileCPUAllocator() {
  TORCH_CHECK(prev_allocator_ptr_ != nullptr,
              "setDefaultMobileCPUAllocator must have been called before unsetting it.");
  c10::SetCPUAllocator(prev_allocator_ptr_, 100);
  prev_allocator_ptr_ = nullptr;
}

static constinit thread_local bool tf32_disabled = false;
NoTF32Guard::NoTF32Guard() {
  changed = !tf32_disabled;
  tf32_disabled = true;
}
NoTF32Guard::~NoTF32Guard() {
  if (changed) tf32_disabled = false;
}
bool NoTF32Guard::should_disable_tf32() { return tf32_disabled; }

static constinit thread_local bool backward_pass = false;
ROCmBackwardPassGuard::ROCmBackwardPassGuard() { backward_pass = true; }
ROCmBackwardPassGuard::~ROCmBackwardPassGuard() { backward_pass = false; }
bool ROCmBackwardPassGuard::is_backward_pass() { return backward_pass; }

}  // namespace at
