// Samples of distributions, drawn one after the other in row-major order, as PyTorch does on the CPU.

#include <algorithm>
#include <cmath>
#include <limits>

#include "backend/dense.h"
#include "backend/op.h"
#include "backend/ops/doubles.h"
#include "backend/promotion.h"
#include "backend/random.h"
#include "backend/shape.h"

namespace flambeau::ops {
namespace {

// By products of uniform numbers (Knuth) for small rates, else by transformed rejection: Hoermann 1993, algorithm PTRS.
double poisson(double rate, Generator& g) {
  FLB_CHECK(rate >= 0, "invalid Poisson rate, expected rate to be non-negative");
  if (rate == 0) return 0;
  if (rate < 10) {
    const double least = std::exp(-rate);
    double count = 0;
    for (double product = g.uniform_double(); product > least; product *= g.uniform_double()) ++count;
    return count;
  }
  const double log_rate = std::log(rate), b = 0.931 + 2.53 * std::sqrt(rate), a = -0.059 + 0.02483 * b,
               inverse_alpha = 1.1239 + 1.1328 / (b - 3.4), tight = 0.9277 - 3.6224 / (b - 2);
  for (;;) {
    const double u = g.uniform_double() - 0.5, v = g.uniform_double(), us = 0.5 - std::fabs(u);
    const double k = std::floor((2 * a / us + b) * u + rate + 0.43);
    if (us >= 0.07 && v <= tight) return k;
    if (k < 0 || (us < 0.013 && v > us)) continue;
    const double ratio = std::log(v) + std::log(inverse_alpha) - std::log(a / (us * us) + b);
    if (ratio <= -rate + k * log_rate - std::lgamma(k + 1)) return k;
  }
}

// Marsaglia and Tsang 2000; a shape below 1 is raised by one and scaled back.
double gamma(double shape, Generator& g) {
  double scale = 1;
  if (shape < 1) {
    if (shape == 0) return 0;
    scale = std::pow(1 - g.uniform_double(), 1 / shape);
    shape += 1;
  }
  const double d = shape - 1.0 / 3.0, c = 1 / std::sqrt(9 * d);
  for (;;) {
    double x, y;
    do {
      x = g.normal_double();
      y = 1 + c * x;
    } while (y <= 0);
    const double v = y * y * y, u = 1 - g.uniform_double(), square = x * x;
    if (u < 1 - 0.0331 * square * square || std::log(u) < 0.5 * square + d * (1 - v + std::log(v)))
      return scale * d * v;
  }
}

/// log(k!) less its Stirling approximation.
double stirling_tail(double k) {
  static constexpr double kFirst[] = {0.0810614667953272,  0.0413406959554092, 0.0276779256849983, 0.02079067210376509,
                                      0.0166446911898211,  0.0138761288230707, 0.0118967099458917, 0.0104112652619720,
                                      0.00925546218271273, 0.00833056343336287};
  if (k <= 9) return kFirst[static_cast<int>(k)];
  const double square = (k + 1) * (k + 1);
  return (1.0 / 12 - (1.0 / 360 - 1.0 / 1260 / square) / square) / (k + 1);
}

// p at most a half: by geometric gaps where few are expected, else by transformed rejection: Hoermann 1993, BTRS.
double binomial_below_half(double n, double p, Generator& g) {
  if (n * p < 10) {
    const double log_failure = std::log1p(-p);
    double successes = 0, trials = 0;
    for (;;) {
      trials += std::ceil(std::log(g.uniform_double()) / log_failure);
      if (trials > n) return successes;
      ++successes;
    }
  }
  const double deviation = std::sqrt(n * p * (1 - p)), b = 1.15 + 2.53 * deviation, a = -0.0873 + 0.0248 * b + 0.01 * p,
               c = n * p + 0.5, tight = 0.92 - 4.2 / b, odds = p / (1 - p), alpha = (2.83 + 5.1 / b) * deviation,
               mode = std::floor((n + 1) * p);
  for (;;) {
    const double u = g.uniform_double() - 0.5, v = g.uniform_double(), us = 0.5 - std::fabs(u);
    const double k = std::floor((2 * a / us + b) * u + c);
    if (us >= 0.07 && v <= tight) return k;
    if (k < 0 || k > n) continue;
    const double bound = (mode + 0.5) * std::log((mode + 1) / (odds * (n - mode + 1))) +
                         (n + 1) * std::log((n - mode + 1) / (n - k + 1)) +
                         (k + 0.5) * std::log(odds * (n - k + 1) / (k + 1)) + stirling_tail(mode) +
                         stirling_tail(n - mode) - stirling_tail(k) - stirling_tail(n - k);
    if (std::log(v * alpha / (a / (us * us) + b)) <= bound) return k;
  }
}
double binomial(double n, double p, Generator& g) {
  if (std::isnan(p)) return p;
  if (n <= 0 || p <= 0) return 0;
  if (p >= 1) return n;
  return p <= 0.5 ? binomial_below_half(n, p, g) : n - binomial_below_half(n, 1 - p, g);
}

/// The smallest positive number of a type that is not denormal.
double least_normal(DType t) {
  return t == DType::float64 ? std::numeric_limits<double>::min() : std::numeric_limits<float>::min();
}

Specs infer_of(const Call& call, const char* kernel, bool half) {
  const DType t = call.in(0).dtype();
  if (t != DType::float32 && t != DType::float64 && !(half && is_floating(t))) not_implemented_for(kernel, t);
  return {spec_like(call.in(0), call.in(0).sizes())};
}
Specs infer_poisson(const Call& call) { return infer_of(call, "poisson_cpu", true); }
Specs infer_gamma(const Call& call) { return infer_of(call, "gamma_cpu", false); }
Specs infer_dirichlet(const Call& call) { return infer_of(call, "dirichlet", false); }
Specs infer_binomial(const Call& call) {
  const View &count = call.in(0), &chance = call.in(1);
  FLB_CHECK_AS(value, is_floating(count.dtype()),
               "binomial only supports floating-point dtypes for count, got: ", scalar_type_name(count.dtype()));
  Specs specs = infer_of(call, "binomial_cpu", false);
  FLB_CHECK(chance.dtype() == count.dtype(), "Found dtype ", scalar_type_name(chance.dtype()), " but expected ",
            scalar_type_name(count.dtype()));
  specs[0].sizes = broadcast(Dims(count.sizes().begin(), count.sizes().end()), chance.sizes());
  return specs;
}

template <class Draw>
void draw_each(const Call& call, int generator, const Draw& draw) {
  Generator* given = call.generator(generator);
  Generator& g = given ? *given : default_generator();
  std::lock_guard lock(g.mutex);
  Doubles samples(call.in(0), call.out());
  for (int64_t i = 0; i < call.out().numel(); ++i) samples.values.data()[i] = draw(samples.values.data()[i], i, g);
  samples.store(call.out());
}

void run_poisson(const Call& call) {
  draw_each(call, 1, [](double rate, int64_t, Generator& g) { return poisson(rate, g); });
}
void run_gamma(const Call& call) {
  const double least = least_normal(call.out().dtype());
  draw_each(call, 1, [&](double shape, int64_t, Generator& g) { return std::max(least, gamma(shape, g)); });
}
void run_binomial(const Call& call) {
  const Doubles chances(call.in(1), call.out());
  draw_each(call, 2, [&](double n, int64_t i, Generator& g) { return binomial(n, chances.values.data()[i], g); });
}

// Gamma samples divided by their sum.
void run_dirichlet(const Call& call) {
  const View& out = call.out();
  const int64_t width = out.dim() ? out.size(-1) : 1;
  const double least = least_normal(out.dtype()),
               most = out.dtype() == DType::float64 ? std::nextafter(1.0, 0.0) : std::nextafter(1.0f, 0.0f);
  Generator* given = call.generator(1);
  Generator& g = given ? *given : default_generator();
  std::lock_guard lock(g.mutex);
  Doubles samples(call.in(0), out);
  for (int64_t i = 0; i < out.numel(); ++i) samples.values.data()[i] = gamma(samples.values.data()[i], g);
  for (int64_t row = 0; row < out.numel(); row += width) {
    double sum = 0, *values = samples.values.data() + row;
    for (int64_t i = 0; i < width; ++i) sum += values[i];
    for (int64_t i = 0; i < width; ++i) values[i] = std::clamp(values[i] / sum, least, most);
  }
  samples.store(out);
}

}  // namespace

FLB_OP(poisson, infer_poisson, run_poisson);
FLB_OP(binomial, infer_binomial, run_binomial);
FLB_OP(_standard_gamma, infer_gamma, run_gamma);
FLB_OP(_sample_dirichlet, infer_dirichlet, run_dirichlet);

}  // namespace flambeau::ops
