// Mirrors <ATen/core/boxing/KernelFunction.h> of PyTorch 2.13: a kernel as the dispatch table holds it, callable from a
// stack and, if it has a C++ signature, directly.
#pragma once

#include <ATen/core/ATen_fwd.h>
#include <ATen/core/boxing/BoxedKernel.h>
#include <ATen/core/stack.h>
#include <c10/core/DispatchKeySet.h>
#include <c10/util/TypeList.h>
#include <c10/util/intrusive_ptr.h>
#include <c10/util/light_std.h>

#include <atomic>
#include <type_traits>

namespace flambeau {
struct DispatcherAccess;
}

namespace c10 {

using Stack = torch::jit::Stack;
class OperatorHandle;
struct OperatorKernel;
class KernelFunction;
class KernelToken;
class SafeKernelFunction;

// A schema's SymInt may be SymInt or int64_t in a kernel.
template <typename T>
using has_symint =
    std::disjunction<std::is_same<c10::SymInt, T>, std::is_same<c10::SymIntArrayRef, T>,
                     std::is_same<at::OptionalSymIntArrayRef, T>, std::is_same<std::optional<c10::SymInt>, T>>;
template <typename T>
struct remove_symint {
  using type = T;
};
template <>
struct remove_symint<c10::SymInt> {
  using type = int64_t;
};
template <>
struct remove_symint<at::OptionalSymIntArrayRef> {
  using type = OptionalIntArrayRef;
};
template <>
struct remove_symint<c10::SymIntArrayRef> {
  using type = c10::IntArrayRef;
};
template <>
struct remove_symint<std::optional<c10::SymInt>> {
  using type = std::optional<int64_t>;
};

template <bool symint, typename T>
struct maybe_keep_symint final {};
template <typename T>
struct maybe_keep_symint<true, T> {
  using type = T;
};
template <typename T>
struct maybe_keep_symint<false, T> {
  using type = typename remove_symint<T>::type;
};

template <typename T>
using fn_has_symint =
    typename guts::typelist::true_for_any_type<has_symint,
                                               typename guts::infer_function_traits<T>::type::parameter_types>;
template <typename T>
struct fn_remove_symint;
template <typename Ret, typename... Args>
struct fn_remove_symint<Ret(Args...)> {
  using type = Ret(typename remove_symint<Args>::type...);
};

class TORCH_API KernelFunction final {
 public:
  using InternalBoxedKernelFunction = BoxedKernel::InternalBoxedKernelFunction;
  using BoxedKernelFunction = BoxedKernel::BoxedKernelFunction;
  using BoxedKernelFunction_withDispatchKeys = BoxedKernel::BoxedKernelFunction_withDispatchKeys;

  KernelFunction();
  ~KernelFunction();
  KernelFunction(const KernelFunction& other);
  KernelFunction& operator=(const KernelFunction& other);
  KernelFunction(KernelFunction&&) noexcept = default;

  bool isValidUnboxed() const;
  bool isValidSymUnboxed() const;
  bool isValid() const;
  bool isFallthrough() const;

  void callBoxed(const OperatorHandle& opHandle, DispatchKeySet dispatchKeySet, Stack* stack) const;
  /// Directly where the kernel has a C++ signature, which must then be Return(Args...); else through a stack.
  template <class Return, class... Args>
  Return call(const OperatorHandle& opHandle, DispatchKeySet dispatchKeySet, Args... args) const;

  static KernelFunction makeFromBoxedKernel(BoxedKernel boxed_fn);
  template <BoxedKernelFunction* func>
  static KernelFunction makeFromBoxedFunction();
  template <BoxedKernelFunction_withDispatchKeys* func>
  static KernelFunction makeFromBoxedFunction();
  template <bool AllowLegacyTypes = false, class KernelFunctor>
  static KernelFunction makeFromUnboxedFunctor(std::unique_ptr<OperatorKernel> kernelFunctor);
  template <class KernelFunctor>
  static KernelFunction makeFromBoxedFunctor(std::unique_ptr<KernelFunctor> kernelFunctor);
  template <class FuncPtr, bool AllowLegacyTypes = false>
  static KernelFunction makeFromUnboxedFunction(FuncPtr);
  template <bool AllowLegacyTypes = false, class FuncType>
  static KernelFunction makeFromUnboxedRuntimeFunction(FuncType* func);
  static KernelFunction makeFallthrough();
  static KernelFunction makeAmbiguousAutogradOther();
  template <bool AllowLegacyTypes = false, class Lambda>
  static std::enable_if_t<guts::is_stateless_lambda<std::decay_t<Lambda>>::value, KernelFunction> makeFromUnboxedLambda(
      Lambda&& lambda);
  template <bool AllowLegacyTypes = false, class Lambda>
  static std::enable_if_t<!guts::is_stateless_lambda<std::decay_t<Lambda>>::value, KernelFunction>
  makeFromUnboxedLambda(Lambda&& lambda);

  std::string dumpState() const;
  bool _equalsBoxedAndUnboxed(const KernelFunction&) const;
  /// The token is invalidated when this kernel is destroyed.
  FLB_ON_USE void registerToken(std::weak_ptr<KernelToken> token) const;

 private:
  explicit KernelFunction(std::unique_ptr<OperatorKernel> functor, InternalBoxedKernelFunction* boxed_kernel_func,
                          void* unboxed_kernel_func, void* sym_unboxed_kernel_func);
  explicit KernelFunction(BoxedKernel boxed_fn, void* unboxed_kernel_func, void* sym_unboxed_kernel_func);
  friend struct flambeau::DispatcherAccess;

  BoxedKernel boxed_kernel_func_;
  void* unboxed_kernel_func_;
  void* sym_unboxed_kernel_func_;
  mutable std::unique_ptr<std::vector<std::weak_ptr<KernelToken>>> tokens_;
};

/// Tells whether the kernel it was made for is still registered.
class KernelToken {
 public:
  bool isValid() const;
  void invalidate();

 private:
  std::atomic<bool> invalid_{false};
};

/// A copy of a kernel that refuses to run once the original is gone.
class SafeKernelFunction {
 public:
  FLB_ON_USE SafeKernelFunction(const KernelFunction* kernel, std::string debug,
                                std::shared_ptr<OperatorHandle> opHandle);
  void callBoxed(const OperatorHandle& opHandle, DispatchKeySet dispatchKeySet, Stack* stack) const;
  const std::string& debug() const { return debug_; }
  const OperatorHandle& opHandle() const { return *opHandle_; }

 private:
  KernelFunction kernel_;
  std::shared_ptr<KernelToken> token_;
  std::string debug_;
  std::shared_ptr<OperatorHandle> opHandle_;
};

}  // namespace c10

#include <ATen/core/boxing/KernelFunction_impl.h>
