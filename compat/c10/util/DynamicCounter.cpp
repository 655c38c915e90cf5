#include <c10/util/DynamicCounter.h>
#include <c10/util/Exception.h>

#include <mutex>
#include <string>
#include <unordered_set>
#include <vector>

namespace c10::monitor {

namespace {
struct Counters {
  std::mutex mutex;
  std::vector<std::shared_ptr<detail::DynamicCounterBackendIf>> backends;
  std::unordered_set<std::string> keys;
};

Counters& counters() {
  static auto* kept = new Counters();
  return *kept;
}
}  // namespace

namespace detail {

void registerDynamicCounterBackend(std::unique_ptr<DynamicCounterBackendIf> backend) {
  auto& all = counters();
  const std::lock_guard<std::mutex> lock(all.mutex);
  all.backends.push_back(std::move(backend));
}

}  // namespace detail

struct DynamicCounter::Guard {
  Guard(std::string_view name, Callback getCounterCallback) : key(name) {
    auto& all = counters();
    {
      const std::lock_guard<std::mutex> lock(all.mutex);
      TORCH_CHECK(all.keys.insert(key).second, "Counter ", key, " already registered");
      backends = all.backends;
    }
    for (const auto& backend : backends) backend->registerCounter(key, getCounterCallback);
  }
  ~Guard() {
    for (const auto& backend : backends) backend->unregisterCounter(key);
    auto& all = counters();
    const std::lock_guard<std::mutex> lock(all.mutex);
    all.keys.erase(key);
  }
  Guard(const Guard&) = delete;
  Guard& operator=(const Guard&) = delete;

  std::string key;
  std::vector<std::shared_ptr<detail::DynamicCounterBackendIf>> backends;
};

DynamicCounter::DynamicCounter(std::string_view key, Callback getCounterCallback)
    : guard_{std::make_unique<Guard>(key, std::move(getCounterCallback))} {}

DynamicCounter::~DynamicCounter() = default;

}  // namespace c10::monitor
