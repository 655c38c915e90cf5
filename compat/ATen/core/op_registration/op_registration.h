// Mirrors <ATen/core/op_registration/op_registration.h> of PyTorch 2.13: the registration API before TORCH_LIBRARY.
#pragma once

#include <ATen/core/ATenOpList.h>
#include <ATen/core/boxing/KernelFunction.h>
#include <ATen/core/dispatch/CppSignature.h>
#include <ATen/core/dispatch/RegistrationHandleRAII.h>
#include <ATen/core/op_registration/infer_schema.h>
#include <c10/core/CompileTimeFunctionPointer.h>
#include <c10/core/DispatchKey.h>
#include <c10/core/DispatchKeySet.h>
#include <torch/csrc/jit/frontend/function_schema_parser.h>

namespace c10 {

namespace detail {
template <class KernelFunctor>
std::unique_ptr<FunctionSchema> inferFunctionSchemaFromFunctor() {
  using func_type = typename c10::remove_DispatchKeySet_arg_from_func<KernelFunctor>::func_type;
  return std::make_unique<FunctionSchema>(inferFunctionSchemaFlattenedReturns<func_type>());
}
}  // namespace detail

/// Registers operators for as long as it lives.
class TORCH_API RegisterOperators final {
  template <class T, class R>
  using if_functor = std::enable_if_t<guts::is_functor<T>::value, R>;
  template <class T, class R>
  using if_function = std::enable_if_t<guts::is_function_type<T>::value, R>;
  template <class T, class R>
  using if_unboxed_lambda =
      std::enable_if_t<guts::is_functor<std::decay_t<T>>::value &&
                           !std::is_same_v<typename guts::infer_function_traits_t<std::decay_t<T>>::func_type,
                                           KernelFunction::BoxedKernelFunction>,
                       R>;

 public:
  RegisterOperators() = default;
  ~RegisterOperators() = default;
  RegisterOperators(const RegisterOperators&) = delete;
  RegisterOperators& operator=(const RegisterOperators&) = delete;
  RegisterOperators(RegisterOperators&&) noexcept = default;
  RegisterOperators& operator=(RegisterOperators&&) noexcept = default;

  /// Schema and kernels of one operator. Each `kernel` has a `catchAllKernel` form, for all keys.
  class TORCH_API Options final {
   public:
    Options(const Options&) = delete;
    Options(Options&&) noexcept = delete;
    Options& operator=(const Options&) = delete;
    Options& operator=(Options&&) noexcept = delete;

    FLB_ON_USE Options&& schema(FunctionSchema&& schema) {
      TORCH_CHECK(!schemaOrName_.has_value(), "You can only specify the schema once per operator registration.");
      schemaOrName_ = FunctionSchema(std::move(schema));
      return std::move(*this);
    }
    FLB_ON_USE Options&& schema(const std::string& schemaOrName) {
      TORCH_CHECK(
          !schemaOrName_.has_value(), "Tried to register operator ", schemaOrName,
          " but specified schema multiple times. You can only specify the schema once per operator registration.");
      schemaOrName_ = torch::jit::parseSchemaOrName(schemaOrName);
      return std::move(*this);
    }

    // A kernel that works on the stack.
    template <KernelFunction::BoxedKernelFunction* kernel_func>
    Options&& kernel(DispatchKey dispatch_key) && {
      return add(dispatch_key, KernelFunction::makeFromBoxedFunction<kernel_func>(), std::nullopt, nullptr);
    }
    template <KernelFunction::BoxedKernelFunction* kernel_func>
    Options&& catchAllKernel() && {
      return add(std::nullopt, KernelFunction::makeFromBoxedFunction<kernel_func>(), std::nullopt, nullptr);
    }

    // A functor, which is constructed here and may keep state.
    template <class KernelFunctor, class... ConstructorParameters>
    if_functor<KernelFunctor, Options&&> kernel(DispatchKey dispatch_key, ConstructorParameters&&... parameters) && {
      return add_functor<KernelFunctor>(dispatch_key, std::forward<ConstructorParameters>(parameters)...);
    }
    template <class KernelFunctor, class... ConstructorParameters>
    if_functor<KernelFunctor, Options&&> catchAllKernel(ConstructorParameters&&... parameters) && {
      return add_functor<KernelFunctor>(std::nullopt, std::forward<ConstructorParameters>(parameters)...);
    }

    // A function known at compile time.
    template <class FuncType, FuncType* kernel_func>
    if_function<FuncType, Options&&> kernel(DispatchKey dispatch_key) && {
      return add_static<FuncType, kernel_func>(dispatch_key);
    }
    template <class FuncType, FuncType* kernel_func>
    if_function<FuncType, Options&&> catchAllKernel() && {
      return add_static<FuncType, kernel_func>(std::nullopt);
    }

    // A function pointer.
    template <class FuncType>
    if_function<FuncType, Options&&> kernel(DispatchKey dispatch_key, FuncType* kernel_func) && {
      return add_pointer<FuncType>(dispatch_key, kernel_func);
    }
    template <class FuncType>
    if_function<FuncType, Options&&> catchAllKernel(FuncType* kernel_func) && {
      return add_pointer<FuncType>(std::nullopt, kernel_func);
    }

    // A lambda without captures.
    template <class Lambda>
    if_unboxed_lambda<Lambda, Options&&> kernel(DispatchKey dispatch_key, Lambda&& functor) && {
      return add_lambda(dispatch_key, std::forward<Lambda>(functor));
    }
    template <class Lambda>
    if_unboxed_lambda<Lambda, Options&&> catchAllKernel(Lambda&& lambda) && {
      return add_lambda(std::nullopt, std::forward<Lambda>(lambda));
    }

    FLB_ON_USE Options&& aliasAnalysis(AliasAnalysisKind aliasAnalysisKind) && {
      TORCH_CHECK(!aliasAnalysisKind_.has_value(), "You can only call aliasAnalysis() once per operator registration.");
      aliasAnalysisKind_ = aliasAnalysisKind;
      return std::move(*this);
    }

   private:
    FLB_ON_USE Options&& add(std::optional<DispatchKey> dispatch_key, KernelFunction&& func,
                             std::optional<impl::CppSignature> cpp_signature,
                             std::unique_ptr<FunctionSchema>&& inferred_function_schema) {
      KernelRegistrationConfig config;
      config.dispatch_key = dispatch_key;
      config.func = std::move(func);
      config.cpp_signature = cpp_signature;
      config.inferred_function_schema = std::move(inferred_function_schema);
      kernels.push_back(std::move(config));
      return std::move(*this);
    }
    template <class KernelFunctor, class... Parameters>
    Options&& add_functor(std::optional<DispatchKey> key, Parameters&&... parameters) {
      static_assert(std::is_base_of_v<OperatorKernel, KernelFunctor>,
                    "A kernel functor must inherit from OperatorKernel");
      static_assert(std::is_constructible_v<KernelFunctor, Parameters...>,
                    "Wrong argument list for constructor of kernel functor.");
      return add(key,
                 KernelFunction::makeFromUnboxedFunctor<false, KernelFunctor>(
                     std::make_unique<KernelFunctor>(std::forward<Parameters>(parameters)...)),
                 impl::CppSignature::make<KernelFunctor>(), detail::inferFunctionSchemaFromFunctor<KernelFunctor>());
    }
    template <class FuncType, FuncType* kernel_func>
    Options&& add_static(std::optional<DispatchKey> key) {
      static_assert(kernel_func != nullptr, "Kernel function cannot be nullptr");
      using Functor = typename impl::WrapFunctionIntoFunctor<CompileTimeFunctionPointer<FuncType, kernel_func>>::type;
      return add(key, KernelFunction::makeFromUnboxedFunction(TORCH_FN(kernel_func)),
                 impl::CppSignature::make<FuncType>(), detail::inferFunctionSchemaFromFunctor<Functor>());
    }
    template <class FuncType, bool legacy = false>
    Options&& add_pointer(std::optional<DispatchKey> key, FuncType* kernel_func) {
      TORCH_INTERNAL_ASSERT(kernel_func != nullptr, "Kernel function cannot be nullptr");
      using Functor = impl::WrapFunctionIntoRuntimeFunctor<std::decay_t<FuncType>>;
      return add(key, KernelFunction::makeFromUnboxedRuntimeFunction<legacy>(kernel_func),
                 impl::CppSignature::make<FuncType>(), detail::inferFunctionSchemaFromFunctor<Functor>());
    }
    template <bool legacy = false, class Lambda>
    Options&& add_lambda(std::optional<DispatchKey> key, Lambda&& lambda) {
      static_assert(!std::is_base_of_v<OperatorKernel, std::decay_t<Lambda>>,
                    "This kernel is a functor: use kernel<Functor>()");
      static_assert(legacy || guts::is_stateless_lambda<std::decay_t<Lambda>>::value,
                    "A lambda with captures cannot be a kernel: use a functor");
      using Functor = impl::WrapFunctionIntoRuntimeFunctor<std::decay_t<Lambda>>;
      return add(key, KernelFunction::makeFromUnboxedLambda<legacy>(std::forward<Lambda>(lambda)),
                 impl::CppSignature::make<Lambda>(), detail::inferFunctionSchemaFromFunctor<Functor>());
    }

    FLB_ON_USE Options() : schemaOrName_(std::nullopt), aliasAnalysisKind_(std::nullopt) {}

    struct KernelRegistrationConfig final {
      std::optional<DispatchKey> dispatch_key;
      KernelFunction func;
      std::optional<impl::CppSignature> cpp_signature;
      std::unique_ptr<FunctionSchema> inferred_function_schema;
    };
    std::optional<std::variant<OperatorName, FunctionSchema>> schemaOrName_;
    std::vector<KernelRegistrationConfig> kernels;
    std::optional<AliasAnalysisKind> aliasAnalysisKind_;
    friend class RegisterOperators;
    friend class Library;
  };

  static Options options() { return {}; }

  RegisterOperators&& op(Options&& options) && {
    checkSchemaAndRegisterOp_(std::move(options));
    return std::move(*this);
  }
  RegisterOperators& op(Options&& options) & {
    checkSchemaAndRegisterOp_(std::move(options));
    return *this;
  }
  FLB_ON_USE RegisterOperators&& op(const std::string& schemaOrName,
                                    Options&& options = RegisterOperators::options()) && {
    return std::move(*this).op(std::move(options).schema(schemaOrName));
  }
  FLB_ON_USE RegisterOperators&& op(FunctionSchema schema, Options&& options) && {
    return std::move(*this).op(std::move(options).schema(std::move(schema)));
  }

  // Deprecated forms, which also take std::unordered_map and the like, and lambdas with captures.
  template <class FuncType>
  explicit RegisterOperators(const std::string& schemaOrName, FuncType&& func,
                             Options&& options = RegisterOperators::options())
      : RegisterOperators() {
    std::move(*this).op(schemaOrName, std::forward<FuncType>(func), std::move(options));
  }
  template <class FuncType>
  std::enable_if_t<guts::is_function_type<FuncType>::value &&
                       !std::is_same_v<FuncType, KernelFunction::BoxedKernelFunction>,
                   RegisterOperators&&>
  op(const std::string& schemaOrName, FuncType* func, Options&& options = RegisterOperators::options()) && {
    return std::move(*this).op(
        std::move(options).schema(schemaOrName).template add_pointer<FuncType, true>(std::nullopt, func));
  }
  template <class Lambda>
  if_functor<std::decay_t<Lambda>, RegisterOperators&&> op(const std::string& schemaOrName, Lambda&& lambda,
                                                           Options&& options = RegisterOperators::options()) && {
    return std::move(*this).op(
        std::move(options).schema(schemaOrName).template add_lambda<true>(std::nullopt, std::forward<Lambda>(lambda)));
  }

 private:
  void checkSchemaAndRegisterOp_(Options&& config);
  static c10::FunctionSchema inferSchemaFromKernels_(const OperatorName& opNameStr, const Options& options);
  void checkNoDuplicateKernels_(const Options& options);
  void registerOp_(Options&& options);

  std::vector<RegistrationHandleRAII> registrars_;
};

}  // namespace c10

namespace torch {
using RegisterOperators = c10::RegisterOperators;
}
