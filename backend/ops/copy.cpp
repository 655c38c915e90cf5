// Copies and fills.

#include "backend/copy.h"

#include <cfloat>
#include <cmath>

#include "backend/op.h"
#include "backend/promotion.h"
#include "backend/shape.h"

namespace flambeau::ops {
namespace {

Specs infer_copy(const Call& call) {
  const View &self = call.in(0), &src = call.in(1);
  const Dims shape = broadcast(self.sizes(), src.sizes());
  FLB_CHECK(std::equal(shape.begin(), shape.end(), self.sizes().begin(), self.sizes().end()), "output with shape ",
            shape_text(self.sizes()), " doesn't match the broadcast shape ", shape_text(shape));
  return {spec_like(self, self.dtype())};
}
void run_copy(const Call& call) { copy(call.out(), call.in(1)); }

Specs infer_like(const Call& call) { return {spec_like(call.in(0), call.in(0).dtype())}; }

// The numbers that a dtype takes; floating-point types narrower than float take all real ones.
struct Range {
  const char* name;
  double low, high;
};
constexpr Range range_of(DType t) {
  switch (t) {
    case DType::uint8:
      return {"uint8_t", 0, 0xff};
    case DType::uint16:
      return {"uint16_t", 0, 0xffff};
    case DType::uint32:
      return {"uint32_t", 0, 0xffffffff};
    case DType::uint64:
      return {"uint64_t", 0, 0x1p64};
    case DType::int8:
      return {"int8_t", -0x80, 0x7f};
    case DType::int16:
      return {"int16_t", -0x8000, 0x7fff};
    case DType::int32:
      return {"int", -0x1p31, 0x7fffffff};
    case DType::int64:
      return {"int64_t", -0x1p63, 0x1p63};
    case DType::float32:
      return {"float", -FLT_MAX, FLT_MAX};
    case DType::complex32:
      return {"c10::complex<c10::Half>", -65504, 65504};
    case DType::complex64:
      return {"c10::complex<float>", -FLT_MAX, FLT_MAX};
    default:
      return {"double", -DBL_MAX, DBL_MAX};
  }
}

bool fits(const Scalar& value, DType to) {
  if (to == DType::boolean) return true;
  const Range range = range_of(to);
  if (!is_integral(to)) {
    const auto finite_fits = [&](double v) { return !std::isfinite(v) || (v >= range.low && v <= range.high); };
    if (!value.is_complex()) return finite_fits(value.as_double());
    return finite_fits(value.c[0]) && (is_complex(to) ? finite_fits(value.c[1]) : value.c[1] == 0);
  }
  if (value.is_complex() && value.c[1] != 0) return false;
  // A negative integer wraps into an unsigned type, a negative real number does not.
  const bool wraps = range.low == 0 && value.kind == Scalar::Kind::integer;
  const double v = value.as_double();
  return v >= (wraps ? -range.high : range.low) && v <= range.high;
}

Specs infer_fill_scalar(const Call& call) {
  const DType self = call.in(0).dtype();
  FLB_CHECK(fits(call.scalar(1), self), "value cannot be converted to type ", range_of(self).name, " without overflow");
  return infer_like(call);
}

Specs infer_fill_tensor(const Call& call) {
  FLB_CHECK(call.in(1).dim() == 0, "fill_ only supports 0-dimension value tensor but got tensor with ",
            call.in(1).dim(), " dimensions.");
  return infer_like(call);
}
void run_fill_scalar(const Call& call) { fill(call.out(), call.scalar(1)); }
void run_fill_tensor(const Call& call) { copy(call.out(), call.in(1)); }
void run_zero(const Call& call) { fill(call.out(), Scalar::of(int64_t{0})); }

}  // namespace

FLB_OP_FLAGS(copy, infer_copy, run_copy, kPointwise);
FLB_OP_FLAGS(fill_Scalar, infer_fill_scalar, run_fill_scalar, kPointwise);
FLB_OP_FLAGS(fill_Tensor, infer_fill_tensor, run_fill_tensor, kPointwise);
FLB_OP_FLAGS(zero, infer_like, run_zero, kPointwise);

}  // namespace flambeau::ops
