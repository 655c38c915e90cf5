// Mirrors <c10/core/Allocator.h> of PyTorch 2.13.
#pragma once

#include <c10/core/Device.h>
#include <c10/core/DeviceType.h>
#include <c10/core/alignment.h>
#include <c10/macros/Macros.h>
#include <c10/util/Exception.h>
#include <c10/util/ThreadLocalDebugInfo.h>
#include <c10/util/UniqueVoidPtr.h>
#include <c10/util/irange.h>
#include <c10/util/light_std.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <utility>

namespace c10 {

using CaptureId_t = unsigned long long;
using MempoolId_t = std::pair<CaptureId_t, CaptureId_t>;
struct MempoolIdHash {
  std::size_t operator()(const MempoolId_t& mempool_id) const noexcept {
    return mempool_id.first != 0 ? mempool_id.first : mempool_id.second;
  }
};

// Owned memory on a device. What owns it (the context) need not be the memory itself.
class C10_API DataPtr {
 private:
  c10::detail::UniqueVoidPtr ptr_;
  Device device_;

 public:
  DataPtr() : device_(DeviceType::CPU) {}
  DataPtr(void* data, Device device) : ptr_(data), device_(device) {}
  DataPtr(void* data, void* ctx, DeleterFnPtr ctx_deleter, Device device)
      : ptr_(data, ctx, ctx_deleter), device_(device) {}

  void* operator->() const { return ptr_.get(); }
  C10_ALWAYS_INLINE bool unsafe_reset_data_and_ctx(void* new_data_and_ctx) {
    return ptr_.unsafe_reset_data_and_ctx(new_data_and_ctx);
  }
  void clear() { ptr_.clear(); }
  void* get() const { return ptr_.get(); }
  void* mutable_get() { return ptr_.get(); }
  void* get_context() const { return ptr_.get_context(); }
  void* release_context() { return ptr_.release_context(); }
  std::unique_ptr<void, DeleterFnPtr>&& move_context() { return ptr_.move_context(); }
  operator bool() const { return static_cast<bool>(ptr_); }
  template <typename T>
  T* cast_context(DeleterFnPtr expected_deleter) const {
    return ptr_.cast_context<T>(expected_deleter);
  }
  DeleterFnPtr get_deleter() const { return ptr_.get_deleter(); }
  [[nodiscard]] bool compare_exchange_deleter(DeleterFnPtr expected_deleter, DeleterFnPtr new_deleter) {
    return ptr_.compare_exchange_deleter(expected_deleter, new_deleter);
  }
  Device device() const { return device_; }
  void unsafe_set_device(Device device) { device_ = device; }
};

inline bool operator==(const DataPtr& dp, std::nullptr_t) noexcept { return !dp; }
inline bool operator==(std::nullptr_t, const DataPtr& dp) noexcept { return !dp; }
inline bool operator!=(const DataPtr& dp, std::nullptr_t) noexcept { return dp; }
inline bool operator!=(std::nullptr_t, const DataPtr& dp) noexcept { return dp; }

struct C10_API Allocator {
  virtual ~Allocator() = default;
  virtual DataPtr allocate(size_t n) = 0;
  /// A copy of n bytes in new memory.
  DataPtr clone(const void* data, std::size_t n);
  /// Whether the memory is its own context, so that a copy-on-write context may be put in front.
  virtual bool is_simple_data_ptr(const DataPtr& data_ptr) const;
  /// Null where memory cannot be freed by its address alone; the raw functions then do not work.
  virtual DeleterFnPtr raw_deleter() const { return nullptr; }
  FLB_ON_USE void* raw_allocate(size_t n) {
    auto dptr = allocate(n);
    AT_ASSERT(dptr.get() == dptr.get_context());
    return dptr.release_context();
  }
  FLB_ON_USE void raw_deallocate(void* ptr) {
    auto d = raw_deleter();
    AT_ASSERT(d);
    d(ptr);
  }
  virtual void copy_data(void* dest, const void* src, std::size_t count) const = 0;

 protected:
  void default_copy_data(void* dest, const void* src, std::size_t count) const;
};

// A context for deleters that carry state.
struct C10_API InefficientStdFunctionContext {
  void* ptr_{nullptr};
  std::function<void(void*)> deleter_;

  InefficientStdFunctionContext(void* ptr, std::function<void(void*)> deleter)
      : ptr_(ptr), deleter_(std::move(deleter)) {}
  InefficientStdFunctionContext(const InefficientStdFunctionContext&) = delete;
  InefficientStdFunctionContext(InefficientStdFunctionContext&& rhs) noexcept
      : ptr_(std::exchange(rhs.ptr_, nullptr)), deleter_(std::move(rhs.deleter_)) {}
  InefficientStdFunctionContext& operator=(const InefficientStdFunctionContext&) = delete;
  InefficientStdFunctionContext& operator=(InefficientStdFunctionContext&& rhs) {
    if (deleter_) deleter_(ptr_);
    ptr_ = std::exchange(rhs.ptr_, nullptr);
    deleter_ = std::move(rhs.deleter_);
    return *this;
  }
  ~InefficientStdFunctionContext() {
    if (deleter_) deleter_(ptr_);
  }
  static DataPtr makeDataPtr(void* ptr, std::function<void(void*)> deleter, Device device);
};

/// A later allocator replaces an earlier one unless its priority is lower. Allocators are never deleted.
C10_API void SetAllocator(DeviceType t, Allocator* alloc, uint8_t priority = 0);
C10_API Allocator* GetAllocator(const DeviceType& t);

template <DeviceType t>
struct AllocatorRegisterer {
  explicit AllocatorRegisterer(Allocator* alloc) { SetAllocator(t, alloc); }
};
#define REGISTER_ALLOCATOR(t, f)                       \
  namespace {                                          \
  static c10::AllocatorRegisterer<t> g_allocator_d(f); \
  }

// What a memory profiler implements.
struct C10_API MemoryReportingInfoBase : public c10::DebugInfoBase {
  virtual void reportMemoryUsage(void* ptr, int64_t alloc_size, size_t total_allocated, size_t total_reserved,
                                 Device device) = 0;
  virtual void reportOutOfMemory(int64_t alloc_size, size_t total_allocated, size_t total_reserved, Device device);
  virtual bool memoryProfilingEnabled() const = 0;
};
C10_API bool memoryProfilingEnabled();
C10_API void reportMemoryUsageToProfiler(void* ptr, int64_t alloc_size, size_t total_allocated, size_t total_reserved,
                                         Device device);
C10_API void reportOutOfMemoryToProfiler(int64_t alloc_size, size_t total_allocated, size_t total_reserved,
                                         Device device);

struct GatheredContext {
  virtual ~GatheredContext() = default;
};

namespace CachingAllocator {

struct Stat {
  FLB_ON_USE void increase(size_t amount) {
    current += static_cast<int64_t>(amount);
    peak = std::max(current, peak);
    allocated += static_cast<int64_t>(amount);
  }
  FLB_ON_USE void decrease(size_t amount) {
    current -= static_cast<int64_t>(amount);
    TORCH_INTERNAL_ASSERT_DEBUG_ONLY(current >= 0, "Negative tracked stat in device allocator (likely logic error).");
    freed += static_cast<int64_t>(amount);
  }
  void reset_accumulated() {
    allocated = 0;
    freed = 0;
  }
  void reset_peak() { peak = current; }

  int64_t current = 0;
  int64_t peak = 0;
  int64_t allocated = 0;
  int64_t freed = 0;
};

enum struct StatType : uint64_t { AGGREGATE = 0, SMALL_POOL = 1, LARGE_POOL = 2, NUM_TYPES = 3 };
using StatArray = std::array<Stat, static_cast<size_t>(StatType::NUM_TYPES)>;
using StatTypes = std::array<bool, static_cast<size_t>(StatType::NUM_TYPES)>;

template <typename Func>
void for_each_selected_stat_type(const StatTypes& stat_types, Func f) {
  for (const auto stat_type : c10::irange(stat_types.size())) {
    if (stat_types[stat_type]) f(stat_type);
  }
}

struct DurationStat {
  FLB_ON_USE void increase(int64_t amount) {
    total += amount;
    count += 1;
    max = std::max(amount, max);
    min = min == 0 ? amount : std::min(amount, min);
  }
  void reset_accumulated() {
    total = 0;
    count = 0;
  }
  void reset_peak() {
    min = 0;
    max = 0;
  }

  int64_t total = 0;
  int64_t max = 0;
  int64_t min = 0;
  int64_t count = 0;
};

/// "1.50 MiB".
FLB_ON_USE inline std::string format_size(uint64_t size) {
  std::ostringstream os;
  os.precision(2);
  os << std::fixed;
  constexpr uint64_t kib = 1024, mib = kib * 1024, gib = mib * 1024;
  if (size <= kib) {
    os << size << " bytes";
  } else if (size <= mib) {
    os << static_cast<double>(size) / kib << " KiB";
  } else if (size <= gib) {
    os << static_cast<double>(size) / mib << " MiB";
  } else {
    os << static_cast<double>(size) / gib << " GiB";
  }
  return os.str();
}

}  // namespace CachingAllocator
}  // namespace c10
