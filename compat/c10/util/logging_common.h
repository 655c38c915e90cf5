// Mirrors <c10/util/logging_common.h> of PyTorch 2.13: one message on its way to stderr.
#pragma once

#include <c10/macros/Export.h>
#include <c10/util/StringUtil.h>

#include <sstream>

namespace c10 {

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

/// Gives the two branches of a conditional the type void.
class C10_API LoggerVoidify {
 public:
  LoggerVoidify() = default;
  void operator&(const std::ostream& s [[maybe_unused]]) {}
};

}  // namespace c10
