#include <c10/core/AllocatorConfig.h>
#include <c10/util/env.h>

#include <algorithm>
#include <bit>

namespace c10::CachingAllocator {

namespace {

constexpr size_t kIntervals = 16;
constexpr size_t kMiB = 1024 * 1024;
constexpr size_t kLargeBuffer = 20971520;

using Parse = size_t (AcceleratorAllocatorConfig::*)(const ConfigTokenizer&, size_t);

/// The value that follows a key.
size_t value_of(const ConfigTokenizer& tokenizer, size_t& i) {
  TORCH_CHECK_VALUE(tokenizer.checkToken(i + 1, ":"), "Expected ':' after ", tokenizer[i]);
  i += 2;
  return i;
}

/// The size in MiB that follows a key, in bytes: a limit that must leave room for a large buffer.
size_t limit_of(const ConfigTokenizer& tokenizer, size_t& i) {
  constexpr size_t least = kLargeBuffer / kMiB, most = std::numeric_limits<size_t>::max() / kMiB;
  const size_t key = i, size = tokenizer.toSizeT(value_of(tokenizer, i));
  TORCH_CHECK_VALUE(size >= least, "CachingAllocator option ", tokenizer[key], " too small, must be >= ", least);
  return std::min(size, most) * kMiB;
}

bool is_power_of_two(size_t n) { return std::has_single_bit(n); }

}  // namespace

AcceleratorAllocatorConfig& AcceleratorAllocatorConfig::instance() {
  static auto* config = [] {
    auto* made = new AcceleratorAllocatorConfig();
    for (const char* variable : {"PYTORCH_ALLOC_CONF", "PYTORCH_CUDA_ALLOC_CONF", "PYTORCH_HIP_ALLOC_CONF"}) {
      if (const auto env = c10::utils::get_env(variable)) {
        made->parseArgs(*env);
        break;
      }
    }
    return made;
  }();
  return *config;
}

AcceleratorAllocatorConfig::AcceleratorAllocatorConfig() { roundup_power2_divisions_.assign(kIntervals, 0); }

std::unordered_set<std::string>& AcceleratorAllocatorConfig::getMutableKeys() {
  static auto* keys =
      new std::unordered_set<std::string>{"large_segment_size_mb",         "max_split_size_mb",
                                          "max_non_split_rounding_mb",     "garbage_collection_threshold",
                                          "roundup_power2_divisions",      "expandable_segments",
                                          "pinned_use_background_threads", "pinned_max_round_threshold_mb",
                                          "pinned_max_cached_size_mb"};
  return *keys;
}

const std::unordered_set<std::string>& AcceleratorAllocatorConfig::getKeys() { return getMutableKeys(); }

std::function<void(const std::string&)>& AcceleratorAllocatorConfig::getConfigParserHook() {
  static auto* hook = new std::function<void(const std::string&)>();
  return *hook;
}

size_t AcceleratorAllocatorConfig::roundup_power2_divisions(size_t size) {
  const auto log_size = size == 0 ? 0 : static_cast<size_t>(std::bit_width(size) - 1);
  constexpr size_t first = 20, last = 36;  // 1 MiB, 64 GiB
  const size_t interval = std::min(std::max(log_size, first), last) - first;
  return instance().roundup_power2_divisions_[std::min(interval, kIntervals - 1)];
}

size_t AcceleratorAllocatorConfig::parseLargeSegmentSize(const ConfigTokenizer& tokenizer, size_t i) {
  const size_t size = tokenizer.toSizeT(value_of(tokenizer, i));
  TORCH_CHECK_VALUE(size * kMiB >= kLargeBuffer,
                    "CachingAllocator option large_segment_size_mb too small, must be at least ", kLargeBuffer / kMiB);
  large_segment_size_ = size * kMiB;
  return i;
}

size_t AcceleratorAllocatorConfig::parseMaxSplitSize(const ConfigTokenizer& tokenizer, size_t i) {
  max_split_size_ = limit_of(tokenizer, i);
  return i;
}

size_t AcceleratorAllocatorConfig::parseMaxNonSplitRoundingSize(const ConfigTokenizer& tokenizer, size_t i) {
  max_non_split_rounding_size_ = limit_of(tokenizer, i);
  return i;
}

size_t AcceleratorAllocatorConfig::parseGarbageCollectionThreshold(const ConfigTokenizer& tokenizer, size_t i) {
  const double threshold = tokenizer.toDouble(value_of(tokenizer, i));
  TORCH_CHECK_VALUE(threshold > 0.0 && threshold < 1.0,
                    "garbage_collection_threshold is invalid, set it in (0.0, 1.0)");
  garbage_collection_threshold_ = threshold;
  return i;
}

// One number for all sizes, or [256:1,512:2,>:4] in MiB: each holds from its size up to the next.
size_t AcceleratorAllocatorConfig::parseRoundUpPower2Divisions(const ConfigTokenizer& tokenizer, size_t i) {
  value_of(tokenizer, i);
  if (!tokenizer.checkToken(i, "[")) {
    const size_t divisions = tokenizer.toSizeT(i);
    TORCH_CHECK_VALUE(is_power_of_two(divisions), "For roundups, the divisions has to be power of 2");
    std::fill(roundup_power2_divisions_.begin(), roundup_power2_divisions_.end(), divisions);
    return i;
  }
  size_t from = 0;
  while (++i < tokenizer.size() && !tokenizer.checkToken(i, "]")) {
    if (tokenizer.checkToken(i, ",")) continue;
    const size_t size_at = i;
    const size_t divisions = tokenizer.toSizeT(value_of(tokenizer, i));
    TORCH_CHECK_VALUE(divisions == 0 || is_power_of_two(divisions),
                      "For roundups, the divisions has to be power of 2 or 0 to disable roundup");
    if (tokenizer.checkToken(size_at, ">")) {
      std::fill(roundup_power2_divisions_.begin() + static_cast<std::ptrdiff_t>(std::min(from, kIntervals)),
                roundup_power2_divisions_.end(), divisions);
      continue;
    }
    const size_t size = tokenizer.toSizeT(size_at);
    TORCH_CHECK_VALUE(is_power_of_two(size), "For roundups, the intervals have to be power of 2");
    const size_t index = std::min(static_cast<size_t>(std::bit_width(size) - 1), kIntervals - 1);
    const size_t begin = from == 0 ? 0 : index;
    std::fill(roundup_power2_divisions_.begin() + static_cast<std::ptrdiff_t>(begin),
              roundup_power2_divisions_.begin() + static_cast<std::ptrdiff_t>(index) + 1, divisions);
    from = index + 1;
  }
  TORCH_INTERNAL_ASSERT(i < tokenizer.size(),
                        "Expected closing bracket ']' in ConfigTokenizer but reached end of config");
  return i;
}

size_t AcceleratorAllocatorConfig::parseExpandableSegments(const ConfigTokenizer& tokenizer, size_t i) {
  use_expandable_segments_ = tokenizer.toBool(value_of(tokenizer, i));
  return i;
}

size_t AcceleratorAllocatorConfig::parsePinnedUseBackgroundThreads(const ConfigTokenizer& tokenizer, size_t i) {
  pinned_use_background_threads_ = tokenizer.toBool(value_of(tokenizer, i));
  return i;
}

size_t AcceleratorAllocatorConfig::parsePinnedMaxRoundThreshold(const ConfigTokenizer& tokenizer, size_t i) {
  pinned_max_round_threshold_ = tokenizer.toSizeT(value_of(tokenizer, i)) * kMiB;
  return i;
}

size_t AcceleratorAllocatorConfig::parsePinnedMaxCachedSize(const ConfigTokenizer& tokenizer, size_t i) {
  pinned_max_cached_size_ = tokenizer.toSizeT(value_of(tokenizer, i)) * kMiB;
  return i;
}

void AcceleratorAllocatorConfig::parseArgs(const std::string& env) {
  using Self = AcceleratorAllocatorConfig;
  struct Option {
    const char* key;
    Parse parse;
  };
  constexpr Option options[] = {
      {"large_segment_size_mb", &Self::parseLargeSegmentSize},
      {"max_split_size_mb", &Self::parseMaxSplitSize},
      {"max_non_split_rounding_mb", &Self::parseMaxNonSplitRoundingSize},
      {"garbage_collection_threshold", &Self::parseGarbageCollectionThreshold},
      {"roundup_power2_divisions", &Self::parseRoundUpPower2Divisions},
      {"expandable_segments", &Self::parseExpandableSegments},
      {"pinned_use_background_threads", &Self::parsePinnedUseBackgroundThreads},
      {"pinned_max_round_threshold_mb", &Self::parsePinnedMaxRoundThreshold},
      {"pinned_max_cached_size_mb", &Self::parsePinnedMaxCachedSize},
  };
  // Each call starts from the defaults.
  max_split_size_ = std::numeric_limits<size_t>::max();
  roundup_power2_divisions_.assign(kIntervals, 0);
  garbage_collection_threshold_ = 0;
  {
    const std::lock_guard<std::mutex> lock(last_allocator_settings_mutex_);
    last_allocator_settings_ = env;
  }
  const ConfigTokenizer tokenizer(env);
  for (size_t i = 0; i < tokenizer.size(); ++i) {
    const auto& key = tokenizer[i];
    const auto* option =
        std::find_if(std::begin(options), std::end(options), [&](const auto& o) { return key == o.key; });
    if (option != std::end(options)) {
      i = (this->*option->parse)(tokenizer, i);
    } else {
      // Keys of a device's own parser, which may be loaded later.
      i = tokenizer.skipKey(i);
    }
    if (i + 1 < tokenizer.size()) {
      TORCH_CHECK_VALUE(tokenizer.checkToken(i + 1, ","), "Expected ',' after ", tokenizer[i]);
      ++i;
    }
  }
}

}  // namespace c10::CachingAllocator
