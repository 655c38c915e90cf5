// The portable part of the matrix product: choice of method, blocking for the caches, threads.

#include "kernels/cpu/gemm.h"

#include <algorithm>
#include <concepts>

#include "backend/memory.h"
#include "backend/threads.h"
#include "kernels/common/number.h"
#include "kernels/cpu/gemm_tile.h"

namespace flambeau::cpu {
namespace {

constexpr int64_t kDepthBytes = 384 * 4;  ///< one strip of a stays in the first cache
constexpr int64_t kColumns = 3072;        ///< packed b stays in the last cache
constexpr int64_t kRows = 4032;
constexpr int64_t kBlockRows = 144;                  ///< packed rows that stay in the second cache
constexpr int64_t kParallelWork = int64_t{1} << 20;  ///< multiplications that pay for waking a second thread

int64_t pieces(int64_t count, int64_t size) { return (count + size - 1) / size; }

template <class T>
void pack_strips(const Matrix<const T>& x, int64_t origin, int64_t limit, int64_t width, int64_t depth_begin,
                 int64_t depth, T* packed, int64_t from, int64_t to, void (*pack)(const Strip<T>&)) {
  int64_t across[64];
  for (int64_t s = from; s < to; ++s) {
    const int64_t first = origin + s * width, valid = std::min(width, limit - first);
    for (int64_t r = 0; r < valid; ++r) across[r] = x.row(first + r);
    pack({x.data, across, valid, width, x.col, depth_begin, depth, packed + s * width * depth});
  }
}

template <class T>
void packed_product(const Gemm<T>& g) {
  const GemmKernels<T>& kernels = gemm_kernels<T>();
  const int64_t max_depth = kDepthBytes / static_cast<int64_t>(sizeof(T));
  const int64_t depth_blocks = std::max<int64_t>(1, pieces(g.k, max_depth));
  const int64_t depth_step = pieces(g.k, depth_blocks);
  const int64_t rows_step = kRows / kernels.rows * kernels.rows, cols_step = kColumns / kernels.cols * kernels.cols;
  const bool parallel = g.m * g.n * std::max<int64_t>(g.k, 1) >= kParallelWork;
  const int64_t threads = parallel && !omp_in_parallel() ? omp_get_max_threads() : 1;
  const auto share = [&](int64_t count, const auto& body) {
    threads > 1 ? parallel_for(0, count, 1, body) : body(int64_t{0}, count);
  };
  const int64_t a_room = pieces(std::min(g.m, rows_step), kernels.rows) * kernels.rows * depth_step;
  const int64_t b_room = pieces(std::min(g.n, cols_step), kernels.cols) * kernels.cols * depth_step;
  Scratch<T> room(a_room + b_room + kAlignment);
  T *b_packed = room.data(), *a_packed = b_packed + b_room;

  for (int64_t j0 = 0; j0 < g.n; j0 += cols_step) {
    const int64_t col_strips = pieces(std::min(cols_step, g.n - j0), kernels.cols);
    for (int64_t p0 = 0, block = 0; block < depth_blocks; ++block, p0 += depth_step) {
      const int64_t depth = std::min(depth_step, g.k - p0);
      for (int64_t i0 = 0; i0 < g.m; i0 += rows_step) {
        const int64_t row_strips = pieces(std::min(rows_step, g.m - i0), kernels.rows);
        const int64_t fresh = i0 == 0 ? col_strips : 0;
        share(fresh + row_strips, [&](int64_t from, int64_t to) {
          pack_strips(g.b.transposed(), j0, g.n, kernels.cols, p0, depth, b_packed, from, std::min(to, fresh),
                      kernels.pack);
          pack_strips(g.a, i0, g.m, kernels.rows, p0, depth, a_packed, std::max(from - fresh, int64_t{0}), to - fresh,
                      kernels.pack);
        });
        const int64_t tall = std::max<int64_t>(1, kBlockRows / kernels.rows), blocks = pieces(row_strips, tall);
        const int64_t wanted = threads > 1 ? pieces(8 * threads, blocks) : 1;
        const int64_t wide = pieces(col_strips, std::min(wanted, col_strips)), chunks = pieces(col_strips, wide);
        share(blocks * chunks, [&](int64_t from, int64_t to) {
          for (int64_t task = from; task < to; ++task) {
            const int64_t row = task % blocks * tall, col = task / blocks * wide;
            kernels.multiply({&g, a_packed, b_packed, depth, i0, j0, row, std::min(row + tall, row_strips), col,
                              std::min(col + wide, col_strips), block == 0});
          }
        });
      }
    }
  }
}

template <class T>
void split_columns(const Gemm<T>& g, void (*kernel)(const Gemm<T>&, int64_t, int64_t)) {
  const int64_t per_column = std::max<int64_t>(1, g.m * g.k);
  if (per_column * g.n < kParallelWork / 8) return kernel(g, 0, g.n);
  parallel_for(0, g.n, std::max<int64_t>(64, kParallelWork / 16 / per_column),
               [&](int64_t from, int64_t to) { kernel(g, from, to); });
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
    const bool few = g.m <= 4, small = few || g.m * g.n * g.k <= 32 * 32 * 32;
    if (small && kernels.direct && (g.b.col.stride == 1 || g.n == 1)) return split_columns(g, kernels.direct);
    // A small transposed b is cheaper to turn around than to sum across vectors.
    if (small && g.m > 2 && kernels.direct && g.b.row.stride == 1 && g.n * g.k <= 64 * 64) {
      const int64_t width = g.n;
      alignas(kAlignment) T turned[64 * 64];
      int64_t across[64 * 64];
      for (int64_t j = 0; j < width; ++j) across[j] = g.b.col(j);
      kernels.pack({g.b.data, across, width, width, g.b.row, 0, g.k, turned});
      Gemm<T> direct = g;
      direct.b = {turned, {width}, {1}};
      return kernels.direct(direct, 0, g.n);
    }
    const bool rows_along = g.a.col.stride == 1 || g.k == 1, columns_along = g.b.row.stride == 1 || g.k == 1;
    const bool tiny = few || g.n <= 4 || g.m * g.n * g.k <= 24 * 24 * 24;
    if (tiny && rows_along && columns_along) return split_columns(g, kernels.dots);
  }
  packed_product(g);
}

template <class T>
void plain_gemm(const Gemm<T>& g) {
  parallel_for(0, g.m, std::max<int64_t>(1, 32768 / std::max<int64_t>(1, g.n * g.k)), [&](int64_t from, int64_t to) {
    Scratch<T> sums(g.n);
    for (int64_t i = from; i < to; ++i) {
      std::fill_n(sums.data(), g.n, T(0));
      for (int64_t p = 0; p < g.k; ++p) {
        const T left = g.a.data[g.a.row(i) + g.a.col(p)];
        for (int64_t j = 0; j < g.n; ++j) sums[j] = static_cast<T>(sums[j] + left * g.b.data[g.b.row(p) + g.b.col(j)]);
      }
      for (int64_t j = 0; j < g.n; ++j) {
        T value = static_cast<T>(g.alpha * sums[j]);
        if (g.beta != T(0)) value = static_cast<T>(value + g.beta * g.d.data[g.d.row(i) + g.d.col(j)]);
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
