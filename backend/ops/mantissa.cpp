// A number as mantissa and exponent.

#include <cmath>

#include "backend/dense.h"
#include "backend/op.h"
#include "backend/overlap.h"
#include "backend/shape.h"

namespace flambeau::ops {
namespace {

Specs infer(const Call& call) {
  const View& x = call.in(0);
  FLB_CHECK(is_floating(x.dtype()), "torch.frexp() only supports floating-point dtypes");
  return {spec_like(x, x.dtype()), spec_like(x, DType::int32)};
}

void run(const Call& call) {
  const View& x_view = call.in(0);
  for_floating(x_view.dtype(), "frexp", [&]<class T>() {
    const Typed<T> x(x_view);
    const TypedOut<T> mantissa(call.out(0));
    const TypedOut<int32_t> exponent(call.out(1));
    for (int64_t i = 0; i < x_view.numel(); ++i) {
      int power = 0;
      mantissa[i] = std::frexp(x[i], &power);
      exponent[i] = power;
    }
    mantissa.store();
    exponent.store();
  });
}

}  // namespace

FLB_OP_FLAGS(frexp_Tensor, infer, run, kApart | kLooksFirst);

}  // namespace flambeau::ops
