// hash_tensor: the exclusive or of all elements' bits, floating ones as double, integers as int64.

#include <bit>

#include "backend/promotion.h"
#include "backend/reduce.h"

namespace flambeau::ops {

template <class T>
struct XorSum {
  using In = T;
  using Acc = uint64_t;
  Acc start() const { return 0; }
  Acc add(Acc a, T x, int64_t) const { return a ^ std::bit_cast<uint64_t>(x); }
  Acc merge(Acc a, Acc b) const { return a ^ b; }
  Acc result(Acc a) const { return a; }
};

namespace {

// hash_tensor(self, dims, keepdim, mode)
Specs infer(const Call& call) {
  const View& self = call.in(0);
  FLB_CHECK(call.integer(3) == 0, "Unknown hash_tensor mode: ", call.integer(3));
  FLB_CHECK(
      self.numel() != 0 || !call.integers(1).empty(),
      "hash_tensor: Expected reduction dim to be specified for input.numel() == 0. Specify the reduction dim with "
      "the 'dim' argument.");
  FLB_CHECK_AS(not_implemented, !is_complex(self.dtype()), "\"xor_sum_cpu\" not implemented for '",
               scalar_type_name(self.dtype()), "'");
  const DimMask mask = dim_mask(call.integers(1), self.dim());
  return {spec_of(DType::uint64, self.device(), reduced_sizes(self, mask, call.boolean(2)))};
}

void run(const Call& call) {
  const View& self = call.in(0);
  const DType t = is_floating(self.dtype()) ? DType::float64 : DType::int64;
  reduce(find_reduce_loops(cpu::reduce_loops_of<XorSum, double, int64_t>, t, "xor_sum_cpu"), call, self,
         dim_mask(call.integers(1), self.dim()), {&call.out(), 1});
}

}  // namespace

FLB_OP(hash_tensor, infer, run);

}  // namespace flambeau::ops
