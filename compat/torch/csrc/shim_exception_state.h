// Mirrors <torch/csrc/shim_exception_state.h> of PyTorch 2.13: the text of the last exception on this thread, for C
// callers.
#pragma once

#include <c10/macros/Export.h>

#include <string>

namespace torch::csrc::shim::details {

TORCH_API void set_torch_exception_what(const std::string& our_message);
TORCH_API void set_torch_exception_what_without_backtrace(const std::string& our_message);
TORCH_API const std::string& get_torch_exception_what();
TORCH_API const std::string& get_torch_exception_what_without_backtrace();

}  // namespace torch::csrc::shim::details
