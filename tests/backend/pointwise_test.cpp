// The pointwise machine itself: promotion, broadcasting, layouts, conversions, odd strides and lengths. What each
// operator computes is checked against PyTorch in tests/torch_parity.

#include "backend/pointwise.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <vector>

#include "backend/iteration.h"
#include "tests/backend/tensor.h"

namespace flambeau {
namespace ops {
extern const OpDef op_add_Tensor, op_mul_Scalar, op_lt_Tensor, op_exp, op_copy, op_where_self, op_sub_Tensor,
    op_div_Tensor, op_special_legendre_polynomial_p, op_special_laguerre_polynomial_l;
}  // namespace ops

namespace {

using testing::run;
using testing::Tensor;

TEST(Promotion, FollowsPyTorchsTable) {
  EXPECT_EQ(promote(DType::uint8, DType::int8), DType::int16);
  EXPECT_EQ(promote(DType::float16, DType::bfloat16), DType::float32);
  EXPECT_EQ(promote(DType::int64, DType::float16), DType::float16);
  EXPECT_EQ(promote(DType::complex64, DType::float64), DType::complex128);
  EXPECT_THROW(promote(DType::uint16, DType::int32), Error);
}

TEST(Promotion, NumbersAndZeroDimTensorsAreWeak) {
  const Tensor<float> array({2}, {1, 2});
  const Tensor<double> zero_dim({}, {1});
  Promotion p;
  p.add(array.view());
  p.add(zero_dim.view());
  p.add(Scalar::of(2.5));
  EXPECT_EQ(p.result(), DType::float32);
  Promotion q;
  q.add(Tensor<int64_t>({2}, {1, 2}).view());
  q.add(Scalar::of(2.5));
  EXPECT_EQ(q.result(), DType::float32);
}

TEST(Promotion, NumbersFitATypeOrAreRefused) {
  const Scalar large = Scalar::of(uint64_t{1} << 63), negative = Scalar::of(int64_t{-1}), huge = Scalar::of(1e300);
  EXPECT_EQ(large.kind, Scalar::Kind::large);
  EXPECT_EQ(large.as_double(), 0x1p63);
  EXPECT_EQ(Scalar::of(uint64_t{5}).kind, Scalar::Kind::integer);
  for (const DType t : {DType::uint64, DType::float32, DType::boolean}) EXPECT_NO_THROW(check_fits(large, t));
  for (const DType t : {DType::int64, DType::uint8, DType::float16}) EXPECT_THROW(check_fits(large, t), Error);
  EXPECT_NO_THROW(check_fits(negative, DType::uint8));
  EXPECT_THROW(check_fits(Scalar::of(-1.0), DType::uint8), Error);
  EXPECT_THROW(check_fits(huge, DType::complex64), Error);
  EXPECT_NO_THROW(check_fits(Scalar::of(INFINITY), DType::float16));
  EXPECT_THROW(check_fits(Scalar::of(INFINITY), DType::float8_e4m3fn), Error);
}

TEST(Broadcast, GivesTheCommonShapeOrFails) {
  const int64_t a[] = {3, 1, 5}, b[] = {4, 1};
  EXPECT_EQ(broadcast(a, b), (Dims{3, 4, 5}));
  const int64_t c[] = {2};
  EXPECT_THROW(broadcast(a, c), Error);
}

TEST(Layout, OutputKeepsTheInputsOrder) {
  Tensor<float> x({2, 3, 4, 5});
  x.permute({0, 3, 1, 2});  // channels-last
  const View v = x.view();
  const View* views[] = {&v};
  EXPECT_EQ(output_strides(v.sizes(), views), Dims(v.strides().begin(), v.strides().end()));
}

/// Lengths around block and vector sizes, for an exact loop and for one that works in blocks.
class Lengths : public ::testing::TestWithParam<int64_t> {};

TEST_P(Lengths, AddAndExpMatchTheReference) {
  const int64_t n = GetParam();
  Tensor<float> x({n}), y({n});
  for (int64_t i = 0; i < n; ++i) x[i] = static_cast<float>(i % 17) * 0.25f - 2, y[i] = static_cast<float>(i);
  const auto sum = run<float>(ops::op_add_Tensor, {x.arg(), y.arg(), testing::arg(Scalar::of(int64_t{2}))});
  const auto e = run<float>(ops::op_exp, {x.arg()});
  for (int64_t i = 0; i < n; ++i) {
    EXPECT_EQ(sum[i], x[i] + 2 * y[i]);
    EXPECT_NEAR(e[i], std::exp(x[i]), 4e-7f * std::exp(x[i]));
  }
}
INSTANTIATE_TEST_SUITE_P(All, Lengths,
                         ::testing::Values(0, 1, 3, 15, 16, 17, 31, 32, 33, 64, 511, 512, 513, 40000, 70001));

TEST(Strides, BroadcastTransposedAndConvertedOperands) {
  Tensor<float> x({7, 9});
  Tensor<int32_t> y({9, 7});
  std::iota(x.values.begin(), x.values.end(), 0.0f);
  std::iota(y.values.begin(), y.values.end(), 100);
  y.permute({1, 0});
  const auto sum = run<float>(ops::op_add_Tensor, {x.arg(), y.arg(), testing::arg(Scalar::of(int64_t{1}))});
  for (int64_t i = 0; i < 7; ++i) {
    for (int64_t j = 0; j < 9; ++j) EXPECT_EQ(sum[i * 9 + j], static_cast<float>(i * 9 + j + 100 + j * 7 + i));
  }
  Tensor<float> row({9});
  std::iota(row.values.begin(), row.values.end(), 1.0f);
  const auto shifted = run<float>(ops::op_sub_Tensor, {x.arg(), row.arg(), testing::arg(Scalar::of(int64_t{1}))});
  EXPECT_EQ(shifted[3 * 9 + 4], 31.0f - 5.0f);
}

TEST(Strides, LongRowsAndColumnsOfManyShapes) {
  using Shape = std::vector<int64_t>;
  for (const Shape& sizes : {Shape{3, 300}, Shape{300, 3}, Shape{5, 70, 6}, Shape{1000, 2, 1}, Shape{40, 1, 1000}}) {
    Tensor<float> x(sizes);
    std::iota(x.values.begin(), x.values.end(), 0.0f);
    Shape last(sizes.size(), 1);
    last.back() = sizes.back();
    Tensor<float> row(last);
    std::iota(row.values.begin(), row.values.end(), 0.5f);
    const auto sum = run<float>(ops::op_add_Tensor, {x.arg(), row.arg(), testing::arg(Scalar::of(int64_t{1}))});
    for (size_t i = 0; i < x.values.size(); ++i)
      ASSERT_EQ(sum[static_cast<int64_t>(i)], x.values[i] + row.values[i % row.values.size()]);
  }
}

TEST(Types, HalfPrecisionComputesInFloatAndRoundsOnce) {
  Tensor<BFloat16> x({3}, {BFloat16::of(1), BFloat16::of(2), BFloat16::of(-3)});
  const auto scaled = run<BFloat16>(ops::op_mul_Scalar, {x.arg(), testing::arg(Scalar::of(0.1))});
  for (int64_t i = 0; i < 3; ++i) EXPECT_EQ(scaled[i].bits, BFloat16::of(static_cast<float>(x[i]) * 0.1f).bits);
}

TEST(Types, ComparisonGivesBoolAndIntegersDivideToFloat) {
  Tensor<int64_t> x({3}, {1, 2, 3}), y({3}, {3, 2, 1});
  const auto less = run<bool>(ops::op_lt_Tensor, {x.arg(), y.arg()});
  EXPECT_TRUE(less[0] && !less[1] && !less[2]);
  const auto ratio = run<float>(ops::op_div_Tensor, {x.arg(), y.arg()});
  EXPECT_EQ(ratio[2], 3.0f);
}

TEST(Types, BoolTensorsCannotBeSubtracted) {
  Tensor<bool> x({1}, {true});
  EXPECT_THROW(run<bool>(ops::op_sub_Tensor, {x.arg(), x.arg(), testing::arg(Scalar::of(int64_t{1}))}), Error);
}

TEST(Where, ChoosesByABroadcastCondition) {
  Tensor<bool> c({2, 1}, {true, false});
  Tensor<double> a({3}, {1, 2, 3}), b({}, {9});
  const auto chosen = run<double>(ops::op_where_self, {c.arg(), a.arg(), b.arg()});
  EXPECT_EQ(chosen.values, (std::vector<double>{1, 2, 3, 9, 9, 9}));
}

// Values of PyTorch, which walks the recurrence for many seconds; from 2^40 on nobody could wait.
TEST(Polynomials, HighDegreesEnd) {
  Tensor<double> x({3}, {0.5, 1, 2}), n({3}, {0x1p31, 0x1p62, 0x1p62});
  const auto p = run<double>(ops::op_special_legendre_polynomial_p, {x.arg(), n.arg()});
  EXPECT_NEAR(p[0], -4.7886e-06, 1e-9);
  EXPECT_EQ(p[1], 1);
  EXPECT_TRUE(std::isnan(p[2]));
  EXPECT_NEAR(run<double>(ops::op_special_laguerre_polynomial_l, {x.arg(), n.arg()})[0], -8.4263e-05, 1e-8);
}

TEST(Copy, ConvertsAndTransposes) {
  Tensor<float> to({40, 33});
  Tensor<double> from({33, 40});
  std::iota(from.values.begin(), from.values.end(), 0.0);
  from.permute({1, 0});
  const auto copied = run<float>(ops::op_copy, {to.arg(), from.arg(), testing::arg(false)});
  for (int64_t i = 0; i < 40; ++i) {
    for (int64_t j = 0; j < 33; ++j) ASSERT_EQ(copied[i * 33 + j], static_cast<float>(j * 40 + i));
  }
}

}  // namespace
}  // namespace flambeau
