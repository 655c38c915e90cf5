// Mirrors <ATen/Parallel.h> of PyTorch 2.13: parallel loops of extensions, on the same OpenMP pool as the engine's.
#pragma once

#include <ATen/Config.h>
#include <c10/macros/Macros.h>

#include <functional>
#include <string>

namespace at {

inline int64_t divup(int64_t x, int64_t y) { return (x + y - 1) / y; }

TORCH_API void init_num_threads();
TORCH_API void set_num_threads(int nthreads);
TORCH_API int get_num_threads();
/// The number of this thread within the parallel region, 0 outside.
TORCH_API int get_thread_num();
TORCH_API bool in_parallel_region();

namespace internal {

FLB_ON_USE inline void lazy_init_num_threads() {
  thread_local bool init = false;
  if (C10_UNLIKELY(!init)) {
    at::init_num_threads();
    init = true;
  }
}

TORCH_API void set_thread_num(int id);

class TORCH_API ThreadIdGuard {
 public:
  ThreadIdGuard(int new_id) : old_id_(at::get_thread_num()) { set_thread_num(new_id); }
  ~ThreadIdGuard() { set_thread_num(old_id_); }

 private:
  int old_id_;
};

void launch_no_thread_state(std::function<void()> fn);

}  // namespace internal

/// Calls f(begin, end) on disjoint chunks of at least grain_size items. f must not call operators.
template <class F>
inline void parallel_for(const int64_t begin, const int64_t end, const int64_t grain_size, const F& f);

/// Combines f(begin, end, ident) of all chunks by sf.
template <class scalar_t, class F, class SF>
inline scalar_t parallel_reduce(const int64_t begin, const int64_t end, const int64_t grain_size, const scalar_t ident,
                                const F& f, const SF& sf);

TORCH_API std::string get_parallel_info();
TORCH_API void set_num_interop_threads(int nthreads);
TORCH_API size_t get_num_interop_threads();
TORCH_API void launch(std::function<void()> func);
TORCH_API void intraop_launch(const std::function<void()>& func);
TORCH_API int intraop_default_num_threads();

}  // namespace at

#include <ATen/Parallel-inl.h>
#include <ATen/ParallelOpenMP.h>
