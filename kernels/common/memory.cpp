#include "kernels/common/memory.h"

#include <pthread.h>
#include <sys/mman.h>

#include <bit>
#include <cstdlib>
#include <mutex>

#include "kernels/common/block_bin.h"
#include "kernels/common/error.h"
#include "kernels/common/main_thread.h"

// A block is a 64-byte header and the data behind it. Small blocks are cached per thread without locks, big ones in
// bins under one mutex. Classes have four steps in each power of two, so at most a fifth of a block is unused.

namespace flambeau {
namespace {

struct Header {
  int32_t size_class;
};
static_assert(sizeof(Header) <= kAlignment);

constexpr int kSmallClasses = 45;                    // up to 256 KiB
constexpr int kClasses = 160;                        // up to 2^45 bytes
constexpr size_t kThreadBinBytes = size_t{1} << 20;  // kept by a thread in each small class
constexpr size_t kSharedBytes = size_t{512} << 20;   // kept by the process in big blocks
constexpr size_t kHugePage = size_t{2} << 20;
constexpr size_t kLargest = size_t{1} << 45;

// Under the address sanitizer every block comes from the system with its exact size, so that its bounds are guarded.
#ifdef __SANITIZE_ADDRESS__
constexpr bool kExact = true;
#else
constexpr bool kExact = false;
#endif

/// Classes 0, 1, 2, ... hold 64, 128, 192, 256, 320, 384, 448, 512, 640, 768, ... bytes.
constexpr int class_of(size_t bytes) {
  const size_t units = (bytes + kAlignment - 1) / kAlignment;
  if (units <= 4) return static_cast<int>(units) - 1;
  const int log = std::bit_width(units - 1) - 1;  // units - 1 in [2^log, 2^(log+1))
  return (log - 1) * 4 + static_cast<int>((units - 1) >> (log - 2)) - 4;
}
constexpr size_t class_bytes(int size_class) {
  if (size_class < 4) return static_cast<size_t>(size_class + 1) * kAlignment;
  const int log = size_class / 4 + 1;
  return (static_cast<size_t>(size_class % 4 + 5) << (log - 2)) * kAlignment;
}
static_assert(class_bytes(class_of(65)) == 128 && class_bytes(class_of(257)) == 320 &&
              class_bytes(class_of(513)) == 640);
static_assert(class_bytes(class_of(4096)) == 4096 && class_of(4097) == class_of(4096) + 1);

Header* header_of(void* data) { return reinterpret_cast<Header*>(static_cast<char*>(data) - kAlignment); }

struct Shared {
  std::mutex mutex;
  FreeBlock* bins[kClasses] = {};
  size_t cached = 0;
};
constinit Shared shared;

// A child of fork may be born while another thread holds the mutex.
void lock_before_fork() { shared.mutex.lock(); }
void unlock_after_fork() { shared.mutex.unlock(); }

struct ThreadCache {
  BlockBin bins[kSmallClasses];

  void release() {
    for (BlockBin& bin : bins) {
      while (void* block = bin.take()) std::free(header_of(block));
    }
  }
};

void free_list(FreeBlock* block) {
  while (block) {
    FreeBlock* next = block->next;
    std::free(header_of(block));
    block = next;
  }
}

constinit thread_local ThreadCache* thread_cache = nullptr;
constinit thread_local bool thread_is_ending = false;
constinit MainThread<ThreadCache> main_cache;

struct ThreadReaper {
  ~ThreadReaper() {
    thread_is_ending = true;
    if (!thread_cache) return;
    main_cache.withdraw(*thread_cache);
    thread_cache->release();
    std::free(thread_cache);
    thread_cache = nullptr;
  }
};

ThreadCache* make_thread_cache() {
  if (thread_is_ending) return nullptr;
  static const int registered = pthread_atfork(lock_before_fork, unlock_after_fork, unlock_after_fork);
  static_cast<void>(registered);
  static thread_local ThreadReaper reaper;
  static_cast<void>(&reaper);
  thread_cache = static_cast<ThreadCache*>(std::calloc(1, sizeof(ThreadCache)));
  if (!thread_cache) return nullptr;
  for (int i = 0; i < kSmallClasses; ++i)
    thread_cache->bins[i].room = static_cast<uint32_t>(kThreadBinBytes / class_bytes(i));
  main_cache.offer(*thread_cache);
  return thread_cache;
}

void* from_system(int size_class) {
  const size_t bytes = class_bytes(size_class) + kAlignment;
  void* base = nullptr;
  const bool huge = bytes >= 2 * kHugePage;
  if (posix_memalign(&base, huge ? kHugePage : kAlignment, bytes) != 0) return nullptr;
  if (huge) madvise(base, bytes, MADV_HUGEPAGE);
  static_cast<Header*>(base)->size_class = size_class;
  return static_cast<char*>(base) + kAlignment;
}

[[noreturn, gnu::noinline]] void fail_allocation(size_t bytes) {
  fail(ErrorKind::out_of_memory, "DefaultCPUAllocator: can't allocate memory: you tried to allocate ", bytes,
       " bytes. Error code 12 (Cannot allocate memory)");
}

[[gnu::noinline]] void* allocate_slow(size_t bytes, int size_class) {
  if (size_class < kSmallClasses) {
    if (!thread_cache) make_thread_cache();
  } else {
    std::lock_guard lock(shared.mutex);
    if (FreeBlock* block = shared.bins[size_class]) {
      shared.bins[size_class] = block->next;
      shared.cached -= class_bytes(size_class);
      return block;
    }
  }
  void* data = from_system(size_class);
  if (!data) {
    release_cached_memory();
    data = from_system(size_class);
  }
  if (!data) fail_allocation(bytes);
  return data;
}

[[gnu::noinline]] void deallocate_slow(void* data, int size_class) noexcept {
  if (size_class >= kSmallClasses) {
    std::lock_guard lock(shared.mutex);
    if (shared.cached + class_bytes(size_class) <= kSharedBytes) {
      shared.cached += class_bytes(size_class);
      auto* block = static_cast<FreeBlock*>(data);
      block->next = shared.bins[size_class];
      shared.bins[size_class] = block;
      return;
    }
  }
  std::free(header_of(data));
}

// Threads other than the main one ask the dynamic linker for their cache. Apart, so that the main thread's way needs no
// stack.
[[gnu::noinline]] void* allocate_elsewhere(size_t bytes, int size_class) {
  void* const block = thread_cache ? thread_cache->bins[size_class].take() : nullptr;
  return block ? block : allocate_slow(bytes, size_class);
}
[[gnu::noinline]] void deallocate_elsewhere(void* data, int size_class) noexcept {
  if (!thread_cache || !thread_cache->bins[size_class].keep(data)) deallocate_slow(data, size_class);
}

}  // namespace

void* allocate(size_t bytes) {
  if (bytes == 0) return nullptr;
  if (bytes > kLargest) [[unlikely]]
    fail_allocation(bytes);
  if constexpr (kExact) {
    void* data = nullptr;
    if (posix_memalign(&data, kAlignment, bytes) != 0) fail_allocation(bytes);
    return data;
  }
  const int size_class = class_of(bytes);
  if (size_class >= kSmallClasses) return allocate_slow(bytes, size_class);
  ThreadCache* const main = main_cache.get();
  if (!main) [[unlikely]]
    return allocate_elsewhere(bytes, size_class);
  void* const block = main->bins[size_class].take();
  return block ? block : allocate_slow(bytes, size_class);
}

void deallocate(void* data) noexcept {
  if (!data) return;
  if constexpr (kExact) {
    std::free(data);
    return;
  }
  const int size_class = header_of(data)->size_class;
  if (size_class >= kSmallClasses) return deallocate_slow(data, size_class);
  ThreadCache* const main = main_cache.get();
  if (!main) [[unlikely]]
    return deallocate_elsewhere(data, size_class);
  if (!main->bins[size_class].keep(data)) deallocate_slow(data, size_class);
}

void release_cached_memory() noexcept {
  if (thread_cache) thread_cache->release();
  std::lock_guard lock(shared.mutex);
  for (FreeBlock*& bin : shared.bins) {
    free_list(bin);
    bin = nullptr;
  }
  shared.cached = 0;
}

}  // namespace flambeau
