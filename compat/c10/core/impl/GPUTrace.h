// Mirrors <c10/core/impl/GPUTrace.h> of PyTorch 2.13.
#pragma once

#include <c10/core/impl/PyInterpreter.h>

#include <atomic>

namespace c10::impl {

// The one interpreter that hears of what happens on GPUs, set at most once.
struct C10_API GPUTrace {
  static std::atomic<const PyInterpreter*> gpuTraceState;
  // Apart, so that the common case needs no atomic load.
  static bool haveState;
  static void set_trace(const PyInterpreter*);
  static const PyInterpreter* get_trace() {
    if (!haveState) return nullptr;
    return gpuTraceState.load(std::memory_order_acquire);
  }
};

}  // namespace c10::impl
