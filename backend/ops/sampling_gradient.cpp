// Gradients of samples with respect to the parameters of what they were drawn from, by implicit reparametrization:
// dx/da = -(dF(x; a)/da) / f(x; a), with F the distribution and f its density. Figurnov, Mohamed, Mnih 2018.
//
// PyTorch approximates, in the middle of the range to three digits only. Which approximation holds where is as in its
// ATen/native/Distributions.h, so that programs take the same steps; the coefficients of the rational functions are
// fitted to its values, which they meet to 1e-13.

#include <cmath>

#include "backend/op.h"
#include "backend/ops/doubles.h"
#include "backend/ops/special.h"
#include "backend/promotion.h"
#include "backend/shape.h"

namespace flambeau::ops {
namespace {

constexpr double kGammaTop[12] = {0.16009398,  -0.094634809,  0.025146376, -0.0030648343, 0.53487893,    0.1298071,
                                  0.065735949, -0.0015649758, 0.040121004, -0.0065914022, -0.0026286047, -0.0013441777};
constexpr double kGammaBottom[12] = {1.0,         0.32668115,    0.10406089,    0.0014179084,
                                     0.16639465,  0.020070113,   -0.0035938915, -0.00058392623,
                                     0.017050642, -0.0021309326, 0.00085092367, -1.5247877e-07};
constexpr double kBetaTop[36] = {
    1.003668233,     -0.01061107488,  -0.0657888334,  0.01201642863,   0.6336835991,     -0.3557432599,
    0.05486251648,   -0.001465281033, -0.03276231906, 0.004474107445,  0.002429354597,   -0.0001557569013,
    0.221950385,     -0.3187676331,   0.01799915743,  0.01074823814,   -0.2951249643,    0.06219954479,
    0.01535556598,   0.001550077057,  0.02155310298,  0.004170831599,  0.001292462449,   6.976601077e-05,
    -0.05980841433,  0.008441916499,  0.01085618172,  0.002319392565,  0.02911413504,    0.01400243777,
    -0.002721828457, 0.000751041181,  0.005900514878, -0.001936558688, -9.495446725e-06, 5.385558597e-05};
constexpr double kBetaBottom[36] = {
    1.000000000000,  -0.02924021934,   -0.04438342661,   0.007285809825,   0.6357567472,    -0.3473456711,
    0.05454656494,   -0.002407477521,  -0.03301322327,   0.004845219414,   0.00231480583,   -0.0002307248149,
    0.5925320577,    -0.1757678135,    0.01505928619,    0.000564515273,   0.1014815858,    -0.06589186703,
    0.01272886114,   -0.0007316646956, -0.007258481865,  0.001096195486,   0.0003934994223, -4.12701925e-05,
    0.06469649321,   -0.0236701437,    0.002902096474,   -5.896963079e-05, 0.001925008108,  -0.002869809258,
    0.0008000589141, -6.063713228e-05, -0.0003477407336, 6.959756487e-05,  1.097287507e-05, -1.650964693e-06};

/// The sum of c[i][j] u^i v^j.
double polynomial(const double* c, double u, double v) {
  double sum = 0;
  for (int i = 2; i >= 0; --i) {
    const double* row = c + 4 * i;
    sum = sum * u + row[0] + v * (row[1] + v * (row[2] + v * row[3]));
  }
  return sum;
}
/// The sum of c[i][j][k] u^i v^j w^k.
double polynomial(const double* c, double u, double v, double w) {
  return polynomial(c, v, w) + u * (polynomial(c + 12, v, w) + u * polynomial(c + 24, v, w));
}

template <class T>
T number_or_zero(T x) {
  return std::isnan(x) ? 0 : x;
}

/// By the power series of the incomplete gamma function (DLMF 8.7.1).
double gamma_gradient_small(double a, double x) {
  double term = 1, series = 0, squares = 0;
  for (int i = 0; i <= 5; term *= -x / ++i) {
    series += term / (a + i);
    squares += term / ((a + i) * (a + i));
  }
  const double power = std::pow(x, a), density = std::pow(x, a - 1) * std::exp(-x);
  return number_or_zero(power * (squares - (std::log(x) - digamma_of(a)) * series) / density);
}

/// By Rice's saddle point expansion, with its limit around x = a.
double gamma_gradient_large(double a, double x) {
  if (0.9f * a <= x && x <= 1.1f * a) {
    const double scale = (1 + 24 * a * (1 + 12 * a)) / (1244160 * a * a * a * a);
    return scale * (1440 * a * a + 6 * x * (53 - 120 * x) - 65 * x * x / a + a * (107 + 3600 * x));
  }
  const double below = a - x, ratio = std::log(x / a), width = std::sqrt(8 * a);
  const double tail = std::copysign(std::pow(-below - a * ratio, -1.5), -below);
  const double bracket = ratio * (width / below + tail) - std::sqrt(2 / a) * (a + x) / (below * below);
  const double stirling = 1 + 1 / (12 * a) * (1 + 1 / (24 * a));
  return -stirling * x * bracket / width;
}

/// dx/da of x drawn from Gamma(a).
double gamma_gradient(double a, double x) {
  if (x < 0.8f) return gamma_gradient_small(a, x);
  if (a > 8) return gamma_gradient_large(a, x);
  const double u = std::log(x / a), v = std::log(a);
  return std::exp(polynomial(kGammaTop, u, v) / polynomial(kGammaBottom, u, v));
}

/// Digamma of x > 0 with the recurrence and the logarithm rounded to T, as PyTorch rounds them here.
template <class T>
T digamma_in(T x) {
  double sum = 0;
  for (; x > 0 && x < 10; ++x) sum -= 1 / x;
  return static_cast<T>(sum + (digamma_of(x) - std::log(double(x))) + std::log(x));
}

/// For x near 0, by the power series of the incomplete beta function (DLMF 8.17.7). Terms cancel, and in float32 what
/// remains is PyTorch's only if they were computed in float32.
template <class T>
T beta_gradient_near_0(T x, T a, T b) {
  const T factor = digamma_in(a) - digamma_in(a + b) - std::log(x);
  T term = 1, series = 1 / a * (factor + 1 / a);
  for (T i = 1; i <= 10; ++i) {
    term *= (i - b) * x / i;
    series += term / (a + i) * (factor + 1 / (a + i));
  }
  return number_or_zero(x * std::pow(1 - x, -b) * series);
}

/// For x near 1: the same seen from the other side, y = 1 - x drawn from Beta(b, a), whose second parameter is a.
template <class T>
T beta_gradient_near_1(T y, T a, T b) {
  const T factor = digamma_in(a + b) - digamma_in(a);
  T term = 1, product = 1, derivative = 0, series = factor / b;
  for (T i = 1; i <= 8; ++i) {
    term *= -y / i;
    derivative = derivative * (a - i) + product;
    product *= a - i;
    series += term / (b + i) * (derivative + factor * product);
  }
  return number_or_zero(std::pow(1 - y, 1 - a) * series);
}

/// For large a and b, by Rice's saddle point expansion, with its limit around the mean.
double beta_gradient_large(double x, double a, double b) {
  const double t = a + b, mean = a / t, deviation = std::sqrt(a * b / (t + 1)) / t, y = 1 - x;
  if (std::fabs(x - mean) <= 0.1 * deviation) {
    const double c4 = 8 * y * (135 * b - 11), c3 = (453 + 1620 * b * y - 455 * x) * b,
                 c2 = 3 * (59 + 180 * b - 90 * x) * b * b, c1 = (43 + 20 * (16 + 27 * b) * x) * b * b * b,
                 c0 = 47 * x * b * b * b * b;
    const double sum = c0 + a * (c1 + a * (c2 + a * (c3 + a * c4)));
    return (1 + 12 * a) * (1 + 12 * b) / (t * t) / y * sum / (12960 * a * a * a * b * b * (1 + 12 * t));
  }
  const auto stirling = [](double z) { return 1 + 1 / (12 * z) + 1 / (288 * z * z); };
  const double above = b * x - a * y, log_x = std::log(a / (t * x)), log_y = std::log(b / (t * y));
  const double pole =
      -(2 * a * a * y + a * b * y + x * b * b) / (std::sqrt(2 * a / b) * std::pow(t, 1.5) * above * above);
  const double tail = std::copysign(std::pow(b * log_y + a * log_x, -1.5), x < mean ? 1.0 : -1.0);
  const double bracket = pole + 0.5 * log_x * (std::sqrt(8 * a * b / t) / above + tail);
  return -x / std::sqrt(2 * a * b / t) * bracket * stirling(a) * stirling(b) / stirling(t);
}

/// dx/da / (1 - x) of x drawn from Beta(a, t - a).
template <class T>
T beta_gradient(T x, T a, T t) {
  const T boundary = t * x * (1 - x), rounded = t - a;
  if (x <= T(0.5) && boundary < T(2.5)) return beta_gradient_near_0(x, a, rounded);
  if (x >= T(0.5) && boundary < T(0.75)) return beta_gradient_near_1(1 - x, a, rounded);
  const double b = double(t) - a;
  if (a > 6 && rounded > 6) return static_cast<T>(beta_gradient_large(x, a, b));
  const double u = std::log(double(x)), v = std::log(double(a)) - u, w = std::log(double(t)) - v;
  const double about = x * (digamma_in(t) - digamma_in(a)) / b;
  return static_cast<T>(polynomial(kBetaTop, u, v, w) / polynomial(kBetaBottom, u, v, w) * about);
}

Specs infer_gradient(const Call& call, const char* kernel, int operands) {
  const View& first = call.in(0);
  const DType t = first.dtype();
  if (t != DType::float32 && t != DType::float64) not_implemented_for(kernel, t);
  Dims sizes(first.sizes().begin(), first.sizes().end());
  for (int i = 1; i < operands; ++i) {
    FLB_CHECK(call.in(i).dtype() == t, "Found dtype ", scalar_type_name(call.in(i).dtype()), " but expected ",
              scalar_type_name(t));
    sizes = broadcast(sizes, call.in(i).sizes());
  }
  return {spec_like(first, sizes)};
}
Specs infer_gamma_gradient(const Call& call) { return infer_gradient(call, "_standard_gamma_grad_cpu", 2); }
Specs infer_beta_gradient(const Call& call) { return infer_gradient(call, "_dirichlet_grad_cpu", 3); }

void run_gamma_gradient(const Call& call) {
  Doubles shapes(call.in(0), call.out()), samples(call.in(1), call.out());
  double *a = shapes.values.data(), *x = samples.values.data();
  for (int64_t i = 0; i < call.out().numel(); ++i) a[i] = gamma_gradient(a[i], x[i]);
  shapes.store(call.out());
}
void run_beta_gradient(const Call& call) {
  Doubles samples(call.in(0), call.out()), shapes(call.in(1), call.out()), totals(call.in(2), call.out());
  double *x = samples.values.data(), *a = shapes.values.data(), *t = totals.values.data();
  const auto compute = [&]<class T>(T) {
    for (int64_t i = 0; i < call.out().numel(); ++i) x[i] = beta_gradient<T>(T(x[i]), T(a[i]), T(t[i]));
  };
  call.out().dtype() == DType::float32 ? compute(float()) : compute(double());
  samples.store(call.out());
}

}  // namespace

FLB_OP(_standard_gamma_grad, infer_gamma_gradient, run_gamma_gradient);
FLB_OP(_dirichlet_grad, infer_beta_gradient, run_beta_gradient);

}  // namespace flambeau::ops
