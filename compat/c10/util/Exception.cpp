#include <c10/util/Exception.h>
#include <c10/util/Logging.h>
#include <c10/util/Type.h>

#include <cstdio>

namespace c10 {

Error::Error(std::string msg, Backtrace backtrace, const void* caller)
    : msg_(std::move(msg)), backtrace_(std::move(backtrace)), caller_(caller) {
  refresh_what();
}

Error::Error(const char* file, const uint32_t line, const char* condition, const std::string& msg, Backtrace backtrace,
             const void* caller)
    : Error(str("[enforce fail at ", detail::StripBasename(file), ":", line, "] ", condition, ". ", msg),
            std::move(backtrace), caller) {}

namespace {

// "Exception raised from f at file:line (most recent call first):", then the frames.
class Raised final : public OptimisticLazyValue<std::string> {
 public:
  Raised(SourceLocation where, Backtrace frames) : where_(where), frames_(std::move(frames)) {}

 private:
  std::string compute() const override {
    return str("Exception raised from ", where_, " (most recent call first):\n", frames_->get());
  }
  SourceLocation where_;
  Backtrace frames_;
};

}  // namespace

Error::Error(SourceLocation source_location, std::string msg)
    : Error(std::move(msg), std::make_shared<Raised>(source_location, get_lazy_backtrace(/*frames_to_skip=*/2))) {}

std::string Error::compute_what(bool include_backtrace) const {
  std::string text = msg_;
  if (context_.size() == 1) {
    text += " (" + context_[0] + ")";
  } else {
    for (const auto& line : context_) text += "\n  " + line;
  }
  if (include_backtrace && backtrace_) text += "\n" + backtrace_->get();
  return text;
}

void Error::refresh_what() {
  what_.reset();
  what_without_backtrace_ = compute_what(/*include_backtrace=*/false);
}

void Error::add_context(std::string msg) {
  context_.push_back(std::move(msg));
  refresh_what();
}

const Backtrace& Error::backtrace() const { return backtrace_; }

const char* Error::what() const noexcept {
  return what_
      .ensure([this] {
        try {
          return compute_what(/*include_backtrace=*/true);
        } catch (...) {
          return std::string("<Error computing Error::what()>");
        }
      })
      .c_str();
}

#define FLAMBEAU_ERROR_CONSTRUCTOR(name, base) \
  name::name(SourceLocation source_location, std::string msg) : base(source_location, std::move(msg)) {}
FLAMBEAU_ERROR_CONSTRUCTOR(ErrorAlwaysShowCppStacktrace, Error)
FLAMBEAU_ERROR_CONSTRUCTOR(IndexError, Error)
FLAMBEAU_ERROR_CONSTRUCTOR(ValueError, Error)
FLAMBEAU_ERROR_CONSTRUCTOR(TypeError, Error)
FLAMBEAU_ERROR_CONSTRUCTOR(NotImplementedError, Error)
FLAMBEAU_ERROR_CONSTRUCTOR(BufferError, Error)
FLAMBEAU_ERROR_CONSTRUCTOR(EnforceFiniteError, Error)
FLAMBEAU_ERROR_CONSTRUCTOR(OnnxfiBackendSystemError, Error)
FLAMBEAU_ERROR_CONSTRUCTOR(LinAlgError, Error)
FLAMBEAU_ERROR_CONSTRUCTOR(OutOfMemoryError, Error)
FLAMBEAU_ERROR_CONSTRUCTOR(SyntaxError, Error)
FLAMBEAU_ERROR_CONSTRUCTOR(DistError, Error)
FLAMBEAU_ERROR_CONSTRUCTOR(DistBackendError, DistError)
FLAMBEAU_ERROR_CONSTRUCTOR(DistStoreError, DistError)
FLAMBEAU_ERROR_CONSTRUCTOR(DistNetworkError, DistError)
FLAMBEAU_ERROR_CONSTRUCTOR(DistQueueEmptyError, DistStoreError)
#undef FLAMBEAU_ERROR_CONSTRUCTOR

namespace detail {

void torchCheckFail(const char* func, const char* file, uint32_t line, const std::string& msg) {
  throw ::c10::Error({func, file, line}, msg);
}
void torchCheckFail(const char* func, const char* file, uint32_t line, const char* msg) {
  throw ::c10::Error({func, file, line}, msg);
}
void torchInternalAssertFail(const char* func, const char* file, uint32_t line, const char* condMsg,
                             const char* userMsg) {
  torchCheckFail(func, file, line, std::string(condMsg) + userMsg);
}
void torchInternalAssertFail(const char* func, const char* file, uint32_t line, const char* condMsg,
                             const std::string& userMsg) {
  torchCheckFail(func, file, line, condMsg + userMsg);
}

}  // namespace detail

std::string GetExceptionString(const std::exception& e) {
#ifdef __GXX_RTTI
  return demangle(typeid(e).name()) + ": " + e.what();
#else
  return std::string("Exception (no RTTI available): ") + e.what();
#endif
}

Warning::Warning(warning_variant_t type, const SourceLocation& source_location, std::string msg, bool verbatim)
    : type_(type), source_location_(source_location), msg_(std::move(msg)), verbatim_(verbatim) {}
Warning::Warning(warning_variant_t type, SourceLocation source_location, const char* msg, bool verbatim)
    : Warning(type, source_location, std::string(msg), verbatim) {}
Warning::Warning(warning_variant_t type, SourceLocation source_location, detail::CompileTimeEmptyString /*msg*/,
                 bool verbatim)
    : Warning(type, source_location, std::string(), verbatim) {}

Warning::warning_variant_t Warning::type() const { return type_; }
const SourceLocation& Warning::source_location() const { return source_location_; }
const std::string& Warning::msg() const { return msg_; }
bool Warning::verbatim() const { return verbatim_; }

void WarningHandler::process(const Warning& warning) {
  const auto& where = warning.source_location();
  LOG_AT_FILE_LINE(WARNING, where.file, where.line)
      << "Warning: " << warning.msg() << " (function " << where.function << ")";
}

namespace WarningUtils {
namespace {

constinit thread_local WarningHandler* current_handler = nullptr;
constinit bool warn_always = false;

WarningHandler* base_handler() {
  static WarningHandler handler;
  return &handler;
}

}  // namespace

void set_warning_handler(WarningHandler* handler) noexcept(true) { current_handler = handler; }
WarningHandler* get_warning_handler() noexcept(true) {
  return current_handler != nullptr ? current_handler : base_handler();
}
void set_warnAlways(bool setting) noexcept(true) { warn_always = setting; }
bool get_warnAlways() noexcept(true) { return warn_always; }

WarnAlways::WarnAlways(bool setting) : prev_setting(get_warnAlways()) { set_warnAlways(setting); }
WarnAlways::~WarnAlways() { set_warnAlways(prev_setting); }

}  // namespace WarningUtils

void warn(const Warning& warning) { WarningUtils::get_warning_handler()->process(warning); }

}  // namespace c10
