// A TensorImpl's sizes and strides: what is derived from them, what a subclass or symbols say instead.
#include <c10/core/Contiguity.h>
#include <c10/core/SymIntArrayRef.h>
#include <c10/core/TensorImpl.h>
#include <c10/core/impl/LocalDispatchKeySet.h>
#include <c10/core/impl/PyInterpreter.h>
#include <c10/util/safe_numerics.h>

namespace c10 {

bool TensorImpl::compute_contiguous() const {
  return !is_sparse() && _compute_contiguous<int64_t>(sizes_and_strides_.sizes_arrayref(),
                                                      sizes_and_strides_.strides_arrayref(), numel_);
}
bool TensorImpl::compute_channels_last_contiguous_2d() const {
  return !is_sparse() && _compute_channels_last_contiguous_2d<int64_t>(sizes_and_strides_.sizes_arrayref(),
                                                                       sizes_and_strides_.strides_arrayref());
}
bool TensorImpl::compute_channels_last_contiguous_3d() const {
  return !is_sparse() && _compute_channels_last_contiguous_3d<int64_t>(sizes_and_strides_.sizes_arrayref(),
                                                                       sizes_and_strides_.strides_arrayref());
}
/// Whether what the checks below compute fits: strides that are not yet held against a storage may be anything.
static bool products_fit(IntArrayRef sizes, IntArrayRef strides) {
  int64_t product;
  for (size_t d = 0; d < sizes.size(); ++d)
    if (mul_overflows(sizes[d], strides[d], &product)) return false;
  return true;
}
bool TensorImpl::compute_strides_like_channels_last_2d() const {
  return !is_sparse() && products_fit(sizes_and_strides_.sizes_arrayref(), sizes_and_strides_.strides_arrayref()) &&
         is_channels_last_strides_2d<int64_t>(sizes_and_strides_.sizes_arrayref(),
                                              sizes_and_strides_.strides_arrayref());
}
bool TensorImpl::compute_strides_like_channels_last_3d() const {
  return !is_sparse() && products_fit(sizes_and_strides_.sizes_arrayref(), sizes_and_strides_.strides_arrayref()) &&
         is_channels_last_strides_3d<int64_t>(sizes_and_strides_.sizes_arrayref(),
                                              sizes_and_strides_.strides_arrayref());
}
bool TensorImpl::compute_non_overlapping_and_dense() const {
  return !is_sparse() && _compute_non_overlapping_and_dense<int64_t>(sizes_and_strides_.sizes_arrayref(),
                                                                     sizes_and_strides_.strides_arrayref());
}

void TensorImpl::throw_cannot_call_with_symbolic(const char* meth) const {
  TORCH_CHECK_ALWAYS_SHOW_CPP_STACKTRACE(false, "Cannot call ", meth, "() on tensor with symbolic sizes/strides");
}

// Each asks Python where the object's class overrides it; Python also knows the numbers behind symbols.
#define FLAMBEAU_CUSTOM(type, name, policy, method, arguments, otherwise)  \
  type TensorImpl::name const {                                            \
    if (C10_UNLIKELY(matches_python_custom(SizesStridesPolicy::policy))) { \
      return (*c10::impl::getGlobalPyInterpreter())->method arguments;     \
    }                                                                      \
    return otherwise;                                                      \
  }
FLAMBEAU_CUSTOM(c10::SymIntArrayRef, sym_sizes_custom(), CustomSizes, sym_sizes, (this), sym_sizes_default())
FLAMBEAU_CUSTOM(int64_t, numel_custom(), CustomSizes, numel, (this), numel_default())
FLAMBEAU_CUSTOM(c10::SymInt, sym_numel_custom(), CustomSizes, sym_numel, (this), sym_numel_default())
FLAMBEAU_CUSTOM(int64_t, dim_custom(), CustomSizes, dim, (this), dim_default())
FLAMBEAU_CUSTOM(int64_t, storage_offset_custom(), CustomSizes, sym_storage_offset, (this).guard_int(__FILE__, __LINE__),
                storage_offset_default())
FLAMBEAU_CUSTOM(c10::SymInt, sym_storage_offset_custom(), CustomSizes, sym_storage_offset, (this),
                sym_storage_offset_default())
FLAMBEAU_CUSTOM(c10::SymIntArrayRef, sym_strides_custom(), CustomStrides, sym_strides, (this), sym_strides_default())
FLAMBEAU_CUSTOM(c10::SymBool, sym_is_contiguous_custom(at::MemoryFormat memory_format), CustomStrides,
                sym_is_contiguous, (this, memory_format), sym_is_contiguous_default(memory_format))
FLAMBEAU_CUSTOM(bool, is_strides_like_custom(at::MemoryFormat memory_format), CustomStrides, is_strides_like,
                (this, memory_format), is_strides_like_default(memory_format))
FLAMBEAU_CUSTOM(c10::SymBool, sym_is_non_overlapping_and_dense_custom(), CustomStrides, is_non_overlapping_and_dense,
                (this), sym_is_non_overlapping_and_dense_default())
#undef FLAMBEAU_CUSTOM

IntArrayRef TensorImpl::sizes_custom() const {
  if (C10_UNLIKELY(matches_python_custom(SizesStridesPolicy::CustomSizes) || has_symbolic_sizes_strides_)) {
    return (*c10::impl::getGlobalPyInterpreter())->sizes(this);
  }
  return sizes_default();
}

IntArrayRef TensorImpl::strides_custom() const {
  if (C10_UNLIKELY(matches_python_custom(SizesStridesPolicy::CustomStrides) || has_symbolic_sizes_strides_)) {
    return (*c10::impl::getGlobalPyInterpreter())->strides(this);
  }
  return strides_default();
}

Device TensorImpl::device_custom() const {
  if (C10_UNLIKELY(python_custom_device_)) return (*c10::impl::getGlobalPyInterpreter())->device(this);
  if (extra_meta_ && extra_meta_->fake_device_ && !impl::tls_is_dispatch_key_excluded(DispatchKey::Fake)) {
    return *extra_meta_->fake_device_;
  }
  return device_default();
}

Layout TensorImpl::layout_custom() const {
  if (C10_UNLIKELY(python_custom_layout_)) return (*c10::impl::getGlobalPyInterpreter())->layout(this);
  TORCH_CHECK(false, "Tensors of type ", tensorimpl_type_name(), " do not have layout");
}

namespace {

void clone_into(c10::SymIntArrayRef source, SymDimVector& target) {
  target.clear();
  target.reserve(source.size());
  for (const auto& s : source) target.emplace_back(s.clone());
}

}  // namespace

void TensorImpl::set_sizes_and_strides(c10::SymIntArrayRef sizes, c10::SymIntArrayRef strides,
                                       std::optional<c10::SymInt> storage_offset) {
  const auto int_sizes = asIntArrayRefSlowOpt(sizes);
  const auto int_strides = asIntArrayRefSlowOpt(strides);
  if (int_sizes && int_strides && (!storage_offset || !storage_offset->is_heap_allocated()) &&
      !has_symbolic_sizes_strides_) {
    set_sizes_and_strides(*int_sizes, *int_strides);
    if (storage_offset) set_storage_offset(storage_offset->as_int_unchecked());
    return;
  }
  TORCH_CHECK(allow_tensor_metadata_change(), "set_sizes_and_strides ", err_msg_tensor_metadata_change_not_allowed);
  has_symbolic_sizes_strides_ = true;
  refresh_sizes_strides_policy();
  auto& extra = get_extra_meta();
  if (!extra.symbolic_shape_meta_) {
    extra.symbolic_shape_meta_ = std::make_unique<c10::SymbolicShapeMeta>();
    if (!storage_offset) symbolic_shape_meta().storage_offset_ = storage_offset_;
  }
  auto& symbolic = symbolic_shape_meta();
  clone_into(sizes, symbolic.sizes_);
  clone_into(strides, symbolic.strides_);
  if (storage_offset) symbolic.storage_offset_ = storage_offset->clone();
  refresh_numel();
  refresh_contiguous();
}

void TensorImpl::generic_set_sizes_contiguous(c10::SymIntArrayRef sizes) {
  if (const auto int_sizes = asIntArrayRefSlowOpt(sizes)) {
    set_sizes_contiguous(*int_sizes);
    return;
  }
  TORCH_CHECK(allow_tensor_metadata_change(), "generic_set_sizes_contiguous ",
              err_msg_tensor_metadata_change_not_allowed);
  has_symbolic_sizes_strides_ = true;
  refresh_sizes_strides_policy();
  auto& extra = get_extra_meta();
  if (!extra.symbolic_shape_meta_) {
    extra.symbolic_shape_meta_ = std::make_unique<c10::SymbolicShapeMeta>();
    symbolic_shape_meta().storage_offset_ = storage_offset_;
  }
  clone_into(sizes, symbolic_shape_meta().sizes_);
  refresh_numel();
  empty_tensor_restride_symint(MemoryFormat::Contiguous);
}

void TensorImpl::empty_tensor_restride_symint(MemoryFormat memory_format) {
  TORCH_INTERNAL_ASSERT(has_symbolic_sizes_strides_);
  auto& symbolic = symbolic_shape_meta();
  switch (memory_format) {
    case MemoryFormat::Contiguous: {
      const auto dims = symbolic.sizes_.size();
      symbolic.strides_.resize(dims);
      SymInt stride = 1;
      for (size_t i = dims; i-- > 0;) {
        symbolic.strides_[i] = stride;
        stride = stride * symbolic.sizes_[i].max(1);
      }
      break;
    }
    case MemoryFormat::ChannelsLast:
      TORCH_CHECK(dim() == 4, "required rank 4 tensor to use channels_last format");
      clone_into(get_channels_last_strides_2d(sym_sizes()), symbolic.strides_);
      break;
    case MemoryFormat::ChannelsLast3d:
      TORCH_CHECK(dim() == 5, "required rank 5 tensor to use channels_last_3d format");
      clone_into(get_channels_last_strides_3d(sym_sizes()), symbolic.strides_);
      break;
    case MemoryFormat::Preserve:
      TORCH_CHECK(false, "unsupported memory format ", memory_format);
    case MemoryFormat::NumOptions:
      TORCH_INTERNAL_ASSERT(false, "invalid memory format ", memory_format);
  }
  refresh_contiguous();
  if (memory_format == MemoryFormat::Contiguous) {
    symbolic.assume_contiguous();
    symbolic.assume_non_overlapping_and_dense();
  }
}

}  // namespace c10
