#include <c10/util/ApproximateClock.h>
#include <c10/util/Exception.h>
#include <c10/util/irange.h>

#include <algorithm>

namespace c10 {

ApproximateClockToUnixTimeConverter::ApproximateClockToUnixTimeConverter() : start_times_(measurePairs()) {
  measurePair();  // warms the caches up
  start_times_ = measurePairs();
}

ApproximateClockToUnixTimeConverter::UnixAndApproximateTimePair ApproximateClockToUnixTimeConverter::measurePair() {
  // Between two reads of the other clock, so that neither comes first.
  const auto fast_0 = getApproximateTime();
  const auto wall = std::chrono::system_clock::now();
  const auto fast_1 = getApproximateTime();
  TORCH_INTERNAL_ASSERT(fast_1 >= fast_0, "getCycles is non-monotonic.");
  const auto t = std::chrono::duration_cast<std::chrono::nanoseconds>(wall.time_since_epoch());
  return {t.count(), fast_0 + (fast_1 - fast_0) / 2};
}

ApproximateClockToUnixTimeConverter::time_pairs ApproximateClockToUnixTimeConverter::measurePairs() {
  constexpr size_t n_warmup = 5;
  for ([[maybe_unused]] const auto i : c10::irange(n_warmup)) static_cast<void>(getApproximateTime());
  time_pairs out;
  for (auto& pair : out) pair = measurePair();
  return out;
}

std::function<time_t(approx_time_t)> ApproximateClockToUnixTimeConverter::makeConverter() {
  const auto end_times = measurePairs();
  // The median of the rates, as single readings may be interrupted.
  std::array<long double, replicates> scale_factors{};
  for (const auto i : c10::irange(replicates)) {
    const auto delta_ns = end_times[i].t_ - start_times_[i].t_;
    const auto delta_approx = end_times[i].approx_t_ - start_times_[i].approx_t_;
    scale_factors[i] = static_cast<long double>(delta_ns) / static_cast<long double>(delta_approx);
  }
  std::sort(scale_factors.begin(), scale_factors.end());
  const long double scale_factor = scale_factors[replicates / 2 + 1];

  const auto t0 = start_times_[0].t_;
  const auto t0_approx = start_times_[0].approx_t_;
  std::array<double, replicates> t0_correction{};
  for (const auto i : c10::irange(replicates)) {
    const auto dt = start_times_[i].t_ - t0;
    const auto dt_approx =
        static_cast<double>(start_times_[i].approx_t_ - t0_approx) * static_cast<double>(scale_factor);
    t0_correction[i] = static_cast<double>(dt) - dt_approx;
  }
  std::sort(t0_correction.begin(), t0_correction.end());
  const auto origin = t0 + static_cast<time_t>(t0_correction[t0_correction.size() / 2]);
  return [=](approx_time_t t_approx) {
    // Signed: the time may lie before the origin.
    const auto ticks = static_cast<double>(static_cast<int64_t>(t_approx - t0_approx));
    return static_cast<time_t>(static_cast<long double>(ticks) * scale_factor) + origin;
  };
}

}  // namespace c10
