// Mirrors <torch/csrc/autograd/forward_grad.h> of PyTorch 2.13: same names, layout and inline meaning.
#pragma once

// Forward mode is not implemented: the structures are here for their layout, and no level is ever open.
#include <ATen/core/Tensor.h>
#include <c10/util/light_std.h>

#include <mutex>
#include <unordered_map>
#include <unordered_set>

#define EXPECTED_MAX_LEVEL 2

namespace torch::autograd {

struct ForwardGrad;

struct TORCH_API ForwardADLevel {
  ForwardADLevel(uint64_t idx) : idx_(idx) {}
  ~ForwardADLevel();

  static uint64_t get_next_idx();
  static void release_idx(uint64_t idx);
  static std::shared_ptr<ForwardADLevel> get_by_idx(uint64_t idx);
  static std::shared_ptr<ForwardADLevel> try_get_by_idx(uint64_t idx);

  FLB_ON_USE void erase(const std::shared_ptr<ForwardGrad>& grad) {
    std::lock_guard<std::mutex> lock(mutex_);
    grads_.erase(grad);
  }
  FLB_ON_USE void insert(const std::shared_ptr<ForwardGrad>& grad) {
    std::lock_guard<std::mutex> lock(mutex_);
    grads_.insert(grad);
  }

 private:
  std::unordered_set<std::shared_ptr<ForwardGrad>> grads_;
  std::mutex mutex_;
  uint64_t idx_;
};

/// The tangents of one tensor, by level.
struct TORCH_API ForwardGrad : std::enable_shared_from_this<ForwardGrad> {
  ForwardGrad() = default;

  FLB_ON_USE void clear() {
    c10::SmallVector<uint64_t, EXPECTED_MAX_LEVEL> levels;
    {
      std::lock_guard<std::mutex> lock(mutex_);
      for (const auto& entry : content_) levels.push_back(entry.first);
    }
    for (uint64_t level : levels) {
      if (auto open = ForwardADLevel::try_get_by_idx(level)) open->erase(shared_from_this());
    }
  }

  FLB_ON_USE void set_value(const at::Tensor& value, uint64_t level) {
    ForwardADLevel::get_by_idx(level)->insert(shared_from_this());
    std::lock_guard<std::mutex> lock(mutex_);
    content_.insert({level, value});
  }

  FLB_ON_USE void reset(uint64_t level, bool update_level = true) {
    if (update_level) ForwardADLevel::get_by_idx(level)->erase(shared_from_this());
    at::Tensor released;  // destroyed after the lock is gone
    std::lock_guard<std::mutex> lock(mutex_);
    const auto found = content_.find(level);
    TORCH_INTERNAL_ASSERT(found != content_.end(), "Resetting a non-existent level.");
    released = std::move(found->second);
    content_.erase(found);
  }

  const at::Tensor& value(uint64_t level) const;

  FLB_ON_USE bool contains(uint64_t level) {
    std::lock_guard<std::mutex> lock(mutex_);
    return content_.count(level) > 0;
  }
  FLB_ON_USE bool empty() const { return content_.empty(); }

  static const at::Tensor& undef_grad();

 private:
  std::unordered_map<uint64_t, at::Tensor> content_;
  mutable std::mutex mutex_;
};

}  // namespace torch::autograd
