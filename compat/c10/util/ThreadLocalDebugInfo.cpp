#include <c10/util/ThreadLocalDebugInfo.h>
#include <c10/util/debug_info_used.h>

#include <ostream>

constinit std::atomic<bool> flambeau::debug_info_used{false};

namespace c10 {

#define FLAMBEAU_DEBUG_INFO_KIND(name)                   \
  static constexpr std::string_view name##_name = #name; \
  constinit const DebugInfoKind DebugInfoKind::name = DebugInfoKind(&name##_name);
FLAMBEAU_DEBUG_INFO_KIND(PRODUCER_INFO)
FLAMBEAU_DEBUG_INFO_KIND(MOBILE_RUNTIME_INFO)
FLAMBEAU_DEBUG_INFO_KIND(PROFILER_STATE)
FLAMBEAU_DEBUG_INFO_KIND(INFERENCE_CONTEXT)
FLAMBEAU_DEBUG_INFO_KIND(PARAM_COMMS_INFO)
FLAMBEAU_DEBUG_INFO_KIND(TEST_INFO)
FLAMBEAU_DEBUG_INFO_KIND(TEST_INFO_2)
#undef FLAMBEAU_DEBUG_INFO_KIND

std::ostream& operator<<(std::ostream& os, const DebugInfoKind& kind) {
  return os << (kind.value_ == nullptr ? std::string_view("<uninitialized DebugInfoKind>") : *kind.value_);
}

namespace {

std::shared_ptr<ThreadLocalDebugInfo>& top() {
  static thread_local std::shared_ptr<ThreadLocalDebugInfo> info;
  return info;
}

}  // namespace

DebugInfoBase* ThreadLocalDebugInfo::get(DebugInfoKind kind) {
  if (!flambeau::debug_info_used.load(std::memory_order_relaxed)) return nullptr;
  for (auto* info = top().get(); info != nullptr; info = info->parent_info_.get()) {
    if (info->kind_ == kind) return info->info_.get();
  }
  return nullptr;
}

std::shared_ptr<ThreadLocalDebugInfo> ThreadLocalDebugInfo::current() { return top(); }

void ThreadLocalDebugInfo::_forceCurrentDebugInfo(std::shared_ptr<ThreadLocalDebugInfo> info) {
  if (info) flambeau::debug_info_used = true;
  top() = std::move(info);
}

void ThreadLocalDebugInfo::_push(DebugInfoKind kind, std::shared_ptr<DebugInfoBase> info) {
  auto entry = std::make_shared<ThreadLocalDebugInfo>();
  entry->parent_info_ = top();
  entry->kind_ = kind;
  entry->info_ = std::move(info);
  flambeau::debug_info_used = true;
  top() = std::move(entry);
}

std::shared_ptr<DebugInfoBase> ThreadLocalDebugInfo::_pop(DebugInfoKind kind) {
  TORCH_CHECK(top() && top()->kind_ == kind, "Expected debug info of type ", kind);
  const auto entry = top();
  top() = entry->parent_info_;
  return entry->info_;
}

std::shared_ptr<DebugInfoBase> ThreadLocalDebugInfo::_peek(DebugInfoKind kind) {
  TORCH_CHECK(top() && top()->kind_ == kind, "Expected debug info of type ", kind);
  return top()->info_;
}

DebugInfoGuard::DebugInfoGuard(DebugInfoKind kind, std::shared_ptr<DebugInfoBase> info) {
  if (!info) return;
  prev_info_ = top();
  ThreadLocalDebugInfo::_push(kind, std::move(info));
  active_ = true;
}

DebugInfoGuard::DebugInfoGuard(std::shared_ptr<ThreadLocalDebugInfo> info) {
  if (!info) return;
  flambeau::debug_info_used = true;
  prev_info_ = std::exchange(top(), std::move(info));
  active_ = true;
}

DebugInfoGuard::~DebugInfoGuard() {
  if (active_) top() = prev_info_;
}

}  // namespace c10
