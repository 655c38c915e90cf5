// Draws of indices with given probabilities.

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "backend/copy.h"
#include "backend/op.h"
#include "backend/overlap.h"
#include "backend/promotion.h"
#include "backend/random.h"
#include "backend/shape.h"
#include "kernels/common/memory.h"
#include "kernels/common/number.h"

namespace flambeau::ops {
namespace {

// multinomial(self, num_samples, replacement, *, generator)
Specs infer_multinomial(const Call& call) {
  const View& self = call.in(0);
  const int64_t samples = call.integer(1);
  FLB_CHECK(self.dim() > 0 && self.dim() <= 2, "prob_dist must be 1 or 2 dim");
  FLB_CHECK(is_floating(self.dtype()),
            "multinomial only supports floating-point dtypes for input, got: ", scalar_type_name(self.dtype()));
  FLB_CHECK(samples > 0, "cannot sample n_sample <= 0 samples");
  FLB_CHECK(call.boolean(2) || samples <= self.size(-1),
            "cannot sample n_sample > prob_dist.size(-1) samples without replacement");
  Spec spec = spec_of(DType::int64, self.device(), {});
  if (self.dim() == 2) spec.sizes.push_back(self.size(0));
  spec.sizes.push_back(samples);
  return {spec};
}

/// With replacement: each draw is searched for in the sums of the probabilities.
template <class T>
void draw_with_replacement(const T* p, int64_t categories, int64_t* out, int64_t samples, Generator& g) {
  Scratch<T> sums(categories);
  T total = 0;
  for (int64_t i = 0; i < categories; ++i) {
    FLB_CHECK(p[i] >= 0, "invalid multinomial distribution (encountering probability entry < 0)");
    FLB_CHECK(std::isfinite(p[i]),
              "invalid multinomial distribution (encountering probability entry = infinity or NaN)");
    sums[i] = total += p[i];
  }
  FLB_CHECK(total > 0, "invalid multinomial distribution (sum of probabilities <= 0)");
  for (int64_t i = 0; i < categories; ++i) sums[i] /= total;
  for (int64_t s = 0; s < samples; ++s) {
    const double u = g.uniform_double();
    const auto below = [](T sum, double value) { return static_cast<double>(sum) < value; };
    out[s] = std::min(categories - 1, std::lower_bound(sums.data(), sums.data() + categories, u, below) - sums.data());
  }
}

/// Without: the categories whose p / (exponential number) is largest.
template <class T>
void draw_without_replacement(const T* p, int64_t rows, int64_t categories, int64_t* out, int64_t samples,
                              Generator& g) {
  Scratch<T> race(categories);
  Scratch<int64_t> order(categories);
  for (int64_t i = 0; i < rows * categories; ++i) {
    FLB_CHECK(p[i] >= 0 && p[i] < std::numeric_limits<T>::infinity(),
              "probability tensor contains either `inf`, `nan` or element < 0");
  }
  for (int64_t r = 0; r < rows; ++r, p += categories, out += samples) {
    FLB_CHECK(std::accumulate(p, p + categories, T(0)) > 0,
              "invalid multinomial distribution (sum of probabilities <= 0)");
    for (int64_t i = 0; i < categories; ++i) race[i] = p[i] / static_cast<T>(-std::log1p(-g.uniform_double()));
    std::iota(order.data(), order.data() + categories, int64_t{0});
    const auto ahead = [&](int64_t a, int64_t b) { return race[a] != race[b] ? race[a] > race[b] : a < b; };
    std::partial_sort(order.data(), order.data() + samples, order.data() + categories, ahead);
    std::copy_n(order.data(), samples, out);
  }
}

template <class T>
void draw(const Call& call, Generator& g) {
  const View &self = call.in(0), &out = call.out();
  const int64_t rows = self.dim() == 2 ? self.size(0) : 1, categories = self.size(-1), samples = call.integer(1);
  Scratch<T> p(self.numel());
  Scratch<int64_t> drawn(out.numel());
  Dims strides;
  copy(contiguous_view(p.data(), dtype_of<T>, self.sizes(), strides), self);
  if (!call.boolean(2) || samples == 1) {
    draw_without_replacement(p.data(), rows, categories, drawn.data(), samples, g);
  } else {
    for (int64_t r = 0; r < rows; ++r)
      draw_with_replacement(p.data() + r * categories, categories, drawn.data() + r * samples, samples, g);
  }
  copy(out, contiguous_view(drawn.data(), DType::int64, out.sizes(), strides));
}

void run_multinomial(const Call& call) {
  Generator* given = call.generator(3);
  Generator& g = given ? *given : default_generator();
  std::lock_guard lock(g.mutex);
  if (call.in(0).dtype() == DType::float64)
    draw<double>(call, g);
  else
    draw<float>(call, g);
}

}  // namespace

FLB_OP_FLAGS(multinomial, infer_multinomial, run_multinomial, kRandom | kMayOverlap);

}  // namespace flambeau::ops
