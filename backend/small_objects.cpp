// operator new and delete of this library for small objects: each thread keeps the blocks it frees, by size, for its
// next objects. The linker turns the library's calls into these (--wrap); the blocks themselves come from the program's
// own operator new, so either side may free what the other made.
#include <bit>
#include <cstddef>
#include <cstdint>

#include "kernels/common/block_bin.h"
#include "kernels/common/main_thread.h"

extern "C" {
void* __real__Znwm(size_t bytes);
void __real__ZdlPvm(void* block, size_t bytes);
}

namespace {

constexpr size_t kStep = 8;
constexpr size_t kLargest = 1152;    // nodes of the backward graph, and its walk's state
constexpr size_t kBinBytes = 16384;  // kept in each bin

struct Cache {
  flambeau::BlockBin bins[kLargest / kStep + 1];
  bool open, closed;
};
constinit thread_local Cache thread_cache{};
constinit flambeau::MainThread<Cache> main_cache;

/// The bin of blocks of this size; a number too large where there is none, since they are large or no multiple of
/// kStep.
size_t bin_of(size_t bytes) { return std::rotr(bytes, std::countr_zero(kStep)); }

struct Reaper {
  ~Reaper() {
    Cache& cache = thread_cache;
    main_cache.withdraw(cache);
    cache.closed = true;
    for (size_t i = 0; i <= kLargest / kStep; ++i) {
      while (void* block = cache.bins[i].take()) __real__ZdlPvm(block, i * kStep);
      cache.bins[i].room = 0;
    }
  }
};

/// The thread's first delete opens its bins; a full bin, or one of a thread that is ending, keeps nothing.
[[gnu::noinline]] void delete_slowly(void* block, size_t bytes) {
  Cache& cache = thread_cache;
  if (!cache.open && !cache.closed) {
    static thread_local Reaper reaper;
    static_cast<void>(&reaper);
    cache.open = true;
    for (size_t i = 1; i <= kLargest / kStep; ++i) cache.bins[i].room = static_cast<uint32_t>(kBinBytes / (i * kStep));
    main_cache.offer(cache);
  }
  __real__ZdlPvm(block, bytes);
}

// Threads other than the main one ask the dynamic linker for their cache. Apart, so that the main thread's way needs no
// stack.
[[gnu::noinline]] void* new_elsewhere(size_t bytes) {
  void* const block = thread_cache.bins[bin_of(bytes)].take();
  return block ? block : __real__Znwm(bytes);
}
[[gnu::noinline]] void delete_elsewhere(void* block, size_t bytes) {
  if (!thread_cache.bins[bin_of(bytes)].keep(block)) delete_slowly(block, bytes);
}

}  // namespace

extern "C" {

void* __wrap__Znwm(size_t bytes) {
  const size_t place = bin_of(bytes);
  if (place > kLargest / kStep) [[unlikely]]
    return __real__Znwm(bytes);
  Cache* const main = main_cache.get();
  if (!main) [[unlikely]]
    return new_elsewhere(bytes);
  void* const block = main->bins[place].take();
  return block ? block : __real__Znwm(bytes);
}

void __wrap__ZdlPvm(void* block, size_t bytes) {
  const size_t place = bin_of(bytes);
  if (place > kLargest / kStep || !block) [[unlikely]]
    return __real__ZdlPvm(block, bytes);
  Cache* const main = main_cache.get();
  if (!main) [[unlikely]]
    return delete_elsewhere(block, bytes);
  if (!main->bins[place].keep(block)) [[unlikely]]
    delete_slowly(block, bytes);
}
}
