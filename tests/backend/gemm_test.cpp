// The matrix product in all its paths against three loops.

#include "kernels/cpu/gemm.h"

#include <gtest/gtest.h>

#include "tests/backend/op_runner.h"

FLB_DECLARE(mm)
FLB_DECLARE(addmm)

namespace flambeau::test {
namespace {

enum Order { kRows, kColumns, kStrided };

/// A matrix of small integers, so that every order of summation gives the same result.
template <class T>
struct Operand {
  std::vector<T> memory;
  cpu::Matrix<T> matrix;

  Operand(int64_t rows, int64_t cols, Order order, unsigned seed) : memory(static_cast<size_t>(rows * cols * 6 + 1)) {
    std::mt19937 engine(seed);
    for (T& x : memory) x = T(static_cast<int>(engine() % 9) - 4);
    const int64_t row = order == kRows      ? cols
                        : order == kColumns ? 1
                                            : 6 * cols,
                  col = order == kRows      ? 1
                        : order == kColumns ? rows
                                            : 3;
    matrix = {memory.data(), {row}, {col}};
  }
  cpu::Matrix<const T> read() const { return {memory.data(), matrix.row, matrix.col}; }
};

template <class T>
void check(int64_t m, int64_t n, int64_t k, Order orders[3], T alpha, T beta) {
  Operand<T> a(m, k, orders[0], 1), b(k, n, orders[1], 2), c(m, n, orders[2], 3), d(m, n, orders[2], 4);
  cpu::gemm<T>({.m = m,
                .n = n,
                .k = k,
                .a = a.read(),
                .b = b.read(),
                .c = c.matrix,
                .d = d.read(),
                .alpha = alpha,
                .beta = beta});
  for (int64_t i = 0; i < m; ++i)
    for (int64_t j = 0; j < n; ++j) {
      T sum = 0;
      for (int64_t p = 0; p < k; ++p)
        sum += a.memory[a.matrix.row(i) + a.matrix.col(p)] * b.memory[b.matrix.row(p) + b.matrix.col(j)];
      const int64_t at = c.matrix.row(i) + c.matrix.col(j);
      ASSERT_EQ(c.memory[at], alpha * sum + (beta == T(0) ? T(0) : beta * d.memory[at]))
          << m << "x" << n << "x" << k << " at " << i << ", " << j;
    }
}

template <class T>
class GemmOf : public testing::Test {};
using Types = testing::Types<float, double, int64_t>;
TYPED_TEST_SUITE(GemmOf, Types);

TYPED_TEST(GemmOf, EqualsThreeLoops) {
  constexpr int64_t kShapes[][3] = {{1, 1, 1},     {1, 40, 9},   {40, 1, 9},    {5, 7, 0},    {12, 32, 384},
                                    {13, 33, 385}, {64, 64, 64}, {145, 70, 40}, {3, 200, 31}, {48, 49, 300},
                                    {64, 18, 130}, {30, 90, 2},  {200, 96, 70}};
  for (const auto& s : kShapes)
    for (const Order x : {kRows, kColumns, kStrided})
      for (const Order y : {kRows, kColumns, kStrided})
        for (const Order z : {kRows, kColumns, kStrided}) {
          Order orders[] = {x, y, z};
          check<TypeParam>(s[0], s[1], s[2], orders, TypeParam(1), TypeParam(0));
          check<TypeParam>(s[0], s[1], s[2], orders, TypeParam(2), TypeParam(3));
        }
}

TEST(Gemm, ReadsArraysKnownByOffsets) {
  const int64_t m = 37, n = 70, k = 50;
  Array a = Array::random({m, k}), b = Array::random({k * 2, n * 2}, 2), c({m, n}), expected({m, n});
  std::vector<int64_t> rows, columns;
  for (int64_t p = 0; p < k; ++p) rows.push_back((k * 2 - 1 - 2 * p) * n * 2);
  for (int64_t j = 0; j < n; ++j) columns.push_back(j < 30 ? j : j + 25);  // two runs
  cpu::gemm<float>({.m = m,
                    .n = n,
                    .k = k,
                    .a = {a.data.data(), {k}, {1}},
                    .b = {b.data.data(), {0, rows.data()}, {0, columns.data()}},
                    .c = {c.data.data(), {n}, {1}},
                    .d = {}});
  for (int64_t i = 0; i < m; ++i)
    for (int64_t j = 0; j < n; ++j)
      for (int64_t p = 0; p < k; ++p) expected.data[i * n + j] += a.data[i * k + p] * b.data[rows[p] + columns[j]];
  EXPECT_LT(largest_difference(c, expected), 1e-4);
}

TEST(Gemm, BetaZeroIgnoresWhatItWouldAdd) {
  Array self({2, 2}, {NAN, NAN, NAN, NAN}), a = Array::random({2, 0}), b = Array::random({0, 2});
  const Array zero = OpRun(ops::op_addmm).tensor(self).tensor(a).tensor(b).scalar(0).scalar(1).output();
  EXPECT_EQ(largest_difference(zero, Array({2, 2})), 0);
}

TEST(Gemm, NamesTheShapesThatDoNotFit) {
  Array a({2, 3}), b({4, 5}), c({3});
  EXPECT_EQ(OpRun(ops::op_mm).tensor(a).tensor(b).error(), "mat1 and mat2 shapes cannot be multiplied (2x3 and 4x5)");
  EXPECT_EQ(OpRun(ops::op_mm).tensor(c).tensor(b).error(), "self must be a matrix");
}

}  // namespace
}  // namespace flambeau::test
