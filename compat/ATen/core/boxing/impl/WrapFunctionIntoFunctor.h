// Mirrors <ATen/core/boxing/impl/WrapFunctionIntoFunctor.h> of PyTorch 2.13: a compile-time function as a kernel
// functor.
#pragma once

#include <c10/core/CompileTimeFunctionPointer.h>

namespace c10::impl {
namespace detail {

template <class FuncPtr, class ReturnType, class ParameterList>
class WrapFunctionIntoFunctor_ {};
template <class FuncPtr, class ReturnType, class... Parameters>
class WrapFunctionIntoFunctor_<FuncPtr, ReturnType, guts::typelist::typelist<Parameters...>> final
    : public c10::OperatorKernel {
 public:
  C10_ALWAYS_INLINE decltype(auto) operator()(Parameters... args) {
    return (*FuncPtr::func_ptr())(std::forward<Parameters>(args)...);
  }
};

}  // namespace detail

template <class FuncPtr>
struct WrapFunctionIntoFunctor final {
  static_assert(c10::is_compile_time_function_pointer<FuncPtr>::value,
                "WrapFunctionIntoFunctor can only wrap functions created with TORCH_FN.");
  using traits = guts::function_traits<typename FuncPtr::FuncType>;
  using type =
      detail::WrapFunctionIntoFunctor_<FuncPtr, typename traits::return_type, typename traits::parameter_types>;
};

}  // namespace c10::impl
