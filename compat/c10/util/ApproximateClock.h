// Mirrors <c10/util/ApproximateClock.h> of PyTorch 2.13.
#pragma once

#include <c10/macros/Export.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <functional>
#include <type_traits>

#if defined(__i386__) || defined(__x86_64__) || defined(__amd64__)
#define C10_RDTSC
#include <x86intrin.h>
#endif

namespace c10 {

using time_t = int64_t;
using steady_clock_t = std::conditional_t<std::chrono::high_resolution_clock::is_steady,
                                          std::chrono::high_resolution_clock, std::chrono::steady_clock>;

inline time_t getTimeSinceEpoch() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::nanoseconds>(now).count();
}

/// In nanoseconds.
inline time_t getTime(bool allow_monotonic = false) {
  struct timespec t {};
  clock_gettime(allow_monotonic ? CLOCK_MONOTONIC : CLOCK_REALTIME, &t);
  return static_cast<time_t>(t.tv_sec) * 1000000000 + static_cast<time_t>(t.tv_nsec);
}

/// In ticks of the processor's counter, which costs next to nothing to read.
inline auto getApproximateTime() {
#if defined(C10_RDTSC)
  return static_cast<uint64_t>(__rdtsc());
#else
  return getTime();
#endif
}

using approx_time_t = decltype(getApproximateTime());
static_assert(std::is_same_v<approx_time_t, int64_t> || std::is_same_v<approx_time_t, uint64_t>,
              "Expected either int64_t (`getTime`) or uint64_t (some TSC reads).");

// Measures both clocks when it is made and again when its converter is.
class C10_API ApproximateClockToUnixTimeConverter final {
 public:
  ApproximateClockToUnixTimeConverter();
  std::function<time_t(approx_time_t)> makeConverter();
  struct UnixAndApproximateTimePair {
    time_t t_;
    approx_time_t approx_t_;
  };
  static UnixAndApproximateTimePair measurePair();

 private:
  static constexpr size_t replicates = 1001;
  using time_pairs = std::array<UnixAndApproximateTimePair, replicates>;
  time_pairs measurePairs();
  time_pairs start_times_;
};

}  // namespace c10
