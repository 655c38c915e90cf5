#include <torch/csrc/autograd/generated_support.h>

namespace flambeau {

void attach(const at::Tensor& output, c10::intrusive_ptr<Node> grad_fn) {
  if (output.defined() && torch::autograd::isDifferentiableType(output.scalar_type())) {
    const auto output_nr = grad_fn->add_input_metadata(output);
    torch::autograd::impl::set_gradient_edge(output, {std::move(grad_fn), output_nr});
  } else {
    grad_fn->add_input_metadata(Node::undefined_input());
  }
}

void attach(const std::vector<at::Tensor>& outputs, const c10::intrusive_ptr<Node>& grad_fn) {
  for (const at::Tensor& output : outputs) attach(output, grad_fn);
}

std::vector<at::Tensor> unpack_list(const std::vector<SavedVariable>& saved, bool released) {
  TORCH_CHECK(!released, torch::autograd::ERR_BACKWARD_TWICE);
  std::vector<at::Tensor> tensors;
  tensors.reserve(saved.size());
  for (const SavedVariable& variable : saved) tensors.push_back(variable.unpack());
  return tensors;
}

c10::List<std::optional<at::Tensor>> unpack_optional_list(const std::vector<SavedVariable>& saved, bool released) {
  TORCH_CHECK(!released, torch::autograd::ERR_BACKWARD_TWICE);
  c10::List<std::optional<at::Tensor>> tensors;
  tensors.reserve(saved.size());
  for (const SavedVariable& variable : saved) tensors.push_back(unpack_optional(variable));
  return tensors;
}

}  // namespace flambeau
