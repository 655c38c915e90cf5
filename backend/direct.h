// The short way through a pointwise operator: not many elements, dense and of the very type the loop computes in.
#pragma once

#include "backend/call.h"

namespace flambeau {

struct PointwiseDef;  // backend/pointwise.h

struct Direct {
  void (*loop)(const Call&, char* const* data, int64_t count) = nullptr;  ///< null: it is not that simple
  const View* like = nullptr;                                             ///< the operand that has the output's shape
  unsigned repeated = 0;           ///< operands that are one element repeated, as bits
  DType dtype = DType::undefined;  ///< of the output, which is dense
};

/// Throws as `infer` would.
Direct find_direct(const PointwiseDef& def, const Call& call);
void run_direct(const Direct& direct, const PointwiseDef& def, const Call& call);

}  // namespace flambeau
