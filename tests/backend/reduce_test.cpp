// The reduction machine: every layout gives the same sums, and long float sums stay accurate.

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <random>

#include "tests/backend/tensor.h"

namespace flambeau {
namespace ops {
extern const OpDef op_sum_dim_IntList, op_argmax, op_amax, op_var_correction;
}  // namespace ops

namespace {

using testing::arg;
using testing::run;
using testing::Tensor;

double reference(const Tensor<double>& x, int64_t i, int64_t j) {
  // Sum over the middle dimension of a 3-d array.
  double sum = 0;
  for (int64_t k = 0; k < x.sizes[1]; ++k) sum += x[i * x.strides[0] + k * x.strides[1] + j * x.strides[2]];
  return sum;
}

TEST(Sum, AllLayoutsOfThreeDimensions) {
  const std::vector<int64_t> dims = {1};
  using Shape = std::vector<int64_t>;
  for (const Shape& sizes :
       {Shape{3, 5, 7}, Shape{2, 700, 3}, Shape{70, 3, 65}, Shape{1, 5000, 1}, Shape{600, 2, 2}, Shape{4, 1, 9}}) {
    for (const std::vector<size_t>& order : {std::vector<size_t>{0, 1, 2}, {2, 1, 0}, {1, 0, 2}, {0, 2, 1}}) {
      Tensor<double> x(sizes);
      for (size_t i = 0; i < x.values.size(); ++i) x.values[i] = static_cast<double>(i % 101) - 50;
      x.permute(order);
      const auto sum = run<double>(ops::op_sum_dim_IntList, {x.arg(), arg(dims), arg(false), Arg()});
      for (int64_t i = 0; i < x.sizes[0]; ++i) {
        for (int64_t j = 0; j < x.sizes[2]; ++j) ASSERT_EQ(sum[i * x.sizes[2] + j], reference(x, i, j));
      }
    }
  }
}

TEST(Sum, FloatErrorGrowsSlowly) {
  std::mt19937 random(1);
  std::uniform_real_distribution<float> uniform(0, 1);
  Tensor<float> x({1 << 22});
  double exact = 0;
  for (float& v : x.values) v = uniform(random), exact += v;
  const auto sum = run<float>(ops::op_sum_dim_IntList, {x.arg(), Arg(), arg(false), Arg()});
  EXPECT_NEAR(sum[0], exact, 2e-7 * exact);
  Tensor<float> columns({1 << 18, 16});
  columns.values = x.values;
  const std::vector<int64_t> dims = {0};
  const auto sums = run<float>(ops::op_sum_dim_IntList, {columns.arg(), arg(dims), arg(false), Arg()});
  EXPECT_NEAR(std::accumulate(sums.values.begin(), sums.values.end(), 0.0), exact, 5e-7 * exact);
}

TEST(Sum, OfNothingIsZero) {
  Tensor<float> x({0, 3});
  const std::vector<int64_t> dims = {0};
  EXPECT_EQ(run<float>(ops::op_sum_dim_IntList, {x.arg(), arg(dims), arg(false), Arg()}).values,
            (std::vector<float>{0, 0, 0}));
}

TEST(Argmax, FirstOfEqualsAndNanWins) {
  Tensor<float> x({5}, {1, 3, 3, 2, 0});
  EXPECT_EQ(run<int64_t>(ops::op_argmax, {x.arg(), Arg(), arg(false)})[0], 1);
  x[3] = NAN;
  EXPECT_EQ(run<int64_t>(ops::op_argmax, {x.arg(), Arg(), arg(false)})[0], 3);
  EXPECT_TRUE(std::isnan(run<float>(ops::op_amax, {x.arg(), Arg(), arg(false)})[0]));
}

TEST(Var, SurvivesALargeMean) {
  Tensor<float> x({1000});
  for (int64_t i = 0; i < 1000; ++i) x[i] = 10000.0f + static_cast<float>(i % 2);
  EXPECT_NEAR(run<float>(ops::op_var_correction, {x.arg(), Arg(), Arg(), arg(false)})[0], 0.25f * 1000 / 999, 1e-6f);
}

}  // namespace
}  // namespace flambeau
