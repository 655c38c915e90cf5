// Mirrors <ATen/core/dispatch/OperatorEntry.h> of PyTorch 2.13: one operator's schema, kernels, and the dispatch table
// made of them. Callers' inlined code walks the table.
#pragma once

#include <ATen/core/boxing/KernelFunction.h>
#include <ATen/core/dispatch/CppSignature.h>
#include <ATen/core/dispatch/DispatchKeyExtractor.h>
#include <ATen/core/dispatch/OperatorOptions.h>
#include <ATen/core/dispatch/RegistrationHandleRAII.h>
#include <ATen/core/enum_tag.h>
#include <ATen/core/function_schema.h>
#include <ATen/core/ivalue.h>
#include <c10/core/DispatchKey.h>
#include <c10/core/PyHandleCache.h>
#include <c10/core/SafePyObject.h>
#include <c10/util/Metaprogramming.h>
#include <c10/util/flat_hash_map.h>
#include <c10/util/light_std.h>

#include <array>
#include <list>

namespace c10 {

class Dispatcher;

namespace impl {

/// A kernel, and for messages who registered it.
struct AnnotatedKernel final {
  FLB_ON_USE AnnotatedKernel(KernelFunction k, std::unique_ptr<FunctionSchema> s, std::string d)
      : kernel(std::move(k)), inferred_function_schema(std::move(s)), debug(std::move(d)) {}
  AnnotatedKernel() = default;
  KernelFunction kernel;
  std::unique_ptr<FunctionSchema> inferred_function_schema;
  std::string debug;
};

struct AnnotatedSchema final {
  FLB_ON_USE AnnotatedSchema(FunctionSchema s, std::string d) : schema(std::move(s)), debug(std::move(d)) {}
  FunctionSchema schema;
  std::string debug;
};

/// Not thread safe by itself: the Dispatcher changes it under its lock.
class TORCH_API OperatorEntry final {
 public:
  explicit OperatorEntry(OperatorName&& operator_name);
  OperatorEntry(const OperatorEntry&) = delete;
  OperatorEntry(OperatorEntry&&) noexcept = delete;
  OperatorEntry& operator=(const OperatorEntry&) = delete;
  OperatorEntry& operator=(OperatorEntry&&) noexcept = delete;

  FLB_ON_USE const FunctionSchema& schema() const {
    TORCH_INTERNAL_ASSERT(schema_.has_value(), "Tried to access the schema for ", name_,
                          " which doesn't have a schema registered yet");
    return schema_->schema;
  }
  FLB_ON_USE const std::string& debug() const {
    TORCH_INTERNAL_ASSERT(schema_.has_value());
    return schema_->debug;
  }
  bool hasSchema() const { return schema_.has_value(); }
  bool isObserved() const { return is_observed_; }
  void registerSchema(FunctionSchema&&, std::string&& debug, std::vector<at::Tag> tags = {});
  void deregisterSchema();
  const OperatorName& operator_name() const { return name_; }

  using AnnotatedKernelContainer = std::list<AnnotatedKernel>;
  using AnnotatedKernelContainerIterator = AnnotatedKernelContainer::iterator;

  /// No key: for all of them.
  AnnotatedKernelContainerIterator registerKernel(const Dispatcher& dispatcher, std::optional<DispatchKey> dispatch_key,
                                                  KernelFunction kernel, std::optional<CppSignature> cpp_signature,
                                                  std::unique_ptr<FunctionSchema> inferred_function_schema,
                                                  std::string debug);
  void deregisterKernel_(const Dispatcher& dispatcher, std::optional<DispatchKey> dispatch_key,
                         AnnotatedKernelContainerIterator kernel);
  void updateFallback(const Dispatcher& dispatcher, DispatchKey dispatch_key);
  FLB_ON_USE void updateSchemaAliasAnalysis(AliasAnalysisKind a) {
    TORCH_INTERNAL_ASSERT(schema_.has_value());
    schema_->schema.setAliasAnalysis(a);
  }

  std::string dumpComputedTable() const;
  std::string dumpState() const;
  void checkInvariants() const;
  const DispatchKeyExtractor& dispatchKeyExtractor() const { return dispatchKeyExtractor_; }

  template <class FuncType>
  inline void assertSignatureIsCorrect() {
    assertSignatureIsCorrect(CppSignature::make<FuncType>(), fn_has_symint<FuncType>::value);
  }
  void assertSignatureIsCorrect(const CppSignature& call_signature, bool has_symint) const;

  [[noreturn]] void reportError(DispatchKey dispatchKey) const;

  FLB_ON_USE const KernelFunction& lookup(DispatchKeySet ks) const {
    const auto idx = ks.getDispatchTableIndexForDispatchKeySet();
    if (C10_UNLIKELY(idx == -1)) reportError(ks.highestPriorityTypeId());
    const auto& kernel = dispatchTable_[static_cast<size_t>(idx)];
    // The common case needs one test only.
    if (C10_UNLIKELY(!kernel.isValidUnboxed()) && !kernel.isValid()) reportError(ks.highestPriorityTypeId());
    return kernel;
  }

  std::string listAllDispatchKeys() const;
  bool hasKernelForAnyDispatchKey(DispatchKeySet ks) const;
  bool hasKernelForDispatchKey(DispatchKey k) const;
  const KernelFunction& kernelForDispatchKey(DispatchKey k) const;
  bool hasComputedKernelForDispatchKey(DispatchKey k) const;
  SafeKernelFunction getComputedKernelForDispatchKey(DispatchKey k) const;
  const std::vector<at::Tag>& getTags() const;
  void setReportErrorCallback_(std::unique_ptr<c10::SafePyObject> callback);

  template <typename F>
  PyObject* getPythonOp(F slow_accessor) const {
    return py_cache_.ptr_or(slow_accessor);
  }

 private:
  friend struct flambeau::DispatcherAccess;

  OperatorName name_;
  std::optional<AnnotatedSchema> schema_;
  std::vector<at::Tag> tags_;
  std::array<KernelFunction, c10::num_runtime_entries> dispatchTable_;
  DispatchKeyExtractor dispatchKeyExtractor_;
  c10::PyHandleCache py_cache_;
  // All registrations for a key, the newest first.
  ska::flat_hash_map<DispatchKey, std::list<AnnotatedKernel>> kernels_;

  const AnnotatedKernel& missingKernel() const;
  const AnnotatedKernel& ambiguousAutogradOtherKernel() const;

  struct CppSignatureWithDebug {
    CppSignature signature;
    std::string debug;
    std::optional<DispatchKey> dispatch_key;
  };
  // Of the first kernel that had one; without and with SymInt.
  std::optional<CppSignatureWithDebug> cpp_signature_;
  std::optional<CppSignatureWithDebug> sym_cpp_signature_;
  std::unique_ptr<c10::SafePyObject> report_error_callback_;
  const bool is_observed_;

  [[noreturn]] void reportSignatureError(const CppSignature& call_signature,
                                         const CppSignatureWithDebug& saved_signature) const;
  const KernelFunction& computeDispatchTableEntry(const c10::Dispatcher& dispatcher, DispatchKey dispatch_key) const;
  std::pair<const AnnotatedKernel&, const char*> computeDispatchTableEntryWithDebug(const c10::Dispatcher& dispatcher,
                                                                                    DispatchKey dispatch_key) const;
  void updateDispatchTableEntry_(const c10::Dispatcher& dispatcher, DispatchKey dispatch_key);
  void updateDispatchTable_(const c10::Dispatcher& dispatcher, DispatchKey dispatch_key);
  void updateDispatchTableFull_(const c10::Dispatcher& dispatcher);
  const AnnotatedKernel* getKernelForDispatchKey(DispatchKey dispatch_key) const;
};

}  // namespace impl
}  // namespace c10
