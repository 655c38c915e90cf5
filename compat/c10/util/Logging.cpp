#include <c10/util/Logging.h>
#include <c10/util/env.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <iomanip>
#include <unordered_map>

namespace c10 {

namespace {

// Replaceable by the user; kept for ever, as others may log from their destructors.
template <class Function>
struct Hook {
  Function call;
};

template <class Function, class Tag>
Function& hook(Function initial = nullptr) {
  static auto* kept = new Function(std::move(initial));
  return *kept;
}

using StackTrace = std::function<::c10::Backtrace()>;
StackTrace& stack_trace() {
  return hook<StackTrace, struct StackTraceTag>([] { return get_lazy_backtrace(/*frames_to_skip=*/1); });
}

using UsageLogger = std::function<void(const std::string&)>;
UsageLogger& usage_logger() {
  const bool to_stderr = utils::check_env("PYTORCH_API_USAGE_STDERR").value_or(false);
  return hook<UsageLogger, struct UsageTag>(to_stderr ? UsageLogger([](const std::string& context) {
    std::fprintf(stderr, "PYTORCH_API_USAGE %s\n", context.c_str());
  })
                                                      : nullptr);
}

using MetadataLogger = std::function<void(const std::string&, const std::map<std::string, std::string>&)>;
MetadataLogger& metadata_logger() { return hook<MetadataLogger, struct MetadataTag>(); }

using DdpLogger = std::function<void(const DDPLoggingData&)>;
DdpLogger& ddp_logger() { return hook<DdpLogger, struct DdpTag>(); }

using Handlers = std::unordered_map<std::string, std::unique_ptr<EventSampledHandler>>;
Handlers& event_handlers() { return hook<Handlers, struct HandlersTag>(Handlers()); }

constinit int64_t global_rank = -1;

[[noreturn]] void fail(c10::Error error) {
  if (FLAGS_caffe2_use_fatal_for_enforce) LOG(FATAL) << error.msg();
  throw error;
}

}  // namespace

void SetStackTraceFetcher(std::function<::c10::Backtrace()> fetcher) { stack_trace() = std::move(fetcher); }

void SetStackTraceFetcher(std::function<std::string()> fetcher) {
  SetStackTraceFetcher(StackTrace(
      [fetcher = std::move(fetcher)] { return std::make_shared<PrecomputedLazyValue<std::string>>(fetcher()); }));
}

void ThrowEnforceNotMet(const char* file, const int line, const char* condition, const std::string& msg,
                        const void* caller) {
  fail(c10::Error(file, static_cast<uint32_t>(line), condition, msg, stack_trace()(), caller));
}

void ThrowEnforceNotMet(const char* file, const int line, const char* condition, const char* msg, const void* caller) {
  ThrowEnforceNotMet(file, line, condition, std::string(msg), caller);
}

void ThrowEnforceFiniteNotMet(const char* file, const int line, const char* condition, const std::string& msg,
                              const void* caller) {
  throw c10::EnforceFiniteError(file, static_cast<uint32_t>(line), condition, msg, stack_trace()(), caller);
}

void ThrowEnforceFiniteNotMet(const char* file, const int line, const char* condition, const char* msg,
                              const void* caller) {
  ThrowEnforceFiniteNotMet(file, line, condition, std::string(msg), caller);
}

void SetAPIUsageLogger(std::function<void(const std::string&)> logger) {
  TORCH_CHECK(logger);
  usage_logger() = std::move(logger);
}

void LogAPIUsage(const std::string& context) {
  if (const auto& log = usage_logger()) log(context);
}

void SetAPIUsageMetadataLogger(
    std::function<void(const std::string&, const std::map<std::string, std::string>& metadata_map)> logger) {
  TORCH_CHECK(logger);
  metadata_logger() = std::move(logger);
}

void LogAPIUsageMetadata(const std::string& context, const std::map<std::string, std::string>& metadata_map) {
  if (const auto& log = metadata_logger()) log(context, metadata_map);
}

void SetPyTorchDDPUsageLogger(std::function<void(const DDPLoggingData&)> logger) {
  TORCH_CHECK(logger);
  ddp_logger() = std::move(logger);
}

void LogPyTorchDDPUsage(const DDPLoggingData& ddpData) {
  if (const auto& log = ddp_logger()) log(ddpData);
}

bool detail::LogAPIUsageFakeReturn(const std::string& context) {
  LogAPIUsage(context);
  return true;
}

void InitEventSampledHandlers(std::vector<std::pair<std::string_view, std::unique_ptr<EventSampledHandler>>> handlers) {
  static const bool once [[maybe_unused]] = [&] {
    for (auto& [event, handler] : handlers) event_handlers()[std::string(event)] = std::move(handler);
    return true;
  }();
}

const std::unique_ptr<EventSampledHandler>& GetEventSampledHandler(std::string_view event) {
  // Created here where it is not there yet, so that the reference a call site keeps is filled in later.
  static auto* mutex = new std::mutex;
  const std::lock_guard<std::mutex> guard(*mutex);
  return event_handlers()[std::string(event)];
}

void SetGlobalRank(int64_t rank) { global_rank = rank; }

bool InitCaffeLogging(int* argc, char** /*argv*/) {
  if (*argc == 0) return true;
  if (!c10::CommandLineFlagsHasBeenParsed()) {
    std::fputs(
        "InitCaffeLogging() has to be called after c10::ParseCommandLineFlags. Modify your program to make sure of "
        "this.\n",
        stderr);
    return false;
  }
  if (FLAGS_caffe2_log_level > GLOG_FATAL) {
    std::fprintf(stderr, "The log level of Caffe2 has to be no larger than GLOG_FATAL(%d). Capping it to GLOG_FATAL.\n",
                 GLOG_FATAL);
    FLAGS_caffe2_log_level = GLOG_FATAL;
  }
  return true;
}

void UpdateLoggingLevelsFromFlags() {}

void ShowLogInfoToStderr() { FLAGS_caffe2_log_level = GLOG_INFO; }

void initLogging() {
  const auto level = utils::get_env("TORCH_CPP_LOG_LEVEL");
  if (!level || level->empty()) return;
  const std::unordered_map<std::string, int> names = {
      {"INFO", GLOG_INFO}, {"WARNING", GLOG_WARNING}, {"ERROR", GLOG_ERROR}, {"FATAL", GLOG_FATAL},
      {"0", GLOG_INFO},    {"1", GLOG_WARNING},       {"2", GLOG_ERROR},     {"3", GLOG_FATAL}};
  std::string name = *level;
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::toupper(c); });
  if (const auto it = names.find(name); it != names.end()) {
    FLAGS_caffe2_log_level = it->second;
  } else {
    std::fputs(
        "`TORCH_CPP_LOG_LEVEL` environment variable cannot be parsed. Valid values are `INFO`, `WARNING`, `ERROR`, "
        "and `FATAL` or their numerical equivalents `0`, `1`, `2`, and `3`.\n",
        stderr);
  }
}

MessageLogger::MessageLogger(SourceLocation source_location, int severity, bool exit_on_fatal)
    : severity_(severity), exit_on_fatal_(exit_on_fatal), source_location_(source_location) {
  if (severity_ < FLAGS_caffe2_log_level) return;
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const auto nanoseconds = std::chrono::duration_cast<std::chrono::nanoseconds>(now).count();
  const std::time_t seconds = nanoseconds / 1000000000;
  std::tm local{};
  localtime_r(&seconds, &local);
  if (global_rank != -1) stream_ << "[rank" << global_rank << "]:";
  // "[W1122 13:25:12.418761395 file.cpp:40] "
  stream_ << '[' << CAFFE2_SEVERITY_PREFIX[std::min(4, GLOG_FATAL - severity_)] << std::setfill('0') << std::setw(2)
          << local.tm_mon + 1 << std::setw(2) << local.tm_mday << ' ' << std::setw(2) << local.tm_hour << ':'
          << std::setw(2) << local.tm_min << ':' << std::setw(2) << local.tm_sec << '.' << std::setw(9)
          << nanoseconds % 1000000000 << std::setfill(' ') << ' ' << detail::StripBasename(source_location_.file) << ':'
          << source_location_.line << "] ";
}

MessageLogger::~MessageLogger() noexcept(false) {
  if (severity_ < FLAGS_caffe2_log_level) return;
  stream_ << '\n';
  std::fputs(stream_.str().c_str(), stderr);
  if (severity_ == GLOG_FATAL) DealWithFatal();
}

std::stringstream& MessageLogger::stream() { return stream_; }

void MessageLogger::DealWithFatal() {
  if (exit_on_fatal_) std::abort();
  throw c10::Error(stream_.str(), nullptr, nullptr);
}

}  // namespace c10
