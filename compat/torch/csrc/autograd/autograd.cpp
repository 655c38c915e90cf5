#include <torch/csrc/autograd/autograd.h>

#include <ATen/Functions.h>
#include <torch/csrc/autograd/engine.h>

namespace torch::autograd {

namespace {

variable_list gradients_to_start_with(const variable_list& outputs, const variable_list& grad_outputs) {
  TORCH_CHECK(grad_outputs.empty() || grad_outputs.size() == outputs.size(), "got ", outputs.size(), " tensors and ",
              grad_outputs.size(), " gradients");
  variable_list grads;
  grads.reserve(outputs.size());
  for (size_t i = 0; i < outputs.size(); ++i) {
    const Variable& output = outputs[i];
    const Variable& given = grad_outputs.empty() ? Variable() : grad_outputs[i];
    if (given.defined()) {
      TORCH_CHECK(
          given.is_complex() == output.is_complex(),
          "For complex Tensors, both grad_output and output are required to have the same dtype. Mismatch in dtype: "
          "grad_output[",
          i, "] has a dtype of ", given.scalar_type(), " and output[", i, "] has a dtype of ", output.scalar_type(),
          ".");
      grads.push_back(given);
    } else if (output.requires_grad()) {
      TORCH_CHECK(output.numel() == 1, "grad can be implicitly created only for scalar outputs");
      TORCH_CHECK(!output.is_complex(), "grad can be computed only for real scalar outputs but got ",
                  output.scalar_type());
      grads.push_back(at::ones_like(output, LEGACY_CONTIGUOUS_MEMORY_FORMAT));
    } else {
      grads.emplace_back();
    }
  }
  return grads;
}

variable_list run_backward(const variable_list& outputs, const variable_list& grad_outputs, bool keep_graph,
                           bool create_graph, const variable_list& inputs, bool allow_unused, bool accumulate_grad) {
  edge_list roots;
  roots.reserve(outputs.size());
  for (size_t i = 0; i < outputs.size(); ++i) {
    Edge edge = impl::gradient_edge(outputs[i]);
    TORCH_CHECK(edge.function, "element ", i, " of tensors does not require grad and does not have a grad_fn");
    roots.push_back(std::move(edge));
  }
  edge_list targets;
  targets.reserve(inputs.size());
  for (const Variable& input : inputs) {
    TORCH_CHECK(input.requires_grad(), "One of the differentiated Tensors does not require grad");
    if (accumulate_grad) input.retain_grad();
    Edge edge =
        input.grad_fn() ? Edge(input.grad_fn(), input.output_nr()) : Edge(impl::try_get_grad_accumulator(input), 0);
    // A leaf that no graph has seen: nothing will reach a node of its own.
    if (!edge.function) edge = Edge(c10::make_intrusive<Identity>(), 0);
    targets.push_back(std::move(edge));
  }
  variable_list grads =
      Engine::get_default_engine().execute(roots, grad_outputs, keep_graph, create_graph, accumulate_grad, targets);
  if (!inputs.empty() && !accumulate_grad && !allow_unused) {
    for (const Variable& grad : grads) {
      TORCH_CHECK(
          grad.defined(),
          "One of the differentiated Tensors appears to not have been used in the graph. Set allow_unused=True if "
          "this is the desired behavior.");
    }
  }
  return grads;
}

}  // namespace

void backward(const variable_list& tensors, const variable_list& grad_tensors, std::optional<bool> retain_graph,
              bool create_graph, const variable_list& inputs) {
  if (tensors.empty()) return;
  run_backward(tensors, gradients_to_start_with(tensors, grad_tensors), retain_graph.value_or(create_graph),
               create_graph, inputs, /*allow_unused=*/true, /*accumulate_grad=*/true);
}

variable_list grad(const variable_list& outputs, const variable_list& inputs, const variable_list& grad_outputs,
                   std::optional<bool> retain_graph, bool create_graph, bool allow_unused) {
  return run_backward(outputs, gradients_to_start_with(outputs, grad_outputs), retain_graph.value_or(create_graph),
                      create_graph, inputs, allow_unused, /*accumulate_grad=*/false);
}

}  // namespace torch::autograd
