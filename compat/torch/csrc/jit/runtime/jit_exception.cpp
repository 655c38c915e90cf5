#include <torch/csrc/jit/runtime/jit_exception.h>

#include <utility>

namespace torch::jit {
namespace {
// Local to functions, so that a thread which never asks pays nothing.
std::string& caught_message() {
  thread_local std::string message;
  return message;
}
std::string& caught_class() {
  thread_local std::string name;
  return name;
}
}  // namespace

JITException::JITException(const std::string& msg, std::optional<std::string> python_class_name,
                           std::optional<std::string> original_msg)
    : std::runtime_error(msg),
      python_class_name_(std::move(python_class_name)),
      original_msg_(std::move(original_msg)) {}

const std::string& JITException::getCaughtOriginalMsg() { return caught_message(); }
const std::string& JITException::getCaughtPythonClassName() { return caught_class(); }
void JITException::setCaughtOriginalMsg(const std::string& msg) { caught_message() = msg; }
void JITException::setCaughtPythonClassName(const std::string& pythonClassName) { caught_class() = pythonClassName; }

}  // namespace torch::jit
