// Mirrors <torch/csrc/autograd/functions/basic_ops.h> of PyTorch 2.13: same names, layout and inline meaning.
#pragma once

#include <c10/util/irange.h>
#include <c10/util/light_std.h>
#include <torch/csrc/Export.h>
#include <torch/csrc/autograd/function.h>
#include <torch/csrc/autograd/variable.h>

#include <string>
#include <vector>

namespace torch::autograd {

/// Raises when backward reaches it.
struct TORCH_API Error : public Node {
  Error(std::string msg, edge_list&& next_edges) : Node(UINT64_MAX, std::move(next_edges)), msg(std::move(msg)) {}
  Error(std::string msg) : Node(UINT64_MAX), msg(std::move(msg)) {}

  variable_list apply(variable_list&& inputs) override;
  variable_list apply(variable_list&& inputs) const;
  void compiled_args(CompiledNodeArgs& args) const override;
  variable_list apply_with_saved(const variable_list& inputs, SwapSavedVariables& saved) override;

  std::string msg;
};

struct TORCH_API NotImplemented : public Error {
  NotImplemented(const std::string& forward_fn, edge_list&& next_edges)
      : Error("derivative for " + forward_fn + " is not implemented", std::move(next_edges)) {}
  NotImplemented(const std::string& forward_fn) : Error("derivative for " + forward_fn + " is not implemented") {}
};

/// Passes values through; backward through them raises.
struct TORCH_API DelayedError : public Node {
  DelayedError(std::string msg, int64_t num_inputs) : msg(std::move(msg)) {
    for (int64_t i = 0; i < num_inputs; ++i) add_input_metadata(Node::undefined_input());
  }
  variable_list apply(variable_list&& inputs) override;
  variable_list apply(variable_list&& inputs) const;

  std::string msg;
};

struct TORCH_API UndefinedGrad : public Node {
  UndefinedGrad() { add_input_metadata(Node::undefined_input()); }
  variable_list apply(variable_list&& inputs) override;
  variable_list apply(variable_list&& inputs) const;
};

struct TORCH_API UndefinedGradBackward : public Node {
  UndefinedGradBackward(edge_list&& next_edges) : Node(std::move(next_edges)) {}
  UndefinedGradBackward() = default;

  variable_list apply(variable_list&& inputs) override;
  variable_list apply(variable_list&& inputs) const;
  void compiled_args(CompiledNodeArgs&) const override {}
  variable_list apply_with_saved(const variable_list& inputs, SwapSavedVariables&) override {
    return apply(variable_list(inputs));
  }
};

/// Where a backward with several roots begins.
struct TORCH_API GraphRoot : public Node {
  GraphRoot(edge_list functions, variable_list inputs) : Node(std::move(functions)), outputs(std::move(inputs)) {
    for (const auto& t : outputs) add_input_metadata(t);
  }
  variable_list apply(variable_list&&) override { return outputs; }
  void compiled_args(CompiledNodeArgs& args) const override;
  variable_list apply_with_saved(const variable_list& inputs, SwapSavedVariables& saved) override;

  variable_list outputs;
};

struct TORCH_API Identity : public Node {
  variable_list apply(variable_list&& inputs) override;
};

}  // namespace torch::autograd
