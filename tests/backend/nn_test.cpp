// What must hold of softmax, normalisation, pooling and losses whatever the numbers are.

#include <gtest/gtest.h>

#include "tests/backend/op_runner.h"

FLB_DECLARE(_softmax)
FLB_DECLARE(_log_softmax)
FLB_DECLARE(native_batch_norm)
FLB_DECLARE(native_layer_norm)
FLB_DECLARE(max_pool2d_with_indices)
FLB_DECLARE(avg_pool2d)
FLB_DECLARE(upsample_bilinear2d)
FLB_DECLARE(nll_loss_forward)
FLB_DECLARE(_scaled_dot_product_flash_attention_for_cpu)

namespace flambeau::test {
namespace {

TEST(Softmax, RowsSumToOneAlongEveryDimension) {
  Array x = Array::random({3, 37, 5});
  for (const int64_t dim : {0, 1, 2}) {
    const Array y = OpRun(ops::op__softmax).tensor(x).integer(dim).boolean(false).output(),
                log = OpRun(ops::op__log_softmax).tensor(x).integer(dim).boolean(false).output();
    double sum = 0;
    for (size_t i = 0; i < y.data.size(); ++i) {
      sum += static_cast<double>(y.data[i]);
      EXPECT_NEAR(std::exp(log.data[i]), y.data[i], 1e-6);
    }
    EXPECT_NEAR(sum, 3 * 37 * 5 / static_cast<double>(x.sizes[dim]), 1e-4);
  }
}

TEST(Softmax, LargeNumbersDoNotOverflow) {
  Array x({3}, {1000, 1000, -INFINITY});
  EXPECT_EQ(largest_difference(OpRun(ops::op__softmax).tensor(x).integer(0).boolean(false).output(),
                               Array({3}, {0.5f, 0.5f, 0})),
            0);
}

TEST(Softmax, OneNanSpoilsItsRowOnly) {
  Array x({2, 20});
  x.data[3] = NAN;
  const Array y = OpRun(ops::op__softmax).tensor(x).integer(1).boolean(false).output();
  for (size_t i = 0; i < 40; ++i) EXPECT_EQ(std::isnan(y.data[i]), i < 20);
}

TEST(BatchNorm, NormalisesAndUpdatesRunningStatistics) {
  Array x = Array::random({4, 3, 5, 7}), mean({3}), variance({3}, {1, 1, 1});
  const std::vector<Array> out = OpRun(ops::op_native_batch_norm)
                                     .tensor(x)
                                     .none()
                                     .none()
                                     .tensor(mean)
                                     .tensor(variance)
                                     .boolean(true)
                                     .real(0.1)
                                     .real(1e-5)
                                     .outputs();
  for (int64_t c = 0; c < 3; ++c) {
    double sum = 0, squares = 0;
    for (int64_t n = 0; n < 4; ++n)
      for (int64_t p = 0; p < 35; ++p) {
        const double y = static_cast<double>(out[0].data[(n * 3 + c) * 35 + p]);
        sum += y, squares += y * y;
      }
    EXPECT_NEAR(sum, 0, 1e-3);
    EXPECT_NEAR(squares / 140, 1, 1e-3);
    EXPECT_NEAR(mean.data[c], 0.1 * static_cast<double>(out[1].data[c]), 1e-6);
    const double batch = 1 / std::pow(static_cast<double>(out[2].data[c]), 2) - 1e-5;
    EXPECT_NEAR(variance.data[c], 0.9 + 0.1 * batch * 140 / 139, 1e-5);
  }
}

TEST(LayerNorm, AConstantRowBecomesTheBias) {
  Array x({2, 4}, {5, 5, 5, 5, -1, -1, -1, -1}), weight({4}, {1, 2, 3, 4}), bias({4}, {1, 2, 3, 4});
  const Array y =
      OpRun(ops::op_native_layer_norm).tensor(x).integers({4}).tensor(weight).tensor(bias).real(1e-5).output();
  EXPECT_EQ(largest_difference(y, Array({2, 4}, {1, 2, 3, 4, 1, 2, 3, 4})), 0);
}

TEST(MaxPool, NanWinsAndTiesGoToTheFirst) {
  Array x({1, 2, 4}, {1, 1, NAN, 2, 1, 0, 3, 4});
  const std::vector<Array> out = OpRun(ops::op_max_pool2d_with_indices)
                                     .tensor(x)
                                     .integers({2, 2})
                                     .integers({})
                                     .integers({0, 0})
                                     .integers({1, 1})
                                     .boolean(false)
                                     .outputs();
  EXPECT_EQ(out[0].data[0], 1);
  EXPECT_EQ(out[1].data[0], 0);
  EXPECT_TRUE(std::isnan(out[0].data[1]));
  EXPECT_EQ(out[1].data[1], 2);
}

TEST(AveragePool, PaddingCountsOnlyWhenAsked) {
  Array x({1, 2, 2}, {4, 4, 4, 4});
  for (const bool count : {true, false}) {
    const Array y = OpRun(ops::op_avg_pool2d)
                        .tensor(x)
                        .integers({2, 2})
                        .integers({2, 2})
                        .integers({1, 1})
                        .boolean(false)
                        .boolean(count)
                        .none()
                        .output();
    EXPECT_EQ(y.data[0], count ? 1 : 4);
  }
}

TEST(Upsample, KeepsCornersWhenAligned) {
  Array x({1, 1, 2, 2}, {0, 1, 2, 3});
  const Array y = OpRun(ops::op_upsample_bilinear2d).tensor(x).integers({3, 3}).boolean(true).none().none().output();
  EXPECT_LT(largest_difference(y, Array({1, 1, 3, 3}, {0, 0.5f, 1, 1, 1.5f, 2, 2, 2.5f, 3})), 1e-6);
}

TEST(NllLoss, RejectsAClassThatDoesNotExist) {
  Array x = Array::random({2, 3});
  int64_t classes[] = {0, 3};
  const OwnedView target{{2}, {1}, classes, DType::int64};
  EXPECT_EQ(OpRun(ops::op_nll_loss_forward).tensor(x).tensor(target.view()).none().integer(1).integer(-100).error(),
            "Target 3 is out of bounds.");
}

TEST(Attention, OfOneKeyIsItsValue) {
  Array q = Array::random({1, 2, 70, 8}), k = Array::random({1, 2, 1, 8}, 2), v = Array::random({1, 2, 1, 8}, 3);
  const Array y = OpRun(ops::op__scaled_dot_product_flash_attention_for_cpu)
                      .tensor(q)
                      .tensor(k)
                      .tensor(v)
                      .real(0)
                      .boolean(false)
                      .none()
                      .none()
                      .output();
  for (int64_t h = 0; h < 2; ++h)
    for (int64_t i = 0; i < 70 * 8; ++i) EXPECT_FLOAT_EQ(y.data[h * 560 + i], v.data[h * 8 + i % 8]);
}

}  // namespace
}  // namespace flambeau::test
