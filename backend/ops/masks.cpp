// Masks: the places where one is set, the elements there read and written.

#include <algorithm>

#include "backend/copy.h"
#include "backend/item.h"
#include "backend/op.h"
#include "backend/overlap.h"
#include "backend/promotion.h"
#include "backend/shape.h"
#include "kernels/common/memory.h"

namespace flambeau::ops {
namespace {

// nonzero(self): the places of elements that are not zero, one to a row.
int64_t count_true(const View& v, Scratch<bool>& dense) {
  FLB_CHECK_AS(not_implemented, v.data() || v.numel() == 0,
               "not implemented: a shape that depends on the values of a meta tensor");
  Dims strides;
  copy(contiguous_view(dense.data(), DType::boolean, v.sizes(), strides), v);
  return std::count(dense.data(), dense.data() + v.numel(), true);
}
Specs infer_nonzero(const Call& call) {
  const View& self = call.in(0);
  Scratch<bool> dense(self.numel());
  const int64_t sizes[] = {count_true(self, dense), self.dim()};
  Spec spec = spec_of(DType::int64, self.device(), sizes);
  spec.strides = {1, sizes[0]};
  return {spec};
}
void run_nonzero(const Call& call) {
  const View &self = call.in(0), &out = call.out();
  Scratch<bool> dense(self.numel());
  count_true(self, dense);
  int64_t row = 0;
  Dims at(self.sizes().size(), 0);
  for (int64_t i = 0; i < self.numel(); ++i) {
    if (dense[i]) {
      for (int d = 0; d < self.dim(); ++d)
        out.ptr<int64_t>()[row * out.stride(0) + d * out.stride(1)] = at[static_cast<size_t>(d)];
      ++row;
    }
    for (size_t d = at.size(); d-- > 0 && ++at[d] == self.size(static_cast<int>(d));) at[d] = 0;
  }
}

// masked_select(self, mask): both broadcast.
struct Masked {
  Dims sizes, strides;
  int64_t numel = 1;
  Masked(const View& self, const View& mask) : sizes(broadcast(self.sizes(), mask.sizes())) {
    bool overflows = false;
    for (int64_t s : sizes) overflows |= __builtin_mul_overflow(numel, s, &numel);
    FLB_CHECK(!overflows || std::count(sizes.begin(), sizes.end(), 0), "numel: integer multiplication overflow");
  }
};
int64_t select_mask(const View& mask, const Masked& m, Scratch<bool>& dense) {
  FLB_CHECK(mask.dtype() == DType::boolean || mask.dtype() == DType::uint8,
            "masked_select: expected BoolTensor for mask");
  FLB_CHECK_AS(not_implemented, mask.data() || m.numel == 0,
               "not implemented: a shape that depends on the values of a meta tensor");
  Dims strides;
  copy(contiguous_view(dense.data(), DType::boolean, m.sizes, strides), mask);
  return std::count(dense.data(), dense.data() + m.numel, true);
}
Specs infer_masked_select(const Call& call) {
  const Masked m(call.in(0), call.in(1));
  Scratch<bool> dense(m.numel);
  const int64_t n = select_mask(call.in(1), m, dense);
  return {spec_of(call.in(0).dtype(), call.in(0).device(), {&n, 1})};
}
void run_masked_select(const Call& call) {
  const View &self = call.in(0), &out = call.out();
  const Masked m(self, call.in(1));
  const size_t size = itemsize(self.dtype());
  Scratch<bool> mask(m.numel);
  const int64_t n = select_mask(call.in(1), m, mask);
  Scratch<char> values(m.numel * static_cast<int64_t>(size));
  Dims strides;
  copy(contiguous_view(values.data(), self.dtype(), m.sizes, strides), self);
  with_item(size, [&]<class T>(T) {
    auto* x = reinterpret_cast<T*>(values.data());
    for (int64_t i = 0, at = 0; i < m.numel; ++i) {
      if (mask[i]) x[at++] = x[i];
    }
  });
  copy(out, contiguous_view(values.data(), self.dtype(), {&n, 1}, strides));
}

// masked_scatter(self, mask, source): the mask's places take the source's elements in order.
Specs infer_masked_scatter(const Call& call) {
  const View &self = call.in(0), &mask = call.in(1), &source = call.in(2);
  FLB_CHECK(mask.dtype() == DType::boolean, "masked_scatter_ only supports boolean masks, but got mask with dtype ",
            scalar_type_name(mask.dtype()));
  FLB_CHECK(self.dtype() == source.dtype(), "masked_scatter: expected self and source to have same dtypes but got ",
            scalar_type_name(self.dtype()), " and ", scalar_type_name(source.dtype()));
  return {spec_of(self.dtype(), self.device(), Masked(self, mask).sizes)};
}
void run_masked_scatter(const Call& call) {
  const View &self = call.in(0), &source = call.in(2), &out = call.out();
  const Masked m(self, call.in(1));
  const auto size = static_cast<int64_t>(itemsize(self.dtype()));
  Scratch<bool> mask(m.numel);
  const int64_t n = select_mask(call.in(1), m, mask);
  FLB_CHECK(n <= source.numel(), "Number of elements of source < number of ones in mask");
  Scratch<char> values(m.numel * size), from(source.numel() * size);
  Dims strides, source_strides;
  const View dense = contiguous_view(values.data(), self.dtype(), m.sizes, strides);
  copy(dense, self);
  copy(contiguous_view(from.data(), source.dtype(), source.sizes(), source_strides), source);
  with_item(static_cast<size_t>(size), [&]<class T>(T) {
    for (int64_t i = 0, at = 0; i < m.numel; ++i) {
      if (mask[i]) reinterpret_cast<T*>(values.data())[i] = reinterpret_cast<const T*>(from.data())[at++];
    }
  });
  copy(out, dense);
}

}  // namespace

FLB_OP_FLAGS(nonzero, infer_nonzero, run_nonzero, kAlone | kLooksFirst);
FLB_OP_FLAGS(masked_select, infer_masked_select, run_masked_select, kAlone | kLooksFirst);
FLB_OP_FLAGS(masked_scatter, infer_masked_scatter, run_masked_scatter, kInPlaceSafe);

}  // namespace flambeau::ops
