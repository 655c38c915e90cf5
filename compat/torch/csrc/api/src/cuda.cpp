#include <torch/cuda.h>

#include <ATen/Context.h>

namespace torch::cuda {

c10::DeviceIndex device_count() { return static_cast<c10::DeviceIndex>(at::detail::getCUDAHooks().getNumGPUs()); }
bool is_available() { return device_count() > 0; }
bool cudnn_is_available() { return is_available() && at::detail::getCUDAHooks().hasCuDNN(); }

void manual_seed(uint64_t seed) {
  if (!is_available()) return;
  at::Generator generator = at::detail::getCUDAHooks().getDefaultGenerator(-1);
  const std::lock_guard lock(generator.mutex());
  generator.set_current_seed(seed);
}

void manual_seed_all(uint64_t seed) {
  for (c10::DeviceIndex i = 0; i < device_count(); ++i) {
    at::Generator generator = at::detail::getCUDAHooks().getDefaultGenerator(i);
    const std::lock_guard lock(generator.mutex());
    generator.set_current_seed(seed);
  }
}

void synchronize(int64_t device_index) {
  TORCH_CHECK(is_available(), "No CUDA GPUs are available");
  TORCH_CHECK(device_index < device_count(), "Device index out of range: ", device_index);
  at::detail::getCUDAHooks().deviceSynchronize(static_cast<c10::DeviceIndex>(device_index));
}

}  // namespace torch::cuda
