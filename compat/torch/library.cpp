#include <torch/library.h>

#include <ATen/core/dispatch/Dispatcher.h>

namespace torch {

namespace {

std::string debug_string(std::string given, const char* file, uint32_t line) {
  return given.empty() ? c10::str("registered at ", file, ":", line) : given;
}

const char* kind_name(Library::Kind kind) {
  switch (kind) {
    case Library::DEF:
      return "TORCH_LIBRARY";
    case Library::IMPL:
      return "TORCH_LIBRARY_IMPL";
    case Library::FRAGMENT:
      return "TORCH_LIBRARY_FRAGMENT";
  }
  return "(unknown)";
}

}  // namespace

#define ERROR_CONTEXT "(Error occurred while processing ", kind_name(kind_), " block at ", file_, ":", line_, ")"

CppFunction::CppFunction(c10::KernelFunction func, std::optional<c10::impl::CppSignature> cpp_signature,
                         std::unique_ptr<c10::FunctionSchema> schema)
    : func_(std::move(func)), cpp_signature_(std::move(cpp_signature)), schema_(std::move(schema)) {}
CppFunction::~CppFunction() = default;

Library::Library(Kind kind, std::string ns, std::optional<c10::DispatchKey> k, const char* file, uint32_t line)
    : kind_(kind),
      ns_(ns == "_" ? std::nullopt : std::make_optional(std::move(ns))),
      dispatch_key_(k.value_or(c10::DispatchKey::CatchAll) == c10::DispatchKey::CatchAll ? std::nullopt : k),
      file_(file),
      line_(line) {
  if (kind_ == IMPL) return;
  TORCH_CHECK(ns_.has_value(), kind_name(kind_), ": cannot define ", kind_name(kind_),
              " with the wildcard namespace _ (every ", kind_name(kind_),
              " defines operators for a distinct namespace!) ", "Did you mean to use TORCH_LIBRARY_IMPL instead?  ",
              ERROR_CONTEXT);
  TORCH_INTERNAL_ASSERT(!dispatch_key_.has_value(), ERROR_CONTEXT);
  if (kind_ == DEF) {
    registrars_.emplace_back(c10::Dispatcher::singleton().registerLibrary(*ns_, debug_string("", file_, line_)));
  }
}

Library& Library::_def(c10::FunctionSchema&& schema, c10::OperatorName* out_name, const std::vector<at::Tag>& tags,
                       _RegisterOrVerify rv) & {
  TORCH_CHECK(kind_ == DEF || kind_ == FRAGMENT, "def(\"", toString(schema.operator_name()),
              "\"): Cannot define an operator inside of a ", kind_name(kind_), " block.  ",
              "All def()s should be placed in the (unique) TORCH_LIBRARY block for their namespace.  ", ERROR_CONTEXT);
  TORCH_INTERNAL_ASSERT(ns_.has_value(), ERROR_CONTEXT);
  TORCH_INTERNAL_ASSERT(!dispatch_key_.has_value(), ERROR_CONTEXT);
  if (auto given = schema.getNamespace()) {
    TORCH_CHECK(*given == *ns_, "Explicitly provided namespace (", *given,
                ") in schema string does not match namespace of enclosing ", kind_name(kind_), " block (", *ns_,
                ").  Move this definition to the (unique) TORCH_LIBRARY block corresponding to this namespace ",
                "(and consider deleting the namespace from your schema string.)  ", ERROR_CONTEXT);
  } else {
    schema.setNamespaceIfNotSet(ns_->c_str());
  }
  if (out_name) *out_name = schema.operator_name();
  auto& dispatcher = c10::Dispatcher::singleton();
  if (rv == _RegisterOrVerify::VERIFY) {
    dispatcher.waitForDef(schema);
    return *this;
  }
  if (python_module_) {
    registrars_.emplace_back(
        dispatcher.registerPythonModule(schema.operator_name(), python_module_->first, python_module_->second));
  }
  registrars_.emplace_back(dispatcher.registerDef(std::move(schema), debug_string("", file_, line_), tags));
  return *this;
}

Library& Library::_def(std::variant<c10::OperatorName, c10::FunctionSchema>&& name_or_schema, CppFunction&& f,
                       const std::vector<at::Tag>& tags) & {
  auto schema = [&]() -> c10::FunctionSchema {
    if (auto* full = std::get_if<c10::FunctionSchema>(&name_or_schema)) return std::move(*full);
    auto& name = std::get<c10::OperatorName>(name_or_schema);
    TORCH_CHECK(f.schema_, "def(\"", name, "\"): Full schema string was not specified, and we couldn't infer schema ",
                "either.  ", "Please explicitly provide a schema string.  ", ERROR_CONTEXT);
    c10::FunctionSchema inferred = f.schema_->cloneWithName(std::move(name.name), std::move(name.overload_name));
    inferred.setAliasAnalysis(c10::AliasAnalysisKind::CONSERVATIVE);
    return inferred;
  }();
  c10::OperatorName name("", "");
  _def(std::move(schema), &name, tags);
  auto key = f.dispatch_key_.has_value() ? f.dispatch_key_ : dispatch_key_;
  registrars_.emplace_back(c10::Dispatcher::singleton().registerImpl(std::move(name), key, std::move(f.func_),
                                                                     std::move(f.cpp_signature_), std::move(f.schema_),
                                                                     debug_string(std::move(f.debug_), file_, line_)));
  return *this;
}

at::OperatorName Library::_parseNameForLib(const char* name_str) const {
  auto name = torch::jit::parseName(name_str);
  if (auto given = name.getNamespace()) {
    TORCH_CHECK(!ns_ || *given == *ns_, "Explicitly provided namespace (", *given,
                ") in operator name does not match namespace of enclosing ", kind_name(kind_), " block (",
                ns_.value_or("_"), ").  Move this definition to the ", kind_name(kind_),
                " block corresponding to this namespace ",
                "(and consider deleting the namespace from your schema string.)  ", ERROR_CONTEXT);
  } else {
    name.setNamespaceIfNotSet(ns_.value_or("_").c_str());
  }
  return name;
}

Library& Library::_impl(const char* name_str, CppFunction&& f, _RegisterOrVerify rv) & {
  auto name = _parseNameForLib(name_str);
  TORCH_CHECK(!(f.dispatch_key_.has_value() && dispatch_key_.has_value() && *f.dispatch_key_ != *dispatch_key_),
              "impl(\"", name_str, "\", ...): Explicitly provided dispatch key (",
              f.dispatch_key_ ? toString(*f.dispatch_key_) : "",
              ") is inconsistent with the dispatch key of the enclosing ", kind_name(kind_), " block (",
              dispatch_key_ ? toString(*dispatch_key_) : "", ").  Please declare a separate ", kind_name(kind_),
              " block for this dispatch key and ", "move your impl() there.  ", ERROR_CONTEXT);
  auto key = f.dispatch_key_.has_value() ? f.dispatch_key_ : dispatch_key_;
  auto& dispatcher = c10::Dispatcher::singleton();
  if (rv == _RegisterOrVerify::VERIFY) {
    dispatcher.waitForImpl(name, key);
    return *this;
  }
  registrars_.emplace_back(dispatcher.registerImpl(std::move(name), key, std::move(f.func_),
                                                   std::move(f.cpp_signature_), std::move(f.schema_),
                                                   debug_string(std::move(f.debug_), file_, line_)));
  return *this;
}

c10::OperatorName Library::_resolve(const char* name) const { return _parseNameForLib(name); }

Library& Library::_fallback(CppFunction&& f) & {
  TORCH_CHECK(kind_ == IMPL, "fallback(...): Cannot define a fallback function inside of a ", kind_name(kind_),
              " block.  ", "Did you mean to call this function inside a TORCH_LIBRARY_IMPL block?  ", ERROR_CONTEXT);
  auto key = f.dispatch_key_.has_value() ? f.dispatch_key_ : dispatch_key_;
  TORCH_INTERNAL_ASSERT(key.has_value(), ERROR_CONTEXT);
  TORCH_CHECK(!ns_.has_value(), "fallback(...): Fallback functions which apply to only a single namespace ",
              "(you specified ", ns_.value_or(""), ") are not supported.  If you intended to apply ",
              "this fallback function globally, please define a separate block:\n\n", "    TORCH_LIBRARY_IMPL(_, ",
              toString(*key), ", m) { m.fallback(...); }\n\n", ERROR_CONTEXT);
  // A functionality key means each backend's.
  for (auto k : c10::getRuntimeDispatchKeySet(*key)) {
    const auto index = getDispatchTableIndexForDispatchKey(k);
    if (index < 0) continue;
    registrars_.emplace_back(
        c10::Dispatcher::singleton().registerFallback(k, f.func_, debug_string(f.debug_, file_, line_)));
  }
  return *this;
}

void Library::reset() { registrars_.clear(); }

}  // namespace torch
