// Mirrors <ATen/record_function.h> of PyTorch 2.13: tells observers (profilers) of every operator call.
#pragma once

#include <ATen/core/ivalue.h>
#include <ATen/core/operator_name.h>
#include <c10/macros/Export.h>
#include <c10/util/SmallVector.h>
#include <c10/util/light_std.h>

#include <array>
#include <cstring>
#include <functional>
#include <string_view>
#include <variant>

namespace c10 {
class TORCH_API OperatorHandle;
}

namespace at {

extern TORCH_API const std::string kParamCommsCallName;

/// What is being recorded.
enum class C10_API_ENUM RecordScope : uint8_t {
  FUNCTION = 0,  ///< an operator call
  BACKWARD_FUNCTION,
  TORCHSCRIPT_FUNCTION,
  KERNEL_FUNCTION_DTYPE,
  CUSTOM_CLASS,
  BUILD_FEATURE,
  LITE_INTERPRETER,
  USER_SCOPE,
  STATIC_RUNTIME_OP,
  STATIC_RUNTIME_MODEL,
  NUM_SCOPES,
};

}  // namespace at

template <>
struct std::hash<at::RecordScope> {
  size_t operator()(const at::RecordScope& sc) const noexcept { return static_cast<std::size_t>(sc); }
};

namespace at {

/// A string that is owned or lives for ever.
struct TORCH_API StringView {
  StringView() : StringView(nullptr) {}
  explicit StringView(const char* str_ptr) : owned_str_ptr_(nullptr), str_ptr_(str_ptr) {}
  FLB_ON_USE explicit StringView(std::string str)
      : owned_str_ptr_(std::make_shared<std::string>(std::move(str))), str_ptr_(owned_str_ptr_->c_str()) {}
  const char* str() const { return str_ptr_; }
  friend std::ostream& operator<<(std::ostream& os, const StringView& dt) { return os << dt.str(); }
  friend bool operator==(const StringView& a, const StringView& b) { return std::strcmp(a.str(), b.str()) == 0; }
  friend bool operator!=(const StringView& a, const StringView& b) { return !(a == b); }

 private:
  std::shared_ptr<std::string> owned_str_ptr_;
  const char* str_ptr_;
};

constexpr std::size_t kSoftLimitCallbacks = 4;

/// What an observer hands from its start to its end callback.
struct ObserverContext {
  virtual ~ObserverContext() = default;

 protected:
  ObserverContext() = default;
};

typedef c10::SmallVector<uint64_t, kSoftLimitCallbacks> CallbackHandles;
typedef c10::SmallVector<std::unique_ptr<ObserverContext>, kSoftLimitCallbacks> ObserverContextList;
typedef uint64_t RecordFunctionHandle;
struct RecordFunction;

/// An observer. Set it up like this: RecordFunctionCallback(&start, &end).needsInputs(true).samplingProb(0.01)
class TORCH_API RecordFunctionCallback {
 public:
  using StartCallback = std::unique_ptr<ObserverContext> (*)(const RecordFunction&);
  using EndCallback = void (*)(const RecordFunction&, ObserverContext*);

  FLB_ON_USE explicit RecordFunctionCallback(StartCallback start, EndCallback end = nullptr)
      : start_(start), end_(end) {
    scopes_.fill(true);
  }
  RecordFunctionCallback& needsInputs(bool needs_inputs) { return needs_inputs_ = needs_inputs, *this; }
  RecordFunctionCallback& needsOutputs(bool needs_outputs) { return needs_outputs_ = needs_outputs, *this; }
  RecordFunctionCallback& needsIds(bool needs_ids) { return needs_ids_ = needs_ids, *this; }
  FLB_ON_USE RecordFunctionCallback& samplingProb(double sampling_prob) {
    TORCH_CHECK(sampling_prob >= 0.0 && sampling_prob <= 1.0, "Invalid sampling probability");
    return sampling_prob_ = sampling_prob, *this;
  }
  /// None given: all.
  FLB_ON_USE RecordFunctionCallback& scopes(const std::unordered_set<RecordScope, std::hash<RecordScope>>& scopes) {
    scopes_.fill(scopes.empty());
    for (auto sc : scopes) scopes_[static_cast<size_t>(sc)] = true;
    return *this;
  }
  bool needsInputs() const { return needs_inputs_; }
  bool needsOutputs() const { return needs_outputs_; }
  bool needsIds() const { return needs_ids_; }
  double samplingProb() const { return sampling_prob_; }
  FLB_ON_USE bool checkScope(RecordScope sc) const { return scopes_[static_cast<size_t>(sc)]; }
  StartCallback start() const { return start_; }
  EndCallback end() const { return end_; }

 private:
  StartCallback start_;
  EndCallback end_;
  double sampling_prob_ = 1.0;
  std::array<bool, static_cast<size_t>(RecordScope::NUM_SCOPES)> scopes_ = {};
  bool needs_inputs_ = false;
  bool needs_outputs_ = false;
  bool needs_ids_ = false;
};

typedef uint64_t CallbackHandle;
constexpr CallbackHandle INVALID_CALLBACK_HANDLE{0};

struct RecordFunctionCallbacksEntry {
  FLB_ON_USE RecordFunctionCallbacksEntry(RecordFunctionCallback cb, CallbackHandle h) : callback_(cb), handle_(h) {}
  RecordFunctionCallback callback_;
  bool enabled_{true};
  CallbackHandle handle_;
};
using RecordFunctionCallbacks = std::vector<RecordFunctionCallbacksEntry>;

/// The observers of one call, sampling done.
struct StepCallbacks {
  StepCallbacks() = default;
  FLB_ON_USE StepCallbacks(uint64_t thread_id, RecordScope scope) : thread_id_{thread_id}, scope_{scope} {}
  bool empty() const { return callbacks_.empty(); }

  struct StartEndPair {
    RecordFunctionCallback::StartCallback start_;
    RecordFunctionCallback::EndCallback end_;
  };
  using StartEndPairs = c10::SmallVector<StartEndPair, kSoftLimitCallbacks>;

  StartEndPairs callbacks_;
  uint64_t thread_id_{0};
  RecordScope scope_{RecordScope::FUNCTION};
  bool needs_inputs_{false};
  bool needs_outputs_{false};
  bool needs_ids_{false};
};

/// One recorded call: observers are started by before() and ended by end() or destruction.
struct TORCH_API RecordFunction {
  explicit RecordFunction(RecordScope scope = RecordScope::FUNCTION);
  explicit RecordFunction(StepCallbacks&& step_callbacks);

  using schema_ref_t = std::reference_wrapper<const c10::FunctionSchema>;
  using FunctionDescriptor = std::variant<std::string_view, schema_ref_t>;

  FLB_ON_USE void before(FunctionDescriptor fn, c10::ArrayRef<const c10::IValue> args,
                         int64_t current_sequence_nr = -1) {
    if (!isActive()) return;
    inputs_ = args;
    before(fn, current_sequence_nr);
  }
  FLB_ON_USE void before(FunctionDescriptor fn, c10::ArrayRef<const c10::IValue> args,
                         const std::unordered_map<std::string, IValue>* kwargs, int64_t current_sequence_nr = -1) {
    if (!isActive()) return;
    kwinputs_ = *kwargs;
    before(fn, args, current_sequence_nr);
  }
  FLB_ON_USE void before(FunctionDescriptor fn, const std::unordered_map<std::string, IValue>* kwargs,
                         int64_t current_sequence_nr = -1) {
    if (!isActive()) return;
    kwinputs_ = *kwargs;
    before(fn, current_sequence_nr);
  }
  FLB_ON_USE void before(FunctionDescriptor fn, const std::vector<IValue>* args, int64_t current_sequence_nr = -1) {
    before(fn, c10::ArrayRef<const c10::IValue>(args->data(), args->size()), current_sequence_nr);
  }
  FLB_ON_USE void before(FunctionDescriptor fn, const std::vector<IValue>* args,
                         const std::unordered_map<std::string, IValue>* kwargs, int64_t current_sequence_nr = -1) {
    if (!isActive()) return;
    kwinputs_ = *kwargs;
    before(std::move(fn), args, current_sequence_nr);
  }
  virtual ~RecordFunction();
  RecordFunction(const RecordFunction&) = delete;
  RecordFunction& operator=(const RecordFunction&) = delete;
  RecordFunction(RecordFunction&&) = delete;
  RecordFunction& operator=(RecordFunction&&) = delete;

  const char* name() const;
  const char* overload_name() const;
  int64_t seqNr() const { return sequence_nr_; }
  /// Valid during the start callbacks only.
  c10::ArrayRef<const IValue> inputs() const { return inputs_; }
  std::unordered_map<std::string, IValue> kwinputs() const { return kwinputs_; }
  const std::vector<c10::IValue>& outputs() const { return outputs_; }
  void setOutputs(std::vector<c10::IValue>&& outputs) { outputs_ = std::move(outputs); }
  FLB_ON_USE void setOutputs(c10::ArrayRef<c10::IValue> outputs) { outputs_ = outputs.vec(); }
  size_t num_inputs() const;
  size_t num_outputs() const;

  uint64_t threadId() const { return step_callbacks_.thread_id_; }
  /// For backward functions: the thread of the forward call.
  uint64_t forwardThreadId() const { return fwd_thread_id_; }
  void setForwardThreadId(uint64_t thread_id) { fwd_thread_id_ = thread_id; }
  RecordScope scope() const { return step_callbacks_.scope_; }
  static uint64_t currentThreadId();
  void before(FunctionDescriptor schema, int64_t sequence_nr = -1);
  static void setDefaultNodeId(int64_t defaultNodeId);
  static int64_t getDefaultNodeId();
  void end();
  /// The call ends in another thread.
  void _setAsync();
  bool isAsync() const;
  bool isNcclMeta() const { return is_nccl_meta_; }
  void _setStaticRuntimeOutVariant();
  bool isStaticRuntimeOutVariant() const;
  RecordFunctionHandle handle() const { return handle_; }
  std::optional<OperatorName> operator_name() const;
  std::optional<FunctionSchema> operator_schema() const;
  void setHandle(RecordFunctionHandle handle) { handle_ = handle; }
  bool isActive() const { return !step_callbacks_.empty(); }
  bool needsInputs() const { return step_callbacks_.needs_inputs_; }
  bool needsOutputs() const { return step_callbacks_.needs_outputs_; }
  int64_t debugHandle() const { return debug_handle_; }
  void setDebugHandle(int64_t debug_handle) { debug_handle_ = debug_handle; }
  void invalidateInputs() {}

 private:
  void runStartCallbacks();

  StepCallbacks step_callbacks_;
  bool called_start_callbacks_ = false;
  ObserverContextList ctx_;
  std::variant<std::string, schema_ref_t> fn_;
  int64_t sequence_nr_ = -1;
  c10::ArrayRef<const IValue> inputs_;
  std::unordered_map<std::string, IValue> kwinputs_;
  std::vector<c10::IValue> outputs_;
  uint64_t fwd_thread_id_ = 0;
  RecordFunctionHandle handle_{0};
  bool is_async_{false};
  int64_t debug_handle_{-1};
  bool is_static_runtime_out_variant_{false};
  bool is_nccl_meta_{false};
};

TORCH_API StepCallbacks getStepCallbacks(RecordScope scope);
/// Nothing if there are no observers: the fast path of every call.
TORCH_API std::optional<StepCallbacks> getStepCallbacksUnlessEmpty(RecordScope scope);

namespace detail {

template <typename Inputs, typename... Args>
void record_function_with_scope(RecordFunction& guard, RecordFunction::FunctionDescriptor fn, const Inputs& inputs,
                                Args&&... args) {
  if (guard.needsInputs()) {
    guard.before(fn, c10::ArrayRef<const c10::IValue>(inputs.data(), inputs.size()), std::forward<Args>(args)...);
  } else {
    guard.before(fn, std::forward<Args>(args)...);
  }
}
template <typename... Args>
void record_function_with_scope(RecordFunction& guard, RecordFunction::FunctionDescriptor fn,
                                c10::ArrayRef<const c10::IValue> inputs, Args&&... args) {
  return record_function_with_scope<c10::ArrayRef<const c10::IValue>, Args...>(guard, fn, inputs,
                                                                               std::forward<Args>(args)...);
}
template <typename Inputs, typename... Args>
void record_function_with_scope_and_debug_handle(RecordFunction& guard, RecordFunction::FunctionDescriptor fn,
                                                 int64_t debug_handle, const Inputs& inputs, Args&&... args) {
  guard.setDebugHandle(debug_handle);
  record_function_with_scope(guard, fn, inputs, std::forward<Args>(args)...);
}
template <typename... Args>
void record_function_with_scope_and_debug_handle(RecordFunction& guard, RecordFunction::FunctionDescriptor fn,
                                                 int64_t debug_handle, c10::ArrayRef<const c10::IValue> inputs,
                                                 Args&&... args) {
  guard.setDebugHandle(debug_handle);
  record_function_with_scope(guard, fn, inputs, std::forward<Args>(args)...);
}

}  // namespace detail

// Records until the end of the enclosing block.
#define RECORD_FUNCTION_WITH_SCOPE(scope, fn, inputs, ...)                      \
  at::RecordFunction guard(scope);                                              \
  if (guard.isActive()) {                                                       \
    ::at::detail::record_function_with_scope(guard, fn, inputs, ##__VA_ARGS__); \
  }
#define RECORD_FUNCTION_WITH_SCOPE_INPUTS_OUTPUTS(scope, fn, inputs, outputs, ...) \
  at::RecordFunction guard(scope);                                                 \
  if (guard.isActive()) {                                                          \
    if (guard.needsInputs()) {                                                     \
      guard.before(fn, inputs, ##__VA_ARGS__);                                     \
    } else {                                                                       \
      guard.before(fn, ##__VA_ARGS__);                                             \
    }                                                                              \
    if (guard.needsOutputs()) {                                                    \
      guard.setOutputs(outputs);                                                   \
    }                                                                              \
  }
#define RECORD_FUNCTION(fn, inputs, ...) \
  RECORD_FUNCTION_WITH_SCOPE(at::RecordScope::FUNCTION, fn, inputs, ##__VA_ARGS__)
#define RECORD_TORCHSCRIPT_FUNCTION(mn, inputs) \
  RECORD_FUNCTION_WITH_SCOPE(at::RecordScope::TORCHSCRIPT_FUNCTION, mn, inputs)
#define RECORD_FUNCTION_WITH_INPUTS_OUTPUTS(fn, inputs, outputs, ...) \
  RECORD_FUNCTION_WITH_SCOPE_INPUTS_OUTPUTS(at::RecordScope::FUNCTION, fn, inputs, outputs, ##__VA_ARGS__)
#define RECORD_USER_SCOPE(fn) \
  RECORD_FUNCTION_WITH_SCOPE(at::RecordScope::USER_SCOPE, fn, c10::ArrayRef<const c10::IValue>{})
#define RECORD_USER_SCOPE_WITH_INPUTS(fn, inputs) RECORD_FUNCTION_WITH_SCOPE(at::RecordScope::USER_SCOPE, fn, inputs)
#define RECORD_USER_SCOPE_WITH_KWARGS_ONLY(fn, kwargs) \
  RECORD_FUNCTION_WITH_SCOPE(at::RecordScope::USER_SCOPE, fn, c10::ArrayRef<const c10::IValue>{}, kwargs)
#define RECORD_WITH_SCOPE_DEBUG_HANDLE_AND_INPUTS(scope, fn, debug_handle, inputs, ...)                        \
  at::RecordFunction guard(scope);                                                                             \
  if (guard.isActive()) {                                                                                      \
    ::at::detail::record_function_with_scope_and_debug_handle(guard, fn, debug_handle, inputs, ##__VA_ARGS__); \
  }
#define RECORD_EDGE_SCOPE_WITH_DEBUG_HANDLE_AND_INPUTS(fn, debug_handle, inputs) \
  RECORD_WITH_SCOPE_DEBUG_HANDLE_AND_INPUTS(at::RecordScope::LITE_INTERPRETER, fn, debug_handle, inputs)
#define RECORD_OUTPUTS(outputs)                                                 \
  if (guard.needsOutputs()) {                                                   \
    guard.setOutputs(std::vector<c10::IValue>(outputs.begin(), outputs.end())); \
  }

// Observers of this thread, and of all. A handle stands for one registration.
TORCH_API CallbackHandle addThreadLocalCallback(RecordFunctionCallback cb);
TORCH_API bool hasThreadLocalCallbacks();
TORCH_API void clearThreadLocalCallbacks();
TORCH_API CallbackHandle addGlobalCallback(RecordFunctionCallback cb);
TORCH_API void removeCallback(CallbackHandle handle);
TORCH_API void disableCallback(CallbackHandle handle);
TORCH_API void reenableCallback(CallbackHandle handle);
TORCH_API bool hasGlobalCallbacks();
TORCH_API void clearGlobalCallbacks();
TORCH_API bool hasCallbacks();
TORCH_API void clearCallbacks();
/// For this thread.
TORCH_API void enableRecordFunction(bool enable = true);
TORCH_API bool isRecordFunctionEnabled();

class TORCH_API RecordFunctionGuard {
 public:
  explicit RecordFunctionGuard(bool is_enabled = true) : prev_value_(isRecordFunctionEnabled()) {
    enableRecordFunction(is_enabled);
  }
  RecordFunctionGuard(RecordFunctionGuard&&) = delete;
  RecordFunctionGuard(const RecordFunctionGuard&) = delete;
  RecordFunctionGuard& operator=(const RecordFunctionGuard&) = delete;
  RecordFunctionGuard& operator=(RecordFunctionGuard&&) = delete;
  virtual ~RecordFunctionGuard() { enableRecordFunction(prev_value_); }

 private:
  bool prev_value_ = false;
};
class TORCH_API DisableRecordFunctionGuard : public RecordFunctionGuard {
 public:
  DisableRecordFunctionGuard() : RecordFunctionGuard(false) {}
  ~DisableRecordFunctionGuard() override = default;
};

struct TORCH_API RecordFunctionTLS {
  RecordFunctionCallbacks sorted_tls_callbacks_;
  bool tls_record_function_enabled_ = true;
};
TORCH_API const RecordFunctionTLS& get_record_function_tls_();
TORCH_API void set_record_function_tls_(const RecordFunctionTLS& tls);
TORCH_API void set_record_function_seed_for_testing(uint32_t seed);

}  // namespace at
