// Activations, one functor each.

#include "backend/pointwise.h"

namespace flambeau::ops {

// max(x, 0). NaN stays NaN, as in PyTorch.
template <class T>
struct Relu {
  T operator()(T x) const { return x < 0 ? T(0) : x; }
};
FLB_UNARY(relu, Relu, ordered);

}  // namespace flambeau::ops
