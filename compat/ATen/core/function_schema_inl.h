// The templates of function_schema.h.
#pragma once

#include <ostream>
#include <sstream>

namespace c10 {

template <typename T>
inline void FunctionSchema::checkArg(const IValue& value, const Argument& argument, std::optional<size_t> pos) const {
  if (value.isTensor() && argument.type() == TensorType::get()) return;
  // An empty dict has no element that could be of the wrong type.
  if (value.isGenericDict() && value.toGenericDict().empty()) return;
  const auto type = value.type<T>();
  TORCH_CHECK(type->isSubtypeOf(*argument.type()), formatTypeMismatchMsg(argument, type->repr_str(), pos));
}

template <typename T>
inline void FunctionSchema::checkAndNormalizeInputs(std::vector<IValue>& inputs,
                                                    const std::unordered_map<std::string, IValue>& kwargs) const {
  TORCH_CHECK(inputs.size() <= arguments().size(), "Expected at most ", arguments().size(),
              " argument(s) for operator '", name(), "', but received ", inputs.size(),
              " argument(s). Declaration: ", *this);
  size_t consumed = 0;
  for (const auto pos : c10::irange(arguments().size())) {
    const auto& argument = arguments()[pos];
    if (pos < inputs.size()) {
      checkArg<T>(inputs[pos], argument, pos);
    } else if (auto it = kwargs.find(argument.name()); it != kwargs.end()) {
      checkArg<T>(it->second, argument, std::nullopt);
      inputs.push_back(it->second);
      consumed++;
    } else {
      TORCH_CHECK(argument.default_value(), name(), "() is missing value for argument '", argument.name(),
                  "'. Declaration: ", *this);
      inputs.push_back(*argument.default_value());
    }
  }
  if (consumed != kwargs.size()) {
    std::vector<std::string> names;
    names.reserve(kwargs.size());
    for (const auto& k : kwargs) names.emplace_back(k.first);
    TORCH_CHECK(false, findErrorInKwargs(names));
  }
}

}  // namespace c10
