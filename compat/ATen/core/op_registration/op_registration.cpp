#include <ATen/core/op_registration/op_registration.h>

#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/core/dispatch/StaticOps.h>
#include <ATen/core/op_registration/op_allowlist.h>

#include <set>

namespace at {

bool is_custom_op(const c10::OperatorName& opName) {
  return !flambeau::find_static_op(opName.name, opName.overload_name);
}

}  // namespace at

namespace c10 {

namespace impl {
void build_feature_required_feature_not_available(const char* feature) {
  TORCH_CHECK(false, "Required feature '", feature, "' is not available");
}
}  // namespace impl

void RegisterOperators::checkSchemaAndRegisterOp_(Options&& options) {
  TORCH_CHECK(options.schemaOrName_.has_value(),
              "In operator registration: Tried to register an operator without specifying a schema or operator name.");
  if (std::holds_alternative<OperatorName>(*options.schemaOrName_)) {
    const OperatorName name = std::get<OperatorName>(std::move(*options.schemaOrName_));
    FunctionSchema inferred = inferSchemaFromKernels_(name, options);
    options.schemaOrName_ = FunctionSchema(name.name, name.overload_name, inferred.arguments(), inferred.returns(),
                                           inferred.is_vararg(), inferred.is_varret());
  }
  auto& schema = std::get<FunctionSchema>(*options.schemaOrName_);
  if (options.aliasAnalysisKind_) schema.setAliasAnalysis(*options.aliasAnalysisKind_);
  checkNoDuplicateKernels_(options);
  registerOp_(std::move(options));
}

FunctionSchema RegisterOperators::inferSchemaFromKernels_(const OperatorName& opName, const Options& options) {
  TORCH_CHECK(!options.kernels.empty(), "Cannot infer operator schema in registration of operator ", opName,
              " because there is no kernel specified.");
  for (const auto& kernel : options.kernels) {
    if (kernel.inferred_function_schema) return *kernel.inferred_function_schema;
  }
  TORCH_CHECK(false, "Cannot infer operator schema for this kind of kernel in registration of operator ", opName,
              ". Please explicitly specify the operator schema or specify at least one kernel for which we can infer ",
              "the schema.");
}

void RegisterOperators::checkNoDuplicateKernels_(const Options& options) {
  std::set<std::optional<DispatchKey>> seen;
  for (const auto& kernel : options.kernels) {
    TORCH_CHECK(seen.insert(kernel.dispatch_key).second,
                "In operator registration: Tried to register multiple kernels with the same dispatch key ",
                kernel.dispatch_key ? toString(*kernel.dispatch_key) : "(catch all)", " for operator schema ",
                toString(std::get<FunctionSchema>(*options.schemaOrName_)));
  }
}

void RegisterOperators::registerOp_(Options&& options) {
  FunctionSchema schema = std::get<FunctionSchema>(std::move(*options.schemaOrName_));
  const OperatorName name = schema.operator_name();
  auto& dispatcher = Dispatcher::singleton();
  registrars_.emplace_back(dispatcher.registerDef(std::move(schema), "registered by RegisterOperators"));
  for (auto& kernel : options.kernels) {
    registrars_.emplace_back(
        dispatcher.registerImpl(name, kernel.dispatch_key, std::move(kernel.func), std::move(kernel.cpp_signature),
                                std::move(kernel.inferred_function_schema), "registered by RegisterOperators"));
  }
}

}  // namespace c10
