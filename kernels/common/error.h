// Errors of the engine. The upper rooms turn each kind into PyTorch's exception of that name, with the same message.
#pragma once

#include <sstream>
#include <stdexcept>
#include <string>

namespace flambeau {

enum class ErrorKind { runtime, index, value, type, not_implemented, linalg, out_of_memory };

class Error : public std::runtime_error {
 public:
  Error(ErrorKind kind, const std::string& message) : std::runtime_error(message), kind_(kind) {}
  ErrorKind kind() const { return kind_; }

 private:
  ErrorKind kind_;
};

template <class... Parts>
[[noreturn, gnu::cold, gnu::noinline]] void fail(ErrorKind kind, const Parts&... parts) {
  std::ostringstream text;
  (text << ... << parts);
  throw Error(kind, text.str());
}

}  // namespace flambeau

// FLB_CHECK(condition, message parts...): RuntimeError. FLB_CHECK_AS(index, ...): IndexError, and so on.
#define FLB_CHECK_AS(kind, condition, ...)                                                             \
  do {                                                                                                 \
    if (__builtin_expect(!(condition), 0)) ::flambeau::fail(::flambeau::ErrorKind::kind, __VA_ARGS__); \
  } while (0)
#define FLB_CHECK(condition, ...) FLB_CHECK_AS(runtime, condition, __VA_ARGS__)
