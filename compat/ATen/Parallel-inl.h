// Mirrors <ATen/Parallel-inl.h> of PyTorch 2.13.
#pragma once

#include <c10/util/Exception.h>
#include <c10/util/ParallelGuard.h>
#include <c10/util/SmallVector.h>

namespace at {

namespace internal {

/// Whether a loop is worth threads here; `work` is what runs in the caller otherwise.
inline bool use_parallel(int64_t count, int64_t grain_size) {
#ifdef INTRA_OP_PARALLEL
  lazy_init_num_threads();
  return count > grain_size && count > 1 && !at::in_parallel_region() && at::get_num_threads() > 1;
#else
  (void)count, (void)grain_size;
  return false;
#endif
}

}  // namespace internal

template <class F>
inline void parallel_for(const int64_t begin, const int64_t end, const int64_t grain_size, const F& f) {
  if (begin >= end) return;
  if (!internal::use_parallel(end - begin, grain_size)) {
    const internal::ThreadIdGuard id(0);
    const c10::ParallelGuard guard(true);
    f(begin, end);
    return;
  }
#ifdef INTRA_OP_PARALLEL
  internal::invoke_parallel(begin, end, grain_size, [&](int64_t from, int64_t to) {
    const c10::ParallelGuard guard(true);
    f(from, to);
  });
#endif
}

template <class scalar_t, class F, class SF>
inline scalar_t parallel_reduce(const int64_t begin, const int64_t end, const int64_t grain_size, const scalar_t ident,
                                const F& f, const SF& sf) {
  TORCH_CHECK(grain_size >= 0);
  if (begin >= end) return ident;
  if (!internal::use_parallel(end - begin, grain_size)) {
    const internal::ThreadIdGuard id(0);
    const c10::ParallelGuard guard(true);
    return f(begin, end, ident);
  }
  scalar_t result = ident;
#ifdef INTRA_OP_PARALLEL
  c10::SmallVector<scalar_t, 64> partial(at::get_num_threads(), ident);
  internal::invoke_parallel(begin, end, grain_size, [&](const int64_t from, const int64_t to) {
    const c10::ParallelGuard guard(true);
    partial[at::get_thread_num()] = f(from, to, ident);
  });
  for (const auto& each : partial) result = sf(result, each);
#endif
  return result;
}

}  // namespace at
