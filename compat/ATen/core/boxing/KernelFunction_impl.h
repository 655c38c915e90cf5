// Definitions of KernelFunction.h.
#pragma once

#include <ATen/core/boxing/impl/WrapFunctionIntoFunctor.h>
#include <ATen/core/boxing/impl/WrapFunctionIntoRuntimeFunctor.h>
#include <ATen/core/boxing/impl/boxing.h>
#include <ATen/core/boxing/impl/make_boxed_from_unboxed_functor.h>

#include <type_traits>

namespace c10 {

namespace detail {
template <typename Base, typename Child, typename... Args>
std::enable_if_t<!std::is_array_v<Base> && !std::is_array_v<Child> && std::is_base_of_v<Base, Child>,
                 std::unique_ptr<Base>>
make_unique_base(Args&&... args) {
  return std::make_unique<Child>(std::forward<Args>(args)...);
}
}  // namespace detail

inline KernelFunction::KernelFunction() : unboxed_kernel_func_(nullptr), sym_unboxed_kernel_func_(nullptr) {}
inline KernelFunction::~KernelFunction() {
  if (!tokens_) return;
  for (auto& weak : *tokens_) {
    if (auto token = weak.lock()) token->invalidate();
  }
}
// Tokens belong to one object: they are not copied.
inline KernelFunction::KernelFunction(const KernelFunction& other)
    : boxed_kernel_func_(other.boxed_kernel_func_),
      unboxed_kernel_func_(other.unboxed_kernel_func_),
      sym_unboxed_kernel_func_(other.sym_unboxed_kernel_func_) {}
inline KernelFunction& KernelFunction::operator=(const KernelFunction& other) {
  if (this != &other) {
    boxed_kernel_func_ = other.boxed_kernel_func_;
    unboxed_kernel_func_ = other.unboxed_kernel_func_;
    sym_unboxed_kernel_func_ = other.sym_unboxed_kernel_func_;
  }
  return *this;
}
inline KernelFunction::KernelFunction(std::unique_ptr<OperatorKernel> functor,
                                      InternalBoxedKernelFunction* boxed_kernel_func, void* unboxed_kernel_func,
                                      void* sym_unboxed_kernel_func = nullptr)
    : boxed_kernel_func_(std::move(functor), boxed_kernel_func),
      unboxed_kernel_func_(unboxed_kernel_func),
      sym_unboxed_kernel_func_(sym_unboxed_kernel_func) {}
inline KernelFunction::KernelFunction(BoxedKernel boxed_fn, void* unboxed_kernel_func,
                                      void* sym_unboxed_kernel_func = nullptr)
    : boxed_kernel_func_(std::move(boxed_fn)),
      unboxed_kernel_func_(unboxed_kernel_func),
      sym_unboxed_kernel_func_(sym_unboxed_kernel_func) {}

inline bool KernelFunction::isValidUnboxed() const { return unboxed_kernel_func_ != nullptr; }
inline bool KernelFunction::isValidSymUnboxed() const { return sym_unboxed_kernel_func_ != nullptr; }
inline bool KernelFunction::isValid() const { return boxed_kernel_func_.isValid(); }
inline bool KernelFunction::isFallthrough() const { return boxed_kernel_func_.isFallthrough(); }
inline void KernelFunction::callBoxed(const OperatorHandle& op, DispatchKeySet ks, Stack* stack) const {
  boxed_kernel_func_.callBoxed(op, ks, stack);
}

template <class Return, class... Args>
inline Return callUnboxedKernelFunction(void* unboxed_kernel_func, OperatorKernel* functor,
                                        DispatchKeySet dispatchKeySet, Args&&... args) {
  using Signature = Return(OperatorKernel*, DispatchKeySet, Args...);
  return (*reinterpret_cast<Signature*>(unboxed_kernel_func))(functor, dispatchKeySet, std::forward<Args>(args)...);
}

template <typename T>
inline typename remove_symint<T>::type unpackSymInt(T x) {
  return x;
}
template <>
inline remove_symint<c10::SymInt>::type unpackSymInt(c10::SymInt x) {
  return x.guard_int(__FILE__, __LINE__);
}
template <>
inline remove_symint<c10::SymIntArrayRef>::type unpackSymInt(c10::SymIntArrayRef x) {
  return C10_AS_INTARRAYREF_SLOW(x);
}
template <>
inline remove_symint<std::optional<c10::SymInt>>::type unpackSymInt(std::optional<c10::SymInt> x) {
  return x.has_value() ? std::make_optional(x->guard_int(__FILE__, __LINE__)) : std::nullopt;
}
template <>
inline remove_symint<at::OptionalSymIntArrayRef>::type unpackSymInt(at::OptionalSymIntArrayRef x) {
  return x.has_value() ? std::make_optional(C10_AS_INTARRAYREF_SLOW(*x)) : std::nullopt;
}

template <class Return, class... Args>
C10_ALWAYS_INLINE Return KernelFunction::call(const OperatorHandle& op, DispatchKeySet ks, Args... args) const {
  if constexpr (std::disjunction_v<has_symint<Args>...>) {
    if (sym_unboxed_kernel_func_ != nullptr) {
      return callUnboxedKernelFunction<Return, Args...>(sym_unboxed_kernel_func_, boxed_kernel_func_.getFunctor(), ks,
                                                        std::forward<Args>(args)...);
    }
    if (unboxed_kernel_func_ != nullptr) {
      return callUnboxedKernelFunction<Return, typename remove_symint<Args>::type...>(
          unboxed_kernel_func_, boxed_kernel_func_.getFunctor(), ks, unpackSymInt<Args>(args)...);
    }
  } else if (C10_LIKELY(unboxed_kernel_func_ != nullptr)) {
    return callUnboxedKernelFunction<Return, Args...>(unboxed_kernel_func_, boxed_kernel_func_.getFunctor(), ks,
                                                      std::forward<Args>(args)...);
  }
  return impl::BoxedKernelWrapper<Return(Args...)>::call(boxed_kernel_func_, op, ks, std::forward<Args>(args)...);
}

template <typename FlbOnUse>
void KernelFunction::registerToken(std::weak_ptr<KernelToken> token) const {
  if (!tokens_) tokens_ = std::make_unique<std::vector<std::weak_ptr<KernelToken>>>();
  tokens_->push_back(std::move(token));
}

inline KernelFunction KernelFunction::makeFromBoxedKernel(BoxedKernel boxed_fn) {
  return KernelFunction(std::move(boxed_fn), nullptr);
}
template <KernelFunction::BoxedKernelFunction* func>
inline KernelFunction KernelFunction::makeFromBoxedFunction() {
  return makeFromBoxedKernel(BoxedKernel::makeFromFunction<func>());
}
template <KernelFunction::BoxedKernelFunction_withDispatchKeys* func>
inline KernelFunction KernelFunction::makeFromBoxedFunction() {
  return makeFromBoxedKernel(BoxedKernel::makeFromFunction<func>());
}
inline KernelFunction KernelFunction::makeFallthrough() { return makeFromBoxedKernel(BoxedKernel::makeFallthrough()); }
inline KernelFunction KernelFunction::makeAmbiguousAutogradOther() {
  return makeFromBoxedKernel(BoxedKernel::makeAmbiguousAutogradOther());
}

template <bool AllowLegacyTypes, class KernelFunctor>
inline KernelFunction KernelFunction::makeFromUnboxedFunctor(std::unique_ptr<OperatorKernel> kernelFunctor) {
  static_assert(std::is_base_of_v<OperatorKernel, KernelFunctor>, "A kernel functor must inherit from OperatorKernel");
  auto* unboxed = &impl::wrap_kernel_functor_unboxed<KernelFunctor>::call;
  void* address = reinterpret_cast<void*>(unboxed);
  constexpr bool symint = fn_has_symint<decltype(unboxed)>::value;
  return KernelFunction(std::move(kernelFunctor),
                        &impl::make_boxed_from_unboxed_functor<KernelFunctor, AllowLegacyTypes>::call,
                        symint ? nullptr : address, symint ? address : nullptr);
}
template <class KernelFunctor>
inline KernelFunction KernelFunction::makeFromBoxedFunctor(std::unique_ptr<KernelFunctor> kernelFunctor) {
  return makeFromBoxedKernel(BoxedKernel::makeFromFunctor(std::move(kernelFunctor)));
}
template <class FuncPtr, bool AllowLegacyTypes>
inline KernelFunction KernelFunction::makeFromUnboxedFunction(FuncPtr) {
  static_assert(is_compile_time_function_pointer<FuncPtr>::value,
                "makeFromUnboxedFunction takes a function pointer made by TORCH_FN");
  static_assert(!std::is_same_v<typename FuncPtr::FuncType, BoxedKernelFunction>,
                "This is a boxed function: use makeFromBoxedFunction");
  using Functor = typename impl::WrapFunctionIntoFunctor<FuncPtr>::type;
  return makeFromUnboxedFunctor<AllowLegacyTypes, Functor>(detail::make_unique_base<OperatorKernel, Functor>());
}
template <bool AllowLegacyTypes, class FuncType>
inline KernelFunction KernelFunction::makeFromUnboxedRuntimeFunction(FuncType* func) {
  static_assert(guts::is_function_type<FuncType>::value, "makeFromUnboxedRuntimeFunction takes a function");
  static_assert(!std::is_same_v<FuncType, BoxedKernelFunction>, "This is a boxed function: use makeFromBoxedFunction");
  TORCH_INTERNAL_ASSERT(func != nullptr, "Kernel function cannot be nullptr");
  using Functor = impl::WrapFunctionIntoRuntimeFunctor<std::decay_t<FuncType>>;
  return makeFromUnboxedFunctor<AllowLegacyTypes, Functor>(detail::make_unique_base<OperatorKernel, Functor>(func));
}
template <bool AllowLegacyTypes, class Lambda>
inline std::enable_if_t<guts::is_stateless_lambda<std::decay_t<Lambda>>::value, KernelFunction>
KernelFunction::makeFromUnboxedLambda(Lambda&& lambda) {
  using Functor = impl::WrapFunctionIntoRuntimeFunctor<std::decay_t<Lambda>>;
  return makeFromUnboxedFunctor<AllowLegacyTypes, Functor>(
      detail::make_unique_base<OperatorKernel, Functor>(std::forward<Lambda>(lambda)));
}
template <bool AllowLegacyTypes, class Lambda>
inline std::enable_if_t<!guts::is_stateless_lambda<std::decay_t<Lambda>>::value, KernelFunction>
KernelFunction::makeFromUnboxedLambda(Lambda&& lambda) {
  using Functor = impl::WrapFunctionIntoRuntimeFunctor<std::decay_t<Lambda>>;
  return makeFromUnboxedFunctor<AllowLegacyTypes, Functor>(
      detail::make_unique_base<OperatorKernel, Functor>(std::forward<Lambda>(lambda)));
}

inline bool KernelToken::isValid() const { return !invalid_.load(std::memory_order_acquire); }
inline void KernelToken::invalidate() { invalid_.store(true, std::memory_order_release); }

template <typename FlbOnUse>
inline SafeKernelFunction::SafeKernelFunction(const KernelFunction* kernel, std::string debug,
                                              std::shared_ptr<OperatorHandle> opHandle)
    : kernel_(kernel ? *kernel : KernelFunction()),
      token_(std::make_shared<KernelToken>()),
      debug_(std::move(debug)),
      opHandle_(std::move(opHandle)) {
  if (kernel) kernel->registerToken(token_);
}
inline void SafeKernelFunction::callBoxed(const OperatorHandle& op, DispatchKeySet ks, Stack* stack) const {
  TORCH_CHECK(token_ && token_->isValid(), "SafeKernelFunction has been invalidated ", debug_);
  kernel_.callBoxed(op, ks, stack);
}

}  // namespace c10
