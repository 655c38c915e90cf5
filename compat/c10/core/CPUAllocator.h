// Mirrors <c10/core/CPUAllocator.h> of PyTorch 2.13.
#pragma once

#include <c10/core/Allocator.h>
#include <c10/macros/Export.h>
#include <c10/util/Flags.h>

#include <cstdint>
#include <cstring>
#include <mutex>
#include <unordered_map>

C10_DECLARE_bool(caffe2_report_cpu_memory_usage);

namespace c10 {

using MemoryDeleter = void (*)(void*);

C10_API void NoDelete(void*);

// Keeps the size of each block, for profilers.
class C10_API ProfiledCPUMemoryReporter {
 public:
  ProfiledCPUMemoryReporter() = default;
  void New(void* ptr, size_t nbytes);
  void OutOfMemory(size_t nbytes);
  void Delete(void* ptr);

 private:
  std::mutex mutex_;
  std::unordered_map<void*, size_t> size_table_;
  size_t allocated_ = 0;
  size_t log_cnt_ = 0;
};
C10_API ProfiledCPUMemoryReporter& profiledCPUMemoryReporter();

C10_API at::Allocator* GetCPUAllocator();
C10_API void SetCPUAllocator(at::Allocator* alloc, uint8_t priority = 0);
C10_API at::Allocator* GetDefaultCPUAllocator();
C10_API at::Allocator* GetDefaultMobileCPUAllocator();
C10_API void SetCPUCachingAllocator(Allocator* alloc, uint8_t priority = 0);
C10_API Allocator* GetCPUCachingAllocator();

}  // namespace c10
