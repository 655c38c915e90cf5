#include "backend/random.h"

#include <cmath>
#include <cstring>

#include "kernels/common/error.h"

namespace flambeau {
namespace {

/// The layout of a saved state: Torch7's generator, then what was added since.
struct SavedState {
  uint64_t seed;
  int32_t left, seeded;
  uint64_t next;
  uint64_t state[MersenneTwister::kSize];
  double normal_x, normal_y, normal_rho;
  int32_t normal_is_valid;
  float next_float_normal;
  bool next_float_normal_is_valid;
};

}  // namespace

void MersenneTwister::seed(uint32_t value) {
  state[0] = value;
  for (uint32_t i = 1; i < kSize; ++i) state[i] = 1812433253u * (state[i - 1] ^ (state[i - 1] >> 30)) + i;
  left = 1;
  next = 0;
}

void MersenneTwister::refill() {
  constexpr int kShift = 397;
  const auto twist = [](uint32_t u, uint32_t v) {
    return (((u & 0x80000000u) | (v & 0x7fffffffu)) >> 1) ^ (v & 1u ? 0x9908b0dfu : 0u);
  };
  uint32_t* x = state.data();
  // Two loops, so that neither wraps around: distances of 227 and 397 leave room for vectors.
#pragma GCC ivdep
  for (int i = 0; i < kSize - kShift; ++i) x[i] = x[i + kShift] ^ twist(x[i], x[i + 1]);
#pragma GCC ivdep
  for (int i = kSize - kShift; i < kSize - 1; ++i) x[i] = x[i + kShift - kSize] ^ twist(x[i], x[i + 1]);
  x[kSize - 1] = x[kShift - 1] ^ twist(x[kSize - 1], x[0]);
  left = kSize;
  next = 0;
}

void Generator::set_seed(uint64_t seed) {
  seed_ = seed;
  engine_.seed(static_cast<uint32_t>(seed));
  next_float_normal.reset();
  next_double_normal.reset();
}

double Generator::normal_double() {
  if (next_double_normal) {
    const double value = *next_double_normal;
    next_double_normal.reset();
    return value;
  }
  const double u1 = uniform_double(), u2 = uniform_double();
  const double radius = std::sqrt(-2.0 * std::log1p(-u2)), angle = 2.0 * M_PI * u1;
  next_double_normal = radius * std::sin(angle);
  return radius * std::cos(angle);
}

void Generator::get_state(std::span<uint8_t> bytes) const {
  FLB_CHECK(bytes.size() == kStateBytes, "RNG state is wrong size");
  SavedState saved{};
  saved.seed = seed_;
  saved.left = engine_.left;
  saved.seeded = 1;
  saved.next = engine_.next;
  for (int i = 0; i < MersenneTwister::kSize; ++i) saved.state[i] = engine_.state[i];
  saved.normal_is_valid = next_double_normal.has_value();
  saved.normal_y = next_double_normal.value_or(0);
  saved.next_float_normal_is_valid = next_float_normal.has_value();
  saved.next_float_normal = next_float_normal.value_or(0);
  std::memcpy(bytes.data(), &saved, offsetof(SavedState, normal_is_valid) + sizeof(saved.normal_is_valid));
  std::memset(bytes.data() + 5044, 0, kStateBytes - 5044);
  std::memcpy(bytes.data() + 5048, &saved.next_float_normal, sizeof(float));
  bytes[5052] = saved.next_float_normal_is_valid;
}

void Generator::set_state(std::span<const uint8_t> bytes) {
  constexpr size_t kLegacyBytes = 5048;
  FLB_CHECK(bytes.size() == kStateBytes || bytes.size() == kLegacyBytes,
            "Expected either a CPUGeneratorImplStateLegacy of size ", kLegacyBytes,
            " or a CPUGeneratorImplState of size ", kStateBytes, " but found the input RNG state size to be ",
            bytes.size());
  SavedState saved{};
  std::memcpy(&saved, bytes.data(), offsetof(SavedState, next_float_normal));
  FLB_CHECK(
      saved.left > 0 && saved.left <= MersenneTwister::kSize && saved.next <= MersenneTwister::kSize && saved.seeded,
      "Invalid mt19937 state");
  seed_ = saved.seed;
  engine_.left = saved.left;
  engine_.next = static_cast<uint32_t>(saved.next);
  for (int i = 0; i < MersenneTwister::kSize; ++i) engine_.state[i] = static_cast<uint32_t>(saved.state[i]);
  next_double_normal.reset();
  next_float_normal.reset();
  if (saved.normal_is_valid) next_double_normal = saved.normal_y;
  if (bytes.size() == kStateBytes && bytes[5052]) {
    float value;
    std::memcpy(&value, bytes.data() + 5048, sizeof(value));
    next_float_normal = value;
  }
}

Generator& default_generator() {
  static Generator generator;
  return generator;
}

}  // namespace flambeau
