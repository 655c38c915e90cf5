#include <c10/core/impl/alloc_cpu.h>
#include <c10/mobile/CPUCachingAllocator.h>

namespace c10 {

std::mutex CPUCachingAllocator::mutex_;
ska::flat_hash_map<void*, size_t> CPUCachingAllocator::allocation_map_;

namespace {
constinit thread_local CPUCachingAllocator* current = nullptr;
}

inline void* CPUCachingAllocator::allocate_and_cache(const size_t bytes) {
  void* ptr = nullptr;
  try {
    ptr = c10::alloc_cpu(bytes);
  } catch (const c10::Error&) {
    // Perhaps what is kept for other sizes is in the way.
    free_cached();
    ptr = c10::alloc_cpu(bytes);
  }
  allocation_map_[ptr] = bytes;
  return ptr;
}

void* CPUCachingAllocator::allocate(const size_t bytes) {
  const std::lock_guard<std::mutex> guard(mutex_);
  const auto it = available_map_.find(bytes);
  if (it == available_map_.end() || it->second.empty()) return allocate_and_cache(bytes);
  return it->second.pop_back_val();
}

void CPUCachingAllocator::free(void* ptr) {
  const std::lock_guard<std::mutex> guard(mutex_);
  const auto it = allocation_map_.find(ptr);
  if (it == allocation_map_.end()) {
    c10::free_cpu(ptr);
    return;
  }
  available_map_[it->second].push_back(ptr);
}

void CPUCachingAllocator::record_free(void* ptr) {
  const std::lock_guard<std::mutex> guard(mutex_);
  const auto it = allocation_map_.find(ptr);
  if (it != allocation_map_.end()) allocation_map_.erase(it);
}

void CPUCachingAllocator::free_cached() {
  for (const auto& it : available_map_) {
    for (const auto ptr : it.second) {
      c10::free_cpu(ptr);
      allocation_map_.erase(ptr);
    }
  }
  available_map_.clear();
}

CPUCachingAllocator::~CPUCachingAllocator() { free_cached(); }

CPUCachingAllocator* GetDefaultCPUCachingAllocator() {
  static auto* allocator = new CPUCachingAllocator();
  return allocator;
}

bool ThreadLocalCachingAllocatorEnabled() { return current != nullptr; }
CPUCachingAllocator* GetThreadLocalCachingAllocator() { return current; }

WithCPUCachingAllocatorGuard::WithCPUCachingAllocatorGuard(CPUCachingAllocator* allocator)
    : prev_caching_allocator_ptr_(current) {
  current = allocator;
}

WithCPUCachingAllocatorGuard::~WithCPUCachingAllocatorGuard() { current = prev_caching_allocator_ptr_; }

}  // namespace c10
