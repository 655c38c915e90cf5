#include <c10/core/alignment.h>
#include <c10/core/impl/alloc_cpu.h>
#include <c10/mobile/CPUProfilingAllocator.h>
#include <c10/util/Exception.h>
#include <c10/util/irange.h>

#include <algorithm>
#include <limits>
#include <map>

namespace c10 {

namespace {

constinit thread_local AllocationPlanner* current_planner = nullptr;
constinit thread_local CPUProfilingAllocator* current_allocator = nullptr;

constexpr uint64_t kForEver = std::numeric_limits<uint64_t>::max();

uint64_t aligned(uint64_t bytes) { return (bytes + gAlignment - 1) / gAlignment * gAlignment; }

/// Where each allocation goes: the smallest gap it fits, else behind all others.
std::vector<uint64_t> place(const std::vector<uint64_t>& sizes, const std::vector<uint64_t>& lifetimes) {
  std::map<uint64_t, uint64_t> gaps;  // offset to size
  const auto give_back = [&](uint64_t offset, uint64_t size) {
    auto next = gaps.lower_bound(offset);
    if (next != gaps.begin()) {
      const auto before = std::prev(next);
      if (before->first + before->second == offset) {
        offset = before->first;
        size += before->second;
        gaps.erase(before);
      }
    }
    if (next != gaps.end() && offset + size == next->first) {
      size += next->second;
      gaps.erase(next);
    }
    gaps[offset] = size;
  };
  std::vector<std::vector<uint64_t>> ending(sizes.size() + 1);
  for (const auto id : c10::irange(sizes.size())) {
    if (lifetimes[id] != kForEver) ending[std::min<uint64_t>(lifetimes[id], sizes.size())].push_back(id);
  }
  std::vector<uint64_t> offsets(sizes.size());
  uint64_t end = 0;
  for (const auto id : c10::irange(sizes.size())) {
    for (const auto freed : ending[id]) {
      if (lifetimes[freed] == id) give_back(offsets[freed], aligned(sizes[freed]));
    }
    const uint64_t size = aligned(sizes[id]);
    auto best = gaps.end();
    for (auto it = gaps.begin(); it != gaps.end(); ++it) {
      if (it->second >= size && (best == gaps.end() || it->second < best->second)) best = it;
    }
    if (best == gaps.end()) {
      offsets[id] = end;
      end += size;
      continue;
    }
    const auto [offset, room] = *best;
    gaps.erase(best);
    offsets[id] = offset;
    if (room > size) gaps[offset + size] = room - size;
  }
  return offsets;
}

}  // namespace

void AllocationPlan::clear() {
  allocation_sizes.clear();
  allocation_lifetimes.clear();
  allocation_offsets.clear();
  total_size = 0;
}

void AllocationPlanner::record_allocation(const uint64_t size, const void* ptr) {
  if (validation_mode_) {
    validation_success = validation_success && validate_allocation(size, ptr);
    return;
  }
  allocation_plan_->allocation_sizes.push_back(size);
  allocation_plan_->allocation_lifetimes.push_back(kForEver);
  allocation_ptr_to_id_[ptr] = allocation_id_;
  allocation_id_++;
}

void AllocationPlanner::record_free(const void* ptr) {
  if (validation_mode_) {
    validation_success = validation_success && validate_free(ptr);
    return;
  }
  const auto it = allocation_ptr_to_id_.find(ptr);
  if (it == allocation_ptr_to_id_.end()) return;
  const auto id = it->second;
  TORCH_CHECK(id < allocation_plan_->allocation_lifetimes.size(),
              "Allocation must have been recorded during record_allocation.");
  allocation_plan_->allocation_lifetimes[id] = allocation_id_;
}

bool AllocationPlanner::validate_allocation(const uint64_t size, const void* ptr) {
  if (allocation_id_ >= allocation_plan_->allocation_sizes.size() ||
      allocation_plan_->allocation_sizes[allocation_id_] != size) {
    TORCH_WARN("Allocation request does not match plan:", "Allocation id:", allocation_id_,
               ", Number of recorded allocations:", allocation_plan_->allocation_sizes.size(),
               ", Recorded size of the requested allocation:",
               allocation_id_ < allocation_plan_->allocation_sizes.size()
                   ? allocation_plan_->allocation_sizes[allocation_id_]
                   : 0,
               ", but got:", size);
    return false;
  }
  allocation_ptr_to_id_[ptr] = allocation_id_++;
  return true;
}

bool AllocationPlanner::validate_free(const void* ptr) {
  const auto it = allocation_ptr_to_id_.find(ptr);
  if (it == allocation_ptr_to_id_.end()) return true;
  const auto id = it->second;
  TORCH_CHECK(id < allocation_plan_->allocation_lifetimes.size(),
              "Allocation must have been recorded during record_allocation.");
  return allocation_plan_->allocation_lifetimes[id] == allocation_id_;
}

void AllocationPlanner::formulate_plan() {
  auto& plan = *allocation_plan_;
  plan.allocation_offsets = place(plan.allocation_sizes, plan.allocation_lifetimes);
  plan.total_size = 0;
  for (const auto i : c10::irange(plan.allocation_sizes.size())) {
    if (plan.allocation_lifetimes[i] == kForEver) continue;
    plan.total_size = std::max(plan.total_size, plan.allocation_offsets[i] + plan.allocation_sizes[i]);
  }
}

void AllocationPlanner::clear() {
  allocation_plan_->clear();
  allocation_ptr_to_id_.clear();
}

void CPUProfilingAllocator::set_plan(const AllocationPlan* plan) {
  TORCH_CHECK(plan != nullptr, "Allocation plan is nullptr.");
  plan_ = plan;
  allocation_id_ = 0;
  allocation_ptr_to_id_.clear();
  if (current_size_ < plan->total_size) {
    c10::free_cpu(blob_);
    blob_ = c10::alloc_cpu(plan->total_size);
    current_size_ = plan->total_size;
  }
}

void CPUProfilingAllocator::unset_plan() {
  allocation_id_ = 0;
  allocation_ptr_to_id_.clear();
  plan_ = nullptr;
}

void* CPUProfilingAllocator::allocate(const size_t bytes) {
  TORCH_CHECK(
      plan_ && allocation_id_ < plan_->allocation_sizes.size() && bytes == plan_->allocation_sizes[allocation_id_],
      "Got allocation request that does not match with the plan.");
  const auto id = allocation_id_++;
  // What outlives the run cannot be in the block.
  if (plan_->allocation_lifetimes[id] == kForEver) return c10::alloc_cpu(bytes);
  void* ptr = static_cast<uint8_t*>(blob_) + plan_->allocation_offsets[id];
  allocation_ptr_to_id_[ptr] = id;
  return ptr;
}

void CPUProfilingAllocator::free(void* const ptr) {
  const auto it = allocation_ptr_to_id_.find(ptr);
  if (it == allocation_ptr_to_id_.end()) {
    c10::free_cpu(ptr);
    return;
  }
  const auto id = it->second;
  TORCH_CHECK(id < plan_->allocation_lifetimes.size(), "Freeing allocation that is not accordingly to the plan.");
  TORCH_CHECK(plan_->allocation_lifetimes[id] == allocation_id_, "Lifetime of allocations do not match: allocation_id ",
              id, ", expected:", plan_->allocation_lifetimes[id], ", got:", allocation_id_);
}

CPUProfilingAllocator::~CPUProfilingAllocator() { c10::free_cpu(blob_); }

WithProfileAllocationsGuard::WithProfileAllocationsGuard(AllocationPlan* plan) {
  // Before the planner is the thread's, as making it must not be recorded.
  planner_ = std::make_unique<AllocationPlanner>(plan);
  planner_->clear();
  current_planner = planner_.get();
}

WithProfileAllocationsGuard::~WithProfileAllocationsGuard() {
  planner_->formulate_plan();
  current_planner = nullptr;
}

WithValidateAllocationPlanGuard::WithValidateAllocationPlanGuard(AllocationPlan* plan, bool* success)
    : planner_(std::make_unique<AllocationPlanner>(plan, /*validate=*/true)), success_(success) {
  current_planner = planner_.get();
}

WithValidateAllocationPlanGuard::~WithValidateAllocationPlanGuard() {
  *success_ = planner_->validation_success;
  current_planner = nullptr;
}

AllocationPlanner* GetThreadLocalAllocationPlanner() { return current_planner; }

WithProfilingAllocatorGuard::WithProfilingAllocatorGuard(CPUProfilingAllocator* allocator, const AllocationPlan* plan) {
  TORCH_CHECK(current_allocator == nullptr, "Nesting profiling allocators is not supported.");
  current_allocator = allocator;
  current_allocator->set_plan(plan);
}

WithProfilingAllocatorGuard::~WithProfilingAllocatorGuard() {
  current_allocator->unset_plan();
  current_allocator = nullptr;
}

CPUProfilingAllocator* GetThreadLocalProfilingAllocator() { return current_allocator; }

}  // namespace c10
