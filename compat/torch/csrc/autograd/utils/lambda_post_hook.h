// Mirrors <torch/csrc/autograd/utils/lambda_post_hook.h> of PyTorch 2.13: same names, layout and inline meaning.
#pragma once

#include <torch/csrc/autograd/function_hook.h>

#include <functional>

namespace torch::autograd::utils {

class LambdaPostHook : public torch::autograd::FunctionPostHook {
  using variable_list = std::vector<torch::autograd::Variable>;
  using fn_type = std::function<variable_list(const variable_list&, const variable_list&)>;
  using compiled_fn_type = std::function<void(torch::dynamo::autograd::CompiledNodeArgs&)>;

 public:
  LambdaPostHook(fn_type fn) : fn_(std::move(fn)) {}
  LambdaPostHook(fn_type fn, compiled_fn_type compiled_fn) : fn_(std::move(fn)), compiled_fn_(std::move(compiled_fn)) {}

  variable_list operator()(const variable_list& outputs, const variable_list& inputs) override {
    return fn_(outputs, inputs);
  }
  void compiled_args(torch::dynamo::autograd::CompiledNodeArgs& args) const override {
    if (compiled_fn_ != nullptr) return compiled_fn_(args);
    FunctionPostHook::compiled_args(args);
  }

 protected:
  fn_type fn_;
  compiled_fn_type compiled_fn_;
};

}  // namespace torch::autograd::utils
