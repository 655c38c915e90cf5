#include <torch/csrc/autograd/functions/tensor.h>

#include <ATen/Functions.h>
#include <torch/csrc/autograd/functions/basic_ops.h>
#include <torch/csrc/autograd/functions/utils.h>
#include <torch/csrc/autograd/graph_task.h>

namespace torch::autograd {

variable_list CopyBackwards::apply(variable_list&& grads) {
  check_input_variables("CopyBackwards", grads, 1, -1, true);
  const at::Tensor grad = std::move(grads[0]);
  variable_list results(2);
  if (!grad.defined()) return results;
  if (task_should_compute_output(0)) results[0] = at::zeros_like(grad, LEGACY_CONTIGUOUS_MEMORY_FORMAT);
  if (task_should_compute_output(1)) {
    const bool to_real = !isComplexType(c10::typeMetaToScalarType(src_options.dtype())) && grad.is_complex();
    results[1] = (to_real ? at::real(grad) : grad).to(src_options);
  }
  return results;
}

void CopyBackwards::compiled_args(CompiledNodeArgs&) const { flambeau::no_compiled_autograd("compiled_args", name()); }
variable_list CopyBackwards::apply_with_saved(const variable_list&, SwapSavedVariables&) {
  flambeau::no_compiled_autograd("apply_with_saved", name());
}

CopySlices::CopySlices(const Variable& base_var, at::TensorGeometry view_, std::unique_ptr<ViewFunc> view_fn_,
                       c10::intrusive_ptr<Node> fn_)
    : base(base_var), view(std::move(view_)), view_fn(std::move(view_fn_)), fn(std::move(fn_)) {
  // Gradients of `fn` that are not for the view pass through us.
  add_input_metadata(base_var);
  next_edges_.reserve(fn->num_outputs());
  add_next_edge(impl::gradient_edge(base_var));
  for (size_t i = 1; i < fn->num_outputs(); ++i) add_next_edge(fn->next_edge(i));
}

// `fn` asks the graph task about its own edge 0, which the task never saw: ours leads on instead.
void CopySlices::update_exec_info() {
  const auto* exec_info = get_current_graph_task_exec_info();
  Node* next = fn->next_edge(0).function.get();
  if (!exec_info || exec_info->empty() || !next) return;
  if (!exec_info->count(next) && task_should_compute_output(0)) add_node_to_current_graph_task_exec_info(next);
}

template <typename T>
variable_list CopySlices::apply_impl(variable_list&& inputs, const T& call_fn) {
  check_input_variables("CopySlices", inputs, 1, -1, true);
  const at::Tensor& grad = inputs[0];
  if (!grad.defined()) return variable_list(num_outputs());
  std::lock_guard<std::mutex> lock(mutex_);
  TORCH_CHECK(fn, ERR_BACKWARD_TWICE);

  at::Tensor result = grad.new_empty_strided_symint(base.sym_sizes(), base.sym_strides());
  result.copy_(grad);
  at::Tensor slice = view_fn ? (*view_fn)(result)
                             : result.as_strided_symint(view.sym_sizes(), view.sym_strides(),
                                                        view.sym_storage_offset() - base.sym_storage_offset());
  update_exec_info();
  variable_list of_fn = call_fn(variable_list{slice.clone()});

  variable_list results(num_outputs());
  for (size_t i = 0; i < of_fn.size(); ++i) {
    if (!task_should_compute_output(i)) continue;
    if (i > 0) {
      results[i] = std::move(of_fn[i]);
      continue;
    }
    if (of_fn[0].defined()) {
      slice.copy_(of_fn[0].is_complex() && !slice.is_complex() ? at::real(of_fn[0]) : of_fn[0]);
    } else {
      slice.zero_();
    }
    results[0] = std::move(result);
  }
  return results;
}

variable_list CopySlices::apply(variable_list&& inputs) {
  return apply_impl(std::move(inputs), [this](variable_list&& grads) { return (*fn)(std::move(grads)); });
}

void CopySlices::release_variables() {
  std::lock_guard<std::mutex> lock(mutex_);
  fn = nullptr;
}

void CopySlices::compiled_args(CompiledNodeArgs&) const { flambeau::no_compiled_autograd("compiled_args", name()); }
variable_list CopySlices::apply_with_saved(const variable_list&, SwapSavedVariables&) {
  flambeau::no_compiled_autograd("apply_with_saved", name());
}

}  // namespace torch::autograd
