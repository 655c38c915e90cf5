// Mirrors <ATen/TensorGeometry.h> of PyTorch 2.13: sizes, strides and offset of a tensor, without its memory.
#pragma once

#include <ATen/core/TensorBase.h>
#include <c10/core/WrapDimMinimal.h>

namespace at {

TORCH_API bool geometry_is_contiguous(IntArrayRef sizes, IntArrayRef strides);

struct TORCH_API TensorGeometry {
  TensorGeometry() = default;

  /// Row-major.
  FLB_ON_USE explicit TensorGeometry(c10::SymIntArrayRef sizes)
      : sizes_(sizes.vec()),
        strides_(sizes.size()),
        has_symbolic_sizes_strides_(!c10::asIntArrayRefSlowOpt(sizes).has_value()) {
    c10::SymInt stride = 1;
    for (size_t d = sizes_.size(); d-- > 0;) {
      strides_[d] = stride;
      stride *= sizes_[d];
    }
    numel_ = stride;
  }

  FLB_ON_USE explicit TensorGeometry(const TensorBase& t)
      : sizes_(t.sym_sizes().vec()),
        strides_(t.sym_strides().vec()),
        storage_offset_(t.sym_storage_offset()),
        numel_(t.sym_numel()),
        has_symbolic_sizes_strides_(t.unsafeGetTensorImpl()->has_symbolic_sizes_strides()) {}

  FLB_ON_USE explicit TensorGeometry(std::vector<at::SymInt> sizes, std::vector<at::SymInt> strides,
                                     at::SymInt storage_offset)
      : sizes_(std::move(sizes)), strides_(std::move(strides)), storage_offset_(std::move(storage_offset)) {
    recompute();
  }

  bool is_contiguous() const;
  int64_t dim() const { return static_cast<int64_t>(sizes_.size()); }

  int64_t size(int64_t dim) const { return plain(sizes_.at(wrapped(dim))); }
  int64_t stride(int64_t dim) const { return plain(strides_.at(wrapped(dim))); }
  int64_t storage_offset() const { return plain(storage_offset_); }
  int64_t numel() const { return plain(numel_); }
  FLB_ON_USE c10::IntArrayRef sizes() const {
    TORCH_INTERNAL_ASSERT(!has_symbolic_sizes_strides_);
    return c10::asIntArrayRefUnchecked(sizes_);
  }
  FLB_ON_USE c10::IntArrayRef strides() const {
    TORCH_INTERNAL_ASSERT(!has_symbolic_sizes_strides_);
    return c10::asIntArrayRefUnchecked(strides_);
  }

  FLB_ON_USE c10::SymInt sym_size(int64_t dim) const { return sizes_.at(wrapped(dim)); }
  FLB_ON_USE c10::SymInt sym_stride(int64_t dim) const { return strides_.at(wrapped(dim)); }
  c10::SymIntArrayRef sym_sizes() const { return sizes_; }
  c10::SymIntArrayRef sym_strides() const { return strides_; }
  c10::SymInt sym_storage_offset() const { return storage_offset_; }
  c10::SymInt sym_numel() const { return numel_; }

  FLB_ON_USE TensorGeometry transpose(int64_t dim0, int64_t dim1) {
    TORCH_CHECK(dim0 < dim(), "transpose: dim0=", dim0, " out of range (dim=", dim(), ")");
    TORCH_CHECK(dim1 < dim(), "transpose: dim1=", dim1, " out of range (dim=", dim(), ")");
    TensorGeometry swapped = *this;
    std::swap(swapped.sizes_[dim0], swapped.sizes_[dim1]);
    std::swap(swapped.strides_[dim0], swapped.strides_[dim1]);
    return swapped;
  }

  std::vector<c10::SymInt>& mutable_sizes() { return sizes_; }
  std::vector<c10::SymInt>& mutable_strides() { return strides_; }
  c10::SymInt& mutable_storage_offset() { return storage_offset_; }
  FLB_ON_USE void recompute() {
    numel_ = 1;
    for (const auto& size : sizes_) numel_ = numel_ * size;
    has_symbolic_sizes_strides_ = !c10::asIntArrayRefSlowOpt(sizes_).has_value();
  }

 private:
  size_t wrapped(int64_t d) const { return static_cast<size_t>(c10::maybe_wrap_dim(d, dim())); }
  int64_t plain(const c10::SymInt& value) const {
    TORCH_INTERNAL_ASSERT(!has_symbolic_sizes_strides_);
    return value.as_int_unchecked();
  }

  std::vector<c10::SymInt> sizes_;
  std::vector<c10::SymInt> strides_;
  c10::SymInt storage_offset_;
  c10::SymInt numel_;
  bool has_symbolic_sizes_strides_{false};
};

}  // namespace at
