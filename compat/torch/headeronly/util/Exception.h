// Mirrors <torch/headeronly/util/Exception.h> of PyTorch 2.13.
#pragma once

#include <torch/headeronly/macros/Macros.h>

#include <sstream>
#include <stdexcept>
#include <string>

#ifdef __CUDACC__
#define C10_UNLIKELY_OR_CONST(e) e
#else
#define C10_UNLIKELY_OR_CONST(e) C10_UNLIKELY(e)
#endif

HIDDEN_NAMESPACE_BEGIN(torch, headeronly, detail)
template <typename... Args>
std::string stdTorchCheckMsgImpl(const char* /*absent*/, const Args&... args) {
  std::ostringstream text;
  (text << ... << args);
  return text.str();
}
inline const char* stdTorchCheckMsgImpl(const char* msg) { return msg; }
inline const char* stdTorchCheckMsgImpl(const char* /*absent*/, const char* args) { return args; }
HIDDEN_NAMESPACE_END(torch, headeronly, detail)

#define STD_TORCH_CHECK_MSG(cond, type, ...)                                                          \
  (torch::headeronly::detail::stdTorchCheckMsgImpl(                                                   \
      "Expected " #cond                                                                               \
      " to be true, but got false.  (Could this error message be improved?  If so, please report an " \
      "enhancement request to PyTorch.)",                                                             \
      ##__VA_ARGS__))
#define STD_TORCH_CHECK(cond, ...)                                                                    \
  if (C10_UNLIKELY_OR_CONST(!(cond))) {                                                               \
    throw std::runtime_error(                                                                         \
        STD_TORCH_CHECK_MSG(cond, "", __func__, ", ", __FILE__, ":", __LINE__, ", ", ##__VA_ARGS__)); \
  }
