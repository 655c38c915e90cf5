// Random numbers, drawn one after the other in memory order, as PyTorch does.

#include "backend/random.h"

#include <cmath>
#include <limits>

#include "backend/copy.h"
#include "backend/op.h"
#include "backend/overlap.h"
#include "backend/promotion.h"
#include "backend/shape.h"
#include "kernels/common/memory.h"
#include "kernels/common/number.h"
#include "kernels/cpu/convert.h"
#include "kernels/cpu/normal.h"

namespace flambeau::ops {
namespace {

Generator& generator_of(const Call& call, int position) {
  Generator* g = call.generator(position);
  return g ? *g : default_generator();
}

/// Fills `out` with draw() in the order of its memory.
template <class Draw>
void draw_into(const View& out, const Draw& draw) {
  using T = decltype(draw());
  if (out.numel() == 0) return;
  const View* views[] = {&out};
  const Walk walk(out.sizes(), views);
  const auto size = static_cast<int64_t>(itemsize(out.dtype()));
  constexpr int64_t kBlock = 512;
  T drawn[kBlock];
  char stored[kBlock * 16];
  Dims at(walk.sizes.size(), 0);
  const Dims& strides = walk.operands[0].strides;
  char* p = walk.operands[0].data;
  for (int64_t done = 0; done < walk.numel;) {
    const int64_t n = std::min(kBlock, walk.sizes[0] - at[0]);
    for (int64_t i = 0; i < n; ++i) drawn[i] = draw();
    if (strides[0] == size) {
      cpu::convert(p, out.dtype(), drawn, dtype_of<T>, n);
    } else {
      cpu::convert(stored, out.dtype(), drawn, dtype_of<T>, n);
      cpu::scatter(p, strides[0], stored, n, static_cast<size_t>(size));
    }
    done += n, at[0] += n, p += n * strides[0];
    for (int d = 0; d + 1 < walk.dim() && at[d] == walk.sizes[d]; ++d) {
      p += strides[d + 1] - at[d] * strides[d];
      at[d] = 0;
      ++at[d + 1];
    }
  }
}

/// The view of a complex array as real pairs, along a new last dimension.
struct RealPairs {
  Dims sizes, strides;
  View view;
  explicit RealPairs(const View& v)
      : sizes(v.sizes().begin(), v.sizes().end()), strides(v.strides().begin(), v.strides().end()) {
    for (int64_t& s : strides) s *= 2;
    sizes.push_back(2), strides.push_back(1);
    view = v;
    view.sizes_ = sizes.data(), view.strides_ = strides.data();
    view.dim_ += 1, view.numel_ *= 2;
    view.dtype_ = to_real(v.dtype());
  }
};

void draw_uniform(const View& out, Generator& g, double from, double to) {
  if (is_complex(out.dtype())) return draw_uniform(RealPairs(out).view, g, from, to);
  if (out.dtype() == DType::float64)
    return draw_into(out, [&] { return std::fma(g.uniform_double(), to - from, from); });
  const auto low = static_cast<float>(from), high = static_cast<float>(to);
  const auto draw = [&] { return std::fma(g.uniform_float(), high - low, low); };
  if (out.dtype() == DType::float32) return draw_into(out, draw);
  // Rounding to half precision may reach the end of the range, which is not part of it.
  const auto rounded = [&](float v) {
    return out.dtype() == DType::float16 ? Half::of(v) : static_cast<float>(BFloat16::of(v));
  };
  draw_into(out, [&] {
    const float value = rounded(draw());
    return value == high ? low : value;
  });
}

/// From 16 numbers on: the first `drawn` are drawn and transformed in blocks; a last, partial block redraws its 16
/// numbers.
template <class T>
void normal_in_blocks(T* data, int64_t n, int64_t drawn, Generator& g, double mean, double deviation) {
  const auto draw = [&]() -> T {
    if constexpr (std::is_same_v<T, double>)
      return g.uniform_double();
    else
      return g.uniform_float();
  };
  for (int64_t i = 0; i < drawn; ++i) data[i] = draw();
  cpu::normal_blocks(data, n / 16, static_cast<T>(mean), static_cast<T>(deviation));
  if (n % 16 == 0) return;
  for (int64_t i = n - 16; i < n; ++i) data[i] = draw();
  cpu::normal_blocks(data + n - 16, 1, static_cast<T>(mean), static_cast<T>(deviation));
}

void draw_normal(const View& out, Generator& g, double mean, double deviation) {
  FLB_CHECK(deviation >= 0, "normal expects std >= 0.0, but found std ", deviation);
  if (is_complex(out.dtype())) return draw_normal(RealPairs(out).view, g, mean, deviation * M_SQRT1_2);
  const int64_t n = out.numel();
  if (n < 16 || !out.is_contiguous()) return draw_into(out, [&] { return g.normal_double() * deviation + mean; });
  if (out.dtype() == DType::float64) return normal_in_blocks(out.ptr<double>(), n, n, g, mean, deviation);
  if (out.dtype() == DType::float32) return normal_in_blocks(out.ptr<float>(), n, n, g, mean, deviation);
  Scratch<float> wide(n);  // of half precision, only whole blocks are drawn first
  normal_in_blocks(wide.data(), n, n - n % 16, g, mean, deviation);
  cpu::convert(out.data(), out.dtype(), wide.data(), DType::float32, out.numel());
}

Specs infer_like(const Call& call) { return {spec_like(call.in(0), call.in(0).dtype())}; }
Specs infer_like_floating(const Call& call) {
  const DType t = call.in(0).dtype();
  FLB_CHECK_AS(not_implemented, is_floating(t) || is_complex(t), "\"", call.op->name, "\" not implemented for '",
               scalar_type_name(t), "'");
  return infer_like(call);
}

void run_uniform(const Call& call) {
  const double from = call.real(1), to = call.real(2);
  FLB_CHECK(from <= to, "uniform_ expects to return a [from, to) range, but found from=", from, " > to=", to);
  Generator& g = generator_of(call, 3);
  std::lock_guard lock(g.mutex);
  draw_uniform(call.out(), g, from, to);
}

void run_normal(const Call& call) {
  Generator& g = generator_of(call, 3);
  std::lock_guard lock(g.mutex);
  draw_normal(call.out(), g, call.real(1), call.real(2));
}

void draw_bernoulli(const View& out, Generator& g, double p) {
  FLB_CHECK(p >= 0 && p <= 1, "bernoulli_ expects p to be in [0, 1], but got p=", p);
  draw_into(out, [&] { return static_cast<float>(g.uniform_double() < p); });
}
void run_bernoulli_p(const Call& call) {
  Generator& g = generator_of(call, 2);
  std::lock_guard lock(g.mutex);
  draw_bernoulli(call.out(), g, call.real(1));
}

/// One draw for each probability; doubles compare at double precision.
void draw_bernoulli(const View& out, Generator& g, const View& p) {
  Dims strides, out_strides;
  const Dims sizes(out.sizes().begin(), out.sizes().end());
  Scratch<double> chances(out.numel());
  const View dense = contiguous_view(chances.data(), DType::float64, sizes, strides);
  copy(dense, p);
  const bool wide = p.dtype() == DType::float64;
  for (int64_t i = 0; i < out.numel(); ++i) {
    FLB_CHECK(chances[i] >= 0 && chances[i] <= 1,
              "Expected p_in >= 0 && p_in <= 1 to be true, but got false.  (Could this error message be improved?  If "
              "so, please report an enhancement request to PyTorch.)");
    chances[i] = wide ? g.uniform_double() < chances[i] : g.uniform_float() < static_cast<float>(chances[i]);
  }
  copy(out, dense);
}
void run_bernoulli(const Call& call) {
  Generator& g = generator_of(call, 1);
  std::lock_guard lock(g.mutex);
  draw_bernoulli(call.out(), g, call.in(0));
}
void run_bernoulli_tensor(const Call& call) {
  Generator& g = generator_of(call, 2);
  std::lock_guard lock(g.mutex);
  draw_bernoulli(call.out(), g, call.in(1));
}

/// 0 to the largest integer that the type holds exactly.
void run_random(const Call& call) {
  Generator& g = generator_of(call, 1);
  std::lock_guard lock(g.mutex);
  const View& out = call.out();
  const auto below = [&](uint64_t limit) { draw_into(out, [&] { return static_cast<int64_t>(g.random() % limit); }); };
  switch (out.dtype()) {
    case DType::float64:
      return draw_into(out, [&] { return static_cast<double>(g.random64() % ((uint64_t{1} << 53) + 1)); });
    case DType::int64:
      return draw_into(out, [&] { return static_cast<int64_t>(g.random64() % (uint64_t{1} << 63)); });
    case DType::uint64:
      return draw_into(out, [&] { return g.random64(); });
    case DType::float32:
      return below((uint64_t{1} << 24) + 1);
    case DType::float16:
      return below((uint64_t{1} << 11) + 1);
    case DType::bfloat16:
      return below((uint64_t{1} << 8) + 1);
    case DType::boolean:
      return below(2);
    default: {
      const bool is_signed = out.dtype() >= DType::int8 && out.dtype() <= DType::int64;
      return below(uint64_t{1} << (8 * itemsize(out.dtype()) - is_signed));
    }
  }
}

void draw_integers(const View& out, Generator& g, int64_t from, uint64_t range) {
  constexpr uint64_t kWide = uint64_t{1} << 28;
  if (range >= kWide)
    return draw_into(out, [&] { return static_cast<int64_t>(g.random64() % range + static_cast<uint64_t>(from)); });
  const auto narrow = static_cast<uint32_t>(range);
  draw_into(out, [&] { return static_cast<int64_t>(g.random() % narrow) + from; });
}

/// One past the largest value that random_ gives for a type when no end is given.
int64_t last_of(DType t) {
  switch (t) {
    case DType::float64:
      return int64_t{1} << 53;
    case DType::float32:
      return int64_t{1} << 24;
    case DType::float16:
      return int64_t{1} << 11;
    case DType::bfloat16:
      return int64_t{1} << 8;
    case DType::boolean:
      return 1;
    case DType::int64:
    case DType::uint64:
      return std::numeric_limits<int64_t>::max();
    default: {
      const bool is_signed = t >= DType::int8 && t <= DType::int64;
      return (int64_t{1} << (8 * itemsize(t) - is_signed)) - 1;
    }
  }
}

/// The smallest value of an integral type.
int64_t first_of(DType t) { return t >= DType::int8 && t <= DType::int64 ? -last_of(t) - 1 : 0; }

void run_random_between(const Call& call, int64_t from, std::optional<int64_t> to, int generator) {
  Generator& g = generator_of(call, generator);
  std::lock_guard lock(g.mutex);
  const View& out = call.out();
  FLB_CHECK(!is_complex(out.dtype()), "check_random_bounds handles only integral, floating-point and boolean types");
  if (to) {
    FLB_CHECK(from < *to, "random_ expects 'from' to be less than 'to', but got from=", from, " >= to=", *to);
    if (!is_floating(out.dtype())) {
      FLB_CHECK(first_of(out.dtype()) <= from && from <= last_of(out.dtype()), "from is out of bounds for ",
                dtype_name(out.dtype()));
      FLB_CHECK(*to - 1 <= last_of(out.dtype()), "to - 1 is out of bounds for ", dtype_name(out.dtype()));
    }
    return draw_integers(out, g, from, static_cast<uint64_t>(*to) - static_cast<uint64_t>(from));
  }
  if (from == std::numeric_limits<int64_t>::min())
    return draw_into(out, [&] { return static_cast<int64_t>(g.random64()); });
  draw_integers(out, g, from, static_cast<uint64_t>(last_of(out.dtype())) - static_cast<uint64_t>(from) + 1);
}
void run_random_from(const Call& call) {
  run_random_between(call, call.integer(1), call.has(2) ? std::optional(call.integer(2)) : std::nullopt, 3);
}
void run_random_to(const Call& call) { run_random_between(call, 0, call.integer(1), 2); }

template <class Map>
void run_mapped_uniform(const Call& call, int generator, const Map& map) {
  Generator& g = generator_of(call, generator);
  std::lock_guard lock(g.mutex);
  draw_into(call.out(), [&] { return static_cast<double>(map(g.uniform_double())); });
}
void run_exponential(const Call& call) {
  const double rate = call.real(1);
  FLB_CHECK(rate > 0, "exponential_ expects lambda > 0.0, but found lambda=", rate);
  run_mapped_uniform(call, 2, [=](double u) { return -1.0 / rate * std::log1p(-u); });
}
void run_geometric(const Call& call) {
  const double p = call.real(1);
  FLB_CHECK(p > 0 && p < 1, "geometric_ expects p to be in (0, 1), but got p=", p);
  run_mapped_uniform(call, 2, [=](double u) { return std::ceil(std::log(u) / std::log1p(-p)); });
}
void run_cauchy(const Call& call) {
  const double median = call.real(1), sigma = call.real(2);
  FLB_CHECK(sigma > 0, "cauchy_ expects sigma > 0.0, but found sigma=", sigma);
  run_mapped_uniform(call, 3, [=](double u) { return median + sigma * std::tan(M_PI * (u - 0.5)); });
}
void run_log_normal(const Call& call) {
  const double mean = call.real(1), deviation = call.real(2);
  FLB_CHECK(deviation > 0, "log_normal_ expects std > 0.0, but found std=", deviation);
  Generator& g = generator_of(call, 3);
  std::lock_guard lock(g.mutex);
  draw_into(call.out(), [&] { return std::exp(g.normal_double() * deviation + mean); });
}

Specs infer_randperm(const Call& call, int dtype_position) {
  const int64_t n = call.integer(0);
  FLB_CHECK(n >= 0, "n must be non-negative, got", n);
  const DType t = static_cast<DType>(call.integer_or(dtype_position, static_cast<int64_t>(DType::int64)));
  FLB_CHECK(is_floating(t) || n <= last_of(t), "value cannot be converted to type ", dtype_name(t),
            " without overflow");
  return {spec_of(t, Device{}, {&n, 1})};
}
Specs infer_randperm_default(const Call& call) { return infer_randperm(call, 1); }
Specs infer_randperm_generator(const Call& call) { return infer_randperm(call, 2); }

/// Fisher and Yates's shuffle from the front.
void shuffle(const View& out, Generator& g) {
  const int64_t n = out.numel();
  Scratch<int64_t> order(n);
  for (int64_t i = 0; i < n; ++i) order[i] = i;
  const bool wide = n >= std::numeric_limits<uint32_t>::max() / 20;
  for (int64_t i = 0; i + 1 < n; ++i) {
    const auto left = static_cast<uint64_t>(n - i);
    std::swap(order[i], order[i + static_cast<int64_t>((wide ? g.random64() : g.random()) % left)]);
  }
  Dims strides;
  const int64_t sizes[] = {n};
  copy(out, contiguous_view(order.data(), DType::int64, sizes, strides));
}
void run_randperm(const Call& call) {
  std::lock_guard lock(default_generator().mutex);
  shuffle(call.out(), default_generator());
}
void run_randperm_generator(const Call& call) {
  Generator& g = generator_of(call, 1);
  std::lock_guard lock(g.mutex);
  shuffle(call.out(), g);
}

constexpr uint32_t kRandomFill = kPointwise | kRandom | kInPlaceSafe;

}  // namespace

FLB_OP_FLAGS(uniform, infer_like_floating, run_uniform, kRandomFill);
FLB_OP_FLAGS(normal_functional, infer_like_floating, run_normal, kRandomFill);
FLB_OP_FLAGS(bernoulli, infer_like_floating, run_bernoulli, kRandomFill);
FLB_OP_FLAGS(bernoulli_p, infer_like, run_bernoulli_p, kRandomFill);
FLB_OP_FLAGS(bernoulli_Tensor, infer_like, run_bernoulli_tensor, kRandomFill);
FLB_OP_FLAGS(random, infer_like, run_random, kRandomFill);
FLB_OP_FLAGS(random_from, infer_like, run_random_from, kRandomFill);
FLB_OP_FLAGS(random_to, infer_like, run_random_to, kRandomFill);
FLB_OP_FLAGS(exponential, infer_like_floating, run_exponential, kRandomFill);
FLB_OP_FLAGS(geometric, infer_like, run_geometric, kRandomFill);
FLB_OP_FLAGS(cauchy, infer_like_floating, run_cauchy, kRandomFill);
FLB_OP_FLAGS(log_normal, infer_like_floating, run_log_normal, kRandomFill);
FLB_OP_FLAGS(randperm, infer_randperm_default, run_randperm, kRandom | kMayOverlap);
FLB_OP_FLAGS(randperm_generator, infer_randperm_generator, run_randperm_generator, kRandom | kMayOverlap);

}  // namespace flambeau::ops
