// Mirrors <c10/util/DynamicCounter.h> of PyTorch 2.13.
#pragma once

#include <c10/macros/Macros.h>
#include <c10/util/light_std.h>

#include <cstdint>
#include <functional>
#include <string_view>

namespace c10::monitor {

// A named number that is asked for, while the object lives, by every registered backend.
class C10_API DynamicCounter {
 public:
  using Callback = std::function<int64_t()>;
  DynamicCounter(std::string_view key, Callback getCounterCallback);
  ~DynamicCounter();

 private:
  struct Guard;
  std::unique_ptr<Guard> guard_;
};

namespace detail {

class DynamicCounterBackendIf {
 public:
  virtual ~DynamicCounterBackendIf() = default;
  virtual void registerCounter(std::string_view key, DynamicCounter::Callback getCounterCallback) = 0;
  /// Must not return while the callback runs.
  virtual void unregisterCounter(std::string_view key) = 0;
};

void C10_API registerDynamicCounterBackend(std::unique_ptr<DynamicCounterBackendIf>);

}  // namespace detail

}  // namespace c10::monitor
