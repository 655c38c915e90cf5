#include <torch/mps.h>

#include <ATen/Context.h>

namespace torch::mps {

bool is_available() { return at::detail::getMPSHooks().hasMPS(); }

void manual_seed(uint64_t seed) {
  if (!is_available()) return;
  at::Generator generator = at::detail::getMPSHooks().getDefaultGenerator();
  const std::lock_guard lock(generator.mutex());
  generator.set_current_seed(seed);
}

void synchronize() { at::detail::getMPSHooks().deviceSynchronize(); }
void commit() { at::detail::getMPSHooks().commitStream(); }
MTLCommandBuffer_t get_command_buffer() { return at::detail::getMPSHooks().getCommandBuffer(); }
DispatchQueue_t get_dispatch_queue() { return at::detail::getMPSHooks().getDispatchQueue(); }

}  // namespace torch::mps
