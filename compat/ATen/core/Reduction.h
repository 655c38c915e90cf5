// Mirrors <ATen/core/Reduction.h> of PyTorch 2.13: how a loss is reduced, by the numbers that schemas use.
#pragma once

namespace at::Reduction {
enum Reduction { None, Mean, Sum, END };
}  // namespace at::Reduction
