// Mirrors <ATen/core/dispatch/ObservedOperators.h> of PyTorch 2.13: which operators profilers are told of.
#pragma once

#include <ATen/core/operator_name.h>

#include <string>
#include <unordered_set>

namespace c10 {

struct TORCH_API ObservedOperators {
  ObservedOperators() = delete;
  static bool isObserved(const OperatorName& name);
  static std::unordered_set<std::string>& getUnobservedOperatorList();
};

}  // namespace c10
