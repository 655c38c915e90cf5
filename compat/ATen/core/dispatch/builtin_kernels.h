#pragma once

#include <atomic>

namespace flambeau {

/// Somebody has registered a kernel for a built-in operator: what it would be called for must be sent through the
/// dispatcher. Never becomes false again.
extern std::atomic<bool> builtin_kernels_replaced;

}  // namespace flambeau
