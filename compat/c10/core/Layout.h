// Mirrors <c10/core/Layout.h> of PyTorch 2.13.
#pragma once

#include <c10/core/Backend.h>
#include <c10/util/Exception.h>
#include <torch/headeronly/core/Layout.h>

#include <ostream>

namespace c10 {

FLB_ON_USE inline Layout layout_from_backend(Backend backend) {
  if (isSparse(backend)) return Layout::Sparse;
  if (backend == Backend::MkldnnCPU) return Layout::Mkldnn;
  TORCH_CHECK((!isSparseCsr(backend) && backend != Backend::SparseCsrMPS) || backend == Backend::SparseCsrPrivateUse1,
              "Cannot map Backend SparseCsr(CPU|CUDA|HIP|VE|XPU|MPS) to a unique layout.");
  return Layout::Strided;
}

FLB_ON_USE inline std::ostream& operator<<(std::ostream& stream, at::Layout layout) {
  constexpr const char* names[] = {"Strided",   "Sparse",    "SparseCsr", "Mkldnn",
                                   "SparseCsc", "SparseBsr", "SparseBsc", "Jagged"};
  TORCH_CHECK(layout < Layout::NumOptions, "Unknown layout");
  return stream << names[static_cast<int>(layout)];
}

}  // namespace c10
