#include <c10/core/Scalar.h>

#include <cmath>

namespace c10 {

Scalar Scalar::operator-() const {
  TORCH_CHECK(!isBoolean(), "torch boolean negative, the `-` operator, is not supported.");
  TORCH_CHECK(!isSymbolic(), "NYI negate on symbolic");
  if (isFloatingPoint()) return Scalar(-v.d);
  if (isComplex()) return Scalar(-v.z);
  // Unsigned, as the least number has no opposite.
  return Scalar(static_cast<int64_t>(0 - v.u));
}

Scalar Scalar::conj() const {
  TORCH_CHECK(!isSymbolic(), "NYI conj on symbolic");
  return isComplex() ? Scalar(std::conj(v.z)) : *this;
}

Scalar Scalar::log() const {
  TORCH_CHECK(!isSymbolic(), "NYI log on symbolic");
  if (isComplex()) return std::log(v.z);
  if (isFloatingPoint()) return std::log(v.d);
  TORCH_INTERNAL_ASSERT(isIntegral(/*includeBool=*/false), "unknown ivalue type");
  return std::log(static_cast<double>(v.i));
}

}  // namespace c10
