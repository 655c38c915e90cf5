// Which operators compute in the lower precision, which in float32 and which in the widest type of their arguments
// while autocast is on. One boxed kernel each: it casts the tensors among the arguments and calls on below autocast.

#include <ATen/autocast_kernels.h>
#include <ATen/autocast_mode.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <c10/core/impl/LocalDispatchKeySet.h>
#include <torch/csrc/jit/frontend/function_schema_parser.h>

#include <span>
#include <sstream>
#include <string>

namespace at::autocast {

namespace {

constexpr const char* kLower =
    "_addmm_activation _convolution.deprecated _native_multi_head_attention addbmm addmm baddbmm bmm conv1d "
    "conv1d.padding conv2d conv2d.padding conv3d conv3d.padding conv_tbc conv_transpose1d conv_transpose2d.input "
    "conv_transpose3d.input linalg_vecdot linear matmul mkldnn_rnn_layer mm prelu scaled_dot_product_attention";

constexpr const char* kFloat32 =
    "_grid_sampler_2d_cpu_fallback _lu_with_info adaptive_avg_pool3d adaptive_max_pool3d avg_pool3d "
    "binary_cross_entropy binary_cross_entropy_with_logits cdist cholesky cholesky_inverse cholesky_solve "
    "cosine_embedding_loss cross_entropy_loss ctc_loss.IntList ctc_loss.Tensor fake_quantize_per_tensor_affine "
    "fft_fft fft_fft2 fft_fftn fft_hfft fft_ifft fft_ifft2 fft_ifftn fft_ihfft fft_irfft fft_irfft2 fft_irfftn "
    "fft_rfft fft_rfft2 fft_rfftn fractional_max_pool2d fractional_max_pool3d geqrf grid_sampler grid_sampler_2d "
    "grid_sampler_3d hinge_embedding_loss huber_loss inverse kl_div l1_loss linalg_cholesky linalg_cholesky_ex "
    "linalg_cond linalg_cond.p_str linalg_eig linalg_eigh linalg_eigvals linalg_eigvalsh "
    "linalg_householder_product linalg_inv linalg_inv_ex linalg_lstsq linalg_matrix_rank "
    "linalg_matrix_rank.atol_rtol_float linalg_matrix_rank.atol_rtol_tensor linalg_matrix_rank.tol_tensor "
    "linalg_qr linalg_solve linalg_svd linalg_svdvals linalg_tensorinv linalg_tensorsolve lu_solve "
    "margin_ranking_loss max_pool3d max_unpool2d max_unpool3d mse_loss multi_margin_loss multilabel_margin_loss "
    "multilabel_margin_loss_forward nanquantile nanquantile.scalar nll_loss nll_loss2d orgqr ormqr pinverse "
    "poisson_nll_loss polar prod prod.dim_int qr quantile quantile.scalar reflection_pad1d reflection_pad2d "
    "replication_pad1d replication_pad2d replication_pad3d smooth_l1_loss soft_margin_loss stft stft.center svd "
    "trace triangular_solve triplet_margin_loss view_as_complex";

constexpr const char* kWidest = "cat index_copy stack";

// Calls `visit(tensor)` with each tensor of an argument; what it gives takes the tensor's place.
template <class Visit>
void for_tensors(c10::IValue& value, const Visit& visit) {
  if (value.isTensor()) {
    if (value.toTensor().defined()) value = visit(value.toTensor());
  } else if (value.isTensorList()) {
    c10::List<at::Tensor> casts;
    for (const at::Tensor& tensor : value.toTensorVector()) casts.push_back(visit(tensor));
    value = std::move(casts);
  } else if (value.isOptionalTensorList()) {
    c10::List<std::optional<at::Tensor>> casts;
    for (const std::optional<at::Tensor> tensor : value.toOptionalTensorList()) {
      casts.push_back(tensor ? std::optional<at::Tensor>(visit(*tensor)) : std::nullopt);
    }
    value = std::move(casts);
  }
}

enum class Target { kLower, kFloat32, kWidest };

at::ScalarType widest(std::span<const c10::IValue> arguments) {
  at::ScalarType type = get_autocast_dtype(at::kCPU);
  for (c10::IValue value : arguments) {
    for_tensors(value, [&](const at::Tensor& tensor) {
      if (tensor.is_cpu() && tensor.scalar_type() == at::kFloat) type = at::kFloat;
      return tensor;
    });
  }
  return type;
}

template <Target target>
void cast_and_call(const c10::OperatorHandle& op, torch::jit::Stack* stack) {
  c10::impl::ExcludeDispatchKeyGuard below(c10::DispatchKey::AutocastCPU);
  const size_t count = op.schema().arguments().size();
  const std::span<c10::IValue> arguments = std::span(*stack).last(count);
  const at::ScalarType type = target == Target::kLower     ? get_autocast_dtype(at::kCPU)
                              : target == Target::kFloat32 ? at::kFloat
                                                           : widest(arguments);
  for (c10::IValue& value : arguments) {
    for_tensors(value, [&](const at::Tensor& tensor) { return cached_cast(type, tensor, at::kCPU); });
  }
  op.callBoxed(stack);
}

template <Target target>
void add(const std::string& names) {
  std::istringstream words(names);
  for (std::string name; words >> name;) {
    auto registration = c10::Dispatcher::singleton().registerImpl(
        torch::jit::parseName("aten::" + name), c10::DispatchKey::AutocastCPU,
        c10::KernelFunction::makeFromBoxedFunction<&cast_and_call<target>>(), std::nullopt, nullptr, "autocast");
    new c10::RegistrationHandleRAII(std::move(registration));  // for as long as the process lives
  }
}

}  // namespace

void register_cpu_kernels() {
  add<Target::kLower>(kLower);
  add<Target::kFloat32>(kFloat32);
  add<Target::kWidest>(kWidest);
}

}  // namespace at::autocast
