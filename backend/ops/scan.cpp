// Running sums, products and extremes along a dimension.

#include <limits>

#include "backend/lines.h"
#include "backend/ops/log_sum.h"
#include "backend/overlap.h"
#include "backend/promotion.h"
#include "kernels/common/math.h"

namespace flambeau::ops {
namespace {

/// float accumulates in double; what PyTorch's CPU kernels do.
template <class T>
using Accumulator = std::conditional_t<std::is_same_v<T, float>, double,
                                       std::conditional_t<std::is_same_v<T, Complex<float>>, Complex<double>, T>>;

/// Runs `step(accumulator, x)` over each line of the first argument, writing what it returns. Half floats accumulate in
/// float.
template <class T, class Acc, class Start, class Step>
void scan(const View& in, const View& out, int64_t dim, Start start, const Step& step) {
  const Lines lines({&in, &out}, dim);
  const int64_t n = lines.length(0);
  lines.for_each([&](int64_t first, int64_t last) {
    Scratch<T> x(n);
    Scratch<char> stage(n * 16);
    for (int64_t i = first; i < last; ++i) {
      lines.load(0, i, x.data(), dtype_of<T>, stage.data());
      Acc acc = start();
      for (int64_t j = 0; j < n; ++j) x[j] = convert_to<T>(acc = step(acc, convert_to<Acc>(x[j])));
      lines.store(1, i, x.data(), dtype_of<T>, stage.data());
    }
  });
}

template <class Start, class Step>
void scan_sum_like(const Call& call, Start start, const Step& step) {
  const View &self = call.in(0), &out = call.out();
  const int64_t dim = wrap_dim(call.integer(1), self.dim());
  if (out.numel() == 0) return;
  with_wide_type(out.dtype(), [&]<class T>(T) {
    const bool half = itemsize(out.dtype()) == 2 && is_floating(out.dtype());
    if constexpr (std::is_same_v<T, float>) {
      if (half)
        return scan<T, float>(
            self, out, dim, [&] { return start(float()); }, step);
    }
    scan<T, Accumulator<T>>(
        self, out, dim, [&] { return start(Accumulator<T>()); }, step);
  });
}

Specs infer_cumulative(const Call& call) {
  const View& self = call.in(0);
  wrap_dim(call.integer(1), self.dim());
  DType t = self.dtype();
  if (call.has(2))
    t = static_cast<DType>(call.integer(2));
  else if (is_integral(t, true))
    t = DType::int64;
  return {spec_of(t, self.device(), self.sizes())};
}
void run_cumsum(const Call& call) {
  scan_sum_like(
      call, []<class A>(A) { return A(0); }, [](auto a, auto x) { return a + x; });
}
void run_cumprod(const Call& call) {
  scan_sum_like(
      call, []<class A>(A) { return A(1); }, [](auto a, auto x) { return a * x; });
}

Specs infer_logcumsumexp(const Call& call) {
  const View& self = call.in(0);
  wrap_dim(call.integer(1), self.dim());
  FLB_CHECK_AS(not_implemented, is_floating(self.dtype()) || is_complex(self.dtype()),
               "\"logcumsumexp_out_cpu\" not implemented for '", scalar_type_name(self.dtype()), "'");
  return {spec_of(self.dtype(), self.device(), self.sizes())};
}
void run_logcumsumexp(const Call& call) {
  const View &self = call.in(0), &out = call.out();
  const int64_t dim = wrap_dim(call.integer(1), self.dim());
  if (out.numel() == 0) return;
  constexpr double kLowest = -std::numeric_limits<double>::infinity();
  if (is_complex(out.dtype())) {
    const auto run = [&]<class T>(T) {
      scan<T, Complex<double>>(
          self, out, dim,
          [] {
            return Complex<double>{kLowest, 0};
          },
          log_add_exp<double>);
    };
    return out.dtype() == DType::complex128 ? run(Complex<double>{}) : run(Complex<float>{});
  }
  const auto start = [] { return kLowest; };
  const auto step = [](double a, double x) {
    const double low = a < x ? a : x, high = a < x ? x : a;
    if (a != a || x != x) return a + x;
    return low != high || std::isfinite(low) ? high + std::log1p(std::exp(low - high)) : a;
  };
  if (cpu::wide_type(out.dtype()) == DType::float64)
    scan<double, double>(self, out, dim, start, step);
  else
    scan<float, double>(self, out, dim, start, step);
}

Specs infer_cumulative_extreme(const Call& call) {
  const View& self = call.in(0);
  wrap_dim(call.integer(1), self.dim());
  FLB_CHECK_AS(not_implemented, !is_complex(self.dtype()), "\"", call.op->name, "_cpu\" not implemented for '",
               scalar_type_name(self.dtype()), "'");
  return {spec_of(self.dtype(), self.device(), self.sizes()), spec_of(DType::int64, self.device(), self.sizes())};
}

/// Of equal elements the last is found; NaN stays.
template <int kSign>
void run_cumulative_extreme(const Call& call) {
  const View& self = call.in(0);
  if (self.numel() == 0) return;
  const Lines lines({&self, &call.out(0), &call.out(1)}, wrap_dim(call.integer(1), self.dim()));
  const int64_t n = lines.length(0);
  with_wide_type(self.dtype(), [&]<class T>(T) {
    if constexpr (!is_complex_v<T>) {
      lines.for_each([&](int64_t first, int64_t last) {
        Scratch<T> x(n);
        Scratch<int64_t> index(n);
        Scratch<char> stage(n * 16);
        for (int64_t i = first; i < last; ++i) {
          lines.load(0, i, x.data(), dtype_of<T>, stage.data());
          index[0] = 0;
          for (int64_t j = 1; j < n; ++j) {
            const T best = x[j - 1];
            const bool better = math::isnan(x[j]) || (!math::isnan(best) && (kSign > 0 ? x[j] >= best : x[j] <= best));
            index[j] = better ? j : index[j - 1];
            if (!better) x[j] = best;
          }
          lines.store(1, i, x.data(), dtype_of<T>, stage.data());
          lines.store(2, i, index.data(), DType::int64, stage.data());
        }
      });
    }
  });
}

}  // namespace

FLB_OP_FLAGS(cumsum, infer_cumulative, run_cumsum, kFirstApart);
FLB_OP_FLAGS(cumprod, infer_cumulative, run_cumprod, kFirstApart);
FLB_OP_FLAGS(logcumsumexp, infer_logcumsumexp, run_logcumsumexp, kFirstApart);
FLB_OP_FLAGS(_logcumsumexp, infer_logcumsumexp, run_logcumsumexp, kFirstApart);
FLB_OP_FLAGS(cummax, infer_cumulative_extreme, run_cumulative_extreme<1>, kMayOverlap);
FLB_OP_FLAGS(cummin, infer_cumulative_extreme, run_cumulative_extreme<-1>, kMayOverlap);

}  // namespace flambeau::ops
