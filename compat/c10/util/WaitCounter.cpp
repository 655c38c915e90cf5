#include <c10/util/WaitCounter.h>
#include <c10/util/WaitCounterDynamicBackend.h>
#include <c10/util/irange.h>

#include <dlfcn.h>

#include <mutex>
#include <string>
#include <unordered_map>

namespace c10::monitor {

namespace detail {

namespace {

struct Counters {
  std::mutex mutex;
  std::vector<std::shared_ptr<WaitCounterBackendFactoryIf>> factories;
  std::unordered_map<std::string, std::unique_ptr<WaitCounterImpl>> by_key;
};

Counters& counters() {
  static auto* kept = new Counters();
  return *kept;
}

class DynamicBackend : public WaitCounterBackendIf {
 public:
  explicit DynamicBackend(WaitCounterDynamicBackend impl) : impl_(impl) {}
  DynamicBackend(const DynamicBackend&) = delete;
  DynamicBackend& operator=(const DynamicBackend&) = delete;
  ~DynamicBackend() override { impl_.destroy(impl_.self); }
  intptr_t start(std::chrono::steady_clock::time_point now) noexcept override {
    return impl_.start(impl_.self, microseconds(now));
  }
  void stop(std::chrono::steady_clock::time_point now, intptr_t ctx) noexcept override {
    impl_.stop(impl_.self, microseconds(now), ctx);
  }

 private:
  static int64_t microseconds(std::chrono::steady_clock::time_point now) {
    return std::chrono::duration_cast<std::chrono::microseconds>(now.time_since_epoch()).count();
  }
  WaitCounterDynamicBackend impl_;
};

std::unique_ptr<WaitCounterBackendIf> dynamic_backend(std::string_view key) {
  static const auto init = reinterpret_cast<WaitCounterDynamicBackendInit>(
      dlsym(RTLD_DEFAULT, std::string(kWaitCounterDynamicBackendInitFn).c_str()));
  if (init == nullptr) return nullptr;
  WaitCounterDynamicBackend backend;
  init(&backend, key.data(), key.size());
  if (!backend.self) return nullptr;
  return std::make_unique<DynamicBackend>(backend);
}

}  // namespace

class WaitCounterImpl {
 public:
  static WaitCounterImpl& get(std::string_view key) {
    auto& all = counters();
    const std::lock_guard<std::mutex> lock(all.mutex);
    auto& counter = all.by_key[std::string(key)];
    if (!counter) counter.reset(new WaitCounterImpl(all.factories, key));
    return *counter;
  }

  SmallVector<intptr_t> start() noexcept {
    const auto now = std::chrono::steady_clock::now();
    SmallVector<intptr_t> ctxs;
    ctxs.reserve(backends_.size());
    for (const auto& backend : backends_) ctxs.push_back(backend->start(now));
    return ctxs;
  }

  void stop(const SmallVector<intptr_t>& ctxs) noexcept {
    const auto now = std::chrono::steady_clock::now();
    for (const auto i : c10::irange(ctxs.size())) backends_[i]->stop(now, ctxs[i]);
  }

 private:
  WaitCounterImpl(const std::vector<std::shared_ptr<WaitCounterBackendFactoryIf>>& factories, std::string_view key) {
    for (const auto& factory : factories) {
      if (auto backend = factory->create(key)) backends_.push_back(std::move(backend));
    }
    if (auto backend = dynamic_backend(key)) backends_.push_back(std::move(backend));
  }

  SmallVector<std::unique_ptr<WaitCounterBackendIf>> backends_;
};

void registerWaitCounterBackend(std::unique_ptr<WaitCounterBackendFactoryIf> factory) {
  auto& all = counters();
  const std::lock_guard<std::mutex> lock(all.mutex);
  all.factories.push_back(std::move(factory));
}

std::vector<std::shared_ptr<WaitCounterBackendFactoryIf>> getRegisteredWaitCounterBackends() {
  auto& all = counters();
  const std::lock_guard<std::mutex> lock(all.mutex);
  return all.factories;
}

}  // namespace detail

WaitCounterHandle::WaitCounterHandle(std::string_view key) : impl_(detail::WaitCounterImpl::get(key)) {}
WaitCounterHandle::WaitGuard WaitCounterHandle::start() { return WaitCounterHandle::WaitGuard(*this, impl_.start()); }
void WaitCounterHandle::stop(const SmallVector<intptr_t>& ctxs) { impl_.stop(ctxs); }

}  // namespace c10::monitor
