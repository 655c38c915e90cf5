// Mirrors <ATen/Dispatch.h> of PyTorch 2.13: a switch over dtypes in which `scalar_t` is the C++ type.
#pragma once

#include <c10/core/ScalarType.h>
#include <c10/macros/Macros.h>
#include <c10/util/Exception.h>
#include <c10/util/Half.h>
#include <c10/util/Metaprogramming.h>
#include <c10/util/complex.h>
#include <torch/headeronly/core/Dispatch.h>

namespace at {
inline constexpr bool should_include_kernel_dtype(const char* /*kernel_tag_str*/, at::ScalarType /*scalar_type*/) {
  return true;
}
}  // namespace at

#define AT_PRIVATE_CASE_TYPE_USING_HINT(enum_type, HINT, ...)                 \
  case enum_type: {                                                           \
    using HINT [[maybe_unused]] = c10::impl::ScalarTypeToCPPTypeT<enum_type>; \
    return __VA_ARGS__();                                                     \
  }
#define AT_DISPATCH_CASE(enum_type, ...) AT_PRIVATE_CASE_TYPE_USING_HINT(enum_type, scalar_t, __VA_ARGS__)
#define AT_DISPATCH_SWITCH(TYPE, NAME, ...)                                                                        \
  [&] {                                                                                                            \
    const auto& the_type = TYPE;                                                                                   \
    constexpr const char* at_dispatch_name = NAME;                                                                 \
    const at::ScalarType _st = ::detail::scalar_type(the_type);                                                    \
    switch (_st) {                                                                                                 \
      __VA_ARGS__                                                                                                  \
      default:                                                                                                     \
        TORCH_CHECK_NOT_IMPLEMENTED(false, '"', at_dispatch_name, "\" not implemented for '", toString(_st), "'"); \
    }                                                                                                              \
  }()

#define AT_DISPATCH_CASE_FLOATING_TYPES(...) \
  AT_DISPATCH_CASE(at::ScalarType::Double, __VA_ARGS__) AT_DISPATCH_CASE(at::ScalarType::Float, __VA_ARGS__)
#define AT_DISPATCH_CASE_COMPLEX_TYPES(...)                    \
  AT_DISPATCH_CASE(at::ScalarType::ComplexDouble, __VA_ARGS__) \
  AT_DISPATCH_CASE(at::ScalarType::ComplexFloat, __VA_ARGS__)
#define AT_DISPATCH_CASE_REDUCED_FLOATING_TYPES(...) \
  AT_DISPATCH_CASE(at::ScalarType::Half, __VA_ARGS__) AT_DISPATCH_CASE(at::ScalarType::BFloat16, __VA_ARGS__)
#define AT_DISPATCH_CASE_INTEGRAL_TYPES(...)          \
  AT_DISPATCH_CASE(at::ScalarType::Byte, __VA_ARGS__) \
  AT_DISPATCH_CASE(at::ScalarType::Char, __VA_ARGS__) \
  AT_DISPATCH_CASE(at::ScalarType::Int, __VA_ARGS__)  \
  AT_DISPATCH_CASE(at::ScalarType::Long, __VA_ARGS__) \
  AT_DISPATCH_CASE(at::ScalarType::Short, __VA_ARGS__)
#define AT_DISPATCH_CASE_ALL_TYPES(...) \
  AT_DISPATCH_CASE_INTEGRAL_TYPES(__VA_ARGS__) AT_DISPATCH_CASE_FLOATING_TYPES(__VA_ARGS__)
#define AT_DISPATCH_CASE_ALL_TYPES_AND_COMPLEX(...) \
  AT_DISPATCH_CASE_ALL_TYPES(__VA_ARGS__) AT_DISPATCH_CASE_COMPLEX_TYPES(__VA_ARGS__)
#define AT_DISPATCH_CASE_FLOATING_AND_COMPLEX_TYPES(...) \
  AT_DISPATCH_CASE_FLOATING_TYPES(__VA_ARGS__) AT_DISPATCH_CASE_COMPLEX_TYPES(__VA_ARGS__)

// Each set of dtypes alone and with one to eight more.
#define AT_DISPATCH_FLOATING_TYPES(TYPE, NAME, ...) \
  AT_DISPATCH_SWITCH(TYPE, NAME, AT_DISPATCH_CASE_FLOATING_TYPES(__VA_ARGS__))
#define AT_DISPATCH_COMPLEX_TYPES(TYPE, NAME, ...) \
  AT_DISPATCH_SWITCH(TYPE, NAME, AT_DISPATCH_CASE_COMPLEX_TYPES(__VA_ARGS__))
#define AT_DISPATCH_INTEGRAL_TYPES(TYPE, NAME, ...) \
  AT_DISPATCH_SWITCH(TYPE, NAME, AT_DISPATCH_CASE_INTEGRAL_TYPES(__VA_ARGS__))
#define AT_DISPATCH_ALL_TYPES(TYPE, NAME, ...) AT_DISPATCH_SWITCH(TYPE, NAME, AT_DISPATCH_CASE_ALL_TYPES(__VA_ARGS__))
#define AT_DISPATCH_REDUCED_FLOATING_TYPES(TYPE, NAME, ...) \
  AT_DISPATCH_SWITCH(TYPE, NAME, AT_DISPATCH_CASE_REDUCED_FLOATING_TYPES(__VA_ARGS__))
#define AT_DISPATCH_FLOATING_AND_COMPLEX_TYPES(TYPE, NAME, ...) \
  AT_DISPATCH_SWITCH(TYPE, NAME, AT_DISPATCH_CASE_FLOATING_AND_COMPLEX_TYPES(__VA_ARGS__))
#define AT_DISPATCH_ALL_TYPES_AND_COMPLEX(TYPE, NAME, ...) \
  AT_DISPATCH_SWITCH(TYPE, NAME, AT_DISPATCH_CASE_ALL_TYPES_AND_COMPLEX(__VA_ARGS__))
#define AT_DISPATCH_FLOATING_TYPES_AND_HALF(TYPE, NAME, ...) \
  AT_DISPATCH_FLOATING_TYPES_AND(at::ScalarType::Half, TYPE, NAME, __VA_ARGS__)
#define AT_DISPATCH_ALL_TYPES_AND_HALF(TYPE, NAME, ...) \
  AT_DISPATCH_ALL_TYPES_AND(at::ScalarType::Half, TYPE, NAME, __VA_ARGS__)

#define FLB_DISPATCH_1(SET, S1, TYPE, NAME, ...) \
  AT_DISPATCH_SWITCH(TYPE, NAME, SET(__VA_ARGS__) AT_DISPATCH_CASE(S1, __VA_ARGS__))
#define FLB_DISPATCH_2(SET, S1, S2, TYPE, NAME, ...) \
  AT_DISPATCH_SWITCH(TYPE, NAME, SET(__VA_ARGS__) AT_DISPATCH_CASE(S1, __VA_ARGS__) AT_DISPATCH_CASE(S2, __VA_ARGS__))
#define FLB_DISPATCH_3(SET, S1, S2, S3, TYPE, NAME, ...)                                                  \
  AT_DISPATCH_SWITCH(TYPE, NAME,                                                                          \
                     SET(__VA_ARGS__) AT_DISPATCH_CASE(S1, __VA_ARGS__) AT_DISPATCH_CASE(S2, __VA_ARGS__) \
                         AT_DISPATCH_CASE(S3, __VA_ARGS__))
#define FLB_DISPATCH_4(SET, S1, S2, S3, S4, TYPE, NAME, ...)                                              \
  AT_DISPATCH_SWITCH(TYPE, NAME,                                                                          \
                     SET(__VA_ARGS__) AT_DISPATCH_CASE(S1, __VA_ARGS__) AT_DISPATCH_CASE(S2, __VA_ARGS__) \
                         AT_DISPATCH_CASE(S3, __VA_ARGS__) AT_DISPATCH_CASE(S4, __VA_ARGS__))

#define AT_DISPATCH_FLOATING_TYPES_AND(S1, ...) FLB_DISPATCH_1(AT_DISPATCH_CASE_FLOATING_TYPES, S1, __VA_ARGS__)
#define AT_DISPATCH_FLOATING_TYPES_AND2(S1, S2, ...) \
  FLB_DISPATCH_2(AT_DISPATCH_CASE_FLOATING_TYPES, S1, S2, __VA_ARGS__)
#define AT_DISPATCH_FLOATING_TYPES_AND3(S1, S2, S3, ...) \
  FLB_DISPATCH_3(AT_DISPATCH_CASE_FLOATING_TYPES, S1, S2, S3, __VA_ARGS__)
#define AT_DISPATCH_FLOATING_TYPES_AND4(S1, S2, S3, S4, ...) \
  FLB_DISPATCH_4(AT_DISPATCH_CASE_FLOATING_TYPES, S1, S2, S3, S4, __VA_ARGS__)
#define AT_DISPATCH_INTEGRAL_TYPES_AND(S1, ...) FLB_DISPATCH_1(AT_DISPATCH_CASE_INTEGRAL_TYPES, S1, __VA_ARGS__)
#define AT_DISPATCH_ALL_TYPES_AND(S1, ...) FLB_DISPATCH_1(AT_DISPATCH_CASE_ALL_TYPES, S1, __VA_ARGS__)
#define AT_DISPATCH_ALL_TYPES_AND2(S1, S2, ...) FLB_DISPATCH_2(AT_DISPATCH_CASE_ALL_TYPES, S1, S2, __VA_ARGS__)
#define AT_DISPATCH_ALL_TYPES_AND3(S1, S2, S3, ...) FLB_DISPATCH_3(AT_DISPATCH_CASE_ALL_TYPES, S1, S2, S3, __VA_ARGS__)
#define AT_DISPATCH_ALL_TYPES_AND4(S1, S2, S3, S4, ...) \
  FLB_DISPATCH_4(AT_DISPATCH_CASE_ALL_TYPES, S1, S2, S3, S4, __VA_ARGS__)
#define AT_DISPATCH_COMPLEX_TYPES_AND(S1, ...) FLB_DISPATCH_1(AT_DISPATCH_CASE_COMPLEX_TYPES, S1, __VA_ARGS__)
#define AT_DISPATCH_FLOATING_AND_COMPLEX_TYPES_AND1(S1, ...) \
  FLB_DISPATCH_1(AT_DISPATCH_CASE_FLOATING_AND_COMPLEX_TYPES, S1, __VA_ARGS__)
#define AT_DISPATCH_FLOATING_AND_COMPLEX_TYPES_AND2(S1, S2, ...) \
  FLB_DISPATCH_2(AT_DISPATCH_CASE_FLOATING_AND_COMPLEX_TYPES, S1, S2, __VA_ARGS__)
#define AT_DISPATCH_FLOATING_AND_COMPLEX_TYPES_AND3(S1, S2, S3, ...) \
  FLB_DISPATCH_3(AT_DISPATCH_CASE_FLOATING_AND_COMPLEX_TYPES, S1, S2, S3, __VA_ARGS__)
#define AT_DISPATCH_ALL_TYPES_AND_COMPLEX_AND(S1, ...) \
  FLB_DISPATCH_1(AT_DISPATCH_CASE_ALL_TYPES_AND_COMPLEX, S1, __VA_ARGS__)
#define AT_DISPATCH_ALL_TYPES_AND_COMPLEX_AND2(S1, S2, ...) \
  FLB_DISPATCH_2(AT_DISPATCH_CASE_ALL_TYPES_AND_COMPLEX, S1, S2, __VA_ARGS__)
#define AT_DISPATCH_ALL_TYPES_AND_COMPLEX_AND3(S1, S2, S3, ...) \
  FLB_DISPATCH_3(AT_DISPATCH_CASE_ALL_TYPES_AND_COMPLEX, S1, S2, S3, __VA_ARGS__)
#define AT_DISPATCH_ALL_TYPES_AND_COMPLEX_AND4(S1, S2, S3, S4, ...) \
  FLB_DISPATCH_4(AT_DISPATCH_CASE_ALL_TYPES_AND_COMPLEX, S1, S2, S3, S4, __VA_ARGS__)

#define AT_DISPATCH_INDEX_TYPES(TYPE, NAME, ...)                                                \
  AT_DISPATCH_SWITCH(TYPE, NAME,                                                                \
                     AT_PRIVATE_CASE_TYPE_USING_HINT(at::ScalarType::Int, index_t, __VA_ARGS__) \
                         AT_PRIVATE_CASE_TYPE_USING_HINT(at::ScalarType::Long, index_t, __VA_ARGS__))
