#include <torch/csrc/autograd/functions/basic_ops.h>

#include <torch/csrc/autograd/functions/utils.h>

namespace torch::autograd {

variable_list Error::apply(variable_list&&) const { TORCH_CHECK(false, msg); }
variable_list Error::apply(variable_list&& inputs) { return static_cast<const Error&>(*this).apply(std::move(inputs)); }
void Error::compiled_args(CompiledNodeArgs&) const { flambeau::no_compiled_autograd("compiled_args", name()); }
variable_list Error::apply_with_saved(const variable_list& inputs, SwapSavedVariables&) {
  return apply(variable_list(inputs));
}

variable_list DelayedError::apply(variable_list&& inputs) const {
  tensor_list outputs;
  for (const auto& input : inputs) outputs.emplace_back(input.defined() ? input.tensor_data() : at::Tensor());
  return wrap_outputs(inputs, std::move(outputs), [this](edge_list&& next_edges) {
    return c10::make_intrusive<Error>(msg, std::move(next_edges));
  });
}
variable_list DelayedError::apply(variable_list&& inputs) {
  return static_cast<const DelayedError&>(*this).apply(std::move(inputs));
}

variable_list UndefinedGrad::apply(variable_list&& inputs) const {
  tensor_list outputs;
  for (const auto& input : inputs) outputs.emplace_back(input.defined() ? input.clone().tensor_data() : at::Tensor());
  return wrap_outputs(inputs, std::move(outputs), [](edge_list&& next_edges) {
    return c10::make_intrusive<UndefinedGradBackward>(std::move(next_edges));
  });
}
variable_list UndefinedGrad::apply(variable_list&& inputs) {
  return static_cast<const UndefinedGrad&>(*this).apply(std::move(inputs));
}

variable_list UndefinedGradBackward::apply(variable_list&& inputs) const { return variable_list(inputs.size()); }
variable_list UndefinedGradBackward::apply(variable_list&& inputs) {
  return static_cast<const UndefinedGradBackward&>(*this).apply(std::move(inputs));
}

void GraphRoot::compiled_args(CompiledNodeArgs&) const { flambeau::no_compiled_autograd("compiled_args", name()); }
variable_list GraphRoot::apply_with_saved(const variable_list&, SwapSavedVariables&) {
  flambeau::no_compiled_autograd("apply_with_saved", name());
}

variable_list Identity::apply(variable_list&& inputs) { return std::move(inputs); }

}  // namespace torch::autograd
