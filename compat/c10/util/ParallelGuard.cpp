#include <c10/util/ParallelGuard.h>

#include <utility>

namespace c10 {
namespace {

constinit thread_local bool in_parallel_region = false;

}  // namespace

bool ParallelGuard::is_enabled() { return in_parallel_region; }
ParallelGuard::ParallelGuard(bool state) : previous_state_(std::exchange(in_parallel_region, state)) {}
ParallelGuard::~ParallelGuard() { in_parallel_region = previous_state_; }

}  // namespace c10
