#include <c10/core/Contiguity.h>
#include <c10/core/MemoryFormat.h>
#include <c10/core/SymIntArrayRef.h>
#include <c10/core/SymbolicShapeMeta.h>

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

// All as nodes of one kind; none where every number is known and nothing needs asking.
struct ShapeNodes {
  SymNode common;
  SmallVector<SymNode, 5> sizes, strides;
  ShapeNodes(const SymDimVector& size_list, const SymDimVector& stride_list) {
    for (const auto* list : {&size_list, &stride_list}) {
      for (const auto& s : *list) {
        if (!common && s.is_heap_allocated()) common = s.toSymNode();
      }
    }
    if (!common) return;
    for (const auto& s : size_list) sizes.push_back(s.wrap_node(common));
    for (const auto& s : stride_list) strides.push_back(s.wrap_node(common));
  }
};

}  // namespace

SymBool SymbolicShapeMeta::compute_contiguous() const {
  if (!strides_valid_) return false;
  return _compute_contiguous_sym(sizes_, strides_, numel());
}

SymBool SymbolicShapeMeta::compute_channels_last_contiguous_2d() const {
  if (!strides_valid_) return false;
  return _compute_channels_last_contiguous_2d_sym(sizes_, strides_);
}

SymBool SymbolicShapeMeta::compute_channels_last_contiguous_3d() const {
  if (!strides_valid_) return false;
  return _compute_channels_last_contiguous_3d_sym(sizes_, strides_);
}

#define FLAMBEAU_ASK_NODES(name, method, plain)                                         \
  SymBool SymbolicShapeMeta::name() const {                                             \
    if (!strides_valid_) return false;                                                  \
    const ShapeNodes nodes(sizes_, strides_);                                           \
    if (nodes.common) return SymBool(nodes.common->method(nodes.sizes, nodes.strides)); \
    return plain;                                                                       \
  }
FLAMBEAU_ASK_NODES(compute_strides_like_channels_last_2d, is_channels_last_strides_2d,
                   is_channels_last_strides_2d(asIntArrayRefUnchecked(sizes_), asIntArrayRefUnchecked(strides_)))
FLAMBEAU_ASK_NODES(compute_strides_like_channels_last_3d, is_channels_last_strides_3d,
                   is_channels_last_strides_3d(asIntArrayRefUnchecked(sizes_), asIntArrayRefUnchecked(strides_)))
FLAMBEAU_ASK_NODES(compute_non_overlapping_and_dense, is_non_overlapping_and_dense,
                   _compute_non_overlapping_and_dense(asIntArrayRefUnchecked(sizes_), asIntArrayRefUnchecked(strides_)))
#undef FLAMBEAU_ASK_NODES

// A tensor of five dimensions has at most one of the formats, so each asks those before it first.
SymBool SymbolicShapeMeta::compute_channels_last_contiguous_3d_dim5() const {
  return ~is_channels_last_contiguous() & compute_channels_last_contiguous_3d();
}
SymBool SymbolicShapeMeta::compute_channels_last_2d_dim5() const {
  return ~is_channels_last_3d_contiguous() & compute_strides_like_channels_last_2d();
}
SymBool SymbolicShapeMeta::compute_channels_last_3d_dim5() const {
  return ~is_channels_last() & compute_strides_like_channels_last_3d();
}
SymBool SymbolicShapeMeta::compute_is_non_overlapping_and_dense_dim4() const {
  return is_contiguous() | is_channels_last_contiguous() | compute_non_overlapping_and_dense();
}
SymBool SymbolicShapeMeta::compute_is_non_overlapping_and_dense_dim5() const {
  return is_contiguous() | is_channels_last_contiguous() | is_channels_last_3d_contiguous() |
         compute_non_overlapping_and_dense();
}
SymBool SymbolicShapeMeta::compute_is_non_overlapping_and_dense_anydim() const {
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
