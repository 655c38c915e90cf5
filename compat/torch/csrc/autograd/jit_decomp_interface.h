// Mirrors <torch/csrc/autograd/jit_decomp_interface.h> of PyTorch 2.13: same names, layout and inline meaning.
#pragma once

#include <ATen/core/Tensor.h>
#include <ATen/core/function_schema.h>
#include <c10/macros/Export.h>

namespace torch::autograd::impl {

struct TORCH_API JitDecompInterface {
  virtual ~JitDecompInterface() = default;
  virtual bool has_jit_decomposition(const c10::FunctionSchema& schema) const = 0;
  virtual void run_jit_decomposition(const c10::OperatorHandle& op, jit::Stack* stack) const = 0;
};

TORCH_API void setJitDecompImpl(JitDecompInterface* impl);
TORCH_API JitDecompInterface* getJitDecompImpl();

struct TORCH_API JitDecompRegisterer {
  explicit JitDecompRegisterer(JitDecompInterface* impl) { setJitDecompImpl(impl); }
};

}  // namespace torch::autograd::impl
