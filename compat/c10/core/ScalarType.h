// Mirrors <c10/core/ScalarType.h> of PyTorch 2.13.
#pragma once

#include <c10/util/BFloat16.h>
#include <c10/util/Exception.h>
#include <c10/util/Float4_e2m1fn_x2.h>
#include <c10/util/Float8_e4m3fn.h>
#include <c10/util/Float8_e4m3fnuz.h>
#include <c10/util/Float8_e5m2.h>
#include <c10/util/Float8_e5m2fnuz.h>
#include <c10/util/Float8_e8m0fnu.h>
#include <c10/util/Half.h>
#include <c10/util/bits.h>
#include <c10/util/complex.h>
#include <c10/util/qint32.h>
#include <c10/util/qint8.h>
#include <c10/util/quint2x4.h>
#include <c10/util/quint4x2.h>
#include <c10/util/quint8.h>
#include <torch/headeronly/core/ScalarType.h>

#include <array>
#include <cstddef>
#include <limits>
#include <ostream>
#include <string_view>
#include <type_traits>
#include <unordered_map>

C10_DIAGNOSTIC_PUSH_AND_IGNORED_IF_DEFINED("-Wswitch-enum")
namespace c10 {

#define FLAMBEAU_TYPE_CONSTANT(_, name) constexpr ScalarType k##name = ScalarType::name;
AT_FORALL_SCALAR_TYPES_WITH_COMPLEX_AND_QINTS(FLAMBEAU_TYPE_CONSTANT)
#undef FLAMBEAU_TYPE_CONSTANT

FLB_ON_USE inline size_t elementSize(ScalarType t) {
#define FLAMBEAU_CASE(ctype, name) \
  case ScalarType::name:           \
    return sizeof(ctype);
  switch (t) {
    AT_FORALL_SCALAR_TYPES_WITH_COMPLEX_AND_QINTS(FLAMBEAU_CASE)
    default:
      TORCH_CHECK(false, "Unknown ScalarType");
  }
#undef FLAMBEAU_CASE
}

/// An unsigned type of the same size, for moving bytes.
FLB_ON_USE inline ScalarType opaqueScalarType(ScalarType t) {
  switch (elementSize(t)) {
    case 1:
      return kByte;
    case 2:
      return kUInt16;
    case 4:
      return kUInt32;
    case 8:
      return kUInt64;
    case 16:
      return kComplexDouble;
    default:
      TORCH_CHECK(false, "Unknown ScalarType");
  }
}

inline bool isIntegralType(ScalarType t, bool includeBool) {
  return (t >= kByte && t <= kLong) || (t >= kUInt16 && t <= kUInt64) || (includeBool && t == kBool);
}
[[deprecated(
    "isIntegralType is deprecated. Please use the overload with 'includeBool' parameter instead.")]] inline bool
isIntegralType(ScalarType t) {
  return isIntegralType(t, /*includeBool=*/false);
}
inline bool isFloat8Type(ScalarType t) { return (t >= kFloat8_e5m2 && t <= kFloat8_e4m3fnuz) || t == kFloat8_e8m0fnu; }
inline bool isReducedFloatingType(ScalarType t) {
  return t == kHalf || t == kBFloat16 || isFloat8Type(t) || t == kFloat4_e2m1fn_x2;
}
inline bool isFloatingType(ScalarType t) { return t == kDouble || t == kFloat || isReducedFloatingType(t); }
inline bool isComplexType(ScalarType t) { return t >= kComplexHalf && t <= kComplexDouble; }
inline bool isBitsType(ScalarType t) { return t >= kBits1x8 && t <= kBits16; }
inline bool isBarebonesUnsignedType(ScalarType t) { return t >= kUInt16 && t <= kUInt7; }

inline ScalarType toQIntType(ScalarType t) {
  switch (t) {
    case ScalarType::Byte:
      return ScalarType::QUInt8;
    case ScalarType::Char:
      return ScalarType::QInt8;
    case ScalarType::Int:
      return ScalarType::QInt32;
    default:
      return t;
  }
}

FLB_ON_USE inline bool isSignedType(ScalarType t) {
  TORCH_CHECK(!isQIntType(t), "isSignedType not supported for quantized types");
  TORCH_CHECK(!isBitsType(t), "Bits types are undefined");
  TORCH_CHECK(t < ScalarType::Undefined, "Unknown ScalarType ", t);
  return !(t == kByte || t == kBool || t == kFloat8_e8m0fnu || isBarebonesUnsignedType(t));
}

inline bool isUnderlying(ScalarType type, ScalarType qtype) { return type == toUnderlying(qtype); }

inline ScalarType toRealValueType(ScalarType t) {
  switch (t) {
    case ScalarType::ComplexHalf:
      return ScalarType::Half;
    case ScalarType::ComplexFloat:
      return ScalarType::Float;
    case ScalarType::ComplexDouble:
      return ScalarType::Double;
    default:
      return t;
  }
}

FLB_ON_USE inline ScalarType toComplexType(ScalarType t) {
  switch (t) {
    case ScalarType::Half:
    case ScalarType::ComplexHalf:
      return ScalarType::ComplexHalf;
    case ScalarType::BFloat16:
    case ScalarType::Float:
    case ScalarType::ComplexFloat:
      return ScalarType::ComplexFloat;
    case ScalarType::Double:
    case ScalarType::ComplexDouble:
      return ScalarType::ComplexDouble;
    default:
      TORCH_CHECK(false, "Unknown Complex ScalarType for ", t);
  }
}

/// Whether a result of type `from` may be written into an output of type `to`: no step down complex, real, integer,
/// bool.
FLB_ON_USE inline bool canCast(const ScalarType from, const ScalarType to) {
  if (isComplexType(from) && !isComplexType(to)) return false;
  if (isFloatingType(from) && isIntegralType(to, false)) return false;
  return from == ScalarType::Bool || to != ScalarType::Bool;
}

C10_API ScalarType promoteTypes(ScalarType a, ScalarType b);
/// Python's name and, where there is one, the legacy one: {"float32", "float"}.
C10_API std::pair<std::string_view, std::string_view> getDtypeNames(c10::ScalarType scalarType);
C10_API std::string_view getScalarTypeAbbr(ScalarType scalarType);
C10_API const std::unordered_map<std::string, ScalarType>& getStringToDtypeMap();

}  // namespace c10
C10_DIAGNOSTIC_POP()
