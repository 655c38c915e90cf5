// Mirrors <c10/core/Scalar.h> of PyTorch 2.13.
#pragma once

#include <c10/core/OptionalRef.h>
#include <c10/core/ScalarType.h>
#include <c10/core/SymBool.h>
#include <c10/core/SymFloat.h>
#include <c10/core/SymInt.h>
#include <c10/core/SymNodeImpl.h>
#include <c10/macros/Macros.h>
#include <c10/util/Exception.h>
#include <c10/util/Half.h>
#include <c10/util/TypeCast.h>
#include <c10/util/complex.h>
#include <c10/util/intrusive_ptr.h>
#include <c10/util/overflows.h>

#include <cstdint>
#include <stdexcept>
#include <type_traits>
#include <utility>

namespace c10 {

// A number as Python has it, or a node that stands for one. Conversions are checked for range.
class C10_API Scalar {
 public:
  Scalar() : Scalar(int64_t(0)) {}
  void destroy() {
    if (isSymbolic()) {
      raw::intrusive_ptr::decref(v.p);
      v.p = nullptr;
    }
  }
  ~Scalar() { destroy(); }

#define FLAMBEAU_SCALAR_CTOR(type, name) \
  Scalar(type vv) : Scalar(vv, true) {}
  AT_FORALL_SCALAR_TYPES_AND3(Half, BFloat16, ComplexHalf, FLAMBEAU_SCALAR_CTOR)
  AT_FORALL_COMPLEX_TYPES(FLAMBEAU_SCALAR_CTOR)
  AT_FORALL_FLOAT8_TYPES(FLAMBEAU_SCALAR_CTOR)
#undef FLAMBEAU_SCALAR_CTOR
  Scalar(long long vv) : Scalar(vv, true) {}
  Scalar(uint16_t vv) : Scalar(vv, true) {}
  Scalar(uint32_t vv) : Scalar(vv, true) {}
  FLB_ON_USE Scalar(uint64_t vv) {
    if (vv > static_cast<uint64_t>(INT64_MAX)) {
      tag = Tag::HAS_u;
      v.u = vv;
    } else {
      tag = Tag::HAS_i;
      v.i = static_cast<int64_t>(vv);
    }
  }
  // Templates, so that nothing converts to bool by accident.
  template <typename T, typename std::enable_if_t<std::is_same_v<T, bool>, bool>* = nullptr>
  Scalar(T vv) : tag(Tag::HAS_b) {
    v.i = convert<int64_t, bool>(vv);
  }
  template <typename T, typename std::enable_if_t<std::is_same_v<T, c10::SymBool>, bool>* = nullptr>
  Scalar(T vv) : tag(Tag::HAS_sb) {
    v.i = convert<int64_t, c10::SymBool>(vv);
  }

#define FLAMBEAU_SCALAR_ACCESSOR(type, name) \
  FLB_ON_USE type to##name() const { return checked<type>(#type); }
  AT_FORALL_SCALAR_TYPES_WITH_COMPLEX(FLAMBEAU_SCALAR_ACCESSOR)
  FLAMBEAU_SCALAR_ACCESSOR(uint16_t, UInt16)
  FLAMBEAU_SCALAR_ACCESSOR(uint32_t, UInt32)
  FLAMBEAU_SCALAR_ACCESSOR(uint64_t, UInt64)
#undef FLAMBEAU_SCALAR_ACCESSOR

  FLB_ON_USE SymInt toSymInt() const {
    if (Tag::HAS_si != tag) return toLong();
    return c10::SymInt(intrusive_ptr<SymNodeImpl>::reclaim_copy(static_cast<SymNodeImpl*>(v.p)));
  }
  FLB_ON_USE SymFloat toSymFloat() const {
    if (Tag::HAS_sd != tag) return toDouble();
    return c10::SymFloat(intrusive_ptr<SymNodeImpl>::reclaim_copy(static_cast<SymNodeImpl*>(v.p)));
  }
  FLB_ON_USE SymBool toSymBool() const {
    if (Tag::HAS_sb != tag) return toBool();
    return c10::SymBool(intrusive_ptr<SymNodeImpl>::reclaim_copy(static_cast<SymNodeImpl*>(v.p)));
  }
  /// As one of the types that has an accessor.
  template <typename T>
  T to() const;

  const void* data_ptr() const {
    TORCH_INTERNAL_ASSERT(!isSymbolic());
    return static_cast<const void*>(&v);
  }
  bool isFloatingPoint() const { return Tag::HAS_d == tag || Tag::HAS_sd == tag; }
  [[deprecated("isIntegral is deprecated. Please use the overload with 'includeBool' parameter instead.")]] bool
  isIntegral() const {
    return isIntegral(/*includeBool=*/false);
  }
  FLB_ON_USE bool isIntegral(bool includeBool) const {
    return Tag::HAS_i == tag || Tag::HAS_si == tag || Tag::HAS_u == tag || (includeBool && isBoolean());
  }
  bool isUnsigned() const { return Tag::HAS_u == tag || (Tag::HAS_i == tag && v.i >= 0); }
  bool isComplex() const { return Tag::HAS_z == tag; }
  bool isBoolean() const { return Tag::HAS_b == tag || Tag::HAS_sb == tag; }
  bool isSymInt() const { return Tag::HAS_si == tag; }
  bool isSymFloat() const { return Tag::HAS_sd == tag; }
  bool isSymBool() const { return Tag::HAS_sb == tag; }
  bool isSymbolic() const { return Tag::HAS_si == tag || Tag::HAS_sd == tag || Tag::HAS_sb == tag; }

  C10_ALWAYS_INLINE Scalar& operator=(Scalar&& other) noexcept {
    if (&other != this) {
      destroy();
      moveFrom(std::move(other));
    }
    return *this;
  }
  C10_ALWAYS_INLINE Scalar& operator=(const Scalar& other) {
    if (&other != this) *this = Scalar(other);
    return *this;
  }

  Scalar operator-() const;
  Scalar conj() const;
  Scalar log() const;

  /// Equal as numbers; a bool equals only a bool.
  template <typename T>
  bool equal(T num) const {
    if constexpr (std::is_same_v<T, bool>) {
      TORCH_INTERNAL_ASSERT(Tag::HAS_sb != tag);
      return Tag::HAS_b == tag && static_cast<bool>(v.i) == num;
    } else if constexpr (c10::is_complex<T>::value) {
      if (isComplex()) return v.z == num;
      return num.imag() == typename T::value_type() && equal_real(num.real(), num);
    } else {
      if (isComplex()) return v.z.real() == num && v.z.imag() == T();
      return equal_real(num, num);
    }
  }

  FLB_ON_USE ScalarType type() const {
    if (isComplex()) return ScalarType::ComplexDouble;
    if (isFloatingPoint()) return ScalarType::Double;
    if (isBoolean()) return ScalarType::Bool;
    return Tag::HAS_u == tag ? ScalarType::UInt64 : ScalarType::Long;
  }

  Scalar(Scalar&& rhs) noexcept : tag(rhs.tag) { moveFrom(std::move(rhs)); }
  Scalar(const Scalar& rhs) : tag(rhs.tag), v(rhs.v) {
    if (isSymbolic()) c10::raw::intrusive_ptr::incref(v.p);
  }
  FLB_ON_USE Scalar(c10::SymInt si) {
    if (auto m = si.maybe_as_int()) {
      tag = Tag::HAS_i;
      v.i = *m;
    } else {
      tag = Tag::HAS_si;
      v.p = std::move(si).release();
    }
  }
  FLB_ON_USE Scalar(c10::SymFloat sd) {
    if (sd.is_symbolic()) {
      tag = Tag::HAS_sd;
      v.p = std::move(sd).release();
    } else {
      tag = Tag::HAS_d;
      v.d = sd.as_float_unchecked();
    }
  }
  FLB_ON_USE Scalar(c10::SymBool sb) {
    if (auto m = sb.maybe_as_bool()) {
      tag = Tag::HAS_b;
      v.i = *m;
    } else {
      tag = Tag::HAS_sb;
      v.p = std::move(sb).release();
    }
  }

 private:
  enum class Tag { HAS_d, HAS_i, HAS_u, HAS_z, HAS_b, HAS_sd, HAS_si, HAS_sb };

  template <typename T>
  T checked(const char* name) const {
    switch (tag) {
      case Tag::HAS_d:
        return checked_convert<T, double>(v.d, name);
      case Tag::HAS_z:
        return checked_convert<T, c10::complex<double>>(v.z, name);
      case Tag::HAS_sd:
        return checked_convert<T, double>(toSymFloat().guard_float(__FILE__, __LINE__), name);
      case Tag::HAS_b:
        return checked_convert<T, bool>(v.i, name);
      case Tag::HAS_i:
        return checked_convert<T, int64_t>(v.i, name);
      case Tag::HAS_u:
        return checked_convert<T, uint64_t>(v.u, name);
      case Tag::HAS_si:
        return checked_convert<T, int64_t>(toSymInt().guard_int(__FILE__, __LINE__), name);
      case Tag::HAS_sb:
        return checked_convert<T, int64_t>(toSymBool().guard_bool(__FILE__, __LINE__), name);
    }
    TORCH_CHECK(false)
  }

  FLB_ON_USE C10_ALWAYS_INLINE void moveFrom(Scalar&& rhs) noexcept {
    v = rhs.v;
    tag = rhs.tag;
    if (rhs.isSymbolic()) {
      rhs.tag = Tag::HAS_i;
      rhs.v.i = 0;
    }
  }

  template <typename R, typename T>
  bool equal_real(R num, T) const {
    switch (tag) {
      case Tag::HAS_d:
      case Tag::HAS_sd:
        return toDouble() == num;
      case Tag::HAS_i:
        return !overflows<T>(v.i, /*strict_unsigned=*/true) && static_cast<R>(v.i) == num;
      case Tag::HAS_u:
        return !overflows<T>(v.u, /*strict_unsigned=*/true) && static_cast<R>(v.u) == num;
      case Tag::HAS_b:
        return false;
      default:
        TORCH_INTERNAL_ASSERT(false, "NYI SymInt equality");
    }
  }

  Tag tag;
  union v_t {
    double d{};
    int64_t i;
    uint64_t u;
    c10::complex<double> z;
    c10::intrusive_ptr_target* p;
    v_t() {}
  } v;

  template <typename T, typename std::enable_if_t<std::is_integral_v<T> && !std::is_same_v<T, bool>, bool>* = nullptr>
  Scalar(T vv, bool) : tag(Tag::HAS_i) {
    v.i = convert<decltype(v.i), T>(vv);
  }
  template <typename T,
            typename std::enable_if_t<!std::is_integral_v<T> && !c10::is_complex<T>::value, bool>* = nullptr>
  Scalar(T vv, bool) : tag(Tag::HAS_d) {
    v.d = convert<decltype(v.d), T>(vv);
  }
  template <typename T, typename std::enable_if_t<c10::is_complex<T>::value, bool>* = nullptr>
  Scalar(T vv, bool) : tag(Tag::HAS_z) {
    v.z = convert<decltype(v.z), T>(vv);
  }
};

using OptionalScalarRef = c10::OptionalRef<Scalar>;

template <typename T>
T Scalar::to() const {
#define FLAMBEAU_SCALAR_TO(type, name)   \
  if constexpr (std::is_same_v<T, type>) \
    return checked<T>(#type);            \
  else
  AT_FORALL_SCALAR_TYPES_WITH_COMPLEX(FLAMBEAU_SCALAR_TO)
  FLAMBEAU_SCALAR_TO(uint16_t, UInt16)
  FLAMBEAU_SCALAR_TO(uint32_t, UInt32)
  FLAMBEAU_SCALAR_TO(uint64_t, UInt64)
  static_assert(sizeof(T) == 0, "Scalar::to: no type that a Scalar is converted to");
#undef FLAMBEAU_SCALAR_TO
}

}  // namespace c10
