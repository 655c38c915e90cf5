// Mirrors <c10/util/TypeCast.h> of PyTorch 2.13.
#pragma once

#include <c10/macros/Macros.h>
#include <c10/util/BFloat16.h>
#include <c10/util/Float8_e4m3fn.h>
#include <c10/util/Float8_e4m3fnuz.h>
#include <c10/util/Float8_e5m2.h>
#include <c10/util/Float8_e5m2fnuz.h>
#include <c10/util/Float8_e8m0fnu.h>
#include <c10/util/Half.h>
#include <c10/util/complex.h>
#include <c10/util/overflows.h>

#include <type_traits>

namespace c10 {

template <typename dest_t, typename src_t>
struct needs_real {
  constexpr static bool value = is_complex<src_t>::value && !is_complex<dest_t>::value;
};

template <bool, typename src_t>
struct maybe_real {
  C10_HOST_DEVICE static inline src_t apply(src_t src) { return src; }
};
template <typename src_t>
struct maybe_real<true, src_t> {
  C10_HOST_DEVICE static inline decltype(auto) apply(src_t src) { return src.real(); }
};

template <bool, typename src_t>
struct maybe_bool {
  C10_HOST_DEVICE static inline src_t apply(src_t src) { return src; }
};
template <typename src_t>
struct maybe_bool<true, src_t> {
  C10_HOST_DEVICE static inline decltype(auto) apply(src_t src) { return src.real() || src.imag(); }
};

template <typename dest_t, typename src_t>
C10_HOST_DEVICE __ubsan_ignore_undefined__ static inline dest_t unchecked_cast_to_int(src_t src) {
  return static_cast<dest_t>(src);
}

template <typename dest_t, typename src_t>
struct static_cast_with_inter_type {
  C10_HOST_DEVICE static inline dest_t apply(src_t src) {
    auto r = maybe_real<needs_real<dest_t, src_t>::value, src_t>::apply(src);
    if constexpr (std::is_integral_v<dest_t> && !std::is_integral_v<decltype(r)>) {
      return unchecked_cast_to_int<dest_t>(r);
    } else {
      return static_cast<dest_t>(r);
    }
  }
};
template <typename src_t>
struct static_cast_with_inter_type<bool, src_t> {
  C10_HOST_DEVICE static inline bool apply(src_t src) {
    return static_cast<bool>(maybe_bool<needs_real<bool, src_t>::value, src_t>::apply(src));
  }
};
// By way of int64_t, so that a negative number wraps instead of being undefined.
template <typename src_t>
struct static_cast_with_inter_type<uint8_t, src_t> {
  C10_HOST_DEVICE static inline uint8_t apply(src_t src) {
    auto r = maybe_real<needs_real<uint8_t, src_t>::value, src_t>::apply(src);
    return static_cast<uint8_t>(unchecked_cast_to_int<int64_t>(r));
  }
};

// Half's complex is made from float's.
#define FLAMBEAU_TO_COMPLEX_HALF(src_t)                                                   \
  template <>                                                                             \
  struct static_cast_with_inter_type<c10::complex<c10::Half>, src_t> {                    \
    C10_HOST_DEVICE static inline c10::complex<c10::Half> apply(src_t src) {              \
      return static_cast<c10::complex<c10::Half>>(static_cast<c10::complex<float>>(src)); \
    }                                                                                     \
  };
FLAMBEAU_TO_COMPLEX_HALF(c10::BFloat16)
FLAMBEAU_TO_COMPLEX_HALF(c10::Float8_e5m2)
FLAMBEAU_TO_COMPLEX_HALF(c10::Float8_e5m2fnuz)
FLAMBEAU_TO_COMPLEX_HALF(c10::Float8_e4m3fn)
FLAMBEAU_TO_COMPLEX_HALF(c10::Float8_e4m3fnuz)
FLAMBEAU_TO_COMPLEX_HALF(c10::Float8_e8m0fnu)
FLAMBEAU_TO_COMPLEX_HALF(c10::Half)
FLAMBEAU_TO_COMPLEX_HALF(c10::complex<double>)
#undef FLAMBEAU_TO_COMPLEX_HALF

template <typename To, typename From>
C10_HOST_DEVICE To convert(From f) {
  return static_cast_with_inter_type<To, From>::apply(f);
}

[[noreturn]] C10_API void report_overflow(const char* name);

template <typename To, typename From>
To checked_convert(From f, const char* name) {
  if (!std::is_same_v<To, bool> && overflows<To, From>(f)) report_overflow(name);
  return convert<To, From>(f);
}

}  // namespace c10
