// Mirrors <torch/csrc/autograd/utils/warnings.h> of PyTorch 2.13: same names, layout and inline meaning.
#pragma once

#include <c10/util/Exception.h>

#include <mutex>
#include <vector>

namespace torch::autograd::utils {

/// Keeps warnings of other threads until the calling thread can raise them.
class DelayWarningHandler : public at::WarningHandler {
 public:
  ~DelayWarningHandler() override = default;
  void replay_warnings();

 private:
  void process(const c10::Warning& warning) override;

  std::vector<c10::Warning> warnings_;
  std::mutex mutex_;
};

}  // namespace torch::autograd::utils
