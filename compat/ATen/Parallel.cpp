#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <omp.h>

#include <atomic>
#include <sstream>
#include <thread>

#include "c10/util/Exception.h"

namespace at {
namespace {

std::atomic<int> chosen_threads{0};  // 0 until somebody chooses
std::atomic<int> interop_threads{0};
constinit thread_local int thread_number = 0;

}  // namespace

void init_num_threads() {
  if (const int chosen = chosen_threads.load(); chosen > 0) omp_set_num_threads(chosen);
}

void set_num_threads(int nthreads) {
  TORCH_CHECK(nthreads > 0, "Expected positive number of threads");
  chosen_threads = nthreads;
  omp_set_num_threads(nthreads);
}

int get_num_threads() {
  internal::lazy_init_num_threads();
  return omp_get_max_threads();
}

int get_thread_num() { return thread_number; }
bool in_parallel_region() { return omp_in_parallel() != 0; }
void internal::set_thread_num(int id) { thread_number = id; }
int intraop_default_num_threads() { return omp_get_num_procs(); }

void set_num_interop_threads(int nthreads) {
  TORCH_CHECK(nthreads > 0, "Expected positive number of threads");
  int unset = 0;
  TORCH_CHECK(
      interop_threads.compare_exchange_strong(unset, nthreads),
      "Error: cannot set number of interop threads after parallel work has started or set_num_interop_threads called");
}

size_t get_num_interop_threads() {
  const int chosen = interop_threads.load();
  return chosen > 0 ? static_cast<size_t>(chosen) : std::max(1U, std::thread::hardware_concurrency());
}

void internal::launch_no_thread_state(std::function<void()> fn) { std::thread(std::move(fn)).detach(); }
void launch(std::function<void()> func) { internal::launch_no_thread_state(std::move(func)); }

// PyTorch's OpenMP build runs these in the caller as well.
void intraop_launch(const std::function<void()>& func) { func(); }

std::string get_parallel_info() {
  std::ostringstream text;
  text << "ATen/Parallel:\n\tat::get_num_threads() : " << get_num_threads()
       << "\n\tat::get_num_interop_threads() : " << get_num_interop_threads() << "\n"
       << get_openmp_version() << "\n\tomp_get_max_threads() : " << omp_get_max_threads()
       << "\nATen parallel backend: OpenMP\n";
  return text.str();
}

}  // namespace at
