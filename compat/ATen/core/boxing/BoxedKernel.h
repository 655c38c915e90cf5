// Mirrors <ATen/core/boxing/BoxedKernel.h> of PyTorch 2.13: a kernel that takes its arguments from a stack.
#pragma once

#include <ATen/core/boxing/OperatorKernel.h>
#include <c10/core/DispatchKeySet.h>
#include <c10/util/intrusive_ptr.h>
#include <c10/util/light_std.h>

#include <vector>

namespace c10 {

struct IValue;
using Stack = std::vector<IValue>;
class OperatorHandle;
class KernelFunction;

/// Marks a key to be skipped; never called.
TORCH_API void fallthrough_kernel(OperatorKernel*, const OperatorHandle&, DispatchKeySet, Stack*);
/// Stands where both a composite kernel and a backend's own claim AutogradOther; reports that.
TORCH_API void ambiguous_autogradother_kernel(OperatorKernel*, const OperatorHandle&, DispatchKeySet, Stack*);

class TORCH_API BoxedKernel final {
 public:
  using InternalBoxedKernelFunction = void(OperatorKernel*, const OperatorHandle&, DispatchKeySet, Stack*);
  using BoxedKernelFunction = void(const OperatorHandle&, Stack*);
  using BoxedKernelFunction_withDispatchKeys = void(const OperatorHandle&, DispatchKeySet, Stack*);

  BoxedKernel();
  bool isValid() const;
  bool isFallthrough() const;
  void callBoxed(const OperatorHandle& opHandle, DispatchKeySet dispatchKeySet, Stack* stack) const;

  template <BoxedKernelFunction* func>
  static BoxedKernel makeFromFunction();
  template <BoxedKernelFunction_withDispatchKeys* func>
  static BoxedKernel makeFromFunction();
  template <class KernelFunctor>
  static BoxedKernel makeFromFunctor(std::unique_ptr<KernelFunctor> kernelFunctor);
  static BoxedKernel makeFallthrough();
  static BoxedKernel makeAmbiguousAutogradOther();

 private:
  friend class KernelFunction;

  template <BoxedKernelFunction* func>
  static void make_boxed_function(OperatorKernel*, const OperatorHandle& opHandle, DispatchKeySet, Stack* stack);
  template <BoxedKernelFunction_withDispatchKeys* func>
  static void make_boxed_function(OperatorKernel*, const OperatorHandle& opHandle, DispatchKeySet, Stack* stack);

  explicit BoxedKernel(std::unique_ptr<OperatorKernel> functor, InternalBoxedKernelFunction* boxed_kernel_func);
  OperatorKernel* getFunctor() const;
  InternalBoxedKernelFunction* getFnPtr() const;

  c10::intrusive_ptr<OperatorKernel> functor_;
  InternalBoxedKernelFunction* boxed_kernel_func_;
};

}  // namespace c10

#include <ATen/core/boxing/BoxedKernel_impl.h>
