// Mirrors <ATen/core/boxing/OperatorKernel.h> of PyTorch 2.13: base of functors that serve as kernels.
#pragma once

#include <c10/util/intrusive_ptr.h>

namespace c10 {

struct TORCH_API OperatorKernel : public c10::intrusive_ptr_target {
  ~OperatorKernel() override = default;
};

}  // namespace c10
