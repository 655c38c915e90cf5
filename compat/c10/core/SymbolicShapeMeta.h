// Mirrors <c10/core/SymbolicShapeMeta.h> of PyTorch 2.13.
#pragma once

#include <c10/core/MemoryFormat.h>
#include <c10/core/SymBool.h>
#include <c10/core/SymInt.h>
#include <c10/macros/Macros.h>
#include <c10/util/DimVector.h>

#include <atomic>
#include <cstdint>
#include <mutex>
#include <utility>

namespace c10 {

// A tensor's symbolic sizes, strides and offset, and what follows from them, computed when first asked for.
class C10_API SymbolicShapeMeta {
 public:
  SymDimVector sizes_ = {0};
  SymDimVector strides_ = {1};
  SymInt storage_offset_ = 0;
  bool strides_valid_ = true;

  SymbolicShapeMeta() = default;
  ~SymbolicShapeMeta() = default;
  SymbolicShapeMeta(const SymbolicShapeMeta& other);
  SymbolicShapeMeta(SymbolicShapeMeta&& other) = delete;
  SymbolicShapeMeta& operator=(const SymbolicShapeMeta& other) = delete;
  SymbolicShapeMeta& operator=(SymbolicShapeMeta&& other) = delete;

  FLB_ON_USE void refresh_numel() {
    available_.fetch_and(~numel_avail);
    numel_ = 1;
  }
  FLB_ON_USE void refresh_contiguous() {
    available_.fetch_and(numel_avail);
    is_contiguous_ = false;
    is_channels_last_contiguous_ = false;
    is_channels_last_3d_contiguous_ = false;
    is_channels_last_ = false;
    is_channels_last_3d_ = false;
    is_non_overlapping_and_dense_ = false;
  }
  int64_t dim() const { return static_cast<int64_t>(sizes_.size()); }

#define FLAMBEAU_SHAPE_FACT(type, name)                                \
  bool has_##name() const { return available_.load() & name##_avail; } \
  const type& name() const {                                           \
    if (C10_UNLIKELY(!has_##name())) init_##name();                    \
    return name##_;                                                    \
  }
  FLAMBEAU_SHAPE_FACT(SymInt, numel)
  FLAMBEAU_SHAPE_FACT(SymBool, is_contiguous)
  FLAMBEAU_SHAPE_FACT(SymBool, is_channels_last_contiguous)
  FLAMBEAU_SHAPE_FACT(SymBool, is_channels_last_3d_contiguous)
  FLAMBEAU_SHAPE_FACT(SymBool, is_channels_last)
  FLAMBEAU_SHAPE_FACT(SymBool, is_channels_last_3d)
  FLAMBEAU_SHAPE_FACT(SymBool, is_non_overlapping_and_dense)
#undef FLAMBEAU_SHAPE_FACT
  const SymBool& is_contiguous(at::MemoryFormat memory_format) const {
    if (memory_format == at::MemoryFormat::ChannelsLast) return is_channels_last_contiguous();
    if (memory_format == at::MemoryFormat::ChannelsLast3d) return is_channels_last_3d_contiguous();
    return is_contiguous();
  }

#define FLAMBEAU_ASSUME(function, name) \
  void function(SymBool val = true) {   \
    name##_ = std::move(val);           \
    available_.fetch_or(name##_avail);  \
  }
  FLAMBEAU_ASSUME(assume_contiguous, is_contiguous)
  FLAMBEAU_ASSUME(assume_channels_last_contiguous, is_channels_last_contiguous)
  FLAMBEAU_ASSUME(assume_channels_last_3d_contiguous, is_channels_last_3d_contiguous)
  FLAMBEAU_ASSUME(assume_channels_last, is_channels_last)
  FLAMBEAU_ASSUME(assume_channels_last_3d, is_channels_last_3d)
  FLAMBEAU_ASSUME(assume_non_overlapping_and_dense, is_non_overlapping_and_dense)
#undef FLAMBEAU_ASSUME

 private:
  SymBool compute_contiguous() const;
  SymBool compute_channels_last_contiguous_2d() const;
  SymBool compute_channels_last_contiguous_3d() const;
  SymBool compute_strides_like_channels_last_2d() const;
  SymBool compute_strides_like_channels_last_3d() const;
  SymBool compute_non_overlapping_and_dense() const;
  SymBool compute_channels_last_contiguous_3d_dim5() const;
  SymBool compute_channels_last_2d_dim5() const;
  SymBool compute_channels_last_3d_dim5() const;
  SymBool compute_is_non_overlapping_and_dense_dim4() const;
  SymBool compute_is_non_overlapping_and_dense_dim5() const;
  SymBool compute_is_non_overlapping_and_dense_anydim() const;

  void init_numel() const;
  void init_is_contiguous() const;
  void init_is_channels_last_contiguous() const;
  void init_is_channels_last_3d_contiguous() const;
  void init_is_channels_last() const;
  void init_is_channels_last_3d() const;
  void init_is_non_overlapping_and_dense() const;

  void set_numel(SymInt val) const;
  void set_is_contiguous(SymBool val) const;
  void set_is_channels_last_contiguous(SymBool val) const;
  void set_is_channels_last_3d_contiguous(SymBool val) const;
  void set_is_channels_last(SymBool val) const;
  void set_is_channels_last_3d(SymBool val) const;
  void set_is_non_overlapping_and_dense(SymBool val) const;

  mutable std::atomic<int> available_{0};
  enum avail {
    numel_avail = 1 << 0,
    is_contiguous_avail = 1 << 1,
    is_channels_last_contiguous_avail = 1 << 2,
    is_channels_last_3d_contiguous_avail = 1 << 3,
    is_channels_last_avail = 1 << 4,
    is_channels_last_3d_avail = 1 << 5,
    is_non_overlapping_and_dense_avail = 1 << 6,
  };

  mutable std::mutex mutables_;
  mutable SymInt numel_ = 1;
  mutable SymBool is_contiguous_{true};
  mutable SymBool is_channels_last_contiguous_{false};
  mutable SymBool is_channels_last_3d_contiguous_{false};
  mutable SymBool is_channels_last_{false};
  mutable SymBool is_channels_last_3d_{false};
  mutable SymBool is_non_overlapping_and_dense_{true};
};

}  // namespace c10
