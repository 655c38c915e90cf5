// What a node keeps, for Python's grad_fn._saved_<name>.
#pragma once

#include <ATen/core/ivalue.h>
#include <torch/csrc/autograd/node.h>
#include <torch/csrc/autograd/saved_variable.h>

#include <span>

namespace flambeau {

struct SavedAttribute {
  const char* name;  ///< "self", "self_sym_sizes", ...
  c10::IValue (*get)(torch::autograd::Node&);
};

/// In the order of PyTorch's listing; empty for nodes that are not generated.
std::span<const SavedAttribute> saved_attributes(const torch::autograd::Node& node);

// How a field becomes a value. A freed tensor raises, an absent one is None.
using torch::autograd::Node;
using torch::autograd::SavedVariable;
c10::IValue saved_value(Node& node, const SavedVariable& field);
c10::IValue saved_value(Node& node, const std::vector<SavedVariable>& field);
c10::IValue saved_value(Node&, const std::vector<int64_t>& field);
c10::IValue saved_value(Node&, const std::optional<std::vector<int64_t>>& field);
c10::IValue saved_value(Node&, const std::vector<double>& field);
c10::IValue saved_value(Node&, int64_t field);
c10::IValue saved_value(Node&, bool field);
c10::IValue saved_value(Node&, double field);
c10::IValue saved_value(Node&, const at::Scalar& field);
c10::IValue saved_value(Node&, const std::string& field);
c10::IValue saved_value(Node&, const std::optional<std::string>& field);
c10::IValue saved_value(Node&, std::optional<int64_t> field);
c10::IValue saved_value(Node&, std::optional<bool> field);
c10::IValue saved_value(Node&, std::optional<double> field);
c10::IValue saved_value(Node&, const std::optional<at::Scalar>& field);

}  // namespace flambeau
