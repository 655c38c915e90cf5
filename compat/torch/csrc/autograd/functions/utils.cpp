#include <torch/csrc/autograd/functions/utils.h>

namespace torch::autograd {

variable_list wrap_outputs(const variable_list& inputs, tensor_list&& outputs, const function_constructor& ctr) {
  const bool recorded = any_variable_requires_grad(inputs);
  const auto grad_fn = ctr(recorded ? collect_next_edges(inputs) : edge_list());
  variable_list result;
  result.reserve(outputs.size());
  for (auto& output : outputs) {
    if (!output.defined()) {
      grad_fn->add_input_metadata(Node::undefined_input());
      result.emplace_back();
      continue;
    }
    result.push_back(make_variable(output, /*requires_grad=*/false));
    if (recorded) create_gradient_edge(result.back(), grad_fn);
  }
  return result;
}

void check_input_variables(const char* name, const variable_list& inputs, int args, int required_args,
                           bool allow_undefined) {
  if (required_args < 0) required_args = args;
  TORCH_CHECK(inputs.size() == static_cast<size_t>(args), name, ": expected ", args, " arguments (got ", inputs.size(),
              ")");
  for (int i = 0; i < required_args; ++i) {
    TORCH_CHECK(inputs[i].defined() || allow_undefined, name, ": expected Tensor at argument ", i, " (got None)");
  }
}

}  // namespace torch::autograd
