// Mirrors <c10/util/logging_common.h> of PyTorch 2.13.
#pragma once

#include <c10/macros/Export.h>
#include <c10/util/StringUtil.h>

#include <sstream>

namespace c10 {

// One line of the log, written when it is destroyed.
class C10_API MessageLogger {
 public:
  MessageLogger(SourceLocation source_location, int severity, bool exit_on_fatal = true);
  ~MessageLogger() noexcept(false);
  std::stringstream& stream();

 private:
  void DealWithFatal();

  std::stringstream stream_;
  int severity_;
  bool exit_on_fatal_;
  SourceLocation source_location_;
};

// Makes both branches of ?: void; binds weaker than <<.
class C10_API LoggerVoidify {
 public:
  LoggerVoidify() = default;
  void operator&(const std::ostream& s [[maybe_unused]]) {}
};

template <typename T>
T& CheckNotNullCommon(const char* file, int line, const char* names, T& t, bool fatal = true);
template <typename T>
T* CheckNotNull(const char* file, int line, const char* names, T* t, bool fatal = true);
template <typename T>
T& CheckNotNull(const char* file, int line, const char* names, T& t, bool fatal = true);

}  // namespace c10
