// PyTorch's CPU random stream: the same numbers, consumed in the same order.
#pragma once

#include <array>
#include <cstdint>
#include <mutex>
#include <optional>
#include <span>

namespace flambeau {

/// The Mersenne Twister MT19937 (Matsumoto and Nishimura 1998), refilled 624 numbers at a time.
struct MersenneTwister {
  static constexpr int kSize = 624;
  std::array<uint32_t, kSize> state;
  int left = 1;       ///< numbers until the next refill, plus one
  uint32_t next = 0;  ///< index of the next number

  void seed(uint32_t value);
  uint32_t operator()() {
    if (--left == 0) refill();
    uint32_t y = state[next++];
    y ^= y >> 11;
    y ^= (y << 7) & 0x9d2c5680u;
    y ^= (y << 15) & 0xefc60000u;
    return y ^ (y >> 18);
  }

 private:
  void refill();
};

/// A source of random numbers. Kernels lock `mutex` for as long as they draw.
class Generator {
 public:
  static constexpr uint64_t kDefaultSeed = 67280421310721;
  static constexpr int64_t kStateBytes = 5056;

  explicit Generator(uint64_t seed = kDefaultSeed) { set_seed(seed); }

  uint64_t seed() const { return seed_; }
  void set_seed(uint64_t seed);

  uint32_t random() { return engine_(); }
  uint64_t random64() {
    const uint64_t high = engine_();
    return high << 32 | engine_();
  }
  /// In [0, 1): 24 bits for float, 53 for double.
  float uniform_float() { return static_cast<float>(random() & 0xffffffu) * 0x1p-24f; }
  double uniform_double() { return static_cast<double>(random64() & ((uint64_t{1} << 53) - 1)) * 0x1p-53; }
  /// A standard normal number in double precision. Every second one comes from a cache.
  double normal_double();

  /// PyTorch's byte format of a generator's state: kStateBytes long.
  void get_state(std::span<uint8_t> bytes) const;
  /// Throws for a state that is malformed.
  void set_state(std::span<const uint8_t> bytes);

  std::optional<float> next_float_normal;
  std::optional<double> next_double_normal;
  std::mutex mutex;

 private:
  uint64_t seed_ = kDefaultSeed;
  MersenneTwister engine_;
};

/// The generator that operators use when none is given.
Generator& default_generator();

}  // namespace flambeau
