// LDL factorisation of symmetric and Hermitian matrices, and solutions by it. Batched, by LAPACK.

#include "backend/op.h"
#include "backend/ops/linalg.h"

namespace flambeau::ops {
namespace {

using namespace linalg;

constexpr const char* kFactor = "torch.linalg.ldl_factor_ex";
constexpr const char* kSolve = "torch.linalg.ldl_solve";

// self, hermitian, check_errors -> LD, pivots, info
Specs infer_ldl(const Call& call) {
  const View& a = call.in(0);
  check_square(kFactor, a);
  FLB_CHECK(is_floating(a.dtype()) || is_complex(a.dtype()), kFactor,
            ": Expected a floating point or complex tensor as input. Got ", scalar_type_name(a.dtype()));
  const Dims batch = batch_of(a);
  return {column_major(a, Dims(a.sizes().begin(), a.sizes().end())),
          typed_spec(a, with(batch, {a.size(-1)}), DType::int32), info_spec(a, batch)};
}
void run_ldl(const Call& call) {
  const View& a = call.in(0);
  for_linalg(a.dtype(), "ldl_factor_kernel_cpu", [&]<class T>() {
    const Columns<T> ld(call.out(0));
    const TypedOut<int32_t> pivots(call.out(1)), info(call.out(2));
    ld.fill(a);
    const int n = size_int(a.size(-1));
    for (int64_t i = 0; i < count_of(batch_of(a)); ++i) {
      info[i] = Lapack<T>::ldl(call.boolean(1), n, ld[i], pivots.data() + i * n);
      for (int64_t column = 1; column < n; ++column) std::fill_n(ld[i] + column * n, column, T(0));
    }
    ld.store();
    pivots.store();
    info.store();
  });
  if (call.boolean(2))
    check_info(kFactor, call.out(2), [](int code) { return "Unknown error code: " + std::to_string(code) + "."; });
}

/// v with its leading dimensions stretched to `batch`.
OwnedView stretched(const View& v, const Dims& batch, int own) {
  OwnedView wide{batch, Dims(batch.size(), 0), v.data(), v.dtype()};
  for (int d = own; d > 0; --d) wide.sizes.push_back(v.size(-d)), wide.strides.push_back(v.stride(-d));
  const auto last = static_cast<int>(batch.size());
  for (int d = 1; d <= v.dim() - own; ++d)
    if (v.size(-own - d) != 1) wide.strides[static_cast<size_t>(last - d)] = v.stride(-own - d);
  return wide;
}
Dims common_batch(const View& ld, const View& b) {
  return broadcast(ld.sizes().first(ld.dim() - 2), b.sizes().first(b.dim() - 2));
}

// LD, pivots, B, hermitian -> result
Specs infer_ldl_solve(const Call& call) {
  const View &ld = call.in(0), &pivots = call.in(1), &b = call.in(2);
  check_square(kSolve, ld);
  check_matrix(kSolve, b, "B");
  FLB_CHECK(ld.size(-1) == b.size(-2), "Incompatible matrix sizes for ", kSolve, ": each A matrix is ", ld.size(-1),
            " by ", ld.size(-1), " but each b matrix is ", b.size(-2), " by ", b.size(-1));
  FLB_CHECK(std::ranges::equal(pivots.sizes(), ld.sizes().first(ld.dim() - 1)), kSolve,
            ": Expected LD.shape[:-1] and pivots.shape to be the same, but got pivots with shape ",
            shape_text(pivots.sizes()), " instead");
  FLB_CHECK(is_integral(pivots.dtype(), false), kSolve, ": Expected pivots to be integers. Got ",
            scalar_type_name(pivots.dtype()));
  FLB_CHECK(ld.dtype() == b.dtype(), "Expected b and A to have the same dtype, but found b of type ",
            scalar_type_name(b.dtype()), " and A of type ", scalar_type_name(ld.dtype()), " instead.");
  return {column_major(b, with(common_batch(ld, b), {b.size(-2), b.size(-1)}))};
}
void run_ldl_solve(const Call& call) {
  const View &ld = call.in(0), &b = call.in(2);
  const Dims batch = common_batch(ld, b);
  for_linalg(ld.dtype(), "ldl_solve_kernel_cpu", [&]<class T>() {
    const Columns<T> x(call.out());
    x.fill(stretched(b, batch, 2).view());
    const Copy<T> factors(stretched(ld, batch, 2).view());
    const Typed<int32_t> pivots(stretched(call.in(1), batch, 1).view());
    const int n = size_int(ld.size(-1)), columns = size_int(b.size(-1));
    for (int64_t i = 0; i < count_of(batch); ++i)
      Lapack<T>::ldl_solve(call.boolean(3), n, columns, factors[i], pivots.data() + i * n, x[i]);
    x.store();
  });
}

}  // namespace

FLB_OP(linalg_ldl_factor_ex, infer_ldl, run_ldl);
FLB_OP(linalg_ldl_solve, infer_ldl_solve, run_ldl_solve);

}  // namespace flambeau::ops
