#include "backend/promotion.h"

#include <cfloat>
#include <cmath>
#include <utility>

namespace flambeau {
namespace {

/// bool < unsigned 8 < signed 8..64 < floating < complex.
constexpr int rank_of(DType t) {
  switch (t) {
    case DType::boolean:
      return 0;
    case DType::uint8:
      return 1;
    case DType::int8:
      return 2;
    case DType::int16:
      return 3;
    case DType::int32:
      return 4;
    case DType::int64:
      return 5;
    default:
      return 6;
  }
}
constexpr bool is_wide_unsigned(DType t) { return t >= DType::uint16 && t <= DType::uint64; }

DType promote_integers(DType a, DType b) {
  FLB_CHECK(!is_wide_unsigned(a) && !is_wide_unsigned(b),
            "Promotion for uint16, uint32, uint64 types is not supported, attempted to promote ", scalar_type_name(a),
            " and ", scalar_type_name(b));
  if (rank_of(a) > rank_of(b)) std::swap(a, b);
  return a == DType::uint8 && b == DType::int8 ? DType::int16 : b;
}

DType promote_floats(DType a, DType b) {
  if (is_float8(a) || is_float8(b)) {
    fail(ErrorKind::runtime, "Promotion for Float8 Types is not supported, attempted to promote ", scalar_type_name(a),
         " and ", scalar_type_name(b));
  }
  if (a == DType::float64 || b == DType::float64) return DType::float64;
  return DType::float32;  // unequal, and half with bfloat16 too
}

DType promote_complex(DType a, DType b) {
  const DType x = is_complex(a) ? to_real(a) : a, y = is_complex(b) ? to_real(b) : b;
  if (x == DType::float64 || y == DType::float64) return DType::complex128;
  if (x == DType::float32 || y == DType::float32 || x == DType::bfloat16 || y == DType::bfloat16)
    return DType::complex64;
  return DType::complex32;
}

DType combine(DType higher, DType lower) {
  if (is_complex(higher)) return higher;
  if (is_floating(higher)) return is_complex(lower) ? to_complex(higher) : higher;
  if (higher == DType::boolean || is_floating(lower) || is_complex(lower)) return promote(higher, lower);
  return higher != DType::undefined ? higher : lower;
}

}  // namespace

DType promote(DType a, DType b) {
  if (a == b || b == DType::undefined) return a;
  if (a == DType::undefined) return b;
  if (is_complex(a) || is_complex(b)) return promote_complex(a, b);
  if (is_floating(a) && is_floating(b)) return promote_floats(a, b);
  if (is_floating(a) || is_floating(b)) {
    const DType f = is_floating(a) ? a : b, i = is_floating(a) ? b : a;
    FLB_CHECK(is_integral(i, true), "promotion is not defined for ", scalar_type_name(a), " and ", scalar_type_name(b));
    return f;
  }
  FLB_CHECK(is_integral(a, true) && is_integral(b, true), "promotion is not defined for ", scalar_type_name(a), " and ",
            scalar_type_name(b));
  return promote_integers(a, b);
}

void Promotion::add_number(DType t) {
  const DType real = default_dtype.load(std::memory_order_relaxed);
  if (is_complex(t))
    t = to_complex(real);
  else if (is_floating(t))
    t = real;
  number_ = promote(number_, t);
}

DType Promotion::result() const { return combine(dim_, combine(zero_dim_, number_)); }

const char* scalar_type_name(DType t) {
  switch (t) {
    case DType::uint8:
      return "Byte";
    case DType::int8:
      return "Char";
    case DType::int16:
      return "Short";
    case DType::int32:
      return "Int";
    case DType::int64:
      return "Long";
    case DType::float16:
      return "Half";
    case DType::float32:
      return "Float";
    case DType::float64:
      return "Double";
    case DType::complex32:
      return "ComplexHalf";
    case DType::complex64:
      return "ComplexFloat";
    case DType::complex128:
      return "ComplexDouble";
    case DType::boolean:
      return "Bool";
    case DType::qint8:
      return "QInt8";
    case DType::quint8:
      return "QUInt8";
    case DType::qint32:
      return "QInt32";
    case DType::bfloat16:
      return "BFloat16";
    case DType::float8_e5m2:
      return "Float8_e5m2";
    case DType::float8_e4m3fn:
      return "Float8_e4m3fn";
    case DType::float8_e5m2fnuz:
      return "Float8_e5m2fnuz";
    case DType::float8_e4m3fnuz:
      return "Float8_e4m3fnuz";
    case DType::float8_e8m0fnu:
      return "Float8_e8m0fnu";
    case DType::float4_e2m1fn_x2:
      return "Float4_e2m1fn_x2";
    case DType::uint16:
      return "UInt16";
    case DType::uint32:
      return "UInt32";
    case DType::uint64:
      return "UInt64";
    default:
      return "Undefined";
  }
}

namespace {

/// What a dtype holds, under the name that its C++ type has in the source.
struct Range {
  const char* name;
  double low, high;
  bool infinite = true;
};
constexpr Range range_of(DType t) {
  switch (t) {
    case DType::uint8:
      return {"uint8_t", 0, 0xff, false};
    case DType::uint16:
      return {"uint16_t", 0, 0xffff, false};
    case DType::uint32:
      return {"uint32_t", 0, 0xffffffff, false};
    case DType::uint64:
      return {"uint64_t", 0, 0x1p64, false};
    case DType::int8:
      return {"int8_t", -0x80, 0x7f, false};
    case DType::int16:
      return {"int16_t", -0x8000, 0x7fff, false};
    case DType::int32:
      return {"int", -0x1p31, 0x7fffffff, false};
    case DType::int64:
      return {"int64_t", -0x1p63, 0x1p63, false};
    case DType::float16:
      return {"c10::Half", -65504, 65504};
    case DType::bfloat16:
      return {"c10::BFloat16", -0x1.fep127, 0x1.fep127};
    case DType::float32:
      return {"float", -FLT_MAX, FLT_MAX};
    case DType::complex32:
      return {"c10::complex<c10::Half>", -65504, 65504};
    case DType::complex64:
      return {"c10::complex<float>", -FLT_MAX, FLT_MAX};
    case DType::complex128:
      return {"c10::complex<double>", -DBL_MAX, DBL_MAX};
    case DType::float8_e4m3fn:
      return {"c10::Float8_e4m3fn", -448, 448, false};
    case DType::float8_e5m2:
      return {"c10::Float8_e5m2", -57344, 57344};
    case DType::float8_e4m3fnuz:
      return {"c10::Float8_e4m3fnuz", -240, 240, false};
    case DType::float8_e5m2fnuz:
      return {"c10::Float8_e5m2fnuz", -57344, 57344, false};
    case DType::float8_e8m0fnu:
      return {"c10::Float8_e8m0fnu", 0, 0x1p127, false};
    default:
      return {"double", -DBL_MAX, DBL_MAX};
  }
}

bool fits(const Scalar& s, DType t) {
  if (t == DType::boolean || s.kind == Scalar::Kind::boolean || (s.kind == Scalar::Kind::integer && s.u < 0x80))
    return true;
  if (s.is_complex() && s.c[1] != 0 && !is_complex(t)) return false;
  const Range range = range_of(t);
  const auto holds = [&](double v) {
    if (std::isnan(v)) return !is_integral(t);
    return (std::isinf(v) && range.infinite) || (v >= range.low && v <= range.high);
  };
  if (s.is_complex()) return holds(s.c[0]) && holds(s.c[1]);
  // As a double 2^63 would be in int64's range.
  if (s.kind == Scalar::Kind::large && t == DType::int64) return false;
  return holds(s.kind == Scalar::Kind::integer && range.low == 0 ? std::fabs(s.as_double()) : s.as_double());
}

}  // namespace

double highest_of(DType t) { return range_of(t).high; }

void check_fits(const Scalar& s, DType t) {
  FLB_CHECK(fits(s, t), "value cannot be converted to type ", range_of(t).name, " without overflow");
}

const char* dtype_name(DType t) {
  switch (t) {
    case DType::uint8:
      return "unsigned char";
    case DType::int8:
      return "signed char";
    case DType::int16:
      return "short int";
    case DType::int32:
      return "int";
    case DType::int64:
      return "long int";
    case DType::float16:
      return "c10::Half";
    case DType::float32:
      return "float";
    case DType::float64:
      return "double";
    case DType::complex32:
      return "c10::complex<c10::Half>";
    case DType::complex64:
      return "c10::complex<float>";
    case DType::complex128:
      return "c10::complex<double>";
    case DType::boolean:
      return "bool";
    case DType::bfloat16:
      return "c10::BFloat16";
    case DType::uint16:
      return "short unsigned int";
    case DType::uint32:
      return "unsigned int";
    case DType::uint64:
      return "long unsigned int";
    default:
      return scalar_type_name(t);
  }
}

}  // namespace flambeau
