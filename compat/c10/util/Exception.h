// Mirrors <c10/util/Exception.h> of PyTorch 2.13.
#pragma once

#include <c10/macros/Macros.h>
#include <c10/util/Backtrace.h>
#include <c10/util/Lazy.h>
#include <c10/util/StringUtil.h>
#include <c10/util/light_std.h>
#include <torch/headeronly/util/Exception.h>

#include <cstdint>
#include <exception>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace c10 {

// The root of all exceptions. what() is the message, its context and the backtrace; Python sees the part without
// backtrace.
class C10_API Error : public std::exception {
 private:
  std::string msg_;
  std::vector<std::string> context_;
  Backtrace backtrace_;
  mutable OptimisticLazy<std::string> what_;
  std::string what_without_backtrace_;
  const void* caller_;

 public:
  Error(SourceLocation source_location, std::string msg);
  Error(const char* file, const uint32_t line, const char* condition, const std::string& msg, Backtrace backtrace,
        const void* caller = nullptr);
  Error(std::string msg, Backtrace backtrace = nullptr, const void* caller = nullptr);

  void add_context(std::string msg);
  const std::string& msg() const { return msg_; }
  const std::vector<std::string>& context() const { return context_; }
  const Backtrace& backtrace() const;
  const char* what() const noexcept override;
  const void* caller() const noexcept { return caller_; }
  virtual const char* what_without_backtrace() const noexcept { return what_without_backtrace_.c_str(); }

 private:
  void refresh_what();
  std::string compute_what(bool include_backtrace) const;
};

class C10_API Warning {
 public:
  class C10_API UserWarning {};
  class C10_API DeprecationWarning {};
  using warning_variant_t = std::variant<UserWarning, DeprecationWarning>;

  Warning(warning_variant_t type, const SourceLocation& source_location, std::string msg, bool verbatim);
  Warning(warning_variant_t type, SourceLocation source_location, const char* msg, bool verbatim);
  Warning(warning_variant_t type, SourceLocation source_location, ::c10::detail::CompileTimeEmptyString msg,
          bool verbatim);

  warning_variant_t type() const;
  const SourceLocation& source_location() const;
  const std::string& msg() const;
  bool verbatim() const;

 private:
  warning_variant_t type_;
  SourceLocation source_location_;
  std::string msg_;
  bool verbatim_;
};

using UserWarning = Warning::UserWarning;
using DeprecationWarning = Warning::DeprecationWarning;

void C10_API warn(const Warning& warning);

class C10_API WarningHandler {
 public:
  virtual ~WarningHandler() = default;
  virtual void process(const Warning& warning);
};

namespace WarningUtils {

// The handler is this thread's.
C10_API void set_warning_handler(WarningHandler* handler) noexcept(true);
C10_API WarningHandler* get_warning_handler() noexcept(true);

class C10_API WarningHandlerGuard {
  WarningHandler* prev_handler_;

 public:
  WarningHandlerGuard(WarningHandler* new_handler) : prev_handler_(c10::WarningUtils::get_warning_handler()) {
    c10::WarningUtils::set_warning_handler(new_handler);
  }
  WarningHandlerGuard(WarningHandlerGuard&& other) = delete;
  WarningHandlerGuard(const WarningHandlerGuard&) = delete;
  WarningHandlerGuard& operator=(const WarningHandlerGuard&) = delete;
  WarningHandlerGuard& operator=(WarningHandlerGuard&&) = delete;
  ~WarningHandlerGuard() { c10::WarningUtils::set_warning_handler(prev_handler_); }
};

// Whether TORCH_WARN_ONCE warns each time.
C10_API void set_warnAlways(bool) noexcept(true);
C10_API bool get_warnAlways() noexcept(true);

struct C10_API WarnAlways {
 public:
  explicit WarnAlways(bool setting = true);
  ~WarnAlways();

 private:
  bool prev_setting;
};

}  // namespace WarningUtils

class C10_API ErrorAlwaysShowCppStacktrace : public Error {
 public:
  using Error::Error;
  ErrorAlwaysShowCppStacktrace(SourceLocation source_location, std::string msg);
  const char* what_without_backtrace() const noexcept override { return what(); }
};

#define FLAMBEAU_ERROR_CLASS(name, base)                   \
  class C10_API name : public base {                       \
   public:                                                 \
    using base::base;                                      \
    name(SourceLocation source_location, std::string msg); \
  };
FLAMBEAU_ERROR_CLASS(IndexError, Error)
FLAMBEAU_ERROR_CLASS(ValueError, Error)
FLAMBEAU_ERROR_CLASS(TypeError, Error)
FLAMBEAU_ERROR_CLASS(NotImplementedError, Error)
FLAMBEAU_ERROR_CLASS(BufferError, Error)
FLAMBEAU_ERROR_CLASS(EnforceFiniteError, Error)
FLAMBEAU_ERROR_CLASS(OnnxfiBackendSystemError, Error)
FLAMBEAU_ERROR_CLASS(LinAlgError, Error)
FLAMBEAU_ERROR_CLASS(OutOfMemoryError, Error)
FLAMBEAU_ERROR_CLASS(SyntaxError, Error)
FLAMBEAU_ERROR_CLASS(DistError, Error)
FLAMBEAU_ERROR_CLASS(DistBackendError, DistError)
FLAMBEAU_ERROR_CLASS(DistStoreError, DistError)
FLAMBEAU_ERROR_CLASS(DistNetworkError, DistError)
FLAMBEAU_ERROR_CLASS(DistQueueEmptyError, DistStoreError)
#undef FLAMBEAU_ERROR_CLASS

class C10_API AcceleratorError : public Error {
  int32_t error_code;

 public:
  FLB_ON_USE AcceleratorError(SourceLocation loc, int32_t code, std::string msg)
      : Error(loc, std::move(msg)), error_code(code) {}
  int32_t get_error_code() const { return error_code; }
};

C10_API std::string GetExceptionString(const std::exception& e);

namespace detail {

template <typename... Args>
std::string torchCheckMsgImpl(const char* /*absent*/, const Args&... args) {
  return ::c10::str(args...);
}
inline C10_API const char* torchCheckMsgImpl(const char* msg) { return msg; }
inline C10_API const char* torchCheckMsgImpl(const char* /*absent*/, const char* args) { return args; }

[[noreturn]] C10_API void torchCheckFail(const char* func, const char* file, uint32_t line, const std::string& msg);
[[noreturn]] C10_API void torchCheckFail(const char* func, const char* file, uint32_t line, const char* msg);
[[noreturn]] C10_API void torchInternalAssertFail(const char* func, const char* file, uint32_t line,
                                                  const char* condMsg, const char* userMsg);
[[noreturn]] inline C10_API void torchInternalAssertFail(const char* func, const char* file, uint32_t line,
                                                         const char* condMsg, ::c10::detail::CompileTimeEmptyString) {
  torchCheckFail(func, file, line, condMsg);
}
[[noreturn]] C10_API void torchInternalAssertFail(const char* func, const char* file, uint32_t line,
                                                  const char* condMsg, const std::string& userMsg);

inline void deprecated_AT_ERROR() {}
inline void deprecated_AT_ASSERT() {}
inline void deprecated_AT_ASSERTM() {}

}  // namespace detail
}  // namespace c10

#define C10_THROW_ERROR(err_type, msg) throw ::c10::err_type({__func__, __FILE__, static_cast<uint32_t>(__LINE__)}, msg)
#define C10_BUILD_ERROR(err_type, msg) ::c10::err_type({__func__, __FILE__, static_cast<uint32_t>(__LINE__)}, msg)
#define C10_EXPAND_MSVC_WORKAROUND(x) x

#define TORCH_RETHROW(e, ...)               \
  do {                                      \
    e.add_context(::c10::str(__VA_ARGS__)); \
    throw;                                  \
  } while (false)

// For what only a bug in the library can break.
#define TORCH_INTERNAL_ASSERT(cond, ...)                                                                            \
  if (C10_UNLIKELY_OR_CONST(!(cond))) {                                                                             \
    ::c10::detail::torchInternalAssertFail(__func__, __FILE__, static_cast<uint32_t>(__LINE__),                     \
                                           #cond                                                                    \
                                           " INTERNAL ASSERT FAILED at " C10_STRINGIZE(__FILE__) ":" C10_STRINGIZE( \
                                               __LINE__) ", please report a bug to PyTorch. ",                      \
                                           c10::str(__VA_ARGS__));                                                  \
  }

#define TORCH_CHECK_MSG(cond, type, ...)                                                              \
  (::c10::detail::torchCheckMsgImpl(                                                                  \
      "Expected " #cond                                                                               \
      " to be true, but got false.  (Could this error message be improved?  If so, please report an " \
      "enhancement request to PyTorch.)",                                                             \
      ##__VA_ARGS__))
#define TORCH_CHECK_WITH_MSG(error_t, cond, type, ...)                  \
  if (C10_UNLIKELY_OR_CONST(!(cond))) {                                 \
    C10_THROW_ERROR(error_t, TORCH_CHECK_MSG(cond, type, __VA_ARGS__)); \
  }
#define TORCH_CHECK_WITH(error_t, cond, ...) TORCH_CHECK_WITH_MSG(error_t, cond, "", __VA_ARGS__)

// For what a user can get wrong.
#define TORCH_CHECK(cond, ...)                                                         \
  if (C10_UNLIKELY_OR_CONST(!(cond))) {                                                \
    ::c10::detail::torchCheckFail(__func__, __FILE__, static_cast<uint32_t>(__LINE__), \
                                  TORCH_CHECK_MSG(cond, "", ##__VA_ARGS__));           \
  }
#define TORCH_CHECK_IF_NOT_ON_CUDA(cond, ...) TORCH_CHECK(cond, ##__VA_ARGS__)

#ifdef NDEBUG
#define TORCH_INTERNAL_ASSERT_DEBUG_ONLY(...) \
  while (false) TORCH_INTERNAL_ASSERT(__VA_ARGS__)
#define TORCH_INTERNAL_ASSERT_FALSE_OR_RETURN(...) \
  do {                                             \
    return __VA_ARGS__;                            \
  } while (0)
#else
#define TORCH_INTERNAL_ASSERT_DEBUG_ONLY(...) TORCH_INTERNAL_ASSERT(__VA_ARGS__)
#define TORCH_INTERNAL_ASSERT_FALSE_OR_RETURN(...) TORCH_INTERNAL_ASSERT(false)
#endif

#define TORCH_CHECK_LINALG(cond, ...) TORCH_CHECK_WITH_MSG(LinAlgError, cond, "LINALG", __VA_ARGS__)
#define TORCH_CHECK_INDEX(cond, ...) TORCH_CHECK_WITH_MSG(IndexError, cond, "INDEX", __VA_ARGS__)
#define TORCH_CHECK_VALUE(cond, ...) TORCH_CHECK_WITH_MSG(ValueError, cond, "VALUE", __VA_ARGS__)
#define TORCH_CHECK_TYPE(cond, ...) TORCH_CHECK_WITH_MSG(TypeError, cond, "TYPE", __VA_ARGS__)
#define TORCH_CHECK_NOT_IMPLEMENTED(cond, ...) TORCH_CHECK_WITH_MSG(NotImplementedError, cond, "TYPE", __VA_ARGS__)
#define TORCH_CHECK_BUFFER(cond, ...) TORCH_CHECK_WITH_MSG(BufferError, cond, "TYPE", __VA_ARGS__)
#define TORCH_CHECK_ALWAYS_SHOW_CPP_STACKTRACE(cond, ...) \
  TORCH_CHECK_WITH_MSG(ErrorAlwaysShowCppStacktrace, cond, "TYPE", ##__VA_ARGS__)
#define TORCH_CHECK_ARG(cond, argN, ...) TORCH_CHECK(cond, "invalid argument ", argN, ": ", __VA_ARGS__)

#define WARNING_MESSAGE_STRING(...) ::c10::str(__VA_ARGS__)
#ifdef DISABLE_WARN
#define _TORCH_WARN_WITH(...) ((void)0);
#define TORCH_WARN_ONCE(...) ((void)0);
#else
#define _TORCH_WARN_WITH(warning_t, ...)                                                         \
  ::c10::warn(::c10::Warning(warning_t(), {__func__, __FILE__, static_cast<uint32_t>(__LINE__)}, \
                             WARNING_MESSAGE_STRING(__VA_ARGS__), false));
#define TORCH_WARN_ONCE(...)                   \
  if (::c10::WarningUtils::get_warnAlways()) { \
    TORCH_WARN(__VA_ARGS__);                   \
  } else {                                     \
    _TORCH_WARN_ONCE(__VA_ARGS__);             \
  }
#endif
#define TORCH_WARN(...) _TORCH_WARN_WITH(::c10::UserWarning, __VA_ARGS__);
#define TORCH_WARN_DEPRECATION(...) _TORCH_WARN_WITH(::c10::DeprecationWarning, __VA_ARGS__);
#define _TORCH_WARN_ONCE(...)                                                         \
  [[maybe_unused]] static const auto C10_ANONYMOUS_VARIABLE(torch_warn_once_) = [&] { \
    TORCH_WARN(__VA_ARGS__);                                                          \
    return true;                                                                      \
  }()

// The comparisons below stream into a MessageLogger: include <c10/util/Logging.h> to use them.
#ifndef FATAL_IF
#define FATAL_IF(condition) \
  condition                 \
      ? (void)0             \
      : ::c10::LoggerVoidify() & ::c10::MessageLogger(::c10::SourceLocation::current(), ::c10::GLOG_FATAL).stream()
#endif
#ifndef NON_FATAL_IF
#define NON_FATAL_IF(condition)        \
  condition ? (void)0                  \
            : ::c10::LoggerVoidify() & \
                  ::c10::MessageLogger(::c10::SourceLocation::current(), ::c10::GLOG_FATAL, false).stream()
#endif
#define TORCH_CHECK_OP(val1, val2, op)                                                                           \
  NON_FATAL_IF(((val1)op(val2))) << "Check failed: " #val1 " " #op " " #val2 " (" << (val1) << " vs. " << (val2) \
                                 << "). "
#define TORCH_DCHECK_OP(val1, val2, op) \
  FATAL_IF(((val1)op(val2))) << "Check failed: " #val1 " " #op " " #val2 " (" << (val1) << " vs. " << (val2) << "). "
#define TORCH_CHECK_EQ(val1, val2) TORCH_CHECK_OP(val1, val2, ==)
#define TORCH_CHECK_NE(val1, val2) TORCH_CHECK_OP(val1, val2, !=)
#define TORCH_CHECK_LE(val1, val2) TORCH_CHECK_OP(val1, val2, <=)
#define TORCH_CHECK_LT(val1, val2) TORCH_CHECK_OP(val1, val2, <)
#define TORCH_CHECK_GE(val1, val2) TORCH_CHECK_OP(val1, val2, >=)
#define TORCH_CHECK_GT(val1, val2) TORCH_CHECK_OP(val1, val2, >)
#define TORCH_CHECK_NOTNULL(val) ::c10::CheckNotNull(__FILE__, __LINE__, #val, (val), false)
#ifdef NDEBUG
#define FLAMBEAU_DCHECK while (false)
#define TORCH_DCHECK_NOTNULL(val) \
  while (false) TORCH_CHECK_NOTNULL(val)
#else
#define FLAMBEAU_DCHECK
#define TORCH_DCHECK_NOTNULL(val) ::c10::CheckNotNull(__FILE__, __LINE__, #val, (val), true)
#endif
#define TORCH_DCHECK_EQ(val1, val2) FLAMBEAU_DCHECK TORCH_DCHECK_OP(val1, val2, ==)
#define TORCH_DCHECK_NE(val1, val2) FLAMBEAU_DCHECK TORCH_DCHECK_OP(val1, val2, !=)
#define TORCH_DCHECK_LE(val1, val2) FLAMBEAU_DCHECK TORCH_DCHECK_OP(val1, val2, <=)
#define TORCH_DCHECK_LT(val1, val2) FLAMBEAU_DCHECK TORCH_DCHECK_OP(val1, val2, <)
#define TORCH_DCHECK_GE(val1, val2) FLAMBEAU_DCHECK TORCH_DCHECK_OP(val1, val2, >=)
#define TORCH_DCHECK_GT(val1, val2) FLAMBEAU_DCHECK TORCH_DCHECK_OP(val1, val2, >)

#define AT_ASSERT(...)                     \
  do {                                     \
    ::c10::detail::deprecated_AT_ASSERT(); \
    TORCH_INTERNAL_ASSERT(__VA_ARGS__);    \
  } while (false)
#define AT_ASSERTM(cond, ...)                 \
  do {                                        \
    ::c10::detail::deprecated_AT_ASSERTM();   \
    TORCH_INTERNAL_ASSERT(cond, __VA_ARGS__); \
  } while (false)
#define AT_ERROR(...)                            \
  do {                                           \
    ::c10::detail::deprecated_AT_ERROR();        \
    TORCH_CHECK(false, ::c10::str(__VA_ARGS__)); \
  } while (false)
