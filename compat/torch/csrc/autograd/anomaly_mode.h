// Mirrors <torch/csrc/autograd/anomaly_mode.h> of PyTorch 2.13: same names, layout and inline meaning.
#pragma once

#include <c10/util/intrusive_ptr.h>
#include <torch/csrc/Export.h>

#include <string>

namespace torch::autograd {

struct Node;

/// While enabled, nodes remember where they were made and gradients are checked for NaN.
struct TORCH_API AnomalyMode {
  static bool is_enabled() { return _enabled; }
  static bool should_check_nan() { return _check_nan; }
  static void set_enabled(bool enabled, bool check_nan = true) {
    _enabled = enabled;
    _check_nan = check_nan;
  }

 private:
  static bool _enabled;
  static bool _check_nan;
};

class TORCH_API DetectAnomalyGuard {
 public:
  DetectAnomalyGuard(bool check_nan = true);
  ~DetectAnomalyGuard();

 private:
  bool prev_check_nan_;
};

struct TORCH_API AnomalyMetadata {
  virtual ~AnomalyMetadata();
  virtual void store_stack();
  virtual void print_stack(const std::string& current_node_name);
  virtual void assign_parent(const c10::intrusive_ptr<Node>& parent_node);

 private:
  std::string traceback_;
  c10::intrusive_ptr<Node> parent_;
};

}  // namespace torch::autograd
