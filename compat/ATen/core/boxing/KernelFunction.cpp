#include <ATen/core/boxing/KernelFunction.h>
#include <ATen/core/dispatch/Dispatcher.h>

#include <sstream>

namespace c10 {

void fallthrough_kernel(OperatorKernel*, const OperatorHandle&, DispatchKeySet, Stack*) {
  TORCH_INTERNAL_ASSERT(0,
                        "fallthrough_kernel was executed but it should have been short-circuited by the dispatcher.");
}

void ambiguous_autogradother_kernel(OperatorKernel*, const OperatorHandle& op, DispatchKeySet, Stack*) {
  TORCH_INTERNAL_ASSERT(
      0, op.operator_name(), " has kernels registered to both CompositeImplicitAutograd and a backend mapped to ",
      "AutogradOther. This makes the backend kernel unreachable; the dispatcher will always prefer the ",
      "CompositeImplicitAutograd lowering. If you want to override CompositeImplicitAutograd, please open an issue to ",
      "request a dedicated Autograd dispatch key for the backend.\nIf you only want to run inference instead of ",
      "training, in C++, add `c10::InferenceMode mode;` before model.forward(); in Python, use ",
      "`torch.inference_mode()` as a context manager.\nCanonical state\n~~~~~~~~~~~\n", op.dumpState(), "\n\n");
}

std::string KernelFunction::dumpState() const {
  std::ostringstream out;
  auto* const boxed = boxed_kernel_func_.getFnPtr();
  if (boxed == &fallthrough_kernel) out << "fallthrough ";
  if (boxed == &ambiguous_autogradother_kernel) out << "ambiguous_autogradother ";
  if (boxed) out << "boxed ";
  if (unboxed_kernel_func_ || sym_unboxed_kernel_func_) out << "unboxed ";
  return out.str();
}

bool KernelFunction::_equalsBoxedAndUnboxed(const KernelFunction& other) const {
  return boxed_kernel_func_.getFnPtr() == other.boxed_kernel_func_.getFnPtr() &&
         unboxed_kernel_func_ == other.unboxed_kernel_func_;
}

}  // namespace c10
