#include "kernels/cpu/rows.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "kernels/cpu/simd.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/rows.cpp"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"
// After highway.h, which it needs.
#include "hwy/contrib/math/math-inl.h"
#include "kernels/cpu/lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace flambeau::cpu::HWY_NAMESPACE {

constexpr int64_t kBlock = 4096;  ///< elements summed in T before the total moves to double

/// The sum of term(i, partial sum) over whole vectors; the callers add what is left over.
template <class T, class Term>
HWY_INLINE double sum_terms(int64_t n, const Term& term) {
  const Tag<T> d;
  constexpr int64_t lanes = kLanes<T>;
  double total = 0;
  int64_t i = 0;
  while (i + 4 * lanes <= n) {
    auto s0 = hn::Zero(d), s1 = s0, s2 = s0, s3 = s0;
    const int64_t stop = HWY_MIN(n, i + kBlock);
    for (; i + 4 * lanes <= stop; i += 4 * lanes) {
      s0 = term(i, s0);
      s1 = term(i + lanes, s1);
      s2 = term(i + 2 * lanes, s2);
      s3 = term(i + 3 * lanes, s3);
    }
    total += static_cast<double>(hn::GetLane(hn::SumOfLanes(d, hn::Add(hn::Add(s0, s1), hn::Add(s2, s3)))));
  }
  auto rest = hn::Zero(d);
  for (; i + lanes <= n; i += lanes) rest = term(i, rest);
  return total + static_cast<double>(hn::GetLane(hn::SumOfLanes(d, rest)));
}

template <class T>
double sum(const T* x, int64_t n) {
  const Tag<T> d;
  double total = sum_terms<T>(n, [&](int64_t i, V<T> s) HWY_ATTR { return hn::Add(s, hn::LoadU(d, x + i)); });
  for (int64_t i = n - n % kLanes<T>; i < n; ++i) total += static_cast<double>(x[i]);
  return total;
}

template <class T>
double dot(const T* x, const T* y, int64_t n, T center) {
  const Tag<T> d;
  const auto c = hn::Set(d, center);
  double total = sum_terms<T>(n, [&](int64_t i, V<T> s) HWY_ATTR {
    return hn::MulAdd(hn::Sub(hn::LoadU(d, x + i), c), hn::LoadU(d, y + i), s);
  });
  for (int64_t i = n - n % kLanes<T>; i < n; ++i)
    total += static_cast<double>(x[i] - center) * static_cast<double>(y[i]);
  return total;
}

template <class T>
double squares(const T* x, int64_t n, T mean) {
  const Tag<T> d;
  const auto center = hn::Set(d, mean);
  double total = sum_terms<T>(n, [&](int64_t i, V<T> s) HWY_ATTR {
    const auto delta = hn::Sub(hn::LoadU(d, x + i), center);
    return hn::MulAdd(delta, delta, s);
  });
  for (int64_t i = n - n % kLanes<T>; i < n; ++i)
    total += static_cast<double>(x[i] - mean) * static_cast<double>(x[i] - mean);
  return total;
}

template <class T>
void affine(const T* x, T* y, int64_t n, T scale, T shift) {
  const Tag<T> d;
  const auto s = hn::Set(d, scale), t = hn::Set(d, shift);
  int64_t i = 0;
  for (; i + kLanes<T> <= n; i += kLanes<T>) hn::StoreU(hn::MulAdd(hn::LoadU(d, x + i), s, t), d, y + i);
  for (; i < n; ++i) y[i] = x[i] * scale + shift;
}

template <class T>
void combine(const T* x, const T* y, T* z, int64_t n, T a, T b, T c) {
  const Tag<T> d;
  const auto va = hn::Set(d, a), vb = hn::Set(d, b), vc = hn::Set(d, c);
  int64_t i = 0;
  for (; i + kLanes<T> <= n; i += kLanes<T>)
    hn::StoreU(hn::MulAdd(hn::LoadU(d, x + i), va, hn::MulAdd(hn::LoadU(d, y + i), vb, vc)), d, z + i);
  for (; i < n; ++i) z[i] = a * x[i] + (b * y[i] + c);
}

template <class T>
void weigh(const T* x, const T* w, const T* b, T* y, int64_t n, T scale, T center) {
  const Tag<T> d;
  const auto s = hn::Set(d, scale), c = hn::Set(d, center);
  int64_t i = 0;
  for (; i + kLanes<T> <= n; i += kLanes<T>) {
    auto v = hn::Mul(hn::Sub(hn::LoadU(d, x + i), c), s);
    if (w) v = hn::Mul(v, hn::LoadU(d, w + i));
    if (b) v = hn::Add(v, hn::LoadU(d, b + i));
    hn::StoreU(v, d, y + i);
  }
  for (; i < n; ++i) y[i] = ((x[i] - center) * scale) * (w ? w[i] : T(1)) + (b ? b[i] : T(0));
}

template <class T>
void accumulate(const T* x, const T* y, T* sum, int64_t n, T scale, T center) {
  const Tag<T> d;
  const auto s = hn::Set(d, scale), c = hn::Set(d, center);
  int64_t i = 0;
  for (; i + kLanes<T> <= n; i += kLanes<T>)
    hn::StoreU(hn::MulAdd(hn::LoadU(d, y + i), hn::Mul(hn::Sub(hn::LoadU(d, x + i), c), s), hn::LoadU(d, sum + i)), d,
               sum + i);
  for (; i < n; ++i) sum[i] += y[i] * ((x[i] - center) * scale);
}

template <class T>
void add(const T* x, T* sum, int64_t n) {
  const Tag<T> d;
  int64_t i = 0;
  for (; i + kLanes<T> <= n; i += kLanes<T>)
    hn::StoreU(hn::Add(hn::LoadU(d, x + i), hn::LoadU(d, sum + i)), d, sum + i);
  for (; i < n; ++i) sum[i] += x[i];
}

template <class T>
void multiply(const T* x, const T* y, T* z, int64_t n) {
  const Tag<T> d;
  int64_t i = 0;
  for (; i + kLanes<T> <= n; i += kLanes<T>) hn::StoreU(hn::Mul(hn::LoadU(d, x + i), hn::LoadU(d, y + i)), d, z + i);
  for (; i < n; ++i) z[i] = x[i] * y[i];
}

// ---- softmax: a row's end goes through vectors too, so that a value does not depend on its place ----

/// Highway's exp makes 0 of NaN.
template <class T>
HWY_INLINE V<T> exp_of(V<T> x) {
  const Tag<T> d;
  return hn::Or(hn::Exp(d, x), hn::IfThenElseZero(hn::IsNaN(x), x));
}

template <class T>
T largest(const T* x, int64_t n) {
  const Tag<T> d;
  constexpr int64_t lanes = kLanes<T>;
  auto most = hn::Set(d, -std::numeric_limits<T>::infinity());
  int64_t i = 0;
  for (; i + lanes <= n; i += lanes) most = hn::Max(most, hn::LoadU(d, x + i));
  if (i < n)
    most = hn::Max(most, hn::IfThenElse(hn::FirstN(d, static_cast<size_t>(n - i)), load_some(x + i, n - i), most));
  return hn::GetLane(hn::MaxOfLanes(d, most));
}

template <class T>
void softmax(const T* x, T* y, int64_t n, bool log) {
  const Tag<T> d;
  constexpr int64_t lanes = kLanes<T>;
  const T most = largest(x, n);
  const auto shift = hn::Set(d, most);
  auto total = hn::Zero(d), total2 = total;
  int64_t i = 0;
  for (; i + 2 * lanes <= n; i += 2 * lanes) {
    const auto e = exp_of<T>(hn::Sub(hn::LoadU(d, x + i), shift)),
               e2 = exp_of<T>(hn::Sub(hn::LoadU(d, x + i + lanes), shift));
    total = hn::Add(total, e);
    total2 = hn::Add(total2, e2);
    if (!log) hn::StoreU(e, d, y + i), hn::StoreU(e2, d, y + i + lanes);
  }
  for (; i < n; i += lanes) {
    const int64_t count = HWY_MIN(lanes, n - i);
    const auto e = hn::IfThenElseZero(hn::FirstN(d, static_cast<size_t>(count)),
                                      exp_of<T>(hn::Sub(load_some(x + i, count), shift)));
    total = hn::Add(total, e);
    if (!log) store_some<T>(e, y + i, count);
  }
  const T sum = hn::GetLane(hn::SumOfLanes(d, hn::Add(total, total2)));
  const auto lift = hn::Set(d, log ? std::log(sum) : T(0)), scale = hn::Set(d, T(1) / sum);
  for (i = 0; i < n; i += lanes) {
    const int64_t count = HWY_MIN(lanes, n - i);
    const auto value = load_some((log ? x : y) + i, count);
    const auto out = log ? hn::Sub(hn::Sub(value, shift), lift) : hn::Mul(value, scale);
    store_some<T>(out, y + i, count);
  }
}

template <class T>
void softmax_backward(const T* grad, const T* y, T* to, int64_t n, bool log) {
  const Tag<T> d;
  constexpr int64_t lanes = kLanes<T>;
  const T total = static_cast<T>(log ? sum(grad, n) : dot(grad, y, n, T(0)));
  const auto t = hn::Set(d, total);
  for (int64_t i = 0; i < n; i += lanes) {
    const int64_t count = HWY_MIN(lanes, n - i);
    const auto g = load_some(grad + i, count), v = load_some(y + i, count);
    const auto out = log ? hn::NegMulAdd(exp_of<T>(v), t, g) : hn::Mul(hn::Sub(g, t), v);
    store_some<T>(out, to + i, count);
  }
}

/// Calls body(column, count) for groups of one vector of columns.
template <class T, class Body>
HWY_INLINE void for_columns(int64_t width, const Body& body) {
  for (int64_t c = 0; c < width; c += kLanes<T>) body(c, HWY_MIN(kLanes<T>, width - c));
}
template <class T>
void softmax_columns(const T* x, T* y, int64_t n, int64_t step, int64_t width, bool log) {
  const Tag<T> d;
  for_columns<T>(width, [&](int64_t c, int64_t count) HWY_ATTR {
    const T* from = x + c;
    T* to = y + c;
    auto most = load_some(from, count);
    for (int64_t i = 1; i < n; ++i) most = hn::Max(most, load_some(from + i * step, count));
    auto total = hn::Zero(d);
    for (int64_t i = 0; i < n; ++i) {
      const auto e = exp_of<T>(hn::Sub(load_some(from + i * step, count), most));
      total = hn::Add(total, e);
      if (!log) store_some<T>(e, to + i * step, count);
    }
    if (log) {
      HWY_ALIGN T sums[kLanes<T>];
      hn::Store(total, d, sums);
      for (T& s : sums) s = std::log(s);
      const auto lift = hn::Load(d, sums);
      for (int64_t i = 0; i < n; ++i)
        store_some<T>(hn::Sub(hn::Sub(load_some(from + i * step, count), most), lift), to + i * step, count);
    } else {
      const auto scale = hn::Div(hn::Set(d, T(1)), total);
      for (int64_t i = 0; i < n; ++i)
        store_some<T>(hn::Mul(load_some(to + i * step, count), scale), to + i * step, count);
    }
  });
}

template <class T>
void softmax_columns_backward(const T* grad, const T* y, T* to, int64_t n, int64_t step, int64_t width, bool log) {
  const Tag<T> d;
  for_columns<T>(width, [&](int64_t c, int64_t count) HWY_ATTR {
    auto total = hn::Zero(d);
    for (int64_t i = 0; i < n; ++i) {
      const auto g = load_some(grad + c + i * step, count);
      total = log ? hn::Add(total, g) : hn::MulAdd(g, load_some(y + c + i * step, count), total);
    }
    for (int64_t i = 0; i < n; ++i) {
      const auto g = load_some(grad + c + i * step, count), v = load_some(y + c + i * step, count);
      store_some<T>(log ? hn::NegMulAdd(exp_of<T>(v), total, g) : hn::Mul(hn::Sub(g, total), v), to + c + i * step,
                    count);
    }
  });
}

template <class T>
static constexpr RowKernels<T> kTable = {sum<T>,
                                         dot<T>,
                                         squares<T>,
                                         affine<T>,
                                         combine<T>,
                                         weigh<T>,
                                         accumulate<T>,
                                         add<T>,
                                         multiply<T>,
                                         softmax<T>,
                                         softmax_backward<T>,
                                         softmax_columns<T>,
                                         softmax_columns_backward<T>};

FLB_TABLES(RowKernels, kTable)

}  // namespace flambeau::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace flambeau::cpu {

FLB_CHOOSE_TABLE(RowKernels, row_kernels)

}  // namespace flambeau::cpu
#endif
