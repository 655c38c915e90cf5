#include <torch/cuda.h>

#include <c10/util/Exception.h>

namespace torch::cuda {

c10::DeviceIndex device_count() { return 0; }
bool is_available() { return device_count() > 0; }
bool cudnn_is_available() { return false; }
void manual_seed(uint64_t) {}
void manual_seed_all(uint64_t) {}
void synchronize(int64_t) { TORCH_CHECK(is_available(), "No CUDA GPUs are available"); }

}  // namespace torch::cuda
