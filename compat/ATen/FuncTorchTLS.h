// Mirrors <ATen/FuncTorchTLS.h> of PyTorch 2.13: what function transforms keep for each thread.
#pragma once

#include <c10/macros/Macros.h>
#include <c10/util/light_std.h>

namespace at::functorch {

struct TORCH_API FuncTorchTLSBase {
  virtual ~FuncTorchTLSBase() = default;
  virtual std::unique_ptr<FuncTorchTLSBase> deepcopy() const = 0;
  virtual int64_t checkSupportsSingleLevelAutogradFunction() const = 0;
  virtual void checkSupportsCppAutogradFunction() const = 0;
  virtual void checkSupportsInplaceRequiresGrad() const = 0;
  virtual void checkSupportsRetainGrad() const = 0;
};

TORCH_API std::unique_ptr<FuncTorchTLSBase> getCopyOfFuncTorchTLS();
TORCH_API void setFuncTorchTLS(const std::shared_ptr<const FuncTorchTLSBase>& state);
/// Null while no transform is active.
TORCH_API std::unique_ptr<FuncTorchTLSBase>& functorchTLSAccessor();

}  // namespace at::functorch
