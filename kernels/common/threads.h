// Parallel loops on OpenMP, the runtime that extensions' own loops use, so that a process has one pool of threads.
#pragma once

#include <omp.h>

#include <algorithm>
#include <cstdint>
#include <exception>

namespace flambeau {

/// Calls body(begin, end) on disjoint pieces that cover [begin, end), in parallel when there are at least `grain` items
/// for each of two threads. Nested calls run in the caller. The first exception thrown by a piece is rethrown here.
template <class Body>
void parallel_for(int64_t begin, int64_t end, int64_t grain, const Body& body) {
  if (begin >= end) return;
  const int64_t count = end - begin;
  const int64_t pieces =
      grain > 0 ? std::min<int64_t>(omp_get_max_threads(), count / std::max<int64_t>(grain, 1)) : omp_get_max_threads();
  if (pieces < 2 || omp_in_parallel()) return body(begin, end);
  std::exception_ptr error;
#pragma omp parallel num_threads(static_cast <int>(pieces))
  {
    const int64_t threads = omp_get_num_threads(), me = omp_get_thread_num();
    const int64_t share = (count + threads - 1) / threads;
    const int64_t from = begin + me * share, to = std::min(end, from + share);
    if (from < to) {
      try {
        body(from, to);
      } catch (...) {
#pragma omp critical(flambeau_parallel_for)
        if (!error) error = std::current_exception();
      }
    }
  }
  if (error) std::rethrow_exception(error);
}

}  // namespace flambeau
