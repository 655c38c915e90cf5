// Mirrors <torch/headeronly/util/shim_utils.h> of PyTorch 2.13.
#pragma once

#include <torch/headeronly/macros/Macros.h>

#include <stdexcept>
#include <string>

#define TORCH_SUCCESS 0
#define TORCH_FAILURE 1

HIDDEN_NAMESPACE_BEGIN(torch, headeronly, detail)
[[maybe_unused]] C10_NOINLINE static void throw_exception(const char* call, const char* file, int64_t line) {
  throw std::runtime_error(std::string(call) + " API call failed at " + file + ", line " + std::to_string(line));
}
HIDDEN_NAMESPACE_END(torch, headeronly, detail)

#define TORCH_ERROR_CODE_CHECK(call)                                       \
  if ((call) != TORCH_SUCCESS) {                                           \
    torch::headeronly::detail::throw_exception(#call, __FILE__, __LINE__); \
  }
