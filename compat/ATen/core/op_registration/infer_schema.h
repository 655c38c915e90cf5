// Mirrors <ATen/core/op_registration/infer_schema.h> of PyTorch 2.13: the schema of a C++ function type.
#pragma once

#include <ATen/core/function_schema.h>
#include <c10/util/Metaprogramming.h>

#include <array>

namespace c10 {

namespace detail::infer_schema {

/// How to get an argument's types; a constant, so that templates make no code.
struct ArgumentDef final {
  using GetTypeFn = TypePtr();
  GetTypeFn* getTypeFn;
  GetTypeFn* getFakeTypeFn;
  constexpr ArgumentDef() : getTypeFn(nullptr), getFakeTypeFn(nullptr) {}
  explicit constexpr ArgumentDef(GetTypeFn* getTypeFn, GetTypeFn* getFakeTypeFn)
      : getTypeFn(getTypeFn), getFakeTypeFn(getFakeTypeFn) {}
};

template <class... Types>
constexpr int checkStaticTypes() {
  static_assert(((!std::is_integral_v<Types> || std::is_same_v<Types, int8_t> || std::is_same_v<Types, int64_t> ||
                  std::is_same_v<Types, bool>)&&...),
                "INVALID TYPE: Only int8_t, int64_t and bool are supported as an integral argument type");
  static_assert((!std::is_same_v<Types, float> && ...),
                "INVALID TYPE: float is not supported as an argument type, use double instead");
  return 0;
}

template <typename... Ts>
constexpr std::array<ArgumentDef, sizeof...(Ts)> createArgumentVectorFromTypes() {
  return (checkStaticTypes<Ts...>(), std::array<ArgumentDef, sizeof...(Ts)>{ArgumentDef(
                                         &getTypePtrCopy<std::decay_t<Ts>>, &getFakeTypePtrCopy<std::decay_t<Ts>>)...});
}

template <class ParameterTypes>
struct createArguments final {};
template <class... ParameterTypes>
struct createArguments<guts::typelist::typelist<ParameterTypes...>> final {
  static constexpr std::array<ArgumentDef, sizeof...(ParameterTypes)> call() {
    return createArgumentVectorFromTypes<ParameterTypes...>();
  }
};

/// A tuple is several returns.
template <class ReturnType>
struct createReturns final {
  static constexpr std::array<ArgumentDef, 1> call() { return createArgumentVectorFromTypes<ReturnType>(); }
};
template <class... ReturnTypes>
struct createReturns<std::tuple<ReturnTypes...>> final {
  static constexpr std::array<ArgumentDef, sizeof...(ReturnTypes)> call() {
    return createArgumentVectorFromTypes<ReturnTypes...>();
  }
};
template <>
struct createReturns<void> final {
  static constexpr std::array<ArgumentDef, 0> call() { return {}; }
};
/// A tuple is one return of tuple type, void is None.
template <typename ReturnType>
struct createSingleReturn {
  static constexpr std::array<ArgumentDef, 1> call() { return createArgumentVectorFromTypes<ReturnType>(); }
};

TORCH_API FunctionSchema make_function_schema(std::string&& name, std::string&& overload_name,
                                              c10::ArrayRef<ArgumentDef> arguments, c10::ArrayRef<ArgumentDef> returns);
TORCH_API FunctionSchema make_function_schema(c10::ArrayRef<ArgumentDef> arguments, c10::ArrayRef<ArgumentDef> returns);

template <typename FunctionTraits>
FunctionSchema createFunctionSchemaFromTraitsFlattenedReturns() {
  constexpr auto arguments = createArguments<typename FunctionTraits::parameter_types>::call();
  constexpr auto returns = createReturns<typename FunctionTraits::return_type>::call();
  return make_function_schema(arguments, returns);
}
template <typename FunctionTraits>
FunctionSchema createFunctionSchemaFromTraitsSingleReturn(std::string&& name, std::string&& overload_name) {
  constexpr auto arguments = createArguments<typename FunctionTraits::parameter_types>::call();
  constexpr auto returns = createSingleReturn<typename FunctionTraits::return_type>::call();
  return make_function_schema(std::move(name), std::move(overload_name), arguments, returns);
}

}  // namespace detail::infer_schema

template <class FuncType>
FunctionSchema inferFunctionSchemaFlattenedReturns() {
  return detail::infer_schema::createFunctionSchemaFromTraitsFlattenedReturns<
      guts::infer_function_traits_t<FuncType>>();
}
template <class FuncType>
FunctionSchema inferFunctionSchemaSingleReturn(std::string&& name, std::string&& overload_name) {
  return detail::infer_schema::createFunctionSchemaFromTraitsSingleReturn<guts::infer_function_traits_t<FuncType>>(
      std::move(name), std::move(overload_name));
}

/// In words; nothing if a kernel with the first schema can serve the second.
TORCH_API std::optional<std::string> findSchemaDifferences(const FunctionSchema& inferred,
                                                           const FunctionSchema& specified);

}  // namespace c10
