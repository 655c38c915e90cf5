// The portable part of the matrix product: choice of method, blocking for the caches, threads.

#include "kernels/cpu/gemm.h"

#include <algorithm>
#include <concepts>
#include <limits>

#include "kernels/common/memory.h"
#include "kernels/common/number.h"
#include "kernels/common/threads.h"
#include "kernels/common/wrapping.h"
#include "kernels/cpu/gemm_small.h"
#include "kernels/cpu/gemm_tile.h"

namespace flambeau::cpu {
namespace {

constexpr int64_t kDepthBytes = 384 * 4;             ///< one strip of a stays in the first cache
constexpr int64_t kBlockRows = 144;                  ///< packed rows of a that stay in the second cache
constexpr int64_t kColumns = 3072;                   ///< packed columns of b that stay in the last cache
constexpr int64_t kNarrowBytes = 256 << 10;          ///< packed b that stays in the second cache
constexpr int64_t kFewColumns = 256;                 ///< so few do not pay for packing rows that lie well as they are
constexpr int64_t kParallelWork = int64_t{1} << 20;  ///< multiplications that pay for waking a second thread

int64_t pieces(int64_t count, int64_t size) { return (count + size - 1) / size; }
int64_t rounded(int64_t count, int64_t unit) { return pieces(count, unit) * unit; }

Axis from(const Axis& axis, int64_t i) { return axis.offsets ? Axis{0, axis.offsets + i} : axis; }
/// The matrix from row i and column j on.
template <class T>
Matrix<T> corner(const Matrix<T>& x, int64_t i, int64_t j) {
  T* data = x.data + (x.row.offsets ? 0 : i * x.row.stride) + (x.col.offsets ? 0 : j * x.col.stride);
  return {data, from(x.row, i), from(x.col, j)};
}
/// Rows [i0, i1) by columns [j0, j1) of the result.
template <class T>
Gemm<T> part_of(const Gemm<T>& g, int64_t i0, int64_t i1, int64_t j0, int64_t j1) {
  Gemm<T> part = g;
  part.m = i1 - i0, part.n = j1 - j0;
  part.a = corner(g.a, i0, 0), part.b = corner(g.b, 0, j0), part.c = corner(g.c, i0, j0);
  if (g.beta != T(0)) part.d = corner(g.d, i0, j0);
  return part;
}

/// Packs strips of rows of x, [from, from + count) by [depth_begin, depth_begin + depth).
template <class T>
void pack_strips(const Matrix<const T>& x, int64_t from, int64_t count, int64_t width, int64_t depth_begin,
                 int64_t depth, T* packed, void (*pack)(const Strip<T>&)) {
  int64_t across[64];
  for (int64_t s = 0; s < count; s += width) {
    const int64_t valid = std::min(width, count - s);
    for (int64_t r = 0; r < valid; ++r) across[r] = x.row(from + s + r);
    pack({x.data, across, valid, width, x.col, depth_begin, depth, packed + s * depth});
  }
}

/// How a product is cut for the caches.
template <class T>
struct Blocking {
  const GemmKernels<T>& kernels = gemm_kernels<T>();
  int64_t depth, rows, cols;

  Blocking(int64_t m, int64_t n, int64_t k) {
    const int64_t most = kDepthBytes / static_cast<int64_t>(sizeof(T));
    depth = pieces(k, std::max<int64_t>(1, pieces(k, most)));
    rows = rounded(std::min(m, kBlockRows), kernels.rows);
    // A single block of rows meets each column once: b is packed just ahead of its use.
    const int64_t narrow = kNarrowBytes / static_cast<int64_t>(sizeof(T)) / std::max<int64_t>(1, depth);
    cols = rounded(std::min(n, m <= rows ? std::max(narrow, kernels.cols) : kColumns), kernels.cols);
  }
  /// Elements of a thread's packed operands; a multiple of a cache line.
  int64_t room() const { return rounded((rows + cols) * depth, kAlignment); }
};

/// Columns [from, n) of a product whose a has rows adjacent along the depth, as dot products.
template <class T>
void last_columns(const Gemm<T>& g, int64_t from) {
  Gemm<T> last = part_of(g, 0, g.m, from, g.n);
  Scratch<T> column(last.n * g.k);
  for (int64_t j = 0; j < last.n; ++j)
    for (int64_t p = 0; p < g.k; ++p) column[j * g.k + p] = last.b.data[last.b.row(p) + last.b.col(j)];
  last.b = {column.data(), {1}, {g.k}};
  gemm_kernels<T>().dots(last, 0, last.n);
}

/// A product in one thread, with `room` for its packed operands.
template <class T>
void packed_product(Gemm<T> g, const Blocking<T>& by, T* room) {
  const GemmKernels<T>& kernels = by.kernels;
  T *const b_packed = room, *const a_packed = room + by.cols * by.depth;
  const bool a_lies_well = g.n <= kFewColumns && !g.a.row.offsets && !g.a.col.offsets && g.a.col.stride == 1;
  if (const int64_t left = g.n % kernels.lanes; a_lies_well && left && left <= 2 && g.n > left) {
    last_columns(g, g.n - left);
    g.n -= left;
  }
  int64_t p = 0;
  do {
    const int64_t depth = std::min(by.depth, g.k - p);
    for (int64_t j = 0; j < g.n; j += by.cols) {
      const int64_t cols = std::min(by.cols, g.n - j);
      pack_strips(g.b.transposed(), j, cols, kernels.cols, p, depth, b_packed, kernels.pack);
      for (int64_t i = 0; i < g.m; i += by.rows) {
        const int64_t rows = std::min(by.rows, g.m - i);
        const bool packed = !a_lies_well || rows % 4 != 0, fresh = j == 0 || g.m > by.rows;
        if (packed && fresh) pack_strips(g.a, i, rows, kernels.rows, p, depth, a_packed, kernels.pack);
        const T* a = packed ? a_packed : g.a.data + g.a.row(i) + p;
        kernels.multiply({&g, a, packed, b_packed, depth, i, i + rows, j, j + cols, p == 0});
      }
    }
    p += depth;
  } while (p < g.k);
}

/// Cuts the result into a grid of equal parts, one for each thread, which share nothing that is written: lines that one
/// core wrote and another reads cost more than packing them twice.
template <class T>
void split_product(const Gemm<T>& g) {
  const GemmKernels<T>& kernels = gemm_kernels<T>();
  const bool parallel = g.m * g.n * std::max<int64_t>(g.k, 1) >= kParallelWork && !omp_in_parallel();
  const Grid grid = grid_of(g.m, g.n, kernels.rows, kernels.cols, parallel ? omp_get_max_threads() : 1);
  const Blocking<T> by(grid.tall, grid.wide, g.k);
  const int64_t across = pieces(g.n, grid.wide), parts = pieces(g.m, grid.tall) * across;
  Scratch<T> room(parts * by.room());
  parallel_for(0, parts, 1, [&](int64_t begin, int64_t end) {
    for (int64_t part = begin; part < end; ++part) {
      const int64_t i = part / across * grid.tall, j = part % across * grid.wide;
      packed_product(part_of(g, i, std::min(i + grid.tall, g.m), j, std::min(j + grid.wide, g.n)), by,
                     room.data() + part * by.room());
    }
  });
}

template <class T>
void split_columns(const Gemm<T>& g, void (*kernel)(const Gemm<T>&, int64_t, int64_t)) {
  const int64_t per_column = std::max<int64_t>(1, g.m * g.k);
  if (per_column * g.n < kParallelWork / 8) return kernel(g, 0, g.n);
  parallel_for(0, g.n, std::max<int64_t>(64, kParallelWork / 16 / per_column),
               [&](int64_t from, int64_t to) { kernel(g, from, to); });
}

template <class T>
bool suits_small(const Gemm<T>& g) {
  const auto adjacent = [](const Axis& axis) { return !axis.offsets && axis.stride == 1; };
  const auto repeated = [](const Axis& axis) { return !axis.offsets && axis.stride == 0; };
  return (adjacent(g.b.row) || adjacent(g.b.col)) && adjacent(g.c.col) && !g.c.row.offsets &&
         (g.beta == T(0) || (!g.d.row.offsets && (adjacent(g.d.col) || repeated(g.d.col))));
}

template <class T>
void real_gemm(Gemm<T> g) {
  const GemmKernels<T>& kernels = gemm_kernels<T>();
  const bool columns_apart =
      g.n == 1 ? g.m > 1
               : g.m > 1 && (g.c.col.offsets || g.c.col.stride != 1) && g.c.row.stride == 1 && !g.c.row.offsets;
  if (columns_apart) {
    std::swap(g.m, g.n);
    g = {g.m, g.n, g.k, g.b.transposed(), g.a.transposed(), g.c.transposed(), g.d.transposed(), g.alpha, g.beta};
  }
  const bool strided = !g.a.row.offsets && !g.a.col.offsets && !g.b.row.offsets && !g.b.col.offsets;
  if (strided) {
    const bool few = g.m <= 4, small = few || g.k <= 4 || g.m * g.n * g.k <= 32 * 32 * 32;
    if (small && kernels.direct && (g.b.col.stride == 1 || g.n == 1)) return split_columns(g, kernels.direct);
    if (small && g.m > 2 && g.k <= SmallGemm<T>::kDepth && g.n * g.k <= 64 * 64 && suits_small(g))
      return small_gemm<T>().multiply(g);
    const bool rows_along = g.a.col.stride == 1 || g.k == 1, columns_along = g.b.row.stride == 1 || g.k == 1;
    const bool tiny = few || g.n <= 4 || g.m * g.n * g.k <= 24 * 24 * 24;
    if (tiny && rows_along && columns_along) return split_columns(g, kernels.dots);
  }
  split_product(g);
}

template <class T>
void plain_gemm(const Gemm<T>& g) {
  parallel_for(0, g.m, std::max<int64_t>(1, 32768 / std::max<int64_t>(1, g.n * g.k)), [&](int64_t from, int64_t to) {
    Scratch<T> sums(g.n);
    for (int64_t i = from; i < to; ++i) {
      std::fill_n(sums.data(), g.n, T(0));
      for (int64_t p = 0; p < g.k; ++p) {
        const T left = g.a.data[g.a.row(i) + g.a.col(p)];
        for (int64_t j = 0; j < g.n; ++j)
          sums[j] = wrapping_add(sums[j], wrapping_mul(left, g.b.data[g.b.row(p) + g.b.col(j)]));
      }
      for (int64_t j = 0; j < g.n; ++j) {
        T value = wrapping_mul(g.alpha, sums[j]);
        if (g.beta != T(0)) value = wrapping_add(value, wrapping_mul(g.beta, g.d.data[g.d.row(i) + g.d.col(j)]));
        g.c.data[g.c.row(i) + g.c.col(j)] = value;
      }
    }
  });
}

template <class R>
Matrix<const R> part(const Matrix<const Complex<R>>& x, bool imaginary) {
  return {reinterpret_cast<const R*>(x.data) + imaginary, {2 * x.row.stride, nullptr}, {2 * x.col.stride, nullptr}};
}

/// Four real products on the parts; tables of offsets do not occur with complex numbers.
template <class R>
void complex_gemm(const Gemm<Complex<R>>& g) {
  using C = Complex<R>;
  Scratch<C> product(std::max<int64_t>(1, g.m * g.n));
  const auto term = [&](bool a_imaginary, bool b_imaginary, R sign, bool add) {
    R* to = reinterpret_cast<R*>(product.data()) + (a_imaginary != b_imaginary);
    const Matrix<R> c{to, {2 * g.n, nullptr}, {2, nullptr}};
    real_gemm<R>({g.m,
                  g.n,
                  g.k,
                  part(g.a, a_imaginary),
                  part(g.b, b_imaginary),
                  c,
                  {to, c.row, c.col},
                  sign,
                  add ? R(1) : R(0)});
  };
  term(false, false, 1, false);
  term(true, true, -1, true);
  term(false, true, 1, false);
  term(true, false, 1, true);
  for (int64_t i = 0; i < g.m; ++i)
    for (int64_t j = 0; j < g.n; ++j) {
      C value = g.alpha * product[i * g.n + j];
      if (!(g.beta == C(0))) value = value + g.beta * g.d.data[g.d.row(i) + g.d.col(j)];
      g.c.data[g.c.row(i) + g.c.col(j)] = value;
    }
}

}  // namespace

Grid grid_of(int64_t m, int64_t n, int64_t row_unit, int64_t col_unit, int64_t threads) {
  constexpr int64_t kPacking = 8;  // what packing an element costs, in multiplications of a tile
  Grid best{m, n};
  int64_t least = std::numeric_limits<int64_t>::max();
  for (int64_t down = 1; down <= threads; ++down) {
    const int64_t tall = rounded(pieces(m, down), row_unit), wide = rounded(pieces(n, threads / down), col_unit);
    const int64_t cost = tall * wide + kPacking * (tall + wide);
    if (cost < least) least = cost, best = {tall, wide};
  }
  return best;
}

template <class T>
void gemm(const Gemm<T>& problem) {
  if (problem.m == 0 || problem.n == 0) return;
  if constexpr (std::floating_point<T>)
    real_gemm<T>(problem);
  else if constexpr (is_complex_v<T>)
    complex_gemm<real_t<T>>(problem);
  else
    plain_gemm<T>(problem);
}

template void gemm(const Gemm<float>&);
template void gemm(const Gemm<double>&);
template void gemm(const Gemm<Complex<float>>&);
template void gemm(const Gemm<Complex<double>>&);
template void gemm(const Gemm<uint8_t>&);
template void gemm(const Gemm<int8_t>&);
template void gemm(const Gemm<int16_t>&);
template void gemm(const Gemm<int32_t>&);
template void gemm(const Gemm<int64_t>&);

}  // namespace flambeau::cpu
