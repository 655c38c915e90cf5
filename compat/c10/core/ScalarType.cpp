#include <c10/core/ScalarType.h>

#include <array>

namespace c10 {

namespace {

constexpr auto u1 = ScalarType::Byte, i1 = ScalarType::Char, i2 = ScalarType::Short, i4 = ScalarType::Int,
               i8 = ScalarType::Long, f2 = ScalarType::Half, f4 = ScalarType::Float, f8 = ScalarType::Double,
               c2 = ScalarType::ComplexHalf, c4 = ScalarType::ComplexFloat, c8 = ScalarType::ComplexDouble,
               b1 = ScalarType::Bool, bf = ScalarType::BFloat16;

constexpr std::array kOrdinary = {u1, i1, i2, i4, i8, f2, f4, f8, c2, c4, c8, b1, bf};
constexpr size_t kOrdinaryCount = kOrdinary.size();
constexpr ScalarType kPromotions[kOrdinaryCount][kOrdinaryCount] = {
    //  u1  i1  i2  i4  i8  f2  f4  f8  c2  c4  c8  b1  bf
    {u1, i2, i2, i4, i8, f2, f4, f8, c2, c4, c8, u1, bf},  // u1
    {i2, i1, i2, i4, i8, f2, f4, f8, c2, c4, c8, i1, bf},  // i1
    {i2, i2, i2, i4, i8, f2, f4, f8, c2, c4, c8, i2, bf},  // i2
    {i4, i4, i4, i4, i8, f2, f4, f8, c2, c4, c8, i4, bf},  // i4
    {i8, i8, i8, i8, i8, f2, f4, f8, c2, c4, c8, i8, bf},  // i8
    {f2, f2, f2, f2, f2, f2, f4, f8, c2, c4, c8, f2, f4},  // f2
    {f4, f4, f4, f4, f4, f4, f4, f8, c4, c4, c8, f4, f4},  // f4
    {f8, f8, f8, f8, f8, f8, f8, f8, c8, c8, c8, f8, f8},  // f8
    {c2, c2, c2, c2, c2, c2, c4, c8, c2, c4, c8, c2, c4},  // c2
    {c4, c4, c4, c4, c4, c4, c4, c8, c4, c4, c8, c4, c4},  // c4
    {c8, c8, c8, c8, c8, c8, c8, c8, c8, c8, c8, c8, c8},  // c8
    {u1, i1, i2, i4, i8, f2, f4, f8, c2, c4, c8, b1, bf},  // b1
    {bf, bf, bf, bf, bf, f4, f4, f8, c4, c4, c8, bf, bf},  // bf
};

// The row of each type; -1 for those without.
constexpr auto kPlaces = [] {
  std::array<int8_t, NumScalarTypes> places{};
  places.fill(-1);
  for (size_t i = 0; i < kOrdinaryCount; ++i) places[static_cast<size_t>(kOrdinary[i])] = static_cast<int8_t>(i);
  return places;
}();

}  // namespace

ScalarType promoteTypes(ScalarType a, ScalarType b) {
  if (a == ScalarType::Undefined || b == ScalarType::Undefined) return ScalarType::Undefined;
  if (a == b) return a;
  TORCH_CHECK(!isQIntType(a) && !isQIntType(b),
              "promoteTypes with quantized numbers is not handled yet; figure out what the correct rules should be, "
              "offending types: ",
              toString(a), " ", toString(b));
  if (isBitsType(a) || isBitsType(b)) return ScalarType::Undefined;
  TORCH_CHECK(!isFloat8Type(a) && !isFloat8Type(b),
              "Promotion for Float8 Types is not supported, attempted to promote ", toString(a), " and ", toString(b));
  if (isBarebonesUnsignedType(a) || isBarebonesUnsignedType(b)) {
    if (isFloatingType(a)) return a;
    if (isFloatingType(b)) return b;
    TORCH_CHECK(false, "Promotion for uint16, uint32, uint64 types is not supported, attempted to promote ",
                toString(a), " and ", toString(b));
  }
  const auto ix_a = kPlaces[static_cast<size_t>(a)], ix_b = kPlaces[static_cast<size_t>(b)];
  TORCH_INTERNAL_ASSERT(ix_a != -1);
  TORCH_INTERNAL_ASSERT(ix_b != -1);
  return kPromotions[ix_a][ix_b];
}

namespace {

struct Names {
  ScalarType type;
  std::string_view name, other, abbreviation;
};

constexpr Names kNames[] = {
    {ScalarType::Byte, "uint8", "", "u8"},
    {ScalarType::Char, "int8", "", "i8"},
    {ScalarType::Short, "int16", "short", "i16"},
    {ScalarType::Int, "int32", "int", "i32"},
    {ScalarType::Long, "int64", "long", "i64"},
    {ScalarType::Half, "float16", "half", "f16"},
    {ScalarType::Float, "float32", "float", "f32"},
    {ScalarType::Double, "float64", "double", "f64"},
    {ScalarType::ComplexHalf, "complex32", "chalf", "c32"},
    {ScalarType::ComplexFloat, "complex64", "cfloat", "c64"},
    {ScalarType::ComplexDouble, "complex128", "cdouble", "c128"},
    {ScalarType::Bool, "bool", "", "b8"},
    {ScalarType::QInt8, "qint8", "", "qint8"},
    {ScalarType::QUInt8, "quint8", "", "quint8"},
    {ScalarType::QInt32, "qint32", "", "qint32"},
    {ScalarType::BFloat16, "bfloat16", "", "bf16"},
    {ScalarType::QUInt4x2, "quint4x2", "", "quint4x2"},
    {ScalarType::QUInt2x4, "quint2x4", "", "quint2x4"},
    {ScalarType::Bits1x8, "bits1x8", "", "b1x8"},
    {ScalarType::Bits2x4, "bits2x4", "", "b2x4"},
    {ScalarType::Bits4x2, "bits4x2", "", "b4x2"},
    {ScalarType::Bits8, "bits8", "", "b8x1"},
    {ScalarType::Bits16, "bits16", "", "b16x1"},
    {ScalarType::Float8_e5m2, "float8_e5m2", "", "f8e5m2"},
    {ScalarType::Float8_e4m3fn, "float8_e4m3fn", "", "f8e4m3fn"},
    {ScalarType::Float8_e5m2fnuz, "float8_e5m2fnuz", "", "f8e5m2fnuz"},
    {ScalarType::Float8_e4m3fnuz, "float8_e4m3fnuz", "", "f8e4m3fnuz"},
    {ScalarType::UInt16, "uint16", "", "u16"},
    {ScalarType::UInt32, "uint32", "", "u32"},
    {ScalarType::UInt64, "uint64", "", "u64"},
    {ScalarType::UInt1, "uint1", "bit", "uint1"},
    {ScalarType::UInt2, "uint2", "", "uint2"},
    {ScalarType::UInt3, "uint3", "", "uint3"},
    {ScalarType::UInt4, "uint4", "", "uint4"},
    {ScalarType::UInt5, "uint5", "", "uint5"},
    {ScalarType::UInt6, "uint6", "", "uint6"},
    {ScalarType::UInt7, "uint7", "", "uint7"},
    {ScalarType::Int1, "int1", "", "int1"},
    {ScalarType::Int2, "int2", "", "int2"},
    {ScalarType::Int3, "int3", "", "int3"},
    {ScalarType::Int4, "int4", "", "int4"},
    {ScalarType::Int5, "int5", "", "int5"},
    {ScalarType::Int6, "int6", "", "int6"},
    {ScalarType::Int7, "int7", "", "int7"},
    {ScalarType::Float8_e8m0fnu, "float8_e8m0fnu", "", "f8e8m0fnu"},
    {ScalarType::Float4_e2m1fn_x2, "float4_e2m1fn_x2", "", "f4e2m1fnx2"},
};
static_assert(std::size(kNames) == static_cast<size_t>(ScalarType::Undefined));

const Names& names_of(ScalarType t) {
  const auto i = static_cast<size_t>(t);
  TORCH_CHECK(i < std::size(kNames), "Unimplemented scalar type");
  TORCH_INTERNAL_ASSERT_DEBUG_ONLY(kNames[i].type == t);
  return kNames[i];
}

}  // namespace

std::pair<std::string_view, std::string_view> getDtypeNames(c10::ScalarType scalarType) {
  const auto& names = names_of(scalarType);
  return {names.name, names.other};
}

std::string_view getScalarTypeAbbr(ScalarType scalarType) { return names_of(scalarType).abbreviation; }

const std::unordered_map<std::string, ScalarType>& getStringToDtypeMap() {
  static const auto* map = [] {
    auto* result = new std::unordered_map<std::string, ScalarType>;
    for (const auto& names : kNames) {
      result->emplace(names.name, names.type);
      if (!names.other.empty()) result->emplace(names.other, names.type);
    }
    return result;
  }();
  return *map;
}

}  // namespace c10
