// The machine behind reductions: any dimensions, strides and types; threads; sums that stay accurate.
//
// A reduction is a functor template F<T> with In (what it reads), Acc (a trivially copyable accumulator) and
//   Acc start() const;  Acc add(Acc, In, int64_t index) const;  Acc merge(Acc, Acc) const;  R result(Acc) const;
// R is a type of element or a std::pair of two, for two outputs. `index` counts along the reduced elements.
// Optional: `kOrdered` (any value) makes the index row-major; `Acc row(const In*, int64_t count, int64_t index)`
// replaces the loop over a dense row.
#pragma once

#include "backend/op.h"
#include "backend/shape.h"
#include "kernels/cpu/reduce_loop.h"

namespace flambeau {

/// Bit d is set for each reduced dimension; no dims, or an absent list, means all.
using DimMask = uint64_t;
DimMask dim_mask(std::span<const int64_t> dims, int64_t dim);
inline DimMask all_dims(int64_t dim) { return dim == 0 ? 0 : ~DimMask{0} >> (64 - dim); }

/// The shape left after reduction.
Dims reduced_sizes(const View& in, DimMask mask, bool keepdim);
int64_t reduced_count(const View& in, DimMask mask);

/// Runs the loops over `in`, into outputs that have the shape of reduced_sizes (with or without the kept ones).
/// The loops' input type is what `in` is converted to.
void reduce(const cpu::ReduceLoops& loops, const Call& call, const View& in, DimMask mask,
            std::span<const View> outputs);

/// The loops of a table for elements computed as `t`.
const cpu::ReduceLoops& find_reduce_loops(std::span<const cpu::ReduceLoops> table, DType t, const char* name);

}  // namespace flambeau
