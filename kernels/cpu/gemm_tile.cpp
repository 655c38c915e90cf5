// The register tile, packing and the two products without packing, compiled once per instruction set.

#include "kernels/cpu/gemm_tile.h"

#include "kernels/cpu/simd.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/gemm_tile.cpp"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

#include "kernels/cpu/lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace flambeau::cpu::HWY_NAMESPACE {

// AVX-512 has 32 registers: 12 x 2 sums, two of b, and a from memory. The others have 16: 4 x 3, or 4 x 2 where a needs
// its own.
#if HWY_TARGET <= HWY_AVX3
constexpr int kRows = 12, kVectors = 2;
#elif HWY_TARGET <= HWY_AVX2
constexpr int kRows = 4, kVectors = 3;
#else
constexpr int kRows = 4, kVectors = 2;
#endif

// ---- packing ----

/// Four rows (across) by four depths, transposed in registers; doubles by pairs would gain nothing over scalar moves.
HWY_INLINE void transpose4(const float* const row[4], int64_t at, float* to, int64_t width) {
  const hn::FixedTag<float, 4> d;
  const hn::Repartition<double, decltype(d)> pairs;
  const auto r0 = hn::LoadU(d, row[0] + at), r1 = hn::LoadU(d, row[1] + at);
  const auto r2 = hn::LoadU(d, row[2] + at), r3 = hn::LoadU(d, row[3] + at);
  const auto lo01 = hn::BitCast(pairs, hn::InterleaveLower(d, r0, r1)),
             hi01 = hn::BitCast(pairs, hn::InterleaveUpper(d, r0, r1));
  const auto lo23 = hn::BitCast(pairs, hn::InterleaveLower(d, r2, r3)),
             hi23 = hn::BitCast(pairs, hn::InterleaveUpper(d, r2, r3));
  hn::StoreU(hn::BitCast(d, hn::InterleaveLower(pairs, lo01, lo23)), d, to);
  hn::StoreU(hn::BitCast(d, hn::InterleaveUpper(pairs, lo01, lo23)), d, to + width);
  hn::StoreU(hn::BitCast(d, hn::InterleaveLower(pairs, hi01, hi23)), d, to + 2 * width);
  hn::StoreU(hn::BitCast(d, hn::InterleaveUpper(pairs, hi01, hi23)), d, to + 3 * width);
}
HWY_INLINE void transpose4(const double* const row[4], int64_t at, double* to, int64_t width) {
  for (int p = 0; p < 4; ++p)
    for (int r = 0; r < 4; ++r) to[p * width + r] = row[r][at + p];
}

bool adjacent(const Axis& axis, int64_t from, int64_t count) {
  if (!axis.offsets) return axis.stride == 1;
  return axis.offsets[from + count - 1] - axis.offsets[from] == count - 1 &&
         (count < 3 || axis.offsets[from + 1] - axis.offsets[from] == 1);
}

/// The strip's rows run along the depth: blocks of 4 x 4 are transposed wherever four depths are adjacent.
template <class T>
void pack_along(const Strip<T>& s) {
  const int64_t whole = s.valid & ~int64_t{3};
  int64_t p = 0;
  while (p < s.depth) {
    const int64_t at = s.along(s.depth_begin + p);
    T* to = s.packed + p * s.width;
    const bool four = s.depth - p >= 4 && adjacent(s.along, s.depth_begin + p, 4);
    const int64_t step = four ? 4 : 1;
    if (four)
      for (int64_t r = 0; r < whole; r += 4) {
        const T* row[4] = {s.data + s.across[r], s.data + s.across[r + 1], s.data + s.across[r + 2],
                           s.data + s.across[r + 3]};
        transpose4(row, at, to + r, s.width);
      }
    for (int64_t r = four ? whole : 0; r < s.valid; ++r)
      for (int64_t i = 0; i < step; ++i) to[i * s.width + r] = s.data[s.across[r] + at + i];
    p += step;
  }
}

/// A run of neighbours in memory within one vector.
template <class T>
struct Run {
  int64_t offset;  ///< of lane 0, as if the run began there
  hn::Mask<Tag<T>> mask;
  bool last;  ///< of its vector
};

/// Fills `runs` (at least `count` places) from the offsets of `count` elements and returns how many there are.
template <class T>
int64_t runs_of(const int64_t* offsets, int64_t count, Run<T>* runs) {
  const Tag<T> d;
  int64_t found = 0;
  for (int64_t v = 0; v < count; v += kLanes<T>) {
    const int64_t end = HWY_MIN(v + kLanes<T>, count);
    for (int64_t r = v; r < end;) {
      int64_t stop = r + 1;
      while (stop < end && offsets[stop] == offsets[stop - 1] + 1) ++stop;
      runs[found++] = {offsets[r] - (r - v), hn::AndNot(hn::FirstN(d, r - v), hn::FirstN(d, stop - v)), stop == end};
      r = stop;
    }
  }
  return found;
}

/// Neighbours across are neighbours in memory, in a few runs: each vector is gathered from one masked load per run.
template <class T>
void pack_across(const Strip<T>& s) {
  const Tag<T> d;
  Run<T> runs[64];
  const int64_t count = runs_of(s.across, s.valid, runs);
  for (int64_t p = 0; p < s.depth; ++p) {
    const T* from = s.data + s.along(s.depth_begin + p);
    T* to = s.packed + p * s.width;
    auto value = hn::Zero(d);
    for (int64_t i = 0; i < count; ++i) {
      value = hn::Or(value, hn::MaskedLoad(runs[i].mask, d, from + runs[i].offset));
      if (!runs[i].last) continue;
      hn::StoreU(value, d, to);
      to += kLanes<T>;
      value = hn::Zero(d);
    }
  }
}

template <class T>
void pack_one_run(const Strip<T>& s) {
  const Tag<T> d;
  constexpr int64_t lanes = kLanes<T>;
  const T* from = s.data + s.across[0];
  for (int64_t p = 0; p < s.depth; ++p) {
    const T* row = from + s.along(s.depth_begin + p);
    T* to = s.packed + p * s.width;
    int64_t r = 0;
    for (; r + lanes <= s.valid; r += lanes) hn::StoreU(hn::LoadU(d, row + r), d, to + r);
    for (; r < s.valid; ++r) to[r] = row[r];
  }
}

template <class T>
void pack(const Strip<T>& s) {
  int64_t runs = 1;
  for (int64_t r = 1; r < s.valid; ++r) runs += s.across[r] != s.across[r - 1] + 1;
  if (s.valid < s.width) {
    for (int64_t p = 0; p < s.depth; ++p)
      for (int64_t r = s.valid; r < s.width; ++r) s.packed[p * s.width + r] = 0;
  }
  if (runs == 1 && s.valid > 1) return pack_one_run(s);
#if !HWY_MEM_OPS_MIGHT_FAULT
  if (runs * 3 <= s.valid && s.width % kLanes<T> == 0) return pack_across(s);
#endif
  pack_along(s);
}

// ---- the tile's last step ----

/// Columns that are not all neighbours: from a copy of the tile, in runs of those that are.
template <class T>
void scatter_tile(const Gemm<T>& g, bool first, int64_t i, int64_t j, int64_t rows, int64_t cols, const T* tile,
                  int64_t width) {
  int64_t places[64], breaks = 0;
  for (int64_t x = 0; x < cols; ++x) {
    places[x] = g.c.col(j + x);
    breaks += x > 0 && places[x] != places[x - 1] + 1;
  }
#if !HWY_MEM_OPS_MIGHT_FAULT
  if (breaks * 4 < cols) {
    const Tag<T> d;
    Run<T> runs[64];
    const int64_t count = runs_of(places, cols, runs);
    for (int64_t r = 0; r < rows; ++r) {
      const T* from = tile + r * width;
      T* to = g.c.data + g.c.row(i + r);
      for (int64_t n = 0; n < count; ++n) {
        T* at = to + runs[n].offset;
        auto value = hn::LoadU(d, from);
        if (!first) value = hn::Add(value, hn::MaskedLoad(runs[n].mask, d, at));
        hn::BlendedStore(value, runs[n].mask, d, at);
        from += runs[n].last ? kLanes<T> : 0;
      }
    }
    return;
  }
#endif
  for (int64_t r = 0; r < rows; ++r) {
    const T* from = tile + r * width;
    T* to = g.c.data + g.c.row(i + r);
    for (int64_t x = 0; x < cols; ++x) to[places[x]] = first ? from[x] : to[places[x]] + from[x];
  }
}

/// Rows that are neighbours, columns that are not: blocks of 4 x 4 are transposed.
template <class T>
void transpose_tile(const Gemm<T>& g, bool first, int64_t i, int64_t j, int64_t rows, int64_t cols, const T* tile,
                    int64_t width) {
  T* to = g.c.data + g.c.row(i) + g.c.col(j);
  const int64_t step = g.c.col.stride;
  for (int64_t r = 0; r < rows; r += 4)
    for (int64_t x = 0; x < cols; x += 4) {
      const T* row[4] = {tile + r * width, tile + (r + 1) * width, tile + (r + 2) * width, tile + (r + 3) * width};
      if (first && rows - r >= 4 && cols - x >= 4) {
        transpose4(row, x, to + x * step + r, step);
        continue;
      }
      for (int64_t v = x; v < HWY_MIN(x + 4, cols); ++v)
        for (int64_t u = 0; u < HWY_MIN(int64_t{4}, rows - r); ++u) {
          T& out = to[v * step + r + u];
          out = first ? row[u][v] : out + row[u][v];
        }
    }
}

/// Writes rows x columns of alpha * sums (+ beta d, or + c) at (i, j).
template <int R, int C, class T>
HWY_INLINE void finish(const Gemm<T>& g, bool first, int64_t i, int64_t j, int64_t rows, int64_t cols,
                       const V<T> (&sum)[R][C]) {
  const Tag<T> d;
  constexpr int64_t lanes = kLanes<T>, width = C * lanes;
  const auto alpha = hn::Set(d, g.alpha), beta = hn::Set(d, g.beta);
  const bool add = first && g.beta != T(0);
  const bool d_in_vectors = !add || (!g.d.col.offsets && (g.d.col.stride == 0 || g.d.col.stride == 1));
  const bool c_in_vectors = d_in_vectors && adjacent(g.c.col, j, cols);
  HWY_ALIGN T tile[R * width];
  for (int r = 0; r < R && r < rows; ++r) {
    T* to = g.c.data + g.c.row(i + r) + (c_in_vectors ? g.c.col(j) : 0);
    const T* other = add ? g.d.data + g.d.row(i + r) + g.d.col(j) : nullptr;
    for (int v = 0; v < C; ++v) {
      const int64_t count = HWY_MIN(lanes, cols - v * lanes);
      auto value = hn::Mul(alpha, sum[r][v]);
      if (add && d_in_vectors)
        value = hn::MulAdd(beta, g.d.col.stride ? load_some(other + v * lanes, count) : hn::Set(d, *other), value);
      if (!c_in_vectors) {
        hn::Store(value, d, tile + r * width + v * lanes);
        continue;
      }
      if (!first) value = hn::Add(value, load_some<T>(to + v * lanes, count));
      store_some<T>(value, to + v * lanes, count);
    }
    if (!d_in_vectors)
      for (int64_t x = 0; x < cols; ++x) tile[r * width + x] += g.beta * g.d.data[g.d.row(i + r) + g.d.col(j + x)];
  }
  if (c_in_vectors) return;
  const bool transposed = !g.c.row.offsets && !g.c.col.offsets && g.c.row.stride == 1;
  (transposed ? transpose_tile<T> : scatter_tile<T>)(g, first, i, j, rows, cols, tile, width);
}

// ---- packed ----

/// a is a packed strip, or a's own rows, `stride` apart.
template <int R, int C, bool packed, class T>
HWY_NOINLINE void tile(const Block<T>& block, const T* HWY_RESTRICT a, int64_t stride, const T* HWY_RESTRICT b,
                       int64_t i, int64_t j, int64_t rows, int64_t cols) {
  const Tag<T> d;
  constexpr int64_t lanes = kLanes<T>, width = kVectors * lanes, depth_step = packed ? kRows : 1;
  const int64_t row_step = packed ? 1 : stride;
  const T* left[(R + 2) / 3];  // three rows each: as many pointers as registers allow
  for (int r = 0; r < R; r += 3) left[r / 3] = a + r * row_step;
  V<T> sum[R][C];
#pragma GCC unroll 16
  for (int r = 0; r < R; ++r)
#pragma GCC unroll 4
    for (int v = 0; v < C; ++v) sum[r][v] = hn::Zero(d);
  for (int64_t p = 0; p < block.depth; ++p, b += width) {
    V<T> right[C];
#pragma GCC unroll 4
    for (int v = 0; v < C; ++v) right[v] = hn::Load(d, b + v * lanes);
#pragma GCC unroll 16
    for (int r = 0; r < R; ++r) {
      const auto x = hn::Set(d, left[r / 3][r % 3 * row_step]);
#pragma GCC unroll 4
      for (int v = 0; v < C; ++v) sum[r][v] = hn::MulAdd(x, right[v], sum[r][v]);
    }
#pragma GCC unroll 4
    for (int r = 0; r < R; r += 3) left[r / 3] += depth_step;
  }
  finish<R, C, T>(*block.problem, block.first, i, j, rows, cols, sum);
}

/// The narrowest instance that holds what is left at an edge.
template <int C, bool packed, class T>
void tile_rows(const Block<T>& block, const T* a, int64_t stride, const T* b, int64_t i, int64_t j, int64_t rows,
               int64_t cols) {
  if constexpr (kRows == 12) {
    if (rows <= 4) return tile<4, C, packed, T>(block, a, stride, b, i, j, rows, cols);
    if (rows <= 8) return tile<8, C, packed, T>(block, a, stride, b, i, j, rows, cols);
  }
  tile<kRows, C, packed, T>(block, a, stride, b, i, j, rows, cols);
}

template <bool packed, class T>
void multiply_rows(const Block<T>& block) {
  constexpr int64_t lanes = kLanes<T>, width = kVectors * lanes;
  const int64_t stride = block.problem->a.row.stride, strip = kRows * (packed ? block.depth : stride);
  const T* b = block.b;
  for (int64_t j = block.col_begin; j < block.col_end; j += width, b += width * block.depth) {
    const int64_t cols = HWY_MIN(width, block.col_end - j);
    const T* a = block.a;
    for (int64_t i = block.row_begin; i < block.row_end; i += kRows, a += strip) {
      const int64_t rows = HWY_MIN(static_cast<int64_t>(kRows), block.row_end - i);
      if (cols <= lanes)
        tile_rows<1, packed, T>(block, a, stride, b, i, j, rows, cols);
      else
        tile_rows<kVectors, packed, T>(block, a, stride, b, i, j, rows, cols);
    }
  }
}
template <class T>
void multiply(const Block<T>& block) {
  block.packed ? multiply_rows<true>(block) : multiply_rows<false>(block);
}

// ---- without packing ----

/// R rows by C vectors straight from the operands; the last vector may be partial, missing rows repeat the last one.
template <int R, int C, class T>
void direct_tile(const Gemm<T>& g, int64_t i, int64_t j, int64_t rows, int64_t cols) {
  const Tag<T> d;
  constexpr int64_t lanes = kLanes<T>;
  const auto tail = hn::FirstN(d, cols - (C - 1) * lanes);
  const bool partial = cols != C * lanes;
  const T* a[R];
  for (int r = 0; r < R; ++r) a[r] = g.a.data + g.a.row(i + HWY_MIN(static_cast<int64_t>(r), rows - 1));
  const T* b = g.b.data + g.b.col(j);
  const int64_t a_step = g.a.col.stride, b_step = g.b.row.stride;
  V<T> sum[R][C];
#pragma GCC unroll 16
  for (int r = 0; r < R; ++r)
#pragma GCC unroll 8
    for (int v = 0; v < C; ++v) sum[r][v] = hn::Zero(d);
  for (int64_t p = 0; p < g.k; ++p, b += b_step) {
    V<T> right[C];
#pragma GCC unroll 8
    for (int v = 0; v + 1 < C; ++v) right[v] = hn::LoadU(d, b + v * lanes);
    right[C - 1] = partial ? hn::MaskedLoad(tail, d, b + (C - 1) * lanes) : hn::LoadU(d, b + (C - 1) * lanes);
#pragma GCC unroll 16
    for (int r = 0; r < R; ++r) {
      const auto left = hn::Set(d, a[r][p * a_step]);
#pragma GCC unroll 8
      for (int v = 0; v < C; ++v) sum[r][v] = hn::MulAdd(left, right[v], sum[r][v]);
    }
  }
  finish<R, C, T>(g, true, i, j, rows, cols, sum);
}

template <int R, class T>
void direct_rows(const Gemm<T>& g, int64_t i, int64_t rows, int64_t begin, int64_t end) {
  constexpr int64_t lanes = kLanes<T>;
  int64_t j = begin;
  if constexpr (R == 1)
    for (; end - j >= 8 * lanes; j += 8 * lanes) direct_tile<1, 8, T>(g, i, j, rows, 8 * lanes);
  for (; end - j > lanes; j += 2 * lanes) direct_tile<R, 2, T>(g, i, j, rows, HWY_MIN(2 * lanes, end - j));
  if (j < end) direct_tile<R, 1, T>(g, i, j, rows, end - j);
}

template <class T>
void direct(const Gemm<T>& g, int64_t begin, int64_t end) {
  for (int64_t i = 0; i < g.m; i += 4) {
    const int64_t rows = HWY_MIN(int64_t{4}, g.m - i);
    rows == 1 ? direct_rows<1, T>(g, i, rows, begin, end) : direct_rows<4, T>(g, i, rows, begin, end);
  }
}

/// R x C dot products along adjacent elements.
template <int R, int C, class T>
void dot_tile(const Gemm<T>& g, int64_t i, int64_t j) {
  const Tag<T> d;
  constexpr int64_t lanes = kLanes<T>;
  const T *a[R], *b[C];
  V<T> sum[R][C];
#pragma GCC unroll 4
  for (int r = 0; r < R; ++r) {
    a[r] = g.a.data + g.a.row(i + r);
#pragma GCC unroll 4
    for (int c = 0; c < C; ++c) sum[r][c] = hn::Zero(d);
  }
  for (int c = 0; c < C; ++c) b[c] = g.b.data + g.b.col(j + c);
  int64_t p = 0;
  for (; p + lanes <= g.k; p += lanes) {
    V<T> left[R];
#pragma GCC unroll 4
    for (int r = 0; r < R; ++r) left[r] = hn::LoadU(d, a[r] + p);
#pragma GCC unroll 4
    for (int c = 0; c < C; ++c) {
      const auto right = hn::LoadU(d, b[c] + p);
#pragma GCC unroll 4
      for (int r = 0; r < R; ++r) sum[r][c] = hn::MulAdd(left[r], right, sum[r][c]);
    }
  }
  T last[R][C] = {};
  for (; p < g.k; ++p)
    for (int r = 0; r < R; ++r)
      for (int c = 0; c < C; ++c) last[r][c] += a[r][p] * b[c][p];
  for (int r = 0; r < R; ++r)
    for (int c = 0; c < C; ++c) {
      T value = g.alpha * (hn::GetLane(hn::SumOfLanes(d, sum[r][c])) + last[r][c]);
      if (g.beta != T(0)) value += g.beta * g.d.data[g.d.row(i + r) + g.d.col(j + c)];
      g.c.data[g.c.row(i + r) + g.c.col(j + c)] = value;
    }
}

template <int R, class T>
void dot_rows(const Gemm<T>& g, int64_t i, int64_t begin, int64_t end) {
  int64_t j = begin;
  for (; end - j >= 4; j += 4) dot_tile<R, 4, T>(g, i, j);
  for (; j < end; ++j) dot_tile<R, 1, T>(g, i, j);
}

template <class T>
void dots(const Gemm<T>& g, int64_t begin, int64_t end) {
  constexpr int kMost = kRows == 12 ? 4 : 2;  // as many rows as registers hold sums for
  int64_t i = 0;
  for (; g.m - i >= kMost; i += kMost) dot_rows<kMost, T>(g, i, begin, end);
  for (; g.m - i >= 2; i += 2) dot_rows<2, T>(g, i, begin, end);
  if (i < g.m) dot_rows<1, T>(g, i, begin, end);
}

template <class T>
static constexpr GemmKernels<T> kTable = {
    kRows, kVectors * kLanes<T>, kLanes<T>, pack<T>, multiply<T>, HWY_MEM_OPS_MIGHT_FAULT ? nullptr : direct<T>, dots<T>};

FLB_TABLES(GemmKernels, kTable)

}  // namespace flambeau::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace flambeau::cpu {

FLB_CHOOSE_TABLE(GemmKernels, gemm_kernels)

}  // namespace flambeau::cpu
#endif
