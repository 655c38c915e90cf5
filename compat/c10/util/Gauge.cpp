#include <c10/util/Gauge.h>

#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

namespace c10::monitor {

namespace detail {

namespace {
struct Gauges {
  std::mutex mutex;
  std::vector<std::shared_ptr<GaugeBackendFactoryIf>> factories;
  std::unordered_map<std::string, std::unique_ptr<GaugeImpl>> by_key;
};

Gauges& gauges() {
  static auto* kept = new Gauges();
  return *kept;
}
}  // namespace

class GaugeImpl {
 public:
  static GaugeImpl& get(std::string_view key) {
    auto& all = gauges();
    const std::lock_guard<std::mutex> lock(all.mutex);
    auto& gauge = all.by_key[std::string(key)];
    if (!gauge) gauge.reset(new GaugeImpl(all.factories, key));
    return *gauge;
  }

  void record(int64_t value) {
    for (const auto& backend : backends_) backend->record(value);
  }

 private:
  GaugeImpl(const std::vector<std::shared_ptr<GaugeBackendFactoryIf>>& factories, std::string_view key) {
    for (const auto& factory : factories) {
      if (auto backend = factory->create(key)) backends_.push_back(std::move(backend));
    }
  }

  std::vector<std::unique_ptr<GaugeBackendIf>> backends_;
};

void registerGaugeBackend(std::unique_ptr<GaugeBackendFactoryIf> backend) {
  auto& all = gauges();
  const std::lock_guard<std::mutex> lock(all.mutex);
  all.factories.push_back(std::move(backend));
}

}  // namespace detail

GaugeHandle::GaugeHandle(std::string_view key) : impl_(detail::GaugeImpl::get(key)) {}
void GaugeHandle::record(int64_t value) { impl_.record(value); }

}  // namespace c10::monitor
