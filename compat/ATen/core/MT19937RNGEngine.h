// Mirrors <ATen/core/MT19937RNGEngine.h> of PyTorch 2.13: the Mersenne Twister MT19937 (Matsumoto and Nishimura 1998).
#pragma once

#include <c10/macros/Macros.h>

#include <array>
#include <cmath>
#include <cstdint>

namespace at {

constexpr int MERSENNE_STATE_N = 624;
constexpr int MERSENNE_STATE_M = 397;
constexpr uint32_t MATRIX_A = 0x9908b0df;
constexpr uint32_t UMASK = 0x80000000;
constexpr uint32_t LMASK = 0x7fffffff;

struct mt19937_data_pod {
  uint64_t seed_;
  int left_;  ///< numbers until the next refill, plus one
  bool seeded_;
  uint32_t next_;
  std::array<uint32_t, MERSENNE_STATE_N> state_;
};

class mt19937_engine {
 public:
  inline explicit mt19937_engine(uint64_t seed = 5489) {
    data_.seed_ = seed;
    data_.seeded_ = true;
    data_.left_ = 1;
    data_.next_ = 0;
    uint32_t* const x = data_.state_.data();
    x[0] = static_cast<uint32_t>(seed);
    for (uint32_t i = 1; i < MERSENNE_STATE_N; ++i) x[i] = 1812433253u * (x[i - 1] ^ (x[i - 1] >> 30)) + i;
  }
  inline mt19937_data_pod data() const { return data_; }
  inline void set_data(const mt19937_data_pod& data) { data_ = data; }
  inline uint64_t seed() const { return data_.seed_; }
  inline bool is_valid() {
    return data_.seeded_ && data_.left_ > 0 && data_.left_ <= MERSENNE_STATE_N && data_.next_ <= MERSENNE_STATE_N;
  }
  FLB_ON_USE inline uint32_t operator()() {
    if (--data_.left_ == 0) refill();
    uint32_t y = data_.state_.data()[data_.next_++];
    y ^= y >> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return y ^ (y >> 18);
  }

 private:
  mt19937_data_pod data_;

  FLB_ON_USE void refill() {
    uint32_t* const x = data_.state_.data();
    const auto twist = [](uint32_t u, uint32_t v) {
      return (((u & UMASK) | (v & LMASK)) >> 1) ^ (v & 1 ? MATRIX_A : 0);
    };
    for (int i = 0; i < MERSENNE_STATE_N; ++i) {
      x[i] = x[(i + MERSENNE_STATE_M) % MERSENNE_STATE_N] ^ twist(x[i], x[(i + 1) % MERSENNE_STATE_N]);
    }
    data_.left_ = MERSENNE_STATE_N;
    data_.next_ = 0;
  }
};

typedef mt19937_engine mt19937;

}  // namespace at
