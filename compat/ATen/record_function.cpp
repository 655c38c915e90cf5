#include <ATen/record_function.h>

#include <ATen/core/function_schema.h>
#include <c10/util/Logging.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <random>

namespace at {

const std::string kParamCommsCallName = "record_param_comms";

namespace {

struct GlobalCallbacks {
  std::mutex mutex;
  RecordFunctionCallbacks callbacks;
};
GlobalCallbacks& global_callbacks() {
  static auto& all = *new GlobalCallbacks;
  return all;
}
// False: no thread has had an observer yet. Calls read this and nothing else.
constinit std::atomic<bool> ever_used{false};
std::atomic<size_t> global_count{0};
std::atomic<CallbackHandle> next_handle{1};
std::atomic<int64_t> default_node_id{-1};
std::atomic<RecordFunctionHandle> next_record_handle{1};

RecordFunctionTLS& thread_callbacks() {
  static thread_local RecordFunctionTLS tls;
  return tls;
}
// Readable without the construction check of thread_callbacks().
constinit thread_local size_t thread_count = 0;
constinit thread_local bool thread_enabled = true;

// Small: thread-local memory of a library that is opened at run time is scarce.
std::minstd_rand& sampler() {
  static thread_local std::minstd_rand generator(std::random_device{}());
  return generator;
}
bool sampled(double probability) {
  return probability >= 1.0 || std::uniform_real_distribution<double>()(sampler()) < probability;
}

// Applies `change` to the registration with that handle, here or global; says whether there was one.
template <class Change>
bool with_callback(CallbackHandle handle, const Change& change) {
  const auto find = [&](RecordFunctionCallbacks& list) {
    return std::find_if(list.begin(), list.end(), [&](const auto& entry) { return entry.handle_ == handle; });
  };
  auto& mine = thread_callbacks().sorted_tls_callbacks_;
  if (auto it = find(mine); it != mine.end()) {
    change(mine, it);
    thread_count = mine.size();
    return true;
  }
  auto& global = global_callbacks();
  std::lock_guard<std::mutex> lock(global.mutex);
  auto it = find(global.callbacks);
  if (it == global.callbacks.end()) return false;
  change(global.callbacks, it);
  global_count = global.callbacks.size();
  return true;
}

void collect(const RecordFunctionCallbacks& list, RecordScope scope, StepCallbacks& step) {
  for (const auto& entry : list) {
    const auto& callback = entry.callback_;
    if (!entry.enabled_ || !callback.checkScope(scope) || !sampled(callback.samplingProb())) continue;
    step.callbacks_.push_back({callback.start(), callback.end()});
    step.needs_inputs_ |= callback.needsInputs();
    step.needs_outputs_ |= callback.needsOutputs();
    step.needs_ids_ |= callback.needsIds();
  }
}

}  // namespace

StepCallbacks getStepCallbacks(RecordScope scope) {
  return getStepCallbacksUnlessEmpty(scope).value_or(StepCallbacks(0, scope));
}

[[gnu::noinline]] static std::optional<StepCallbacks> callbacks_of(RecordScope scope) {
  if ((global_count.load(std::memory_order_relaxed) == 0 && thread_count == 0) || !thread_enabled) return std::nullopt;
  StepCallbacks step(RecordFunction::currentThreadId(), scope);
  {
    auto& global = global_callbacks();
    std::lock_guard<std::mutex> lock(global.mutex);
    collect(global.callbacks, scope, step);
  }
  collect(thread_callbacks().sorted_tls_callbacks_, scope, step);
  if (step.empty()) return std::nullopt;
  return step;
}

std::optional<StepCallbacks> getStepCallbacksUnlessEmpty(RecordScope scope) {
  return C10_LIKELY(!ever_used.load(std::memory_order_relaxed)) ? std::nullopt : callbacks_of(scope);
}

RecordFunction::RecordFunction(RecordScope scope) : RecordFunction(getStepCallbacks(scope)) {}
RecordFunction::RecordFunction(StepCallbacks&& step_callbacks) : step_callbacks_{std::move(step_callbacks)} {
  ctx_.resize(step_callbacks_.callbacks_.size());
  if (step_callbacks_.needs_ids_) setHandle(next_record_handle++);
}
RecordFunction::~RecordFunction() { end(); }

// An observer's failure is its own.
template <class Call>
static void guarded(const Call& call) {
  try {
    call();
  } catch (const std::exception& e) {
    LOG(WARNING) << "Exception in RecordFunction callback: " << e.what();
  } catch (...) {
    LOG(WARNING) << "Exception in RecordFunction callback: unknown";
  }
}

void RecordFunction::runStartCallbacks() {
  for (size_t i = 0; i < step_callbacks_.callbacks_.size(); ++i) {
    if (auto* start = step_callbacks_.callbacks_[i].start_) guarded([&] { ctx_[i] = start(*this); });
  }
  called_start_callbacks_ = true;
}

void RecordFunction::before(FunctionDescriptor fn, int64_t sequence_nr) {
  if (auto* schema = std::get_if<schema_ref_t>(&fn)) {
    fn_ = *schema;
  } else {
    fn_ = std::string(std::get<std::string_view>(fn));
  }
  is_nccl_meta_ = std::strcmp(name(), kParamCommsCallName.c_str()) == 0;
  sequence_nr_ = sequence_nr;
  runStartCallbacks();
}

void RecordFunction::end() {
  if (called_start_callbacks_) {
    for (size_t i = 0; i < step_callbacks_.callbacks_.size(); ++i) {
      if (auto* end = step_callbacks_.callbacks_[i].end_) guarded([&] { end(*this, ctx_[i].get()); });
    }
    step_callbacks_.callbacks_.clear();
  }
  called_start_callbacks_ = false;
}

const char* RecordFunction::name() const {
  if (auto* text = std::get_if<std::string>(&fn_)) return text->c_str();
  return std::get<schema_ref_t>(fn_).get().name().c_str();
}
const char* RecordFunction::overload_name() const {
  if (std::holds_alternative<std::string>(fn_)) return "";
  return std::get<schema_ref_t>(fn_).get().overload_name().c_str();
}
size_t RecordFunction::num_inputs() const {
  if (std::holds_alternative<std::string>(fn_)) return inputs_.size();
  return std::get<schema_ref_t>(fn_).get().arguments().size();
}
size_t RecordFunction::num_outputs() const {
  if (std::holds_alternative<std::string>(fn_)) return outputs_.size();
  return std::get<schema_ref_t>(fn_).get().returns().size();
}
std::optional<OperatorName> RecordFunction::operator_name() const {
  if (auto* schema = std::get_if<schema_ref_t>(&fn_)) return schema->get().operator_name();
  return std::nullopt;
}
std::optional<c10::FunctionSchema> RecordFunction::operator_schema() const {
  if (auto* schema = std::get_if<schema_ref_t>(&fn_)) return schema->get();
  return std::nullopt;
}
void RecordFunction::_setAsync() { is_async_ = true; }
bool RecordFunction::isAsync() const { return is_async_; }
void RecordFunction::_setStaticRuntimeOutVariant() {
  if (isActive()) is_static_runtime_out_variant_ = true;
}
bool RecordFunction::isStaticRuntimeOutVariant() const { return isActive() && is_static_runtime_out_variant_; }

uint64_t RecordFunction::currentThreadId() {
  static std::atomic<uint64_t> threads{0};
  static constinit thread_local uint64_t mine = 0;
  if (C10_UNLIKELY(mine == 0)) mine = ++threads;
  return mine;
}
void RecordFunction::setDefaultNodeId(int64_t id) {
  TORCH_CHECK(id >= 0, "setDefaultNodeId expects an id >= 0.");
  default_node_id = id;
}
int64_t RecordFunction::getDefaultNodeId() { return default_node_id; }

CallbackHandle addThreadLocalCallback(RecordFunctionCallback cb) {
  auto& mine = thread_callbacks().sorted_tls_callbacks_;
  mine.emplace_back(cb, next_handle++);
  thread_count = mine.size();
  ever_used = true;
  return mine.back().handle_;
}
bool hasThreadLocalCallbacks() { return thread_count != 0; }
void clearThreadLocalCallbacks() {
  thread_callbacks().sorted_tls_callbacks_.clear();
  thread_count = 0;
}
CallbackHandle addGlobalCallback(RecordFunctionCallback cb) {
  auto& global = global_callbacks();
  std::lock_guard<std::mutex> lock(global.mutex);
  global.callbacks.emplace_back(cb, next_handle++);
  global_count = global.callbacks.size();
  ever_used = true;
  return global.callbacks.back().handle_;
}
bool hasGlobalCallbacks() { return global_count != 0; }
void clearGlobalCallbacks() {
  auto& global = global_callbacks();
  std::lock_guard<std::mutex> lock(global.mutex);
  global.callbacks.clear();
  global_count = 0;
}
bool hasCallbacks() { return hasGlobalCallbacks() || hasThreadLocalCallbacks(); }
void clearCallbacks() {
  clearGlobalCallbacks();
  clearThreadLocalCallbacks();
}
void removeCallback(CallbackHandle handle) {
  if (!with_callback(handle, [](auto& list, auto it) { list.erase(it); })) {
    LOG(WARNING) << "Requested callback is not found";
  }
}
void disableCallback(CallbackHandle handle) {
  if (!with_callback(handle, [](auto&, auto it) { it->enabled_ = false; })) {
    LOG(WARNING) << "Requested callback is not found";
  }
}
void reenableCallback(CallbackHandle handle) {
  if (!with_callback(handle, [](auto&, auto it) { it->enabled_ = true; })) {
    LOG(WARNING) << "Requested callback is not found";
  }
}

void enableRecordFunction(bool enable) { thread_callbacks().tls_record_function_enabled_ = thread_enabled = enable; }
bool isRecordFunctionEnabled() { return thread_enabled; }
const RecordFunctionTLS& get_record_function_tls_() { return thread_callbacks(); }
void set_record_function_tls_(const RecordFunctionTLS& tls) {
  // Most threads have none: do not construct the thread's list for an empty one.
  if (tls.sorted_tls_callbacks_.empty() && thread_count == 0 && tls.tls_record_function_enabled_ == thread_enabled)
    return;
  ever_used = true;
  thread_callbacks() = tls;
  thread_count = tls.sorted_tls_callbacks_.size();
  thread_enabled = tls.tls_record_function_enabled_;
}
void set_record_function_seed_for_testing(uint32_t seed) { sampler().seed(seed); }

}  // namespace at
