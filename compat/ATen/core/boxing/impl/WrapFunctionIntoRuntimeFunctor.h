// Mirrors <ATen/core/boxing/impl/WrapFunctionIntoRuntimeFunctor.h> of PyTorch 2.13: a function pointer or lambda as a
// kernel functor.
#pragma once

#include <c10/util/TypeTraits.h>

namespace c10::impl {
namespace detail {

template <class FuncType, class ReturnType, class ParameterList>
class WrapFunctionIntoRuntimeFunctor_ {};
template <class FuncType, class ReturnType, class... Parameters>
class WrapFunctionIntoRuntimeFunctor_<FuncType, ReturnType, guts::typelist::typelist<Parameters...>> final
    : public c10::OperatorKernel {
 public:
  template <class FuncType_>
  explicit WrapFunctionIntoRuntimeFunctor_(FuncType_&& kernel_func)
      : kernel_func_(std::forward<FuncType_>(kernel_func)) {}
  decltype(auto) operator()(Parameters... args) { return kernel_func_(std::forward<Parameters>(args)...); }

 private:
  FuncType kernel_func_;
};

}  // namespace detail

template <class FuncType>
using WrapFunctionIntoRuntimeFunctor =
    detail::WrapFunctionIntoRuntimeFunctor_<FuncType, typename guts::infer_function_traits_t<FuncType>::return_type,
                                            typename guts::infer_function_traits_t<FuncType>::parameter_types>;

}  // namespace c10::impl
