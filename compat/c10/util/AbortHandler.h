// Mirrors <c10/util/AbortHandler.h> of PyTorch 2.13.
#pragma once

#include <c10/macros/Macros.h>
#include <c10/util/Backtrace.h>
#include <c10/util/env.h>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <mutex>

namespace c10 {

class AbortHandlerHelper {
 public:
  static AbortHandlerHelper& getInstance() {
    static AbortHandlerHelper instance;
    return instance;
  }
  void set(std::terminate_handler handler) {
    std::lock_guard<std::mutex> lk(mutex);
    if (inited) return;
    prev = std::set_terminate(handler);
    curr = std::get_terminate();
    inited = true;
  }
  std::terminate_handler getPrev() const { return prev; }
  AbortHandlerHelper(AbortHandlerHelper const&) = delete;
  void operator=(AbortHandlerHelper const&) = delete;
  AbortHandlerHelper(AbortHandlerHelper&&) = delete;
  void operator=(AbortHandlerHelper&&) = delete;

 private:
  AbortHandlerHelper() = default;
  ~AbortHandlerHelper() {
    if (inited && curr == std::get_terminate()) std::set_terminate(prev);
  }

  std::terminate_handler prev = nullptr;
  std::terminate_handler curr = nullptr;
  bool inited = false;
  std::mutex mutex;
};

namespace detail {
C10_ALWAYS_INLINE void terminate_handler() {
  std::printf("Unhandled exception caught in c10/util/AbortHandler.h\n%s\n", get_backtrace().c_str());
  std::fflush(stdout);
  if (auto prev_handler = AbortHandlerHelper::getInstance().getPrev()) {
    prev_handler();
  } else {
    std::abort();
  }
}
}  // namespace detail

/// Where TORCH_CUSTOM_TERMINATE asks for it.
C10_ALWAYS_INLINE void set_terminate_handler() {
  if (c10::utils::check_env("TORCH_CUSTOM_TERMINATE").value_or(false)) {
    AbortHandlerHelper::getInstance().set(detail::terminate_handler);
  }
}

}  // namespace c10
