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

}  // namespace flambeau
