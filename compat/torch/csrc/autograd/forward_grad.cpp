#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/forward_grad.h>

namespace torch::autograd {

namespace {
[[noreturn]] void no_forward_mode() {
  TORCH_CHECK_NOT_IMPLEMENTED(false,
                              "not implemented: forward-mode automatic differentiation (torch.autograd.forward_ad)");
}
}  // namespace

uint64_t ForwardADLevel::get_next_idx() { no_forward_mode(); }
void ForwardADLevel::release_idx(uint64_t) { no_forward_mode(); }
std::shared_ptr<ForwardADLevel> ForwardADLevel::get_by_idx(uint64_t) { no_forward_mode(); }
std::shared_ptr<ForwardADLevel> ForwardADLevel::try_get_by_idx(uint64_t) { return nullptr; }

ForwardADLevel::~ForwardADLevel() {
  for (const auto& grad : grads_) grad->reset(idx_, /*update_level=*/false);
}

const at::Tensor& ForwardGrad::undef_grad() {
  static const at::Tensor undefined;
  return undefined;
}

const at::Tensor& ForwardGrad::value(uint64_t level) const {
  std::lock_guard<std::mutex> lock(mutex_);
  const auto found = content_.find(level);
  return found == content_.end() ? undef_grad() : found->second;
}

namespace forward_ad {
uint64_t enter_dual_level() { return ForwardADLevel::get_next_idx(); }
void exit_dual_level(uint64_t level) { ForwardADLevel::release_idx(level); }
}  // namespace forward_ad

}  // namespace torch::autograd
