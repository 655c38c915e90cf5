#include <c10/core/Allocator.h>
#include <c10/core/CPUAllocator.h>
#include <c10/core/impl/alloc_cpu.h>
#include <c10/mobile/CPUCachingAllocator.h>
#include <c10/mobile/CPUProfilingAllocator.h>
#include <c10/util/Logging.h>
#include <c10/util/debug_info_used.h>

namespace c10 {

namespace {
bool reporting() {
  return FLAGS_caffe2_report_cpu_memory_usage ||
         (flambeau::debug_info_used.load(std::memory_order_relaxed) && memoryProfilingEnabled());
}
}  // namespace

struct C10_API DefaultCPUAllocator final : at::Allocator {
  DefaultCPUAllocator() = default;
  at::DataPtr allocate(size_t nbytes) override {
    void* data = nullptr;
    try {
      data = alloc_cpu(nbytes);
    } catch (const c10::Error&) {
      profiledCPUMemoryReporter().OutOfMemory(nbytes);
      throw;
    }
    if (C10_UNLIKELY(reporting())) profiledCPUMemoryReporter().New(data, nbytes);
    return {data, data, &ReportAndDelete, at::Device(at::DeviceType::CPU)};
  }
  static void ReportAndDelete(void* ptr) {
    if (ptr == nullptr) return;
    if (C10_UNLIKELY(reporting())) profiledCPUMemoryReporter().Delete(ptr);
    free_cpu(ptr);
  }
  at::DeleterFnPtr raw_deleter() const override { return &ReportAndDelete; }
  void copy_data(void* dest, const void* src, std::size_t count) const final { default_copy_data(dest, src, count); }
};

namespace {

// Adds the thread's caching allocator and its plans, where a guard has set any.
struct MobileCPUAllocator final : at::Allocator {
  at::DataPtr allocate(size_t nbytes) override {
    if (nbytes == 0) return {nullptr, nullptr, &release, at::Device(DeviceType::CPU)};
    void* data = nullptr;
    auto* caching = GetThreadLocalCachingAllocator();
    auto* profiling = GetThreadLocalProfilingAllocator();
    if (caching != nullptr) {
      data = caching->allocate(nbytes);
    } else if (profiling != nullptr) {
      data = profiling->allocate(nbytes);
    } else {
      data = alloc_cpu(nbytes);
      if (auto* planner = GetThreadLocalAllocationPlanner()) planner->record_allocation(nbytes, data);
    }
    return {data, data, &release, at::Device(DeviceType::CPU)};
  }
  static void release(void* data) {
    if (data == nullptr) return;
    if (auto* caching = GetThreadLocalCachingAllocator()) {
      caching->free(data);
    } else if (auto* profiling = GetThreadLocalProfilingAllocator()) {
      profiling->free(data);
    } else {
      CPUCachingAllocator::record_free(data);
      if (auto* planner = GetThreadLocalAllocationPlanner()) planner->record_free(data);
      free_cpu(data);
    }
  }
  at::DeleterFnPtr raw_deleter() const override { return &release; }
  bool is_simple_data_ptr(const c10::DataPtr& data_ptr) const final { return data_ptr.get() == data_ptr.get_context(); }
  void copy_data(void* dest, const void* src, std::size_t count) const final { default_copy_data(dest, src, count); }
};

}  // namespace

C10_API constinit Allocator* cpu_caching_alloc = nullptr;
C10_API constinit uint8_t cpu_caching_alloc_priority = 0;

void NoDelete(void*) {}

at::Allocator* GetCPUAllocator() { return GetAllocator(DeviceType::CPU); }
void SetCPUAllocator(at::Allocator* alloc, uint8_t priority) { SetAllocator(DeviceType::CPU, alloc, priority); }

at::Allocator* GetDefaultCPUAllocator() {
  static auto* allocator = new DefaultCPUAllocator();
  return allocator;
}

at::Allocator* GetDefaultMobileCPUAllocator() {
  static auto* allocator = new MobileCPUAllocator();
  return allocator;
}

void SetCPUCachingAllocator(Allocator* alloc, uint8_t priority) {
  if (priority < cpu_caching_alloc_priority) return;
  cpu_caching_alloc = alloc;
  cpu_caching_alloc_priority = priority;
}

Allocator* GetCPUCachingAllocator() {
  if (cpu_caching_alloc != nullptr) return cpu_caching_alloc;
  VLOG(1) << "There is not caching allocator registered for CPU, use the default allocator instead.";
  return GetAllocator(DeviceType::CPU);
}

ProfiledCPUMemoryReporter& profiledCPUMemoryReporter() {
  static auto* reporter = new ProfiledCPUMemoryReporter();
  return *reporter;
}

void ProfiledCPUMemoryReporter::New(void* ptr, size_t nbytes) {
  if (nbytes == 0) return;
  size_t allocated = 0;
  {
    const std::lock_guard<std::mutex> guard(mutex_);
    size_table_[ptr] = nbytes;
    allocated_ += nbytes;
    allocated = allocated_;
  }
  if (FLAGS_caffe2_report_cpu_memory_usage) {
    LOG(INFO) << "C10 alloc " << nbytes << " bytes, total alloc " << allocated << " bytes.";
  }
  if (memoryProfilingEnabled()) {
    reportMemoryUsageToProfiler(ptr, static_cast<int64_t>(nbytes), allocated, 0, c10::Device(c10::DeviceType::CPU));
  }
}

void ProfiledCPUMemoryReporter::Delete(void* ptr) {
  size_t nbytes = 0;
  size_t allocated = 0;
  {
    const std::lock_guard<std::mutex> guard(mutex_);
    const auto it = size_table_.find(ptr);
    if (it == size_table_.end()) {
      // Some of it will be older than the profiling.
      if (log_cnt_++ % 1000 == 0) {
        LOG(WARNING)
            << "Memory block of unknown size was allocated before the profiling started, profiler results will "
               "not include the deallocation event";
      }
    } else {
      nbytes = it->second;
      allocated_ -= nbytes;
      size_table_.erase(it);
    }
    allocated = allocated_;
  }
  if (nbytes == 0) return;
  if (FLAGS_caffe2_report_cpu_memory_usage) {
    LOG(INFO) << "C10 deleted " << nbytes << " bytes, total alloc " << allocated << " bytes.";
  }
  if (memoryProfilingEnabled()) {
    reportMemoryUsageToProfiler(ptr, -static_cast<int64_t>(nbytes), allocated, 0, c10::Device(c10::DeviceType::CPU));
  }
}

void ProfiledCPUMemoryReporter::OutOfMemory(size_t nbytes) {
  if (nbytes == 0) return;
  size_t allocated = 0;
  {
    const std::lock_guard<std::mutex> guard(mutex_);
    allocated = allocated_;
  }
  LOG(INFO) << "C10 Out of Memory. Trying to allocate " << nbytes << " bytes, total alloc " << allocated << " bytes.";
  if (memoryProfilingEnabled()) {
    reportOutOfMemoryToProfiler(static_cast<int64_t>(nbytes), allocated, 0, c10::Device(c10::DeviceType::CPU));
  }
}

}  // namespace c10
