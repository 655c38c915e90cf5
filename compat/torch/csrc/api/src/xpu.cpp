#include <torch/xpu.h>

#include <ATen/Context.h>

namespace torch::xpu {

size_t device_count() { return static_cast<size_t>(at::detail::getXPUHooks().getNumGPUs()); }
bool is_available() { return device_count() > 0; }

void manual_seed(uint64_t seed) {
  if (!is_available()) return;
  at::Generator generator = at::detail::getXPUHooks().getDefaultGenerator(at::detail::getXPUHooks().current_device());
  const std::lock_guard lock(generator.mutex());
  generator.set_current_seed(seed);
}

void manual_seed_all(uint64_t seed) {
  const auto count = static_cast<c10::DeviceIndex>(device_count());
  for (c10::DeviceIndex i = 0; i < count; ++i) {
    at::Generator generator = at::detail::getXPUHooks().getDefaultGenerator(i);
    const std::lock_guard lock(generator.mutex());
    generator.set_current_seed(seed);
  }
}

void synchronize(int64_t device_index) {
  TORCH_CHECK(is_available(), "No XPU are available");
  at::detail::getXPUHooks().deviceSynchronize(static_cast<c10::DeviceIndex>(device_index));
}

}  // namespace torch::xpu
