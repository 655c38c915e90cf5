#pragma once

namespace flambeau {

/// Registers what is neither in the static table nor registered by anybody else: the operators of profiler::. They
/// name a custom class, and no library has a dynamic initialiser.
void register_late_operators();

}  // namespace flambeau
