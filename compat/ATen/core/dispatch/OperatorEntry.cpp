// How a dispatch table follows from the kernels that are registered: see computeDispatchTableEntryWithDebug.
#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/core/dispatch/ObservedOperators.h>
#include <ATen/core/dispatch/OperatorEntry.h>
#include <ATen/core/dispatch/StaticOps.h>
#include <ATen/core/dispatch/undefined.h>
#include <ATen/core/op_registration/infer_schema.h>

#include <sstream>

namespace c10::impl {

namespace {

std::string key_text(std::optional<DispatchKey> key) { return key ? c10::toString(*key) : "(catch all)"; }

// A kernel's own signature must fit the schema that it is registered for.
void check_schema(const OperatorName& name, const FunctionSchema& schema, const std::string& schema_debug,
                  const KernelFunction& kernel, const FunctionSchema& inferred_fake, const std::string& kernel_debug) {
  // Compared as the kernel sees it: with SymInt where it takes SymInt, int otherwise.
  const auto real = schema.cloneWithRealTypes(kernel.isValidSymUnboxed());
  const auto inferred = inferred_fake.cloneWithRealTypes();
  const auto difference = findSchemaDifferences(real, inferred);
  TORCH_CHECK(!difference, "Inferred operator schema for a C++ kernel function doesn't match the expected function ",
              "schema.\n", "  operator: ", toString(name), "\n", "  expected schema: ", toString(real), "\n", "    ",
              schema_debug, "\n", "  inferred schema: ", toString(inferred), "\n", "    ", kernel_debug, "\n",
              "  reason: ", *difference);
}

}  // namespace

OperatorEntry::OperatorEntry(OperatorName&& operator_name)
    : name_(std::move(operator_name)),
      dispatchKeyExtractor_(DispatchKeyExtractor::makeUninitialized()),
      is_observed_(ObservedOperators::isObserved(name_)) {
  updateDispatchTableFull_(Dispatcher::singleton());  // backend fallbacks hold for it already
}

void OperatorEntry::registerSchema(FunctionSchema&& schema, std::string&& debug, std::vector<at::Tag> tags) {
  TORCH_INTERNAL_ASSERT(!schema_.has_value());
  for (const auto& [key, kernels] : kernels_) {
    for (const auto& kernel : kernels) {
      if (kernel.inferred_function_schema) {
        check_schema(name_, schema, debug, kernel.kernel, *kernel.inferred_function_schema, kernel.debug);
      }
    }
  }
  dispatchKeyExtractor_.registerSchema(schema);
  schema_ = AnnotatedSchema(std::move(schema), std::move(debug));
  tags_ = std::move(tags);
}

void OperatorEntry::deregisterSchema() {
  TORCH_INTERNAL_ASSERT(schema_.has_value());
  schema_ = std::nullopt;
  tags_.clear();
  dispatchKeyExtractor_.deregisterSchema();
}

OperatorEntry::AnnotatedKernelContainerIterator OperatorEntry::registerKernel(
    const Dispatcher& dispatcher, std::optional<DispatchKey> dispatch_key, KernelFunction kernel,
    std::optional<CppSignature> cpp_signature, std::unique_ptr<FunctionSchema> inferred_function_schema,
    std::string debug) {
  if (cpp_signature) {
    auto& known = kernel.isValidSymUnboxed() ? sym_cpp_signature_ : cpp_signature_;
    if (known) {
      TORCH_CHECK(*cpp_signature == known->signature, "\nMismatch in kernel C++ signatures\n",
                  "  operator: ", schema_ ? toString(schema_->schema) : toString(name_), "\n", "    ",
                  schema_ ? schema_->debug : "no debug info", "\n", "  kernel 1: ", known->signature.name(), "\n",
                  "    dispatch key: ", key_text(known->dispatch_key), "\n", "    ", known->debug, "\n",
                  "  kernel 2: ", cpp_signature->name(), "\n", "    dispatch key: ", key_text(dispatch_key), "\n",
                  "    ", debug, "\n");
    } else {
      known = CppSignatureWithDebug{*cpp_signature, debug, dispatch_key};
    }
  }
  if (schema_ && inferred_function_schema) {
    check_schema(name_, schema_->schema, schema_->debug, kernel, *inferred_function_schema, debug);
  }

  auto& kernels = kernels_[dispatch_key.value_or(DispatchKey::CompositeImplicitAutograd)];
  // Python replaces many Meta kernels as a matter of course.
  if (!kernels.empty() && dispatch_key != DispatchKey::Meta) {
    TORCH_WARN_ONCE("Warning only once for all operators,  other operators may also be overridden.\n",
                    "  Overriding a previously registered kernel for the same operator and the same dispatch key\n",
                    "  operator: ", schema_ ? toString(schema_->schema) : toString(name_), "\n", "    ",
                    schema_ ? schema_->debug : "no debug info", "\n", "  dispatch key: ", key_text(dispatch_key), "\n",
                    "  previous kernel: ", kernels.front().debug, "\n", "       new kernel: ", debug);
  }
  kernels.emplace_front(std::move(kernel), std::move(inferred_function_schema), std::move(debug));
  auto inserted = kernels.begin();
  if (dispatch_key) {
    updateDispatchTable_(dispatcher, *dispatch_key);
  } else {
    updateDispatchTableFull_(dispatcher);
  }
  return inserted;
}

void OperatorEntry::deregisterKernel_(const Dispatcher& dispatcher, std::optional<DispatchKey> dispatch_key,
                                      AnnotatedKernelContainerIterator kernel) {
  const auto key = dispatch_key.value_or(DispatchKey::CompositeImplicitAutograd);
  auto found = kernels_.find(key);
  TORCH_INTERNAL_ASSERT(found != kernels_.end(), "Tried to deregister a kernel for dispatch key ",
                        key_text(dispatch_key), " but there are no kernels registered for this dispatch key. The ",
                        "operator is ", toString(name_));
  found->second.erase(kernel);
  if (found->second.empty()) kernels_.erase(found);
  updateDispatchTable_(dispatcher, key);
}

void OperatorEntry::updateFallback(const Dispatcher& dispatcher, DispatchKey dispatch_key) {
  updateDispatchTable_(dispatcher, dispatch_key);
}

const AnnotatedKernel& OperatorEntry::missingKernel() const {
  static auto& kernel = *new AnnotatedKernel;
  return kernel;
}

const AnnotatedKernel& OperatorEntry::ambiguousAutogradOtherKernel() const {
  static auto& kernel =
      *new AnnotatedKernel(KernelFunction::makeAmbiguousAutogradOther(), nullptr, "ambiguous_autogradother");
  return kernel;
}

bool OperatorEntry::hasKernelForAnyDispatchKey(DispatchKeySet ks) const {
  TORCH_INTERNAL_ASSERT(kernels_.find(DispatchKey::Undefined) == kernels_.end());
  return std::any_of(kernels_.begin(), kernels_.end(),
                     [&](const auto& entry) { return !isAliasDispatchKey(entry.first) && ks.has(entry.first); });
}

bool OperatorEntry::hasKernelForDispatchKey(DispatchKey k) const {
  TORCH_INTERNAL_ASSERT(kernels_.find(DispatchKey::Undefined) == kernels_.end());
  return kernels_.find(k) != kernels_.end();
}

const KernelFunction& OperatorEntry::kernelForDispatchKey(DispatchKey k) const {
  const auto* kernel = getKernelForDispatchKey(k);
  TORCH_CHECK(kernel, "no kernel for ", k, " on ", name_);
  return kernel->kernel;
}

bool OperatorEntry::hasComputedKernelForDispatchKey(DispatchKey k) const {
  TORCH_CHECK(!isAliasDispatchKey(k), "Alias keys do not have runtime kernel registrations.");
  const auto index = getDispatchTableIndexForDispatchKey(k);
  TORCH_INTERNAL_ASSERT(index >= 0 && index < c10::num_runtime_entries, toString(k), " ", index);
  return dispatchTable_[static_cast<size_t>(index)].isValid();
}

static bool is_built_in(const OperatorName& name) {
  return flambeau::find_static_op(name.name, name.overload_name) != nullptr;
}

// The position of the first argument that must be a tensor, or -1.
static int first_tensor(const FunctionSchema& schema) {
  const auto& arguments = schema.arguments();
  const auto wants = [](const Argument& a) { return a.type()->kind() == TypeKind::TensorType; };
  const auto found = std::find_if(arguments.begin(), arguments.end(), wants);
  return found == arguments.end() ? -1 : static_cast<int>(found - arguments.begin());
}

SafeKernelFunction OperatorEntry::getComputedKernelForDispatchKey(DispatchKey k) const {
  TORCH_CHECK(!isAliasDispatchKey(k), "Alias keys do not have runtime kernel registrations.");
  const auto index = getDispatchTableIndexForDispatchKey(k);
  TORCH_CHECK(index >= 0 && dispatchTable_[static_cast<size_t>(index)].isValid(), "no kernel for ", k, " for ", name_);
  const auto* registered = getKernelForDispatchKey(k);
  return SafeKernelFunction(&dispatchTable_[static_cast<size_t>(index)], registered ? registered->debug : "",
                            std::make_shared<OperatorHandle>(Dispatcher::singleton().findSchemaOrThrow(
                                name_.name.c_str(), name_.overload_name.c_str())));
}

const std::vector<at::Tag>& OperatorEntry::getTags() const { return tags_; }

const AnnotatedKernel* OperatorEntry::getKernelForDispatchKey(DispatchKey dispatch_key) const {
  auto found = kernels_.find(dispatch_key);
  if (found == kernels_.end()) return nullptr;
  TORCH_INTERNAL_ASSERT(!found->second.empty() && found->second.front().kernel.isValid());
  return &found->second.front();
}

const KernelFunction& OperatorEntry::computeDispatchTableEntry(const Dispatcher& dispatcher,
                                                               DispatchKey dispatch_key) const {
  return computeDispatchTableEntryWithDebug(dispatcher, dispatch_key).first.kernel;
}

static bool has_tensors_in_lists_only(const FunctionSchema& schema) {
  const auto takes = [&](const Type& type) {
    return std::ranges::any_of(schema.arguments(), [&](const Argument& a) { return a.type()->isSubtypeOf(type); });
  };
  return takes(*ListType::ofTensors()) && !takes(*TensorType::get());
}

// First of: the kernel for that key; that of an alias key which contains it, from the most explicit to the
// decompositions that must not hide a backend's own kernel; the key's fallback; an error.
std::pair<const AnnotatedKernel&, const char*> OperatorEntry::computeDispatchTableEntryWithDebug(
    const Dispatcher& dispatcher, DispatchKey key) const {
  if (!kernels_.empty()) {
    if (auto* kernel = getKernelForDispatchKey(key)) return {*kernel, "kernel"};

    // All tensors are undefined: whoever wants one refuses them (reportError), decompositions leave that to their
    // parts.
    if (key == DispatchKey::Undefined && schema_ && first_tensor(schema_->schema) >= 0 && is_built_in(name_) &&
        (hasKernelForDispatchKey(DispatchKey::Autograd) ||
         !hasKernelForDispatchKey(DispatchKey::CompositeImplicitAutograd))) {
      return {missingKernel(), "missing"};
    }

    const auto aliased = [&](DispatchKey alias, bool undefined_too) -> const AnnotatedKernel* {
      const bool included = (undefined_too && key == DispatchKey::Undefined) || isIncludedInAlias(key, alias);
      return included ? getKernelForDispatchKey(alias) : nullptr;
    };
    if (auto* kernel = aliased(DispatchKey::CompositeExplicitAutogradNonFunctional, true)) {
      return {*kernel, "default backend kernel"};
    }
    if (auto* kernel = aliased(DispatchKey::CompositeExplicitAutograd, true)) {
      return {*kernel, "default backend kernel"};
    }

    // For an autograd key: whether its backend computes by itself, so that a derivative must be given, not derived.
    const auto has_backend_kernel = [&] {
      return hasKernelForAnyDispatchKey(getBackendKeySetFromAutograd(key)) ||
             hasKernelForDispatchKey(DispatchKey::CompositeExplicitAutograd);
    };
    if (key != DispatchKey::Undefined) {
      if (auto* kernel = aliased(DispatchKey::CompositeImplicitAutogradNestedTensor, false)) {
        if (!has_backend_kernel()) return {*kernel, "nested kernel"};
      }
    }
    if (auto* kernel = aliased(DispatchKey::CompositeImplicitAutograd, true)) {
      if (key == DispatchKey::AutogradOther && hasKernelForAnyDispatchKey(c10::autogradother_backends)) {
        return {ambiguousAutogradOtherKernel(), "ambiguous autogradother"};
      }
      if (!has_backend_kernel()) return {*kernel, "math kernel"};
    }
    // A built-in operator like cat called with empty lists: its kernel says what is wrong with them, as PyTorch's do.
    if (key == DispatchKey::Undefined && schema_ && is_built_in(name_) && has_tensors_in_lists_only(schema_->schema)) {
      if (auto* kernel = getKernelForDispatchKey(DispatchKey::CPU)) return {*kernel, "default backend kernel"};
    }
    if (auto* kernel = aliased(DispatchKey::Autograd, false)) return {*kernel, "autograd kernel"};
    if (auto* kernel = aliased(DispatchKey::FuncTorchBatchedDecomposition, false)) return {*kernel, "batched kernel"};
  }

  const auto index = getDispatchTableIndexForDispatchKey(key);
  TORCH_INTERNAL_ASSERT(index >= 0);
  const auto& fallback = dispatcher.backendFallbackKernels_[static_cast<size_t>(index)];
  if (fallback.kernel.isValid()) return {fallback, "backend fallback"};
  return {missingKernel(), "missing"};
}

void OperatorEntry::updateDispatchTableEntry_(const Dispatcher& dispatcher, DispatchKey dispatch_key) {
  const auto index = getDispatchTableIndexForDispatchKey(dispatch_key);
  if (index == -1) return;
  auto& entry = dispatchTable_[static_cast<size_t>(index)];
  entry = computeDispatchTableEntry(dispatcher, dispatch_key);
  dispatchKeyExtractor_.setOperatorHasFallthroughForKey(dispatch_key, entry.isFallthrough());
}

// All entries that a registration for `dispatch_key` may change.
void OperatorEntry::updateDispatchTable_(const Dispatcher& dispatcher, DispatchKey dispatch_key) {
  if (dispatch_key == DispatchKey::Undefined) return updateDispatchTableEntry_(dispatcher, dispatch_key);
  for (auto k : c10::getRuntimeDispatchKeySet(dispatch_key)) updateDispatchTableEntry_(dispatcher, k);
  if (dispatch_key == DispatchKey::CompositeImplicitAutograd ||
      dispatch_key == DispatchKey::CompositeExplicitAutograd ||
      dispatch_key == DispatchKey::CompositeExplicitAutogradNonFunctional) {
    updateDispatchTableEntry_(dispatcher, DispatchKey::Undefined);
  }
  if (c10::isBackendDispatchKey(dispatch_key)) {
    updateDispatchTableEntry_(dispatcher, getAutogradKeyFromBackend(toBackendComponent(dispatch_key)));
  }
}

void OperatorEntry::updateDispatchTableFull_(const Dispatcher& dispatcher) {
  updateDispatchTableEntry_(dispatcher, DispatchKey::Undefined);
  for (auto k : DispatchKeySet(DispatchKeySet::FULL)) updateDispatchTableEntry_(dispatcher, k);
}

void OperatorEntry::assertSignatureIsCorrect(const CppSignature& call_signature, bool has_symint) const {
  const auto& known = has_symint ? sym_cpp_signature_ : cpp_signature_;
  if (known && call_signature != known->signature) reportSignatureError(call_signature, *known);
}

void OperatorEntry::reportSignatureError(const CppSignature& call_signature,
                                         const CppSignatureWithDebug& saved_signature) const {
  TORCH_CHECK(false, "\nTried to access or call an operator with a wrong signature.\n",
              "  operator: ", schema_ ? toString(schema_->schema) : toString(name_), "\n", "    ",
              schema_ ? schema_->debug : "unknown debug info", "\n",
              "  correct signature:  ", saved_signature.signature.name(), "\n", "    ", saved_signature.debug, "\n",
              "  accessed/called as: ", call_signature.name(), "\n",
              "This likely happened in a call to OperatorHandle::typed<Return (Args...)>(). ",
              "Please make sure that the function signature matches the signature in the operator registration call.");
}

void OperatorEntry::checkInvariants() const {
  if (schema_) {
    TORCH_INTERNAL_ASSERT(schema_->schema.operator_name() == name_, dumpState());
    dispatchKeyExtractor_.checkInvariants(schema_->schema);
  }
  TORCH_INTERNAL_ASSERT(kernels_.find(DispatchKey::Undefined) == kernels_.end(), dumpState());
  for (const auto& [key, kernels] : kernels_) TORCH_INTERNAL_ASSERT(!kernels.empty(), dumpState());
  for (auto k : DispatchKeySet(DispatchKeySet::FULL)) {
    const auto index = getDispatchTableIndexForDispatchKey(k);
    if (index == -1) continue;
    const auto& expected = computeDispatchTableEntry(c10::Dispatcher::singleton(), k);
    TORCH_INTERNAL_ASSERT(expected._equalsBoxedAndUnboxed(dispatchTable_[static_cast<size_t>(index)]),
                          "Canonical state\n~~~~~~~~~~~\n", dumpState(), "\n\n", "Computed table:\n~~~~~~~~~~~\n",
                          dumpComputedTable());
  }
}

std::string OperatorEntry::listAllDispatchKeys() const {
  std::ostringstream out;
  const char* separator = "[";
  const auto list = [&](DispatchKey k) {
    const auto index = getDispatchTableIndexForDispatchKey(k);
    if (index == -1 || !dispatchTable_[static_cast<size_t>(index)].isValid()) return;
    out << separator << k;
    separator = ", ";
  };
  for (auto k : DispatchKeySet(DispatchKeySet::FULL)) list(k);
  if (*separator == '[') out << '[';
  out << ']';
  return out.str();
}

void OperatorEntry::setReportErrorCallback_(std::unique_ptr<c10::SafePyObject> callback) {
  report_error_callback_ = std::move(callback);
}

void OperatorEntry::reportError(DispatchKey dispatchKey) const {
  checkInvariants();
  if (report_error_callback_) {
    auto* interpreter = &report_error_callback_->pyinterpreter();
    (*interpreter)->reportErrorCallback(report_error_callback_->ptr(interpreter), dispatchKey);
    TORCH_INTERNAL_ASSERT(false);
  }
  if (dispatchKey == DispatchKey::Undefined && is_built_in(name_)) {
    const int position = first_tensor(schema_->schema);
    if (position >= 0) flambeau::refuse_undefined(name_.name, name_.overload_name, position);
  }
  if (dispatchKey == DispatchKey::Undefined || dispatchKey == DispatchKey::CPU) {
    // PyTorch could run it: not the caller's mistake but a gap of ours.
    const auto* op = flambeau::find_static_op(name_.name, name_.overload_name);
    TORCH_CHECK_NOT_IMPLEMENTED(!op || !op->has_cpu_kernel, "not implemented: ", name_);
  }
  if (dispatchKey == DispatchKey::Undefined) {
    TORCH_CHECK_NOT_IMPLEMENTED(false, "There were no tensor arguments to this function (e.g., you passed an ",
                                "empty list of Tensors), but no fallback function is registered for schema ", name_,
                                ".  This usually means that this function requires a non-empty list of Tensors, ",
                                "or that you (the operator writer) forgot to register a fallback function.  ",
                                "Available functions are ", listAllDispatchKeys(), ".\n\n", dumpComputedTable());
  }
  TORCH_CHECK_NOT_IMPLEMENTED(
      false, "Could not run '", name_, "' with arguments", " from the '", toString(dispatchKey),
      "' backend. This could be because ", "the operator doesn't exist for this backend, or was omitted during ",
      "the selective/custom build process (if using custom build). If you are a ",
      "Facebook employee using PyTorch on mobile, please visit ",
      "https://fburl.com/ptmfixes for possible resolutions. '", name_,
      "' is only available for these backends: ", listAllDispatchKeys(), ".\n\n", dumpComputedTable());
}

// One line for each runtime key that has a kernel: where it comes from.
std::string OperatorEntry::dumpComputedTable() const {
  std::ostringstream out;
  const auto dump = [&](DispatchKey k) {
    const auto [kernel, how] = computeDispatchTableEntryWithDebug(Dispatcher::singleton(), k);
    if (!kernel.kernel.isValid()) return;
    out << toString(k) << ": " << (kernel.kernel.isFallthrough() ? "fallthrough " : "") << kernel.debug << " [" << how
        << "]\n";
  };
  dump(DispatchKey::Undefined);
  for (auto k : DispatchKeySet(DispatchKeySet::FULL)) {
    if (getDispatchTableIndexForDispatchKey(k) != -1) dump(k);
  }
  return out.str();
}

// What was registered, in full.
std::string OperatorEntry::dumpState() const {
  std::ostringstream out;
  out << "name: " << name_ << "\n";
  if (schema_) {
    out << "schema: " << schema_->schema << "\n";
    out << "debug: " << schema_->debug << "\n";
    out << "alias analysis kind: " << toString(schema_->schema.aliasAnalysis())
        << (schema_->schema.isDefaultAliasAnalysisKind() ? " (default)" : "") << "\n";
  } else {
    out << "schema: (none)\n";
  }
  const auto dump = [&](DispatchKey k, bool alias) {
    auto found = kernels_.find(k);
    if (found == kernels_.end()) return;
    bool active = true;
    for (const auto& kernel : found->second) {
      out << toString(k) << (alias ? "[alias]" : "") << (active ? "" : " (inactive)") << ": " << kernel.debug
          << " :: " << (kernel.inferred_function_schema ? toString(*kernel.inferred_function_schema) : "(none)")
          << " [ " << kernel.kernel.dumpState() << "]\n";
      active = false;
    }
  };
  for (uint16_t i = 0; i <= static_cast<uint16_t>(DispatchKey::EndOfAliasKeys); i++) {
    const auto k = static_cast<DispatchKey>(i);
    dump(k, isAliasDispatchKey(k));
  }
  return out.str();
}

}  // namespace c10::impl
