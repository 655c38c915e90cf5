// Sums, means and products.

#include "backend/overlap.h"
#include "backend/promotion.h"
#include "backend/reduce.h"
#include "kernels/common/wrapping.h"

namespace flambeau::ops {
namespace {

/// dtype= if given; else the input's, integers becoming int64.
DType sum_dtype(const Call& call, int dtype_position) {
  if (call.has(dtype_position)) return static_cast<DType>(call.integer(dtype_position));
  return is_integral(call.in(0).dtype(), true) ? DType::int64 : call.in(0).dtype();
}

// sum(self, *, dtype?) and mean(self, *, dtype?)
Specs infer_sum_all(const Call& call) { return {spec_of(sum_dtype(call, 1), call.in(0).device(), {})}; }

// sum.dim_IntList(self, dims?, keepdim, *, dtype?)
Specs infer_sum(const Call& call) {
  const View& self = call.in(0);
  const DimMask mask = dim_mask(call.integers(1), self.dim());
  return {spec_of(sum_dtype(call, 3), self.device(), reduced_sizes(self, mask, call.boolean(2)))};
}

/// The table's loops for elements of the result's type: PyTorch converts before it adds.
template <template <class> class F>
void sum_over(const Call& call, DimMask mask) {
  const auto& loops =
      find_reduce_loops(cpu::reduce_loops_of<F, float, double, int64_t, Complex<float>, Complex<double>>,
                        call.out().dtype(), call.op->name);
  reduce(loops, call, call.in(0), mask, {&call.out(), 1});
}
template <template <class> class F>
void run_sum(const Call& call) {
  sum_over<F>(call, dim_mask(call.integers(1), call.in(0).dim()));
}
template <template <class> class F>
void run_sum_all(const Call& call) {
  sum_over<F>(call, all_dims(call.in(0).dim()));
}

}  // namespace

template <class T>
struct Sum {
  using In = T;
  using Acc = T;
  T start() const { return T(0); }
  T add(T a, T x, int64_t) const { return wrapping_add(a, x); }
  T merge(T a, T b) const { return wrapping_add(a, b); }
  T result(T a) const { return a; }
};
FLB_OP_FLAGS(sum_dim_IntList, infer_sum, run_sum<Sum>, kMayOverlap);
FLB_OP_FLAGS(sum, infer_sum_all, run_sum_all<Sum>, kMayOverlap);

template <class T>
struct Mean : Sum<T> {
  int64_t count;
  explicit Mean(const cpu::Reduction& r) : count(r.count) {}
  T result(T a) const {
    if constexpr (std::is_integral_v<T>)
      return a;  // check_mean keeps integers out
    else
      return a / T(static_cast<real_t<T>>(count));
  }
};

namespace {

void check_mean(const Call& call, int dtype) {
  const DType t = call.has(dtype) ? static_cast<DType>(call.integer(dtype)) : call.in(0).dtype();
  FLB_CHECK(is_floating(t) || is_complex(t), "mean(): could not infer output dtype. ",
            call.has(dtype) ? "Optional" : "Input",
            " dtype must be either a floating point or complex dtype. Got: ", scalar_type_name(t));
}
Specs infer_mean(const Call& call) {
  check_mean(call, 3);
  return infer_sum(call);
}
Specs infer_mean_all(const Call& call) {
  check_mean(call, 1);
  return infer_sum_all(call);
}

}  // namespace

FLB_OP(mean_dim, infer_mean, run_sum<Mean>);
FLB_OP(mean, infer_mean_all, run_sum_all<Mean>);

template <class T>
struct Prod : Sum<T> {
  T start() const { return T(1); }
  T add(T a, T x, int64_t) const { return a * x; }
  T merge(T a, T b) const { return a * b; }
};

namespace {

Specs infer_prod_dim(const Call& call) {
  const View& self = call.in(0);
  const int64_t dim = call.integer(1);
  return {spec_of(sum_dtype(call, 3), self.device(),
                  reduced_sizes(self, dim_mask({&dim, 1}, self.dim()), call.boolean(2)))};
}
void run_prod_dim(const Call& call) {
  const int64_t dim = call.integer(1);
  sum_over<Prod>(call, dim_mask({&dim, 1}, call.in(0).dim()));
}

}  // namespace

FLB_OP_FLAGS(prod, infer_sum_all, run_sum_all<Prod>, kMayOverlap);
FLB_OP_FLAGS(prod_dim_int, infer_prod_dim, run_prod_dim, kMayOverlap);

// trace(self)
namespace {

Specs infer_trace(const Call& call) {
  const View& self = call.in(0);
  FLB_CHECK(self.dim() == 2, "trace: expected a matrix, but got tensor with dim ", self.dim());
  return {spec_of(is_integral(self.dtype(), true) ? DType::int64 : self.dtype(), self.device(), {})};
}
void run_trace(const Call& call) {
  View diagonal = call.in(0);
  const int64_t sizes[] = {std::min(diagonal.size(0), diagonal.size(1))},
                strides[] = {diagonal.stride(0) + diagonal.stride(1)};
  diagonal.sizes_ = sizes, diagonal.strides_ = strides, diagonal.dim_ = 1, diagonal.numel_ = sizes[0];
  const auto& loops = find_reduce_loops(
      cpu::reduce_loops_of<Sum, float, double, int64_t, Complex<float>, Complex<double>>, call.out().dtype(), "trace");
  reduce(loops, call, diagonal, all_dims(1), {&call.out(), 1});
}

}  // namespace

FLB_OP(trace, infer_trace, run_trace);

// NaN counts as zero.
template <class T>
struct NanSum : Sum<T> {
  T add(T a, T x, int64_t) const { return math::isnan(x) ? a : a + x; }
};
FLB_OP_FLAGS(nansum, infer_sum, run_sum<NanSum>, kMayOverlap);

}  // namespace flambeau::ops
