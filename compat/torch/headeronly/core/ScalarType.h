// Mirrors <torch/headeronly/core/ScalarType.h> of PyTorch 2.13.
#pragma once

#include <torch/headeronly/macros/Macros.h>
#include <torch/headeronly/util/BFloat16.h>
#include <torch/headeronly/util/Float4_e2m1fn_x2.h>
#include <torch/headeronly/util/Float8_e4m3fn.h>
#include <torch/headeronly/util/Float8_e4m3fnuz.h>
#include <torch/headeronly/util/Float8_e5m2.h>
#include <torch/headeronly/util/Float8_e5m2fnuz.h>
#include <torch/headeronly/util/Float8_e8m0fnu.h>
#include <torch/headeronly/util/Half.h>
#include <torch/headeronly/util/bits.h>
#include <torch/headeronly/util/complex.h>
#include <torch/headeronly/util/qint32.h>
#include <torch/headeronly/util/qint8.h>
#include <torch/headeronly/util/quint2x4.h>
#include <torch/headeronly/util/quint4x2.h>
#include <torch/headeronly/util/quint8.h>

#include <cstdint>

#define AT_FORALL_INT_TYPES(_) _(uint8_t, Byte) _(int8_t, Char) _(int16_t, Short) _(int, Int) _(int64_t, Long)
#define AT_FORALL_SCALAR_TYPES(_) AT_FORALL_INT_TYPES(_) _(float, Float) _(double, Double)
#define AT_FORALL_COMPLEX_TYPES(_) _(c10::complex<float>, ComplexFloat) _(c10::complex<double>, ComplexDouble)
#define AT_FORALL_QINT_TYPES(_) \
  _(c10::qint8, QInt8)          \
  _(c10::quint8, QUInt8) _(c10::qint32, QInt32) _(c10::quint4x2, QUInt4x2) _(c10::quint2x4, QUInt2x4)
#define AT_FORALL_FLOAT8_TYPES(_)          \
  _(c10::Float8_e5m2, Float8_e5m2)         \
  _(c10::Float8_e4m3fn, Float8_e4m3fn)     \
  _(c10::Float8_e5m2fnuz, Float8_e5m2fnuz) \
  _(c10::Float8_e4m3fnuz, Float8_e4m3fnuz) _(c10::Float8_e8m0fnu, Float8_e8m0fnu)

#define AT_FORALL_SCALAR_TYPES_WITH_COMPLEX_EXCEPT_COMPLEX_HALF_F8NZ(_)                                 \
  AT_FORALL_INT_TYPES(_)                                                                                \
  _(c10::Half, Half)                                                                                    \
  _(float, Float) _(double, Double) AT_FORALL_COMPLEX_TYPES(_) _(bool, Bool) _(c10::BFloat16, BFloat16) \
      _(c10::Float8_e5m2, Float8_e5m2) _(c10::Float8_e4m3fn, Float8_e4m3fn)

#define AT_FORALL_SCALAR_TYPES_WITH_COMPLEX(_)                                                                       \
  AT_FORALL_INT_TYPES(_)                                                                                             \
  _(c10::Half, Half)                                                                                                 \
  _(float, Float) _(double, Double) _(c10::complex<c10::Half>, ComplexHalf) AT_FORALL_COMPLEX_TYPES(_) _(bool, Bool) \
      _(c10::BFloat16, BFloat16) AT_FORALL_FLOAT8_TYPES(_)

// Every dtype, in the order of its number.
#define AT_FORALL_SCALAR_TYPES_WITH_COMPLEX_AND_QINTS(_)                                                             \
  AT_FORALL_INT_TYPES(_)                                                                                             \
  _(c10::Half, Half)                                                                                                 \
  _(float, Float) _(double, Double) _(c10::complex<c10::Half>, ComplexHalf) AT_FORALL_COMPLEX_TYPES(_) _(bool, Bool) \
      _(c10::qint8, QInt8) _(c10::quint8, QUInt8) _(c10::qint32, QInt32) _(c10::BFloat16, BFloat16)                  \
          _(c10::quint4x2, QUInt4x2) _(c10::quint2x4, QUInt2x4) _(c10::bits1x8, Bits1x8) _(c10::bits2x4, Bits2x4)    \
              _(c10::bits4x2, Bits4x2) _(c10::bits8, Bits8) _(c10::bits16, Bits16) _(c10::Float8_e5m2, Float8_e5m2)  \
                  _(c10::Float8_e4m3fn, Float8_e4m3fn) _(c10::Float8_e5m2fnuz, Float8_e5m2fnuz)                      \
                      _(c10::Float8_e4m3fnuz, Float8_e4m3fnuz) _(uint16_t, UInt16) _(uint32_t, UInt32)               \
                          _(uint64_t, UInt64) _(c10::dummy_uint1_7_t<1>, UInt1) _(c10::dummy_uint1_7_t<2>, UInt2)    \
                              _(c10::dummy_uint1_7_t<3>, UInt3) _(c10::dummy_uint1_7_t<4>, UInt4)                    \
                                  _(c10::dummy_uint1_7_t<5>, UInt5) _(c10::dummy_uint1_7_t<6>, UInt6)                \
                                      _(c10::dummy_uint1_7_t<7>, UInt7) _(c10::dummy_int1_7_t<1>, Int1)              \
                                          _(c10::dummy_int1_7_t<2>, Int2) _(c10::dummy_int1_7_t<3>, Int3)            \
                                              _(c10::dummy_int1_7_t<4>, Int4) _(c10::dummy_int1_7_t<5>, Int5)        \
                                                  _(c10::dummy_int1_7_t<6>, Int6) _(c10::dummy_int1_7_t<7>, Int7)    \
                                                      _(c10::Float8_e8m0fnu, Float8_e8m0fnu)                         \
                                                          _(c10::Float4_e2m1fn_x2, Float4_e2m1fn_x2)

#define FLAMBEAU_SCALAR_TYPE(name, _) _(c10::impl::ScalarTypeToCPPTypeT<c10::ScalarType::name>, name)
#define AT_FORALL_SCALAR_TYPES_AND(T1, _) AT_FORALL_SCALAR_TYPES(_) FLAMBEAU_SCALAR_TYPE(T1, _)
#define AT_FORALL_SCALAR_TYPES_AND2(T1, T2, _) AT_FORALL_SCALAR_TYPES_AND(T1, _) FLAMBEAU_SCALAR_TYPE(T2, _)
#define AT_FORALL_SCALAR_TYPES_AND3(T1, T2, T3, _) AT_FORALL_SCALAR_TYPES_AND2(T1, T2, _) FLAMBEAU_SCALAR_TYPE(T3, _)
#define AT_FORALL_SCALAR_TYPES_AND7(T1, T2, T3, T4, T5, T6, T7, _) \
  AT_FORALL_SCALAR_TYPES_AND3(T1, T2, T3, _)                       \
  FLAMBEAU_SCALAR_TYPE(T4, _) FLAMBEAU_SCALAR_TYPE(T5, _) FLAMBEAU_SCALAR_TYPE(T6, _) FLAMBEAU_SCALAR_TYPE(T7, _)

C10_DIAGNOSTIC_PUSH_AND_IGNORED_IF_DEFINED("-Wswitch-enum")
namespace c10 {

// Types that have a number but no arithmetic of their own yet.
template <unsigned int N>
struct dummy_uint1_7_t {};
template <unsigned int N>
struct dummy_int1_7_t {};

#define FLAMBEAU_ENUM_ITEM(cpp_type, name) name,
enum class ScalarType : int8_t {
  AT_FORALL_SCALAR_TYPES_WITH_COMPLEX_AND_QINTS(FLAMBEAU_ENUM_ITEM) Undefined,
  NumOptions
};
#undef FLAMBEAU_ENUM_ITEM

constexpr uint16_t NumScalarTypes = static_cast<uint16_t>(ScalarType::NumOptions);

template <typename T>
struct CppTypeToScalarType;

namespace impl {
template <c10::ScalarType N>
struct ScalarTypeToCPPType;
template <c10::ScalarType N>
using ScalarTypeToCPPTypeT = typename ScalarTypeToCPPType<N>::type;
}  // namespace impl

#define FLAMBEAU_TYPE_MAPS(cpp_type, name)                                                                  \
  template <>                                                                                               \
  struct CppTypeToScalarType<cpp_type> : std::integral_constant<c10::ScalarType, c10::ScalarType::name> {}; \
  template <>                                                                                               \
  struct impl::ScalarTypeToCPPType<c10::ScalarType::name> {                                                 \
    using type = cpp_type;                                                                                  \
    static type t;                                                                                          \
  };
AT_FORALL_SCALAR_TYPES_WITH_COMPLEX_AND_QINTS(FLAMBEAU_TYPE_MAPS)
#undef FLAMBEAU_TYPE_MAPS

inline const char* toString(ScalarType t) {
#define FLAMBEAU_CASE(cpp_type, name) \
  case ScalarType::name:              \
    return #name;
  switch (t) {
    AT_FORALL_SCALAR_TYPES_WITH_COMPLEX_AND_QINTS(FLAMBEAU_CASE)
    default:
      return "UNKNOWN_SCALAR";
  }
#undef FLAMBEAU_CASE
}

inline std::ostream& operator<<(std::ostream& stream, c10::ScalarType scalar_type) {
  return stream << toString(scalar_type);
}

inline bool isQIntType(ScalarType t) {
  return t == ScalarType::QInt8 || t == ScalarType::QUInt8 || t == ScalarType::QInt32 || t == ScalarType::QUInt4x2 ||
         t == ScalarType::QUInt2x4;
}

inline ScalarType toUnderlying(ScalarType t) {
  switch (t) {
    case ScalarType::QUInt8:
    case ScalarType::QUInt4x2:
    case ScalarType::QUInt2x4:
      return ScalarType::Byte;
    case ScalarType::QInt8:
      return ScalarType::Char;
    case ScalarType::QInt32:
      return ScalarType::Int;
    default:
      return t;
  }
}

}  // namespace c10

HIDDEN_NAMESPACE_BEGIN(torch, headeronly)
using c10::CppTypeToScalarType;
using c10::dummy_int1_7_t;
using c10::dummy_uint1_7_t;
using c10::isQIntType;
using c10::NumScalarTypes;
using c10::ScalarType;
using c10::toString;
using c10::toUnderlying;
using c10::operator<<;
namespace impl {
using c10::impl::ScalarTypeToCPPTypeT;
}
HIDDEN_NAMESPACE_END(torch, headeronly)
C10_DIAGNOSTIC_POP()
