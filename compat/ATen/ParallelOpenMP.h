// Mirrors <ATen/ParallelOpenMP.h> of PyTorch 2.13.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <exception>

#ifdef _OPENMP
#define INTRA_OP_PARALLEL
#include <omp.h>

namespace at::internal {

/// One chunk for each thread; the first exception is rethrown in the caller.
template <typename F>
inline void invoke_parallel(int64_t begin, int64_t end, int64_t grain_size, const F& f) {
  std::atomic_flag failed = ATOMIC_FLAG_INIT;
  std::exception_ptr error;
#pragma omp parallel
  {
    int64_t threads = omp_get_num_threads();
    if (grain_size > 0) threads = std::min(threads, divup(end - begin, grain_size));
    const int64_t id = omp_get_thread_num(), chunk = divup(end - begin, threads), from = begin + id * chunk;
    if (from < end) {
      try {
        const ThreadIdGuard guard(static_cast<int>(id));
        f(from, std::min(end, from + chunk));
      } catch (...) {
        if (!failed.test_and_set()) error = std::current_exception();
      }
    }
  }
  if (error) std::rethrow_exception(error);
}

}  // namespace at::internal
#endif
