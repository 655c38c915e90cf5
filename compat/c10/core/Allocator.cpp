#include <c10/core/Allocator.h>

#include <c10/core/CPUAllocator.h>
#include <c10/util/ThreadLocalDebugInfo.h>

#include <array>
#include <atomic>
#include <cstring>

namespace c10 {

DataPtr Allocator::clone(const void* data, std::size_t n) {
  DataPtr copy = allocate(n);
  copy_data(copy.mutable_get(), data, n);
  return copy;
}

void Allocator::default_copy_data(void* dest, const void* src, std::size_t count) const { memcpy(dest, src, count); }

bool Allocator::is_simple_data_ptr(const DataPtr& data_ptr) const { return data_ptr.get() == data_ptr.get_context(); }

DataPtr InefficientStdFunctionContext::makeDataPtr(void* ptr, std::function<void(void*)> deleter, Device device) {
  return {ptr, new InefficientStdFunctionContext(ptr, std::move(deleter)),
          [](void* context) { delete static_cast<InefficientStdFunctionContext*>(context); }, device};
}

namespace {

constexpr auto kTypes = static_cast<size_t>(DeviceType::COMPILE_TIME_MAX_DEVICE_TYPES);
constinit std::array<std::atomic<Allocator*>, kTypes> allocators{};
constinit std::array<std::atomic<uint8_t>, kTypes> priorities{};

// Meta tensors have sizes only.
struct MetaAllocator final : public Allocator {
  DataPtr allocate(size_t) override { return {nullptr, nullptr, &deleteNothing, Device(DeviceType::Meta)}; }
  DeleterFnPtr raw_deleter() const override { return &deleteNothing; }
  void copy_data(void*, const void*, std::size_t) const override {}
  static void deleteNothing(void*) {}
};

Allocator* meta_allocator() {
  static auto* meta = new MetaAllocator();
  return meta;
}

[[noreturn, gnu::cold, gnu::noinline]] void no_allocator(DeviceType t) {
  TORCH_INTERNAL_ASSERT(false, "Allocator for ", t, " is not set.");
}

}  // namespace

void SetAllocator(DeviceType t, Allocator* alloc, uint8_t priority) {
  const auto i = static_cast<size_t>(t);
  if (priority < priorities[i].load()) return;
  allocators[i].store(alloc);
  priorities[i].store(priority);
}

Allocator* GetAllocator(const DeviceType& t) {
  if (auto* alloc = allocators[static_cast<size_t>(t)].load(std::memory_order_acquire)) return alloc;
  if (t == DeviceType::CPU) return GetDefaultCPUAllocator();
  if (t == DeviceType::Meta) return meta_allocator();
  no_allocator(t);
}

namespace {
MemoryReportingInfoBase* reporter() {
  return static_cast<MemoryReportingInfoBase*>(ThreadLocalDebugInfo::get(DebugInfoKind::PROFILER_STATE));
}
}  // namespace

bool memoryProfilingEnabled() {
  auto* info = reporter();
  return info != nullptr && info->memoryProfilingEnabled();
}

void reportMemoryUsageToProfiler(void* ptr, int64_t alloc_size, size_t total_allocated, size_t total_reserved,
                                 Device device) {
  if (auto* info = reporter()) info->reportMemoryUsage(ptr, alloc_size, total_allocated, total_reserved, device);
}

void reportOutOfMemoryToProfiler(int64_t alloc_size, size_t total_allocated, size_t total_reserved, Device device) {
  if (auto* info = reporter()) info->reportOutOfMemory(alloc_size, total_allocated, total_reserved, device);
}

void MemoryReportingInfoBase::reportOutOfMemory(int64_t, size_t, size_t, Device) {}

}  // namespace c10
