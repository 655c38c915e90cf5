// How an operator is defined: infer (specs of the outputs from the inputs) and a kernel for each device.
//
// An operator is named after the functional form of its schema, `add.Tensor` becoming add_Tensor; its out=, in-place
// and meta forms follow from this one definition. codegen finds definitions by the FLB_ macros in backend/ops/*.cpp.
#pragma once

#include "backend/call.h"

namespace flambeau {

using InferFn = Specs (*)(const Call&);
/// Fills call.outputs, which have the specs' shape and dtype but, for out= and in-place, strides of the caller's
/// choosing.
using KernelFn = void (*)(const Call&);

enum OpFlags : uint32_t {
  kPlain = 0,
  kPointwise = 1,    ///< output element i depends on input elements i alone: may run in place
  kRandom = 2,       ///< draws from a generator
  kInPlaceSafe = 4,  ///< the kernel tolerates an output that is exactly one of its inputs
  kBounds = 8,       ///< what comes after the first argument are bounds, no operands
};

struct PointwiseDef;  // backend/pointwise.h

struct OpDef {
  const char* name;
  InferFn infer;
  KernelFn cpu;   ///< null for an op that only makes views
  KernelFn cuda;  ///< null until kernels/cuda has it
  uint32_t flags;
  const PointwiseDef* pointwise = nullptr;  ///< of a pointwise operator: its loops
};

}  // namespace flambeau

// Each defines one constant-initialised `flambeau::ops::op_<name>`.
#define FLB_OP_FLAGS(name, infer, kernel, flags) \
  extern constinit const ::flambeau::OpDef op_##name { #name, infer, kernel, nullptr, flags }
#define FLB_OP(name, infer, kernel) FLB_OP_FLAGS(name, infer, kernel, ::flambeau::kPlain)
#define FLB_VIEW(name, infer) FLB_OP_FLAGS(name, infer, nullptr, ::flambeau::kPlain)
