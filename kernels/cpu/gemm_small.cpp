#include "kernels/cpu/gemm_small.h"

#include "kernels/cpu/simd.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/gemm_small.cpp"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace flambeau::cpu::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

// 256 bits where there are as many: a matrix of eight columns fills them.
template <class T>
using Tag = hn::CappedTag<T, 32 / sizeof(T)>;
template <class T>
using V = hn::Vec<Tag<T>>;
template <class T>
constexpr int64_t kLanes = HWY_MIN(HWY_MAX_BYTES, 32) / sizeof(T);

/// The first `count` elements; what is behind them is not touched.
template <class T>
HWY_INLINE V<T> load(const T* x, int64_t count) {
  const Tag<T> d;
  if (count >= kLanes<T>) return hn::LoadU(d, x);
#if HWY_TARGET <= HWY_AVX2
  return hn::MaskedLoad(hn::FirstN(d, static_cast<size_t>(count)), d, x);
#else
  HWY_ALIGN T some[kLanes<T>] = {};
  for (int64_t i = 0; i < count; ++i) some[i] = x[i];
  return hn::Load(d, some);
#endif
}
template <class T>
HWY_INLINE void store(V<T> v, T* y, int64_t count) {
  const Tag<T> d;
  if (count >= kLanes<T>) return hn::StoreU(v, d, y);
#if HWY_TARGET <= HWY_AVX2
  hn::BlendedStore(v, hn::FirstN(d, static_cast<size_t>(count)), d, y);
#else
  HWY_ALIGN T some[kLanes<T>];
  hn::Store(v, d, some);
  for (int64_t i = 0; i < count; ++i) y[i] = some[i];
#endif
}

/// Makes columns of rows: 4 x 4 floats, or 2 x 2 doubles, within each 128 bits, then the halves change places.
template <class T>
HWY_INLINE void transpose(V<T> (&x)[kLanes<T>]) {
  const Tag<T> d;
  if constexpr (sizeof(T) == 4) {
    const hn::Repartition<double, Tag<T>> pairs;
    for (int64_t i = 0; i < kLanes<T>; i += 4) {
      const auto lower = hn::BitCast(pairs, hn::InterleaveLower(d, x[i], x[i + 1]));
      const auto upper = hn::BitCast(pairs, hn::InterleaveUpper(d, x[i], x[i + 1]));
      const auto lower2 = hn::BitCast(pairs, hn::InterleaveLower(d, x[i + 2], x[i + 3]));
      const auto upper2 = hn::BitCast(pairs, hn::InterleaveUpper(d, x[i + 2], x[i + 3]));
      x[i] = hn::BitCast(d, hn::InterleaveLower(pairs, lower, lower2));
      x[i + 1] = hn::BitCast(d, hn::InterleaveUpper(pairs, lower, lower2));
      x[i + 2] = hn::BitCast(d, hn::InterleaveLower(pairs, upper, upper2));
      x[i + 3] = hn::BitCast(d, hn::InterleaveUpper(pairs, upper, upper2));
    }
  } else {
    for (int64_t i = 0; i < kLanes<T>; i += 2) {
      const auto lower = hn::InterleaveLower(d, x[i], x[i + 1]);
      x[i + 1] = hn::InterleaveUpper(d, x[i], x[i + 1]);
      x[i] = lower;
    }
  }
#if HWY_TARGET <= HWY_AVX2
  constexpr int64_t half = kLanes<T> / 2;
  for (int64_t i = 0; i < half; ++i) {
    const auto lower = hn::ConcatLowerLower(d, x[i + half], x[i]);
    x[i + half] = hn::ConcatUpperUpper(d, x[i + half], x[i]);
    x[i] = lower;
  }
#endif
}

/// A vector's worth of columns of b, `step` apart along the depth.
template <class T>
struct Columns {
  const T* data;
  int64_t step;
};

/// Columns [j, j + count) of b as vectors: where they lie, or laid out in `room`.
template <class T>
HWY_INLINE Columns<T> columns(const Gemm<T>& g, int64_t j, int64_t count, T* room) {
  const Tag<T> d;
  constexpr int64_t lanes = kLanes<T>;
  const T* const first = g.b.data + j * g.b.col.stride;
  if (g.b.col.stride == 1 && count == lanes) return {first, g.b.row.stride};
  if (g.b.col.stride == 1) {
    for (int64_t p = 0; p < g.k; ++p) hn::Store(load(first + p * g.b.row.stride, count), d, room + p * lanes);
    return {room, lanes};
  }
  for (int64_t p = 0; p < g.k; p += lanes) {
    const int64_t depth = HWY_MIN(lanes, g.k - p);
    V<T> x[lanes];
    // Missing columns repeat the last one.
    for (int64_t i = 0; i < lanes; ++i) x[i] = load(first + HWY_MIN(i, count - 1) * g.b.col.stride + p, depth);
    transpose<T>(x);
    for (int64_t i = 0; i < lanes; ++i) hn::Store(x[i], d, room + (p + i) * lanes);
  }
  return {room, lanes};
}

/// Rows by a vector of columns; missing rows repeat the last one.
template <int kRows, class T>
HWY_INLINE void tile(const Gemm<T>& g, int64_t i, int64_t rows, Columns<T> b, int64_t j, int64_t count) {
  const Tag<T> d;
  const int64_t a_step = g.a.col.stride;
  const T* a[kRows];
  V<T> sum[kRows];
#pragma GCC unroll 8
  for (int64_t r = 0; r < kRows; ++r) {
    a[r] = g.a.data + (i + HWY_MIN(r, rows - 1)) * g.a.row.stride;
    sum[r] = hn::Zero(d);
  }
  for (int64_t p = 0; p < g.k; ++p) {
    const auto right = hn::LoadU(d, b.data + p * b.step);
#pragma GCC unroll 8
    for (int r = 0; r < kRows; ++r) sum[r] = hn::MulAdd(hn::Set(d, a[r][p * a_step]), right, sum[r]);
  }
  const auto alpha = hn::Set(d, g.alpha), beta = hn::Set(d, g.beta);
#pragma GCC unroll 8
  for (int64_t r = 0; r < kRows; ++r) {
    if (r == rows) break;
    auto value = hn::Mul(alpha, sum[r]);
    if (g.beta != T(0)) {
      const T* other = g.d.data + (i + r) * g.d.row.stride + j * g.d.col.stride;
      value = hn::MulAdd(beta, g.d.col.stride == 0 ? hn::Set(d, *other) : load(other, count), value);
    }
    store(value, g.c.data + (i + r) * g.c.row.stride + j, count);
  }
}

template <class T>
void multiply(const Gemm<T>& g) {
  constexpr int64_t lanes = kLanes<T>;
  HWY_ALIGN T room[(SmallGemm<T>::kDepth + lanes) * lanes];
  for (int64_t j = 0; j < g.n; j += lanes) {
    const int64_t count = HWY_MIN(lanes, g.n - j);
    const Columns<T> b = columns(g, j, count, room);
    int64_t i = 0;
    for (; g.m - i > 4; i += 8) tile<8>(g, i, HWY_MIN(int64_t{8}, g.m - i), b, j, count);
    if (i < g.m) tile<4>(g, i, g.m - i, b, j, count);
  }
}

template <class T>
static constexpr SmallGemm<T> kTable = {multiply<T>};

FLB_TABLES(SmallGemm, kTable)

}  // namespace flambeau::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace flambeau::cpu {

FLB_CHOOSE_TABLE(SmallGemm, small_gemm)

}  // namespace flambeau::cpu
#endif
