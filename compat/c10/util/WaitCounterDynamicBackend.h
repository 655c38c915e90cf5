// Mirrors <c10/util/WaitCounterDynamicBackend.h> of PyTorch 2.13.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace c10::monitor::detail {

// A backend in plain C, looked up in the process by name.
struct WaitCounterDynamicBackend {
  void* self{nullptr};
  intptr_t (*start)(void* self, int64_t nowUs){nullptr};
  void (*stop)(void* self, int64_t nowUs, intptr_t ctx){nullptr};
  void (*destroy)(void* self){nullptr};
};

using WaitCounterDynamicBackendInit = void (*)(WaitCounterDynamicBackend*, const char* key, std::size_t keyLen);

constexpr std::string_view kWaitCounterDynamicBackendInitFn = "c10_monitor_wait_counter_dynamic_backend_init_v1";

}  // namespace c10::monitor::detail
