// Mirrors <c10/core/AllocatorConfig.h> of PyTorch 2.13.
#pragma once

#include <c10/core/DeviceType.h>
#include <c10/macros/Macros.h>
#include <c10/util/Exception.h>

#include <atomic>
#include <cctype>
#include <cstddef>
#include <functional>
#include <limits>
#include <mutex>
#include <string>
#include <unordered_set>
#include <vector>

namespace c10::CachingAllocator {

constexpr size_t kSmallBuffer = 2097152;
constexpr size_t kMinBlockSize = 512;
constexpr size_t kSmallSize = 1048576;
constexpr size_t kMinLargeAlloc = 10485760;
constexpr size_t kRoundLarge = 2097152;

// "key:value,key:[a:b,c:d]" as words and signs.
class ConfigTokenizer {
 public:
  explicit ConfigTokenizer(const std::string& env) {
    std::string word;
    const auto end_word = [&] {
      if (!word.empty()) config_.emplace_back(std::move(word));
      word.clear();
    };
    for (const char ch : env) {
      if (ch == ',' || ch == ':' || ch == '[' || ch == ']') {
        end_word();
        config_.emplace_back(1, ch);
      } else if (!std::isspace(static_cast<unsigned char>(ch))) {
        word += ch;
      }
    }
    end_word();
  }
  const std::string& operator[](size_t i) const {
    checkIndex(i);
    return config_[i];
  }
  size_t size() const { return config_.size(); }
  bool checkToken(size_t i, const std::string& token) const {
    checkIndex(i);
    return config_[i] == token;
  }
  size_t toSizeT(size_t i) const {
    checkIndex(i);
    return std::stoull(config_[i]);
  }
  double toDouble(size_t i) const {
    checkIndex(i);
    return std::stod(config_[i]);
  }
  bool toBool(size_t i) const {
    checkIndex(i);
    const auto& token = config_[i];
    if (token == "True") return true;
    if (token == "False") return false;
    TORCH_CHECK_VALUE(false, "Expected 'True' or 'False' at index ", i, " in ConfigTokenizer but got '", token, "'");
  }
  /// The place of the value's last token, from the place of its key.
  size_t skipKey(size_t i) const {
    checkToken(++i, ":");
    ++i;
    checkIndex(i);
    if (config_[i] != "[") return i;
    while (++i < config_.size() && config_[i] != "]") {
    }
    TORCH_INTERNAL_ASSERT(i < config_.size(),
                          "Expected closing bracket ']' in ConfigTokenizer but reached end of config");
    return i;
  }

 private:
  void checkIndex(size_t i) const {
    TORCH_INTERNAL_ASSERT(i < config_.size(), "Index out of bounds in ConfigTokenizer");
  }
  std::vector<std::string> config_;
};

// What PYTORCH_ALLOC_CONF asks of the allocators of accelerators.
class C10_API AcceleratorAllocatorConfig {
 public:
  static AcceleratorAllocatorConfig& instance();
  C10_DISABLE_COPY_AND_ASSIGN(AcceleratorAllocatorConfig);
  AcceleratorAllocatorConfig(AcceleratorAllocatorConfig&&) = delete;
  AcceleratorAllocatorConfig& operator=(AcceleratorAllocatorConfig&&) = delete;
  ~AcceleratorAllocatorConfig() = default;

  static size_t large_segment_size() { return instance().large_segment_size_; }
  static size_t max_split_size() { return instance().max_split_size_; }
  static size_t max_non_split_rounding_size() { return instance().max_non_split_rounding_size_; }
  static size_t roundup_power2_divisions(size_t size);
  static const std::vector<size_t>& roundup_power2_divisions() { return instance().roundup_power2_divisions_; }
  static double garbage_collection_threshold() { return instance().garbage_collection_threshold_; }
  static bool use_expandable_segments() { return instance().use_expandable_segments_; }
  static bool pinned_use_background_threads() { return instance().pinned_use_background_threads_; }
  static size_t pinned_max_round_threshold() { return instance().pinned_max_round_threshold_; }
  static size_t pinned_max_cached_size() { return instance().pinned_max_cached_size_; }
  static std::string last_allocator_settings() {
    std::lock_guard<std::mutex> lock(instance().last_allocator_settings_mutex_);
    return instance().last_allocator_settings_;
  }

  // Keys that a device's own parser knows.
  static std::unordered_set<std::string>& getMutableKeys();
  static const std::unordered_set<std::string>& getKeys();
  static std::function<void(const std::string&)>& getConfigParserHook();
  static void registerDeviceConfigParserHook(std::function<void(const std::string&)>&& hook,
                                             const std::unordered_set<std::string>& keys) {
    getConfigParserHook() = std::move(hook);
    auto& mutable_keys = getMutableKeys();
    for (auto& key : keys) {
      TORCH_CHECK_VALUE(mutable_keys.insert(key).second, "Duplicated key '", key,
                        "' found in device-specific configuration parser hook registration");
    }
  }
  static void callDeviceConfigParserHook(const std::string& env) {
    if (getConfigParserHook()) getConfigParserHook()(env);
  }
  void parseArgs(const std::string& env);

 private:
  AcceleratorAllocatorConfig();

  // From the place of the key to that of its value's last token.
  size_t parseLargeSegmentSize(const ConfigTokenizer& tokenizer, size_t i);
  size_t parseMaxSplitSize(const ConfigTokenizer& tokenizer, size_t i);
  size_t parseMaxNonSplitRoundingSize(const ConfigTokenizer& tokenizer, size_t i);
  size_t parseGarbageCollectionThreshold(const ConfigTokenizer& tokenizer, size_t i);
  size_t parseRoundUpPower2Divisions(const ConfigTokenizer& tokenizer, size_t i);
  size_t parseExpandableSegments(const ConfigTokenizer& tokenizer, size_t i);
  size_t parsePinnedUseBackgroundThreads(const ConfigTokenizer& tokenizer, size_t i);
  size_t parsePinnedMaxRoundThreshold(const ConfigTokenizer& tokenizer, size_t i);
  size_t parsePinnedMaxCachedSize(const ConfigTokenizer& tokenizer, size_t i);

  std::atomic<size_t> large_segment_size_{20971520};
  std::atomic<size_t> max_split_size_{std::numeric_limits<size_t>::max()};
  std::atomic<size_t> max_non_split_rounding_size_;
  // For sizes from 1 MiB to 64 GiB, by power of two.
  std::vector<size_t> roundup_power2_divisions_;
  std::atomic<double> garbage_collection_threshold_{0};
  std::atomic<bool> use_expandable_segments_{false};
  std::atomic<bool> pinned_use_background_threads_{false};
  size_t pinned_max_round_threshold_{std::numeric_limits<size_t>::max()};
  size_t pinned_max_cached_size_{std::numeric_limits<size_t>::max()};
  std::mutex last_allocator_settings_mutex_;
  std::string last_allocator_settings_;
};

C10_API inline void setAllocatorSettings(const std::string& env) {
  AcceleratorAllocatorConfig::instance().parseArgs(env);
  AcceleratorAllocatorConfig::callDeviceConfigParserHook(env);
}

C10_API inline std::string getAllocatorSettings() {
  return AcceleratorAllocatorConfig::instance().last_allocator_settings();
}

struct DeviceConfigParserHookRegistry {
  explicit DeviceConfigParserHookRegistry(std::function<void(const std::string&)>&& hook,
                                          const std::unordered_set<std::string>& keys) {
    AcceleratorAllocatorConfig::registerDeviceConfigParserHook(std::move(hook), keys);
  }
};

#define REGISTER_ALLOCATOR_CONFIG_PARSE_HOOK(parser_cls)                                                    \
  namespace {                                                                                               \
  static at::CachingAllocator::DeviceConfigParserHookRegistry g_device_config_parse_hook_registry_instance( \
      [](const std::string& env) { parser_cls::instance().parseArgs(env); }, parser_cls::getKeys());        \
  }

}  // namespace c10::CachingAllocator
