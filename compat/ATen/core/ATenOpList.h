// Mirrors <ATen/core/ATenOpList.h> of PyTorch 2.13.
#pragma once

#include <c10/macros/Export.h>

namespace c10 {
struct OperatorName;
}
namespace at {
/// Whether it is none of PyTorch's own aten operators.
TORCH_API bool is_custom_op(const c10::OperatorName& opName);
}  // namespace at
