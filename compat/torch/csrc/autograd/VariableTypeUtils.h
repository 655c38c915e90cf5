// Mirrors <torch/csrc/autograd/VariableTypeUtils.h> of PyTorch 2.13: same names, layout and inline meaning.
#pragma once

#include <ATen/core/boxing/KernelFunction.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <c10/util/irange.h>
#include <c10/util/light_std.h>
#include <torch/csrc/autograd/edge.h>
#include <torch/csrc/autograd/function.h>
#include <torch/csrc/autograd/functions/basic_ops.h>
#include <torch/csrc/autograd/functions/tensor.h>
#include <torch/csrc/autograd/functions/utils.h>
#include <torch/csrc/autograd/grad_mode.h>
#include <torch/csrc/autograd/jit_decomp_interface.h>
#include <torch/csrc/autograd/saved_variable.h>
#include <torch/csrc/autograd/variable.h>
#include <torch/csrc/utils/variadic.h>

#include <cstddef>
#include <functional>
#include <utility>
#include <vector>

namespace torch::autograd {

enum class can_mutate_inplace_result { success, non_default_backward_view, view_of_leaf, is_leaf };

inline can_mutate_inplace_result can_mutate_inplace(const at::Tensor& tensor, bool requires_grad) {
  using result = can_mutate_inplace_result;
  if (!requires_grad || !GradMode::is_enabled()) return result::success;
  const auto* view = impl::get_view_autograd_meta(tensor);
  if (view && view->has_bw_view()) {
    if (view->get_creation_meta() != CreationMeta::DEFAULT) return result::non_default_backward_view;
    if (tensor.requires_grad() && tensor._base().is_leaf()) return result::view_of_leaf;
  }
  return tensor.requires_grad() && tensor.is_leaf() ? result::is_leaf : result::success;
}

/// Raises if `tensor` must not be changed in place by an operation whose result requires grad.
inline void check_inplace(const at::Tensor& tensor, bool requires_grad) {
  switch (can_mutate_inplace(tensor, requires_grad)) {
    case can_mutate_inplace_result::success:
      return;
    case can_mutate_inplace_result::non_default_backward_view:
      return handle_view_on_rebase(impl::get_view_autograd_meta(tensor));
    case can_mutate_inplace_result::view_of_leaf:
      TORCH_CHECK(false, "a view of a leaf Variable that requires grad is being used in an in-place operation.");
    case can_mutate_inplace_result::is_leaf:
      TORCH_CHECK(false, "a leaf Variable that requires grad is being used in an in-place operation.");
  }
}

inline void check_inplace(at::ITensorListRef tensors, bool requires_grad) {
  for (const auto& tensor : tensors) check_inplace(tensor, requires_grad);
}

inline void throw_error_out_requires_grad(const char* name) {
  TORCH_CHECK(false, name,
              "(): functions with out=... arguments don't support automatic differentiation, "
              "but one of the arguments requires grad.");
}

inline void throw_error_for_complex_autograd(const at::Tensor& tensor, const char* name) {
  TORCH_CHECK(!tensor.requires_grad() || !tensor.is_complex(), name,
              " does not support automatic differentiation for outputs with complex dtype.");
}

inline void throw_error_for_complex_autograd(at::ITensorListRef tensors, const char* name) {
  for (const auto& tensor : tensors) throw_error_for_complex_autograd(tensor, name);
}

inline void throw_error_if_base_and_tensor_are_same(const at::Tensor& base, const at::Tensor& tensor) {
  TORCH_CHECK(base.unsafeGetTensorImpl() != tensor.unsafeGetTensorImpl(),
              "View operation returned a tensor that is the same as the input base tensor.  This is no longer allowed; "
              "you must explicitly create a new tensor (e.g., using .detach()).");
}

inline void rebase_history(const Variable& var, c10::intrusive_ptr<Node> grad_fn) {
  if (!grad_fn || !var.defined()) return;
  grad_fn->add_input_metadata(var);
  impl::rebase_history(var, {std::move(grad_fn), 0});
}

inline void rebase_history(const std::vector<Variable>& vars, const c10::intrusive_ptr<Node>& grad_fn) {
  if (!grad_fn) return;
  for (auto& var : vars) {
    if (var.defined()) {
      const auto output_nr = grad_fn->add_input_metadata(var);
      impl::rebase_history(var, {grad_fn, output_nr});
    } else {
      grad_fn->add_input_metadata(Node::undefined_input());
    }
  }
}

inline void increment_version(const at::Tensor& t) { impl::bump_version(t); }

struct Flatten : IterArgs<Flatten> {
  Flatten(variable_list& out) : out(out) {}
  variable_list& out;
  void operator()(const at::Tensor& x) { out.emplace_back(x); }
  void operator()(const std::optional<at::Tensor>& x) {
    if (x.has_value()) out.emplace_back(x.value());
  }
  void operator()(at::ArrayRef<at::Tensor> xs) { out.insert(out.end(), xs.begin(), xs.end()); }
};

template <typename... Args>
inline variable_list flatten_tensor_args(Args&&... args) {
  variable_list out;
  out.reserve(count_tensors(std::forward<Args>(args)...));
  Flatten(out).apply(std::forward<Args>(args)...);
  return out;
}

/// Records that `tensor`, fresh from the backend, is a view of `base`.
inline at::Tensor as_view(const at::Tensor& base, const at::Tensor& tensor, bool is_bw_differentiable,
                          bool is_fw_differentiable, std::unique_ptr<ViewFunc> view_func = nullptr,
                          std::function<at::Tensor(const at::Tensor&)> rev_view_func = nullptr,
                          CreationMeta creation_meta = CreationMeta::DEFAULT,
                          bool allow_tensor_metadata_change = true) {
  if (base.is_inference()) return tensor;
  if (!is_bw_differentiable && !is_fw_differentiable) {
    return make_variable_non_differentiable_view(base, tensor, allow_tensor_metadata_change);
  }
  throw_error_if_base_and_tensor_are_same(base, tensor);
  const auto* meta = impl::get_view_autograd_meta(base);
  const auto info = [&](const ViewInfo* of_base, std::unique_ptr<ViewFunc> func) -> std::optional<ViewInfo> {
    if (of_base) return of_base->chain(base, tensor, std::move(func), rev_view_func);
    return ViewInfo(base, std::move(func), rev_view_func);
  };
  const bool bw_base = meta && meta->has_bw_view();
  if (bw_base) creation_meta = propagate_creation_meta(meta->get_creation_meta(), creation_meta);
  if ((!meta || meta->shared_view_info()) && is_bw_differentiable && is_fw_differentiable) {
    return make_variable_differentiable_view(
        tensor, info(bw_base ? &meta->get_backward_view() : nullptr, std::move(view_func)), std::nullopt,
        /*shared_view_info=*/true, creation_meta, allow_tensor_metadata_change);
  }
  TORCH_CHECK(is_bw_differentiable || creation_meta == CreationMeta::DEFAULT,
              "Non-backward differentiable views must have creation_meta=CreationMeta::DEFAULT");
  std::optional<ViewInfo> bw, fw;
  if (is_bw_differentiable) {
    bw = info(bw_base ? &meta->get_backward_view() : nullptr, view_func ? view_func->clone_and_set() : nullptr);
  }
  if (is_fw_differentiable) {
    fw = info(meta && meta->has_fw_view() ? &meta->get_forward_view() : nullptr, std::move(view_func));
  }
  return make_variable_differentiable_view(tensor, std::move(bw), std::move(fw), /*shared_view_info=*/false,
                                           creation_meta, allow_tensor_metadata_change);
}

inline void check_no_requires_grad(const at::Tensor& tensor, const char* name, const char* fn_name = "",
                                   bool check_grad_mode = true) {
  TORCH_CHECK(!(tensor.defined() && tensor.requires_grad()) || !(check_grad_mode && GradMode::is_enabled()),
              "The function '", fn_name, "' is not differentiable with respect to argument '", name,
              "'. This input cannot have requires_grad True.");
}

inline void check_no_requires_grad(const std::optional<at::Tensor>& tensor, const char* name,
                                   const char* fn_name = "") {
  if (tensor.has_value()) check_no_requires_grad(*tensor, name, fn_name);
}

inline void check_no_requires_grad(at::ITensorListRef tensors, const char* name, const char* fn_name = "") {
  if (!GradMode::is_enabled()) return;
  for (auto& tensor : tensors) check_no_requires_grad(tensor, name, fn_name);
}

inline void check_no_requires_grad(const c10::List<std::optional<at::Tensor>>& tensors, const char* name,
                                   const char* fn_name = "") {
  if (!GradMode::is_enabled()) return;
  for (std::optional<at::Tensor> tensor : tensors) check_no_requires_grad(tensor, name, fn_name);
}

inline std::vector<SavedVariable> make_saved_variable_list(at::ITensorListRef tensors, const bool is_output = false) {
  std::vector<SavedVariable> saved;
  saved.reserve(tensors.size());
  for (const auto& tensor : tensors) saved.emplace_back(tensor, is_output);
  return saved;
}

inline std::vector<SavedVariable> make_saved_variable_list(const c10::List<std::optional<at::Tensor>>& tensors,
                                                           const bool is_output = false) {
  std::vector<SavedVariable> saved;
  saved.reserve(tensors.size());
  for (std::optional<at::Tensor> tensor : tensors) saved.emplace_back(tensor.value_or(at::Tensor()), is_output);
  return saved;
}

inline std::vector<std::vector<int64_t>> to_args_sizes(at::ITensorListRef tensors) {
  std::vector<std::vector<int64_t>> sizes;
  for (const auto& t : tensors) sizes.push_back(t.sizes().vec());
  return sizes;
}

inline std::vector<std::vector<c10::SymInt>> to_args_sizes_symint(at::ITensorListRef tensors) {
  std::vector<std::vector<c10::SymInt>> sizes;
  for (const auto& t : tensors) sizes.push_back(t.sym_sizes().vec());
  return sizes;
}

inline std::vector<c10::ScalarType> to_args_scalartypes(at::ITensorListRef tensors) {
  std::vector<c10::ScalarType> types;
  for (const auto& t : tensors) types.push_back(t.scalar_type());
  return types;
}

}  // namespace torch::autograd
