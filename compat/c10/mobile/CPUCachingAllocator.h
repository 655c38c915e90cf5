// Mirrors <c10/mobile/CPUCachingAllocator.h> of PyTorch 2.13.
#pragma once

#include <c10/macros/Export.h>
#include <c10/util/Exception.h>
#include <c10/util/SmallVector.h>
#include <c10/util/flat_hash_map.h>

#include <cstddef>
#include <mutex>

namespace c10 {

// Keeps freed blocks by their exact size, for programs that ask for the same sizes again and again.
class C10_API CPUCachingAllocator {
 private:
  inline void* allocate_and_cache(const size_t bytes);
  void free_cached();

 protected:
  ska::flat_hash_map<size_t, c10::SmallVector<void*, 16>> available_map_;
  // Of all such allocators, so that any of them may free a block.
  static ska::flat_hash_map<void*, size_t> allocation_map_;
  static std::mutex mutex_;

 public:
  /// Told when a block of theirs is freed by the ordinary allocator.
  static void record_free(void* ptr);
  virtual ~CPUCachingAllocator();
  virtual void* allocate(const size_t bytes);
  virtual void free(void* ptr);
};

CPUCachingAllocator* GetDefaultCPUCachingAllocator();
bool ThreadLocalCachingAllocatorEnabled();
CPUCachingAllocator* GetThreadLocalCachingAllocator();

class C10_API WithCPUCachingAllocatorGuard {
 public:
  WithCPUCachingAllocatorGuard(CPUCachingAllocator* allocator);
  ~WithCPUCachingAllocatorGuard();

 private:
  CPUCachingAllocator* prev_caching_allocator_ptr_{nullptr};
};

}  // namespace c10
