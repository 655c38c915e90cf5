// Mirrors <torch/csrc/jit/frontend/function_schema_parser.h> of PyTorch 2.13: from text to FunctionSchema.
#pragma once

#include <ATen/core/function_schema.h>
#include <c10/macros/Macros.h>

#include <string>
#include <variant>

namespace torch::jit {

/// "ns::name.overload" gives a name, with an argument list a schema. allow_typevars: a lower-case identifier is a type
/// variable.
TORCH_API std::variant<c10::OperatorName, c10::FunctionSchema> parseSchemaOrName(const std::string& schemaOrName,
                                                                                 bool allow_typevars = true);
TORCH_API c10::FunctionSchema parseSchema(const std::string& schema, bool allow_typevars = true);
TORCH_API c10::OperatorName parseName(const std::string& name);

// Names that schemas may use as types of opaque values (torch._library registers them).
TORCH_API void registerOpaqueType(const std::string& type_name);
TORCH_API void unregisterOpaqueType(const std::string& type_name);
TORCH_API bool isRegisteredOpaqueType(const std::string& type_name);

}  // namespace torch::jit
