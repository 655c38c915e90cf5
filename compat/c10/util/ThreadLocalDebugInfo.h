// Mirrors <c10/util/ThreadLocalDebugInfo.h> of PyTorch 2.13.
#pragma once

#include <c10/macros/Export.h>
#include <c10/util/Exception.h>
#include <c10/util/light_std.h>

#include <iosfwd>
#include <string_view>

namespace c10 {

// A kind of thread-local information, named by the address of its name.
class DebugInfoKind {
 private:
  using value_type = const std::string_view*;

 public:
  constexpr DebugInfoKind() = default;
  explicit constexpr DebugInfoKind(value_type value) : value_(value) {
    if (value == nullptr) DebugInfoKind_ctor_parameter_must_not_be_null();
  }

  static C10_API const DebugInfoKind PRODUCER_INFO;
  static C10_API const DebugInfoKind MOBILE_RUNTIME_INFO;
  static C10_API const DebugInfoKind PROFILER_STATE;
  static C10_API const DebugInfoKind INFERENCE_CONTEXT;
  static C10_API const DebugInfoKind PARAM_COMMS_INFO;
  static C10_API const DebugInfoKind TEST_INFO;
  static C10_API const DebugInfoKind TEST_INFO_2;

  constexpr bool operator==(const DebugInfoKind other) const { return value_ == other.value_; }
  constexpr bool operator!=(const DebugInfoKind other) const { return value_ != other.value_; }
  constexpr bool operator<(const DebugInfoKind other) const { return value_ < other.value_; }
  C10_API friend std::ostream& operator<<(std::ostream& os, const DebugInfoKind& kind);

 private:
  FLB_ON_USE [[noreturn]] static inline void DebugInfoKind_ctor_parameter_must_not_be_null() {
    TORCH_INTERNAL_ASSERT(false, "DebugInfoKind must be initialized with a non-null pointer.");
  }
  value_type value_ = nullptr;
};

class C10_API DebugInfoBase {
 public:
  DebugInfoBase() = default;
  virtual ~DebugInfoBase() = default;
};

// A thread's stack of debug information, which at::launch and the autograd engine carry over to other threads.
class C10_API ThreadLocalDebugInfo {
 public:
  static DebugInfoBase* get(DebugInfoKind kind);
  static std::shared_ptr<ThreadLocalDebugInfo> current();
  static void _forceCurrentDebugInfo(std::shared_ptr<ThreadLocalDebugInfo> info);
  static void _push(DebugInfoKind kind, std::shared_ptr<DebugInfoBase> info);
  static std::shared_ptr<DebugInfoBase> _pop(DebugInfoKind kind);
  static std::shared_ptr<DebugInfoBase> _peek(DebugInfoKind kind);

 private:
  std::shared_ptr<DebugInfoBase> info_;
  DebugInfoKind kind_;
  std::shared_ptr<ThreadLocalDebugInfo> parent_info_;
  friend class DebugInfoGuard;
};

class C10_API DebugInfoGuard {
 public:
  DebugInfoGuard(DebugInfoKind kind, std::shared_ptr<DebugInfoBase> info);
  explicit DebugInfoGuard(std::shared_ptr<ThreadLocalDebugInfo> info);
  ~DebugInfoGuard();
  DebugInfoGuard(const DebugInfoGuard&) = delete;
  DebugInfoGuard(DebugInfoGuard&&) = delete;
  DebugInfoGuard& operator=(const DebugInfoGuard&) = delete;
  DebugInfoGuard& operator=(DebugInfoGuard&&) = delete;

 private:
  bool active_ = false;
  std::shared_ptr<ThreadLocalDebugInfo> prev_info_ = nullptr;
};

}  // namespace c10
