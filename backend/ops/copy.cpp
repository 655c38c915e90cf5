// Copies and fills.

#include "backend/copy.h"

#include "backend/op.h"
#include "backend/overlap.h"
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

Specs infer_fill_scalar(const Call& call) {
  const View& self = call.in(0);
  // A single element is stored by way of double where C++ has no type of its width.
  const bool by_double = self.numel() == 1 && is_floating(self.dtype()) && self.dtype() != DType::float32;
  if (!by_double)
    check_fits(call.scalar(1), self);
  else if (self.device().type != DeviceType::meta)
    check_fits(call.scalar(1), DType::float64);
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
FLB_OP_FLAGS(fill_Scalar, infer_fill_scalar, run_fill_scalar, kPointwise | kMayOverlap);
FLB_OP_FLAGS(fill_Tensor, infer_fill_tensor, run_fill_tensor, kPointwise | kMayOverlap);
FLB_OP_FLAGS(zero, infer_like, run_zero, kPointwise | kMayOverlap);

}  // namespace flambeau::ops
