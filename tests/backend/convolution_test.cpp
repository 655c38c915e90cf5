// Convolution against seven loops, and its gradients by the adjoint: <conv(x), y> = <x, gradient(y)>.

#include <gtest/gtest.h>

#include "tests/backend/op_runner.h"

FLB_DECLARE(convolution)
FLB_DECLARE(convolution_backward)

namespace flambeau::test {
namespace {

struct Case {
  int64_t batch, in, out, size, kernel, stride, padding, dilation, groups;
};

OpRun call(const OpDef& op, Array* grad, Array& x, Array& w, const Case& c, bool transposed = false) {
  OpRun run(op);
  if (grad) run.tensor(*grad);
  run.tensor(x).tensor(w).none();
  run.integers({c.stride, c.stride}).integers({c.padding, c.padding}).integers({c.dilation, c.dilation});
  run.boolean(transposed).integers({0, 0}).integer(c.groups);
  return run;
}

Array reference(const Array& x, const Array& w, const Case& c) {
  const int64_t reach = c.dilation * (c.kernel - 1) + 1, size = (c.size + 2 * c.padding - reach) / c.stride + 1,
                ic = c.in / c.groups, oc = c.out / c.groups;
  Array y({c.batch, c.out, size, size});
  size_t at = 0;
  for (int64_t n = 0; n < c.batch; ++n)
    for (int64_t o = 0; o < c.out; ++o)
      for (int64_t h = 0; h < size; ++h)
        for (int64_t v = 0; v < size; ++v, ++at)
          for (int64_t i = 0; i < ic; ++i)
            for (int64_t a = 0; a < c.kernel; ++a)
              for (int64_t b = 0; b < c.kernel; ++b) {
                const int64_t r = h * c.stride - c.padding + a * c.dilation,
                              s = v * c.stride - c.padding + b * c.dilation;
                if (r < 0 || r >= c.size || s < 0 || s >= c.size) continue;
                const int64_t channel = o / oc * ic + i;
                y.data[at] += x.data[((n * c.in + channel) * c.size + r) * c.size + s] *
                              w.data[((o * ic + i) * c.kernel + a) * c.kernel + b];
              }
  return y;
}

class Convolution : public testing::TestWithParam<Case> {};

TEST_P(Convolution, EqualsSevenLoops) {
  const Case& c = GetParam();
  Array x = Array::random({c.batch, c.in, c.size, c.size}),
        w = Array::random({c.out, c.in / c.groups, c.kernel, c.kernel}, 2);
  const Array expected = reference(x, w, c);
  EXPECT_LT(largest_difference(call(ops::op_convolution, nullptr, x, w, c).output(), expected), 1e-3);

  Array last = x;  // the same values, channels innermost
  last.strides = channels_last_strides(x.sizes);
  copy_elements(last.view(), x.view());
  EXPECT_LT(largest_difference(call(ops::op_convolution, nullptr, last, w, c).output(), expected), 1e-3);
}

TEST_P(Convolution, GradientsAreAdjoint) {
  const Case& c = GetParam();
  Array x = Array::random({c.batch, c.in, c.size, c.size}),
        w = Array::random({c.out, c.in / c.groups, c.kernel, c.kernel}, 2);
  const Array y = reference(x, w, c);
  Array grad = Array::random(y.sizes, 3);
  const std::vector<Array> gradients =
      call(ops::op_convolution_backward, &grad, x, w, c).booleans({true, true, true}).outputs();
  const double scale = 1 + std::fabs(inner(y, grad));
  EXPECT_NEAR(inner(y, grad), inner(x, gradients[0]), 1e-3 * scale);
  EXPECT_NEAR(inner(y, grad), inner(w, gradients[1]), 1e-3 * scale);
  EXPECT_NEAR(inner(grad, Array(grad.sizes, std::vector<float>(grad.data.size(), 1))),
              inner(gradients[2], Array(gradients[2].sizes, std::vector<float>(gradients[2].data.size(), 1))), 1e-2);
  // The transposed convolution is the input's gradient, unless a last row was never reached and its size cannot tell.
  const Array transposed = call(ops::op_convolution, nullptr, grad, w, c, true).output();
  if (transposed.sizes == x.sizes) {
    EXPECT_EQ(largest_difference(transposed, gradients[0]), 0);
  }
}

INSTANTIATE_TEST_SUITE_P(Shapes, Convolution,
                         testing::Values(Case{1, 3, 8, 9, 3, 1, 1, 1, 1}, Case{3, 4, 6, 10, 3, 2, 1, 1, 2},
                                         Case{2, 5, 7, 8, 1, 1, 0, 1, 1}, Case{2, 5, 7, 8, 1, 2, 0, 1, 1},
                                         Case{2, 6, 6, 11, 3, 1, 1, 1, 6}, Case{2, 4, 8, 12, 3, 2, 2, 2, 4},
                                         Case{1, 3, 16, 23, 7, 2, 3, 1, 1}, Case{5, 2, 3, 4, 4, 3, 2, 1, 1},
                                         Case{1, 40, 30, 7, 3, 1, 1, 1, 1},
                                         // Large enough for threads: by rows, by channels, by images, by groups.
                                         Case{1, 16, 24, 33, 3, 1, 1, 1, 1}, Case{1, 96, 64, 7, 3, 1, 1, 1, 1},
                                         Case{3, 16, 24, 23, 3, 2, 1, 1, 1}, Case{1, 8, 48, 40, 5, 2, 0, 2, 1},
                                         Case{4, 16, 16, 16, 3, 1, 1, 1, 1}, Case{3, 12, 24, 20, 3, 1, 1, 1, 3}));

TEST(ConvolutionErrors, NameTheMistake) {
  Array x({1, 4, 5, 5}), w({2, 3, 3, 3}), small({1, 3, 2, 2});
  const Case c{1, 4, 2, 5, 3, 1, 0, 1, 1};
  EXPECT_EQ(call(ops::op_convolution, nullptr, x, w, c).error(),
            "Given groups=1, weight of size [2, 3, 3, 3], expected input[1, 4, 5, 5] to have 3 channels, but got 4 "
            "channels instead");
  EXPECT_EQ(call(ops::op_convolution, nullptr, small, w, c).error(),
            "Calculated padded input size per channel: (2 x 2). Kernel size: (3 x 3). Kernel size can't be greater "
            "than actual input size");
}

}  // namespace
}  // namespace flambeau::test
