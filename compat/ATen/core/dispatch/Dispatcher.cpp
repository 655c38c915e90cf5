#include <ATen/SequenceNumber.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/core/dispatch/StaticOps.h>
#include <ATen/core/dispatch/fallbacks.h>
#include <ATen/core/dispatch/late_operators.h>
#include <ATen/core/dispatch/undefined.h>
#include <ATen/core/dispatch/undisturbed.h>
#include <torch/csrc/jit/frontend/function_schema_parser.h>

#include <chrono>
#include <cstdlib>
#include <cstring>
#include <iostream>

namespace c10 {

bool show_dispatch_trace() {
  static const bool show = [] {
    const char* value = std::getenv("TORCH_SHOW_DISPATCH_TRACE");
    if (value == nullptr || std::strcmp(value, "0") == 0) return false;
    if (std::strcmp(value, "1") == 0) return true;
    TORCH_WARN("ignoring invalid value for TORCH_SHOW_DISPATCH_TRACE: ", value, " valid values are 0 or 1.");
    return false;
  }();
  return show;
}

static thread_local int64_t dispatch_trace_nesting;
void dispatch_trace_nesting_incr() { ++dispatch_trace_nesting; }
void dispatch_trace_nesting_decr() { --dispatch_trace_nesting; }
int64_t dispatch_trace_nesting_value() { return dispatch_trace_nesting; }

namespace detail {

void _print_dispatch_trace(const std::string& label, const std::string& op_name, const DispatchKeySet& dispatchKeySet) {
  std::cerr << std::string(static_cast<size_t>(dispatch_trace_nesting_value()), ' ') << label << " op=[" << op_name
            << "], key=[" << toString(dispatchKeySet.highestPriorityTypeId()) << "]" << std::endl;
}

class RegistrationListenerList final {
 public:
  std::function<void()> add(std::unique_ptr<OpRegistrationListener> listener) {
    listeners_.push_back(std::move(listener));
    return [this, added = std::prev(listeners_.end())] { listeners_.erase(added); };
  }
  void registered(const OperatorHandle& op) {
    for (auto& listener : listeners_) listener->onOperatorRegistered(op);
  }
  void deregistered(const OperatorHandle& op) {
    for (auto& listener : listeners_) listener->onOperatorDeregistered(op);
  }

 private:
  std::list<std::unique_ptr<OpRegistrationListener>> listeners_;
};

}  // namespace detail

OpRegistrationListener::~OpRegistrationListener() = default;
OperatorHandle::~OperatorHandle() = default;

Dispatcher::Dispatcher()
    : listeners_(std::make_unique<detail::RegistrationListenerList>()), guard_(std::make_shared<Guard>()) {
  flambeau::fill_backend_fallbacks(backendFallbackKernels_);
}

Dispatcher::~Dispatcher() {
  std::lock_guard<std::mutex> lock(guard_->mutex);
  guard_->alive.store(false);
}

Dispatcher& Dispatcher::realSingleton() {
  // Never destroyed: operators are called from other destructors.
  static Dispatcher& singleton = *new Dispatcher;
  return singleton;
}

std::optional<OperatorHandle> Dispatcher::findOp(const OperatorName& name) {
  const auto registered = [&] {
    return operatorLookupTable_.read([&](const auto& table) -> std::optional<OperatorHandle> {
      auto it = table.find(name);
      if (it == table.end()) return std::nullopt;
      return it->second;
    });
  };
  if (auto found = registered()) return found;
  if (const auto* op = flambeau::find_static_op(name.name, name.overload_name)) return flambeau::materialize(*op);
  return flambeau::register_late_operators(name.name) ? registered() : std::nullopt;
}

std::optional<OperatorHandle> Dispatcher::findSchema(const OperatorName& name) {
  auto op = findOp(name);
  return op && op->hasSchema() ? op : std::nullopt;
}

OperatorHandle Dispatcher::findSchemaOrThrow(const char* name, const char* overload_name) {
  const OperatorName full(name, overload_name);
  if (auto op = findSchema(full)) return *op;
  TORCH_CHECK(!findOp(full), "Could not find schema for ", name, ".", overload_name,
              " but we found an implementation; did you forget to def() the operator?");
  TORCH_CHECK(false, "Could not find schema for ", name, ".", overload_name);
}

const std::vector<OperatorName> Dispatcher::getAllOpNames() {
  flambeau::register_all_late_operators();
  std::vector<OperatorName> names;
  operatorLookupTable_.read([&](const auto& table) {
    for (const auto& entry : table) {
      if (!flambeau::find_static_op(entry.first.name, entry.first.overload_name)) names.push_back(entry.first);
    }
  });
  for (const auto& op : flambeau::static_ops()) names.emplace_back(op.name, op.overload);
  return names;
}

const std::vector<OperatorName> Dispatcher::getAllOpNamesForDispatchKey(DispatchKey k) {
  std::vector<OperatorName> names;
  for (const auto& name : getAllOpNames()) {
    if (findOp(name)->hasKernelForDispatchKey(k)) names.push_back(name);
  }
  return names;
}

// Under the lock from here on. Registered, or built in, or new.
OperatorHandle Dispatcher::findOrRegisterName_(const OperatorName& name) {
  auto found = operatorLookupTable_.read([&](const auto& table) -> std::optional<OperatorHandle> {
    auto it = table.find(name);
    if (it == table.end()) return std::nullopt;
    return it->second;
  });
  if (found) return *found;
  const auto* built_in = flambeau::find_static_op(name.name, name.overload_name);
  operators_.emplace_back(OperatorName(name));
  OperatorHandle handle(--operators_.end());
  if (built_in) flambeau::register_static_op(*built_in, handle);
  operatorLookupTable_.write([&](auto& table) { table.emplace(name, handle); });
  if (built_in) listeners_->registered(handle);
  return handle;
}

OperatorHandle Dispatcher::findOrRegisterSchema_(FunctionSchema&& schema) {
  return findOrRegisterName_(schema.operator_name());
}

// Waiting is for a second interpreter that must not overtake the first one's registration.
void Dispatcher::waitForDef(const FunctionSchema& schema) {
  using namespace std::chrono_literals;
  std::unique_lock<std::mutex> lock(guard_->mutex);
  const bool done =
      cond_var_.wait_for(lock, 2s, [&] { return findOrRegisterName_(schema.operator_name()).hasSchema(); });
  TORCH_INTERNAL_ASSERT(done, "Expected main interpreter to define ", schema.operator_name(),
                        ", but this didn't happen within timeout.");
}

void Dispatcher::waitForImpl(const OperatorName& op_name, std::optional<DispatchKey> maybe_dk) {
  using namespace std::chrono_literals;
  const auto dk = maybe_dk.value_or(DispatchKey::CompositeImplicitAutograd);
  std::unique_lock<std::mutex> lock(guard_->mutex);
  const bool done =
      cond_var_.wait_for(lock, 2s, [&] { return findOrRegisterName_(op_name).hasKernelForDispatchKey(dk); });
  TORCH_INTERNAL_ASSERT(done, "Expected main interpreter to implement ", dk, " for ", op_name,
                        ", but this didn't happen within timeout.");
}

RegistrationHandleRAII Dispatcher::registerDef(FunctionSchema schema, std::string debug, std::vector<at::Tag> tags) {
  std::lock_guard<std::mutex> lock(guard_->mutex);
  OperatorName name = schema.operator_name();
  auto op = findOrRegisterName_(name);
  TORCH_CHECK(op.operatorDef_->def_count == 0, "Tried to register an operator (", schema,
              ") with the same name and overload name multiple times.",
              " Each overload's schema should only be registered with a single call to def().",
              " Duplicate registration: ", debug, ". Original registration: ", op.operatorDef_->op.debug());
  op.operatorDef_->op.registerSchema(std::move(schema), std::move(debug), std::move(tags));
  listeners_->registered(op);
  ++op.operatorDef_->def_count;
  ++op.operatorDef_->def_and_impl_count;
  cond_var_.notify_all();
  return RegistrationHandleRAII([guard = guard_, this, op, name] {
    std::lock_guard<std::mutex> relock(guard->mutex);
    if (guard->alive.load()) deregisterDef_(op, name);
  });
}

void Dispatcher::deregisterDef_(const OperatorHandle& op, const OperatorName& op_name) {
  TORCH_INTERNAL_ASSERT(op.schema().operator_name() == op_name);
  TORCH_INTERNAL_ASSERT(op.operatorDef_->def_count > 0);
  TORCH_INTERNAL_ASSERT(op.operatorDef_->def_and_impl_count > 0);
  --op.operatorDef_->def_and_impl_count;
  if (--op.operatorDef_->def_count == 0) {
    listeners_->deregistered(op);
    op.operatorDef_->op.deregisterSchema();
  }
  cleanup(op, op_name);
}

RegistrationHandleRAII Dispatcher::registerImpl(OperatorName op_name, std::optional<DispatchKey> dispatch_key,
                                                KernelFunction kernel, std::optional<impl::CppSignature> cpp_signature,
                                                std::unique_ptr<FunctionSchema> inferred_function_schema,
                                                std::string debug) {
  std::lock_guard<std::mutex> lock(guard_->mutex);
  auto op = findOrRegisterName_(op_name);
  if (flambeau::find_static_op(op_name.name, op_name.overload_name)) {
    flambeau::builtin_kernels_replaced.store(true, std::memory_order_relaxed);
  }
  auto kernel_handle =
      op.operatorDef_->op.registerKernel(*this, dispatch_key, std::move(kernel), std::move(cpp_signature),
                                         std::move(inferred_function_schema), std::move(debug));
  ++op.operatorDef_->def_and_impl_count;
  cond_var_.notify_all();
  return RegistrationHandleRAII([guard = guard_, this, op, op_name, dispatch_key, kernel_handle] {
    std::lock_guard<std::mutex> relock(guard->mutex);
    if (guard->alive.load()) deregisterImpl_(op, op_name, dispatch_key, kernel_handle);
  });
}

void Dispatcher::deregisterImpl_(const OperatorHandle& op, const OperatorName& op_name,
                                 std::optional<DispatchKey> dispatch_key,
                                 impl::OperatorEntry::AnnotatedKernelContainerIterator kernel_handle) {
  op.operatorDef_->op.deregisterKernel_(*this, dispatch_key, kernel_handle);
  TORCH_INTERNAL_ASSERT(op.operator_name() == op_name);
  TORCH_INTERNAL_ASSERT(op.operatorDef_->def_and_impl_count > 0);
  --op.operatorDef_->def_and_impl_count;
  cleanup(op, op_name);
}

RegistrationHandleRAII Dispatcher::registerName(OperatorName op_name) {
  std::lock_guard<std::mutex> lock(guard_->mutex);
  auto op = findOrRegisterName_(op_name);
  ++op.operatorDef_->def_and_impl_count;
  return RegistrationHandleRAII([guard = guard_, this, op, op_name] {
    std::lock_guard<std::mutex> relock(guard->mutex);
    if (guard->alive.load()) deregisterName_(op, op_name);
  });
}

void Dispatcher::deregisterName_(const OperatorHandle& op, const OperatorName& op_name) {
  TORCH_INTERNAL_ASSERT(op.operator_name() == op_name);
  TORCH_INTERNAL_ASSERT(op.operatorDef_->def_and_impl_count > 0);
  --op.operatorDef_->def_and_impl_count;
  cleanup(op, op_name);
}

void Dispatcher::cleanup(const OperatorHandle& op, const OperatorName& op_name) {
  if (op.operatorDef_->def_and_impl_count != 0) return;
  // By position: `op` may itself be an element of what is erased.
  const auto position = op.operatorIterator_;
  const OperatorName name = op_name;
  operatorLookupTable_.write([&](auto& table) { table.erase(name); });
  operators_.erase(position);
}

namespace {

// Operators whose Python module must be imported before they are used: name to (module, context).
using PythonModules = ska::flat_hash_map<OperatorName, std::pair<const char*, const char*>>;
PythonModules& python_modules() {
  static auto& modules = *new PythonModules;
  return modules;
}

}  // namespace

RegistrationHandleRAII Dispatcher::registerPythonModule(const OperatorName& op_name, const char* pymodule,
                                                        const char* context) {
  std::lock_guard<std::mutex> lock(guard_->mutex);
  auto found = python_modules().find(op_name);
  TORCH_INTERNAL_ASSERT(found == python_modules().end(), "Tried to register an python registration stub (pystub) for ",
                        op_name, " ", "that specifies the Python module ", pymodule, " ",
                        "but there already was a pystub that specifies the Python module ", found->second.first, ". ",
                        "We expect at most one pystub per operator. Please remove one of the pystubs.");
  python_modules().emplace(op_name, std::make_pair(pymodule, context));
  return RegistrationHandleRAII([guard = guard_, op_name] {
    std::lock_guard<std::mutex> relock(guard->mutex);
    if (guard->alive.load()) python_modules().erase(op_name);
  });
}

void Dispatcher::throwIfHasPythonModule(OperatorName op_name) {
  std::lock_guard<std::mutex> lock(guard_->mutex);
  auto found = python_modules().find(op_name);
  if (found == python_modules().end()) return;
  auto op = findOrRegisterName_(op_name);
  TORCH_CHECK_NOT_IMPLEMENTED(false, op.operator_name(),
                              ": We could not find the python implementation of this operator: it is in the module '",
                              found->second.first, "' (", found->second.second,
                              "), which you may need to import first.");
}

std::optional<std::pair<const char*, const char*>> Dispatcher::getPyStub(OperatorName op_name) {
  std::lock_guard<std::mutex> lock(guard_->mutex);
  auto found = python_modules().find(op_name);
  if (found == python_modules().end()) return std::nullopt;
  return found->second;
}

RegistrationHandleRAII Dispatcher::registerFallback(DispatchKey dispatchKey, KernelFunction kernel, std::string debug) {
  std::lock_guard<std::mutex> lock(guard_->mutex);
  const auto index = getDispatchTableIndexForDispatchKey(dispatchKey);
  TORCH_CHECK(index >= 0 && static_cast<uint64_t>(index) < backendFallbackKernels_.size(), "index=", index);
  auto& fallback = backendFallbackKernels_[static_cast<size_t>(index)];
  // Ours may be replaced: in PyTorch, too, an extension can bring the fallback of its key.
  TORCH_CHECK(!fallback.kernel.isValid() || fallback.debug == flambeau::kBuiltInFallback,
              "Tried to register multiple backend fallbacks for the same dispatch key ", dispatchKey,
              "; previous registration ", fallback.debug, ", new registration ", debug);
  fallback = impl::AnnotatedKernel(std::move(kernel), nullptr, std::move(debug));
  for (auto& def : operators_) def.op.updateFallback(*this, dispatchKey);
  return RegistrationHandleRAII([guard = guard_, this, dispatchKey] {
    std::lock_guard<std::mutex> relock(guard->mutex);
    if (guard->alive.load()) deregisterFallback_(dispatchKey);
  });
}

void Dispatcher::deregisterFallback_(DispatchKey dispatchKey) {
  backendFallbackKernels_[static_cast<size_t>(getDispatchTableIndexForDispatchKey(dispatchKey))] = {};
  for (auto& def : operators_) def.op.updateFallback(*this, dispatchKey);
}

RegistrationHandleRAII Dispatcher::registerLibrary(std::string ns, std::string debug) {
  std::lock_guard<std::mutex> lock(guard_->mutex);
  auto found = libraries_.find(ns);
  TORCH_CHECK(found == libraries_.end(), "Only a single TORCH_LIBRARY can be used to register the namespace ", ns,
              "; please put all of your definitions in a single TORCH_LIBRARY block.  "
              "If you were trying to specify implementations, consider using TORCH_LIBRARY_IMPL "
              "(which can be duplicated).  If you really intended to define operators for a "
              "single namespace in a distributed way, you can use TORCH_LIBRARY_FRAGMENT to "
              "explicitly indicate this.  "
              "Previous registration of TORCH_LIBRARY was ",
              found->second, "; latest registration was ", debug);
  libraries_.emplace(ns, std::move(debug));
  return RegistrationHandleRAII([guard = guard_, this, ns] {
    std::lock_guard<std::mutex> relock(guard->mutex);
    if (guard->alive.load()) deregisterLibrary_(ns);
  });
}

void Dispatcher::deregisterLibrary_(const std::string& ns) { libraries_.erase(ns); }

RegistrationHandleRAII Dispatcher::addRegistrationListener(std::unique_ptr<OpRegistrationListener> listener) {
  std::lock_guard<std::mutex> lock(guard_->mutex);
  for (auto it = operators_.begin(); it != operators_.end(); ++it) {
    if (it->def_count > 0) listener->onOperatorRegistered(OperatorHandle(it));
  }
  return RegistrationHandleRAII([guard = guard_, remove = listeners_->add(std::move(listener))] {
    std::lock_guard<std::mutex> relock(guard->mutex);
    if (guard->alive.load()) remove();
  });
}

void Dispatcher::checkInvariants() const {
  for (const auto& def : operators_) def.op.checkInvariants();
}

std::vector<OperatorHandle> Dispatcher::findDanglingImpls() const {
  return operatorLookupTable_.read([](const auto& table) {
    std::vector<OperatorHandle> result;
    for (const auto& entry : table) {
      if (!entry.second.hasSchema()) result.push_back(entry.second);
    }
    return result;
  });
}

std::vector<OperatorName> Dispatcher::getRegistrationsForDispatchKey(std::optional<DispatchKey> k) const {
  std::vector<OperatorName> result;
  operatorLookupTable_.read([&](const auto& table) {
    for (const auto& entry : table) {
      if (!k || entry.second.hasKernelForDispatchKey(*k)) result.push_back(entry.first);
    }
  });
  for (const auto& op : flambeau::static_ops()) {
    const OperatorName name(op.name, op.overload);
    const bool registered = operatorLookupTable_.read([&](const auto& table) { return table.count(name) != 0; });
    const std::span<const flambeau::StaticKernel> kernels(op.kernels, static_cast<size_t>(op.kernel_count));
    const bool matches =
        !k || std::any_of(kernels.begin(), kernels.end(), [&](const auto& kernel) { return kernel.key == *k; });
    if (!registered && matches) result.push_back(name);
  }
  return result;
}

// The number that joins a forward call with its backward node in a profile: only a call that records one has it.
int64_t Dispatcher::sequenceNumberForRunningRecordFunction(DispatchKey dispatchKey, DispatchKeySet dispatchKeySet) {
  const bool autograd = isIncludedInAlias(dispatchKey, DispatchKey::Autograd);
  const bool below_autograd = dispatchKeySet.has_any(c10::autograd_dispatch_keyset);
  return (autograd || below_autograd) && at::GradMode::is_enabled() ? static_cast<int64_t>(at::sequence_number::peek())
                                                                    : -1;
}

void Dispatcher::runRecordFunction(at::RecordFunction& guard, at::RecordFunction::schema_ref_t schema_ref,
                                   DispatchKey dispatchKey, DispatchKeySet dispatchKeySet,
                                   c10::ArrayRef<const c10::IValue> args) {
  guard.before(schema_ref, args, sequenceNumberForRunningRecordFunction(dispatchKey, dispatchKeySet));
}

void Dispatcher::runRecordFunction(at::RecordFunction& guard, at::RecordFunction::schema_ref_t schema_ref,
                                   DispatchKey dispatchKey, DispatchKeySet dispatchKeySet) {
  guard.before(schema_ref, sequenceNumberForRunningRecordFunction(dispatchKey, dispatchKeySet));
}

}  // namespace c10

namespace flambeau {

constinit std::atomic<bool> builtin_kernels_replaced{false};

struct DispatcherAccess {
  static c10::OperatorHandle find_or_register(const c10::OperatorName& name) {
    auto& dispatcher = c10::Dispatcher::singleton();
    std::lock_guard<std::mutex> lock(dispatcher.guard_->mutex);
    return dispatcher.findOrRegisterName_(name);
  }

  static void fill(const StaticOp& op, const c10::OperatorHandle& handle) {
    auto& def = *handle.operatorDef_;
    auto& entry = def.op;
    auto schema = torch::jit::parseSchema(op.schema, /*allow_typevars=*/false);
    schema.setAliasAnalysis(c10::AliasAnalysisKind::FROM_SCHEMA);
    entry.registerSchema(std::move(schema), "built in", {op.tags, op.tags + op.tag_count});
    for (int i = 0; i < op.kernel_count; i++) {
      const auto& k = op.kernels[i];
      entry.kernels_[k.key].emplace_front(
          c10::KernelFunction(nullptr, k.boxed ? k.boxed : &no_boxed_kernel, k.symint ? nullptr : k.unboxed,
                              k.symint ? k.unboxed : nullptr),
          nullptr, "built in");
    }
    // The table is complete: a built-in operator without an autograd kernel has nothing to record.
    if (!entry.hasKernelForDispatchKey(c10::DispatchKey::Autograd)) {
      entry.kernels_[c10::DispatchKey::Autograd].emplace_front(c10::KernelFunction::makeFallthrough(), nullptr,
                                                               "built in");
    }
    if (op.signature) {
      auto& known = op.signature_symint ? entry.sym_cpp_signature_ : entry.cpp_signature_;
      known = c10::impl::OperatorEntry::CppSignatureWithDebug{c10::impl::CppSignature(std::type_index(*op.signature)),
                                                              "built in", std::nullopt};
    }
    entry.updateDispatchTableFull_(c10::Dispatcher::singleton());
    def.def_count = 1;
    def.def_and_impl_count = 1 + static_cast<size_t>(op.kernel_count);
  }

 private:
  static void no_boxed_kernel(c10::OperatorKernel*, const c10::OperatorHandle& op, c10::DispatchKeySet, c10::Stack*) {
    TORCH_CHECK_NOT_IMPLEMENTED(false, "not implemented: ", op.operator_name(), " called through the stack");
  }
};

void register_static_op(const StaticOp& op, const c10::OperatorHandle& handle) { DispatcherAccess::fill(op, handle); }

c10::OperatorHandle materialize(const StaticOp& op) {
  return DispatcherAccess::find_or_register(c10::OperatorName(op.name, op.overload));
}

const StaticOp* find_static_op(std::string_view name, std::string_view overload) {
  const auto ops = static_ops();
  auto it = std::lower_bound(ops.begin(), ops.end(), std::make_pair(name, overload), [](const StaticOp& op, auto& key) {
    const int order = key.first.compare(op.name);
    return order > 0 || (order == 0 && key.second.compare(op.overload) > 0);
  });
  return it != ops.end() && name == it->name && overload == it->overload ? &*it : nullptr;
}

void refuse_undefined(std::string_view name, std::string_view overload, int position) {
  const auto schema = materialize(*find_static_op(name, overload)).schema();
  TORCH_CHECK(false, "Expected a proper Tensor but got None (or an undefined Tensor in C++) for argument #", position,
              " '", schema.arguments()[static_cast<size_t>(position)].name(), "'");
}

const c10::OperatorHandle& static_op_handle_slow(int index) {
  auto& slot = static_op_handles[index];
  auto* made = new c10::OperatorHandle(materialize(static_ops()[static_cast<size_t>(index)]));
  const c10::OperatorHandle* expected = nullptr;
  if (slot.compare_exchange_strong(expected, made, std::memory_order_acq_rel)) return *made;
  delete made;
  return *expected;
}

}  // namespace flambeau
