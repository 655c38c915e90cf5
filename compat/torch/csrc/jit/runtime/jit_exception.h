// Mirrors <torch/csrc/jit/runtime/jit_exception.h> of PyTorch 2.13: an exception that a TorchScript program raised.
#pragma once

#include <c10/util/light_std.h>
#include <torch/csrc/Export.h>

#include <stdexcept>
#include <string>

namespace torch::jit {

struct TORCH_API JITException : public std::runtime_error {
  explicit JITException(const std::string& msg, std::optional<std::string> python_class_name = std::nullopt,
                        std::optional<std::string> original_msg = std::nullopt);

  std::optional<std::string> getPythonClassName() const { return python_class_name_; }
  /// The message before the interpreter put its own words in front.
  std::optional<std::string> getOriginalMsg() const { return original_msg_; }

  /// Of the exception that this thread's program caught last.
  static const std::string& getCaughtOriginalMsg();
  static const std::string& getCaughtPythonClassName();
  static void setCaughtOriginalMsg(const std::string& msg);
  static void setCaughtPythonClassName(const std::string& pythonClassName);

 private:
  std::optional<std::string> python_class_name_;
  std::optional<std::string> original_msg_;
};

}  // namespace torch::jit
