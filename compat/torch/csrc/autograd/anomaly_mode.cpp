#include <c10/util/Backtrace.h>
#include <c10/util/Exception.h>
#include <torch/csrc/autograd/anomaly_mode.h>
#include <torch/csrc/autograd/grad_mode.h>
#include <torch/csrc/autograd/node.h>

namespace torch::autograd {

bool AnomalyMode::_enabled = false;
bool AnomalyMode::_check_nan = true;

DetectAnomalyGuard::DetectAnomalyGuard(bool check_nan) : prev_check_nan_(AnomalyMode::should_check_nan()) {
  TORCH_WARN_ONCE(
      "This mode should be enabled only for debugging as the different tests will slow down your program execution.");
  AnomalyMode::set_enabled(true, check_nan);
}
DetectAnomalyGuard::~DetectAnomalyGuard() { AnomalyMode::set_enabled(false, prev_check_nan_); }

AnomalyMetadata::~AnomalyMetadata() = default;

void AnomalyMetadata::store_stack() { traceback_ = c10::get_backtrace(/*frames_to_skip=*/1); }

void AnomalyMetadata::print_stack(const std::string& current_node_name) {
  TORCH_WARN("Error detected in ", current_node_name, ". Traceback of forward call that caused the error:\n",
             traceback_);
  for (c10::intrusive_ptr<Node> parent = parent_; parent; parent = parent->metadata()->parent_) {
    TORCH_WARN("\n\nPrevious calculation was induced by ", parent->name(),
               ". Traceback of forward call that induced the previous calculation:\n", parent->metadata()->traceback_);
  }
}

void AnomalyMetadata::assign_parent(const c10::intrusive_ptr<Node>& parent_node) { parent_ = parent_node; }

}  // namespace torch::autograd
