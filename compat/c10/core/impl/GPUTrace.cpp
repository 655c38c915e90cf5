#include <c10/core/impl/GPUTrace.h>

namespace c10::impl {

constinit std::atomic<const PyInterpreter*> GPUTrace::gpuTraceState = nullptr;
constinit bool GPUTrace::haveState = false;

void GPUTrace::set_trace(const PyInterpreter* trace) {
  const PyInterpreter* expected = nullptr;
  if (gpuTraceState.compare_exchange_strong(expected, trace)) haveState = true;
}

}  // namespace c10::impl
