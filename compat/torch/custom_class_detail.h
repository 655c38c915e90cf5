// Mirrors <torch/custom_class_detail.h> of PyTorch 2.13: what torch::class_ is made of.
#pragma once

#include <ATen/core/boxing/impl/make_boxed_from_unboxed_functor.h>
#include <ATen/core/function.h>
#include <c10/util/Metaprogramming.h>
#include <c10/util/TypeTraits.h>
#include <c10/util/irange.h>

#include <functional>

namespace torch {

namespace detail {
#define RECORD_CUSTOM_CLASS(NAME)
}

/// A parameter's name and default: torch::arg("x") = 3.
struct arg {
  static c10::IValue none() { return c10::IValue(); }
  explicit arg(std::string name) : name_(std::move(name)), value_(std::nullopt) {}
  arg& operator=(const c10::IValue& rhs) {
    value_ = rhs;
    return *this;
  }
  std::string name_;
  std::optional<c10::IValue> value_;
};

namespace detail {

template <class R, class...>
struct types {
  using type = types;
};

// A member function as a function of the object.
template <typename Method>
struct WrapMethod;
template <typename R, typename CurrClass, typename... Args>
struct WrapMethod<R (CurrClass::*)(Args...)> {
  WrapMethod(R (CurrClass::*m)(Args...)) : m(std::move(m)) {}
  R operator()(c10::intrusive_ptr<CurrClass> cur, Args... args) { return std::invoke(m, *cur, args...); }
  R (CurrClass::*m)(Args...);
};
template <typename R, typename CurrClass, typename... Args>
struct WrapMethod<R (CurrClass::*)(Args...) const> {
  WrapMethod(R (CurrClass::*m)(Args...) const) : m(std::move(m)) {}
  R operator()(c10::intrusive_ptr<CurrClass> cur, Args... args) { return std::invoke(m, *cur, args...); }
  R (CurrClass::*m)(Args...) const;
};

template <typename CurClass, typename Func,
          std::enable_if_t<std::is_member_function_pointer_v<std::decay_t<Func>>, bool> = false>
WrapMethod<Func> wrap_func(Func f) {
  return WrapMethod<Func>(std::move(f));
}
template <typename CurClass, typename Func,
          std::enable_if_t<!std::is_member_function_pointer_v<std::decay_t<Func>>, bool> = false>
Func wrap_func(Func f) {
  return f;
}

template <class Functor, bool AllowDeprecatedTypes, size_t... indices>
typename c10::guts::infer_function_traits_t<Functor>::return_type call_torchbind_method_from_stack(
    Functor& functor, [[maybe_unused]] jit::Stack& stack, std::index_sequence<indices...>) {
  using Parameters = typename c10::guts::infer_function_traits_t<Functor>::parameter_types;
  return functor(c10::impl::ivalue_to_arg<
                 typename c10::impl::decay_if_not_tensor<c10::guts::typelist::element_t<indices, Parameters>>::type,
                 AllowDeprecatedTypes>::call(torch::jit::peek(stack, indices, sizeof...(indices)))...);
}
template <class Functor, bool AllowDeprecatedTypes>
typename c10::guts::infer_function_traits_t<Functor>::return_type call_torchbind_method_from_stack(Functor& functor,
                                                                                                   jit::Stack& stack) {
  constexpr size_t count = c10::guts::infer_function_traits_t<Functor>::number_of_parameters;
  return call_torchbind_method_from_stack<Functor, AllowDeprecatedTypes>(functor, stack,
                                                                         std::make_index_sequence<count>());
}

/// Calls with arguments from the stack and pushes the result; None for void.
template <class RetType, class Func>
struct BoxedProxy {
  void operator()(jit::Stack& stack, Func& func) {
    constexpr size_t count = c10::guts::infer_function_traits_t<Func>::number_of_parameters;
    if constexpr (std::is_void_v<RetType>) {
      call_torchbind_method_from_stack<Func, false>(func, stack);
      torch::jit::drop(stack, count);
      stack.emplace_back();
    } else {
      auto result = call_torchbind_method_from_stack<Func, false>(func, stack);
      torch::jit::drop(stack, count);
      stack.emplace_back(c10::ivalue::from(std::move(result)));
    }
  }
};

FLB_ON_USE inline bool validIdent(size_t i, char n) { return isalpha(n) || n == '_' || (i > 0 && isdigit(n)); }
FLB_ON_USE inline void checkValidIdent(const std::string& str, const char* type) {
  for (const auto i : c10::irange(str.size())) {
    TORCH_CHECK(validIdent(i, str[i]), type, " must be a valid Python/C++ identifier.", " Character '", str[i],
                "' at index ", i, " is illegal.");
  }
}

class TORCH_API class_base {
 protected:
  explicit class_base(const std::string& namespaceName, const std::string& className, std::string doc_string,
                      const std::type_info& intrusivePtrClassTypeid, const std::type_info& taggedCapsuleClass);

  /// `schema` with names and defaults; the first argument is self.
  static c10::FunctionSchema withNewArguments(const c10::FunctionSchema& schema,
                                              std::initializer_list<arg> default_args);
  static c10::FunctionSchema withNewArgumentsStatic(const c10::FunctionSchema& schema,
                                                    std::initializer_list<arg> default_args);
  std::string qualClassName;
  at::ClassTypePtr classTypePtr;
};

}  // namespace detail

TORCH_API void registerCustomClass(at::ClassTypePtr class_type);
TORCH_API void registerCustomClassMethod(std::unique_ptr<jit::Function> method);
/// By qualified name; null if there is none.
TORCH_API at::ClassTypePtr getCustomClass(const std::string& name);
TORCH_API bool isCustomClass(const c10::IValue& v);
TORCH_API std::vector<c10::FunctionSchema> customClassSchemasForBCCheck();

namespace jit {
using ::torch::registerCustomClass;
using ::torch::registerCustomClassMethod;
}  // namespace jit

}  // namespace torch
