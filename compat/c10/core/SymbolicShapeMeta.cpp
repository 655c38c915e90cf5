#include <c10/core/Contiguity.h>
#include <c10/core/MemoryFormat.h>
#include <c10/core/SymIntArrayRef.h>
#include <c10/core/SymbolicShapeMeta.h>

#include <algorithm>

namespace c10 {

SymbolicShapeMeta::SymbolicShapeMeta(const SymbolicShapeMeta& other)
    : sizes_(other.sizes_),
      strides_(other.strides_),
      storage_offset_(other.storage_offset_),
      strides_valid_(other.strides_valid_) {
  const std::scoped_lock lock(other.mutables_);
  numel_ = other.numel_;
  is_contiguous_ = other.is_contiguous_;
  is_channels_last_contiguous_ = other.is_channels_last_contiguous_;
  is_channels_last_3d_contiguous_ = other.is_channels_last_3d_contiguous_;
  is_channels_last_ = other.is_channels_last_;
  is_channels_last_3d_ = other.is_channels_last_3d_;
  is_non_overlapping_and_dense_ = other.is_non_overlapping_and_dense_;
  available_.store(other.available_.load());
}

namespace {

// All as nodes of one kind.
struct ShapeNodes {
  SymNode common;
  SmallVector<SymNode, 5> sizes, strides;
  ShapeNodes(const SymDimVector& size_list, const SymDimVector& stride_list) {
    for (const auto* list : {&size_list, &stride_list}) {
      for (const auto& s : *list) {
        if (!common && s.is_heap_allocated()) common = s.toSymNode();
      }
    }
    TORCH_INTERNAL_ASSERT(common);
    for (const auto& s : size_list) sizes.push_back(s.wrap_node(common));
    for (const auto& s : stride_list) strides.push_back(s.wrap_node(common));
  }
};

/// Whether all numbers are known now, so that plain comparisons guard them.
bool hinted(const SymDimVector& sizes, const SymDimVector& strides) {
  const auto has_hint = [](const SymInt& s) { return s.has_hint(); };
  return std::all_of(sizes.begin(), sizes.end(), has_hint) && std::all_of(strides.begin(), strides.end(), has_hint);
}

}  // namespace

SymBool SymbolicShapeMeta::compute_contiguous() const {
  if (!strides_valid_) return false;
  if (hinted(sizes_, strides_)) return _compute_contiguous<SymInt>(sizes_, strides_, numel());
  return _compute_contiguous_sym(sizes_, strides_, numel());
}

SymBool SymbolicShapeMeta::compute_channels_last_contiguous_2d() const {
  if (!strides_valid_) return false;
  if (hinted(sizes_, strides_)) return _compute_channels_last_contiguous_2d<SymInt>(sizes_, strides_);
  return _compute_channels_last_contiguous_2d_sym(sizes_, strides_);
}

SymBool SymbolicShapeMeta::compute_channels_last_contiguous_3d() const {
  if (!strides_valid_) return false;
  if (hinted(sizes_, strides_)) return _compute_channels_last_contiguous_3d<SymInt>(sizes_, strides_);
  return _compute_channels_last_contiguous_3d_sym(sizes_, strides_);
}

SymBool SymbolicShapeMeta::compute_strides_like_channels_last_2d() const {
  return strides_valid_ && is_channels_last_strides_2d<SymInt>(sizes_, strides_);
}

SymBool SymbolicShapeMeta::compute_strides_like_channels_last_3d() const {
  return strides_valid_ && is_channels_last_strides_3d<SymInt>(sizes_, strides_);
}

SymBool SymbolicShapeMeta::compute_non_overlapping_and_dense() const {
  if (!strides_valid_) return false;
  if (hinted(sizes_, strides_)) return _compute_non_overlapping_and_dense<SymInt>(sizes_, strides_);
  const ShapeNodes nodes(sizes_, strides_);
  return SymBool(nodes.common->is_non_overlapping_and_dense(nodes.sizes, nodes.strides));
}

// A tensor of five dimensions has at most one of the formats, so each asks those before it first.
SymBool SymbolicShapeMeta::compute_channels_last_contiguous_3d_dim5() const {
  if (TORCH_GUARD_OR_FALSE(is_channels_last_contiguous())) return false;
  return ~is_channels_last_contiguous() & compute_channels_last_contiguous_3d();
}
SymBool SymbolicShapeMeta::compute_channels_last_2d_dim5() const {
  if (TORCH_GUARD_OR_FALSE(is_channels_last_3d_contiguous())) return false;
  return ~is_channels_last_3d_contiguous() & compute_strides_like_channels_last_2d();
}
SymBool SymbolicShapeMeta::compute_channels_last_3d_dim5() const {
  if (TORCH_GUARD_OR_FALSE(is_channels_last())) return false;
  return ~is_channels_last() & compute_strides_like_channels_last_3d();
}
SymBool SymbolicShapeMeta::compute_is_non_overlapping_and_dense_dim4() const {
  if (TORCH_GUARD_OR_FALSE(is_contiguous()) || TORCH_GUARD_OR_FALSE(is_channels_last_contiguous())) return true;
  return is_contiguous() | is_channels_last_contiguous() | compute_non_overlapping_and_dense();
}
SymBool SymbolicShapeMeta::compute_is_non_overlapping_and_dense_dim5() const {
  if (TORCH_GUARD_OR_FALSE(is_contiguous()) || TORCH_GUARD_OR_FALSE(is_channels_last_contiguous()) ||
      TORCH_GUARD_OR_FALSE(is_channels_last_3d_contiguous())) {
    return true;
  }
  return is_contiguous() | is_channels_last_contiguous() | is_channels_last_3d_contiguous() |
         compute_non_overlapping_and_dense();
}
SymBool SymbolicShapeMeta::compute_is_non_overlapping_and_dense_anydim() const {
  if (TORCH_GUARD_OR_FALSE(is_contiguous())) return true;
  return is_contiguous() | compute_non_overlapping_and_dense();
}

#define FLAMBEAU_SETTER(type, name)                    \
  void SymbolicShapeMeta::set_##name(type val) const { \
    const std::scoped_lock lock(mutables_);            \
    if (has_##name()) return;                          \
    name##_ = std::move(val);                          \
    available_.fetch_or(name##_avail);                 \
  }
FLAMBEAU_SETTER(SymInt, numel)
FLAMBEAU_SETTER(SymBool, is_contiguous)
FLAMBEAU_SETTER(SymBool, is_channels_last_contiguous)
FLAMBEAU_SETTER(SymBool, is_channels_last_3d_contiguous)
FLAMBEAU_SETTER(SymBool, is_channels_last)
FLAMBEAU_SETTER(SymBool, is_channels_last_3d)
FLAMBEAU_SETTER(SymBool, is_non_overlapping_and_dense)
#undef FLAMBEAU_SETTER

void SymbolicShapeMeta::init_numel() const { set_numel(multiply_integers(sizes_)); }
void SymbolicShapeMeta::init_is_contiguous() const { set_is_contiguous(compute_contiguous()); }
void SymbolicShapeMeta::init_is_channels_last_contiguous() const {
  set_is_channels_last_contiguous(dim() == 4 || dim() == 5 ? compute_channels_last_contiguous_2d() : SymBool(false));
}
void SymbolicShapeMeta::init_is_channels_last_3d_contiguous() const {
  set_is_channels_last_3d_contiguous(dim() == 5 ? compute_channels_last_contiguous_3d_dim5() : SymBool(false));
}
void SymbolicShapeMeta::init_is_channels_last() const {
  set_is_channels_last(dim() == 5   ? compute_channels_last_2d_dim5()
                       : dim() == 4 ? compute_strides_like_channels_last_2d()
                                    : SymBool(false));
}
void SymbolicShapeMeta::init_is_channels_last_3d() const {
  set_is_channels_last_3d(dim() == 5 ? compute_channels_last_3d_dim5() : SymBool(false));
}
void SymbolicShapeMeta::init_is_non_overlapping_and_dense() const {
  set_is_non_overlapping_and_dense(dim() == 5   ? compute_is_non_overlapping_and_dense_dim5()
                                   : dim() == 4 ? compute_is_non_overlapping_and_dense_dim4()
                                                : compute_is_non_overlapping_and_dense_anydim());
}

}  // namespace c10
