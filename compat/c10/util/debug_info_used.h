#pragma once

#include <atomic>

namespace flambeau {

/// Some thread has, or had, debug information (c10::ThreadLocalDebugInfo), such as a profiler's. Every allocation asks,
/// and most programs never have any. Never becomes false again.
extern std::atomic<bool> debug_info_used __attribute__((visibility("hidden")));

}  // namespace flambeau
