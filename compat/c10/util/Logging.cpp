#include <c10/util/Logging.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <iostream>
#include <mutex>
#include <unordered_map>

C10_DEFINE_int(caffe2_log_level, c10::GLOG_WARNING, "The minimum log level that caffe2 will output.")
    C10_DEFINE_bool(caffe2_use_fatal_for_enforce, false,
                    "If set true, when CAFFE_ENFORCE is not met, abort instead of throwing an exception.")

        namespace c10 {
  namespace {

  int64_t global_rank = -1;

  /// A callable that users may replace; made at first use.
  template <class Function>
  Function& replaceable() {
    static Function function;
    return function;
  }
  using UsageLogger = std::function<void(const std::string&)>;
  using MetadataLogger = std::function<void(const std::string&, const std::map<std::string, std::string>&)>;
  using DDPLogger = std::function<void(const DDPLoggingData&)>;

  std::string failed(const char* file, int line, const char* condition, const std::string& message) {
    return c10::str("[enforce fail at ", detail::StripBasename(file), ":", line, "] ", condition, ". ", message);
  }

  std::unordered_map<std::string, std::unique_ptr<EventSampledHandler>>& handlers() {
    static auto& map = *new std::unordered_map<std::string, std::unique_ptr<EventSampledHandler>>();
    return map;
  }

  }  // namespace

  void ThrowEnforceNotMet(const char* file, const int line, const char* condition, const std::string& msg,
                          const void* caller) {
    const Error error(file, static_cast<uint32_t>(line), condition, msg, nullptr, caller);
    if (FLAGS_caffe2_use_fatal_for_enforce) LOG(FATAL) << error.msg();
    throw error;
  }
  void ThrowEnforceNotMet(const char* file, const int line, const char* condition, const char* msg,
                          const void* caller) {
    ThrowEnforceNotMet(file, line, condition, std::string(msg), caller);
  }
  void ThrowEnforceFiniteNotMet(const char* file, const int line, const char* condition, const std::string& msg,
                                const void*) {
    throw EnforceFiniteError({__func__, file, static_cast<uint32_t>(line)}, failed(file, line, condition, msg));
  }
  void ThrowEnforceFiniteNotMet(const char* file, const int line, const char* condition, const char* msg,
                                const void* caller) {
    ThrowEnforceFiniteNotMet(file, line, condition, std::string(msg), caller);
  }

  MessageLogger::MessageLogger(SourceLocation source_location, int severity, bool exit_on_fatal)
      : severity_(severity), exit_on_fatal_(exit_on_fatal), source_location_(source_location) {}

  MessageLogger::~MessageLogger() noexcept(false) {
    if (severity_ < FLAGS_caffe2_log_level) return;
    if (severity_ == GLOG_FATAL) DealWithFatal();
    const int prefix = std::clamp(GLOG_FATAL - severity_, 0, 4);
    std::cerr << '[' << CAFFE2_SEVERITY_PREFIX[prefix];
    if (global_rank != -1) std::cerr << " rank" << global_rank;
    std::cerr << ' ' << detail::StripBasename(source_location_.file) << ':' << source_location_.line << "] "
              << stream_.str() << std::endl;
    if (severity_ == GLOG_FATAL) std::abort();
  }

  std::stringstream& MessageLogger::stream() { return stream_; }

  void MessageLogger::DealWithFatal() {
    if (!exit_on_fatal_) throw c10::Error(stream_.str(), nullptr, nullptr);
  }

  bool InitCaffeLogging(int* argc, char**) {
    if (*argc == 0) return true;
    UpdateLoggingLevelsFromFlags();
    return true;
  }
  void UpdateLoggingLevelsFromFlags() { FLAGS_caffe2_log_level = std::min(FLAGS_caffe2_log_level, GLOG_FATAL); }
  void ShowLogInfoToStderr() { FLAGS_caffe2_log_level = GLOG_INFO; }
  void initLogging() {
    if (const char* level = std::getenv("TORCH_CPP_LOG_LEVEL")) {
      constexpr const char* kNames[] = {"INFO", "WARNING", "ERROR", "FATAL"};
      for (int i = 0; i < 4; ++i) {
        if (std::string_view(level) == kNames[i] || std::string_view(level) == std::to_string(i))
          FLAGS_caffe2_log_level = i;
      }
    }
  }
  void SetGlobalRank(int64_t rank) { global_rank = rank; }
  void SetStackTraceFetcher(std::function<::c10::Backtrace()>) {}
  void SetStackTraceFetcher(std::function<std::string()>) {}

  void InitEventSampledHandlers(std::vector<std::pair<std::string_view, std::unique_ptr<EventSampledHandler>>> list) {
    for (auto& [event, handler] : list) handlers()[std::string(event)] = std::move(handler);
  }
  const std::unique_ptr<EventSampledHandler>& GetEventSampledHandler(std::string_view event) {
    return handlers()[std::string(event)];
  }

  void SetAPIUsageLogger(UsageLogger logger) { replaceable<UsageLogger>() = std::move(logger); }
  void LogAPIUsage(const std::string& context) {
    if (const auto& logger = replaceable<UsageLogger>()) logger(context);
  }
  void SetAPIUsageMetadataLogger(MetadataLogger logger) { replaceable<MetadataLogger>() = std::move(logger); }
  void LogAPIUsageMetadata(const std::string& context, const std::map<std::string, std::string>& metadata_map) {
    if (const auto& logger = replaceable<MetadataLogger>()) logger(context, metadata_map);
  }
  void SetPyTorchDDPUsageLogger(DDPLogger logger) { replaceable<DDPLogger>() = std::move(logger); }
  void LogPyTorchDDPUsage(const DDPLoggingData& ddpData) {
    if (const auto& logger = replaceable<DDPLogger>()) logger(ddpData);
  }
  bool detail::LogAPIUsageFakeReturn(const std::string& context) {
    LogAPIUsage(context);
    return true;
  }

}  // namespace c10
