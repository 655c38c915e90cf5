#include <ATen/core/op_registration/infer_schema.h>

namespace c10 {

namespace detail::infer_schema {

static std::vector<Argument> create_arguments(c10::ArrayRef<ArgumentDef> defs) {
  std::vector<Argument> result;
  result.reserve(defs.size());
  for (const auto& def : defs) {
    // C++ has no argument names.
    result.emplace_back("_" + std::to_string(result.size()), (*def.getFakeTypeFn)(), (*def.getTypeFn)());
  }
  return result;
}

FunctionSchema make_function_schema(std::string&& name, std::string&& overload_name,
                                    c10::ArrayRef<ArgumentDef> arguments, c10::ArrayRef<ArgumentDef> returns) {
  return FunctionSchema(std::move(name), std::move(overload_name), create_arguments(arguments),
                        create_arguments(returns));
}
FunctionSchema make_function_schema(c10::ArrayRef<ArgumentDef> arguments, c10::ArrayRef<ArgumentDef> returns) {
  return make_function_schema("", "", arguments, returns);
}

}  // namespace detail::infer_schema

// By their text: what a schema says of a type is what matters.
static std::optional<std::string> type_difference(const Argument& a, const Argument& b) {
  const auto &left = a.type(), &right = b.type();
  if (left.get() == right.get() || *left == *right || left->str() == right->str()) return std::nullopt;
  return left->str() + " vs " + right->str();
}

static std::optional<std::string> list_difference(const std::vector<Argument>& inferred,
                                                  const std::vector<Argument>& specified, const char* what) {
  if (inferred.size() != specified.size()) {
    return "The number of " + std::string(what) + "s is different. " + std::to_string(inferred.size()) + " vs " +
           std::to_string(specified.size()) + ".";
  }
  for (size_t i = 0; i < inferred.size(); ++i) {
    if (auto difference = type_difference(inferred[i], specified[i])) {
      return "Type mismatch in " + std::string(what) + " " + std::to_string(i + 1) + ": " + *difference + ".";
    }
  }
  return std::nullopt;
}

std::optional<std::string> findSchemaDifferences(const FunctionSchema& inferred, const FunctionSchema& specified) {
  if (auto difference = list_difference(inferred.arguments(), specified.arguments(), "argument")) return difference;
  return list_difference(inferred.returns(), specified.returns(), "return");
}

}  // namespace c10
