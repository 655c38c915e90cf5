// A number as one element of a dtype.
#pragma once

#include "backend/promotion.h"
#include "kernels/cpu/convert.h"

namespace flambeau {

struct Number {
  alignas(16) char bytes[16];
};

inline Number number_as(const Scalar& s, DType t) {
  Number n;
  cpu::convert(n.bytes, t, &s.i, scalar_dtype(s), 1);
  return n;
}
inline Number converted(const Number& n, DType from, DType to) {
  Number result;
  cpu::convert(result.bytes, to, n.bytes, from, 1);
  return result;
}

/// s as a T; where T is an integer wider than t, as an element of that: -1 is 255 where t is uint8.
template <class T>
T element_as(const Scalar& s, DType t) {
  if constexpr (std::is_integral_v<T>) {
    const Number n = converted(number_as(s, t), t, dtype_of<T>);
    return *reinterpret_cast<const T*>(n.bytes);
  } else {
    return scalar_as<T>(s);
  }
}

}  // namespace flambeau
