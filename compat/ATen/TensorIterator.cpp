// Setting an iterator up: operands, shape, types, strides, order of dimensions, outputs. The loops are in
// TensorIteratorLoops.cpp.
#include <ATen/TensorIterator.h>

#include <ATen/ExpandUtils.h>
#include <ATen/Functions.h>
#include <ATen/MemoryOverlap.h>
#include <ATen/native/Resize.h>
#include <c10/core/DefaultDtype.h>

namespace at {

namespace internal {

OpaqueOptionalTensorRef::OpaqueOptionalTensorRef() { new (data_.data()) OptionalTensorRef(); }
OpaqueOptionalTensorRef::~OpaqueOptionalTensorRef() { get()->~OptionalTensorRef(); }
const Tensor& OpaqueOptionalTensorRef::getTensor() const { return get()->getTensorRef(); }

}  // namespace internal

namespace {

OptionalTensorRef ref(const TensorBase& tensor) {
  return tensor.defined() ? OptionalTensorRef(tensor) : OptionalTensorRef();
}

TensorOptions original_options(const OperandInfo& op) {
  return op.original_tensor_base().defined() ? op.original_tensor_base().options() : op.options();
}

/// PyTorch's promotion: tensors with dimensions count first, then 0-dim ones, then numbers.
struct Promotion {
  ScalarType dim = ScalarType::Undefined, zero = ScalarType::Undefined, wrapped = ScalarType::Undefined;

  static ScalarType join(ScalarType a, ScalarType b) {
    if (a == ScalarType::Undefined) return b;
    return b == ScalarType::Undefined ? a : promoteTypes(a, b);
  }
  static ScalarType combine(ScalarType higher, ScalarType lower) {
    if (isComplexType(higher)) return higher;
    if (isFloatingType(higher)) return isComplexType(lower) ? toComplexType(higher) : higher;
    if (higher == kBool || isFloatingType(lower) || isComplexType(lower)) return join(higher, lower);
    return higher != ScalarType::Undefined ? higher : lower;
  }
  void add(const TensorBase& t) {
    ScalarType type = t.scalar_type();
    const bool number = t.unsafeGetTensorImpl()->is_wrapped_number();
    const ScalarType standard = c10::get_default_dtype_as_scalartype();
    if (number && isComplexType(type)) type = toComplexType(standard);
    if (number && isFloatingType(type)) type = standard;
    ScalarType& slot = t.dim() > 0 ? dim : number ? wrapped : zero;
    slot = join(slot, type);
  }
  ScalarType result() const { return combine(dim, combine(zero, wrapped)); }
};

}  // namespace

void OperandInfo::tensor(c10::MaybeOwned<TensorBase>&& tensor) {
  tensor_base_ = std::move(tensor);
  *tensor_storage_ = ref(*tensor_base_);
}

void OperandInfo::exchange_tensor(c10::MaybeOwned<TensorBase>&& new_tensor) {
  original_tensor_base_ = std::exchange(tensor_base_, std::move(new_tensor));
  *original_tensor_storage_ = std::exchange(*tensor_storage_, ref(*tensor_base_));
}

void OperandInfo::restore_original_tensor() {
  tensor_base_ = std::move(original_tensor_base_);
  original_tensor_base_ = c10::MaybeOwned<TensorBase>::owned(std::in_place);
  *tensor_storage_ = std::exchange(*original_tensor_storage_, OptionalTensorRef{});
}

void TensorIteratorBase::build(TensorIteratorConfig& config) {
  is_reduction_ = config.is_reduction_;
  enforce_linear_iteration_ = config.enforce_linear_iteration_;
  populate_operands(config);
  mark_outputs();
  compute_mem_overlaps(config);
  compute_shape(config);
  mark_resize_outputs(config);
  compute_types(config);
  if (!fast_set_up(config)) {
    compute_strides(config);
    reorder_dimensions();
    allocate_or_resize_outputs();
    if (!is_meta_) coalesce_dimensions();
  }
  if (is_meta_) return;
  for (auto& op : operands_) {
    TORCH_INTERNAL_ASSERT(op.tensor_base().defined());
    op.data = op.is_const ? const_cast<void*>(op.tensor_base().const_data_ptr()) : op.tensor_base().mutable_data_ptr();
  }
  view_offsets_ = DimVector(shape_.size(), 0);
}

void TensorIteratorBase::populate_operands(TensorIteratorConfig& config) {
  for (size_t i = 0; i < config.tensors_.size(); ++i) {
    auto& tensor = config.tensors_[i];
    if (tensor->is_meta()) is_meta_ = true;
    operands_.emplace_back(std::move(tensor));
    operands_.back().is_const = config.is_tensor_const(i);
  }
  num_outputs_ = config.num_outputs_;
}

void TensorIteratorBase::mark_outputs() {
  for (const auto i : c10::irange(num_outputs_)) {
    operands_[i].is_output = true;
    const auto& output = tensor_base(i);
    if (!output.defined()) continue;
    for (const auto arg : c10::irange(num_outputs_, ntensors())) {
      if (output.is_same(tensor_base(arg))) operands_[i].is_read_write = true;
    }
  }
}

void TensorIteratorBase::mark_resize_outputs(const TensorIteratorConfig& config) {
  if (config.static_shape_.has_value()) return;
  for (const auto i : c10::irange(num_outputs_)) {
    const auto& output = tensor_base(i);
    if (!output.defined() || output.sizes().equals(shape_)) continue;
    if (config.resize_outputs_ && !operands_[i].is_read_write) {
      operands_[i].will_resize = true;
      continue;
    }
    TORCH_CHECK(is_reduction_, "output with shape ", output.sizes(), " doesn't match the broadcast shape ", shape_);
  }
}

void TensorIteratorBase::compute_mem_overlaps(const TensorIteratorConfig& config) {
  if (!config.check_mem_overlap_) return;
  for (const auto i : c10::irange(num_outputs_)) {
    const auto& output = tensor_base(i);
    if (!output.defined()) continue;
    assert_no_internal_overlap(output);
    for (const auto j : c10::irange(num_outputs_, ntensors())) assert_no_partial_overlap(output, tensor_base(j));
  }
}

void TensorIteratorBase::compute_shape(const TensorIteratorConfig& config) {
  if (config.static_shape_.has_value()) {
    shape_ = *config.static_shape_;
    return;
  }
  all_ops_same_shape_ = true;
  bool has_scalars = false, has_tensors = false, first = true;
  for (const auto& op : operands_) {
    if (!op.tensor_base().defined() || (config.resize_outputs_ && op.is_output)) continue;
    const auto shape = op.tensor_base().sizes();
    (shape.empty() ? has_scalars : has_tensors) = true;
    if (has_scalars && has_tensors) all_ops_same_shape_ = false;
    if (first || shape_.empty()) {
      shape_ = shape;
    } else if (!shape.equals(shape_)) {
      all_ops_same_shape_ = false;
      shape_ = infer_size_dimvector(shape_, shape);
    }
    first = false;
  }
  all_ops_are_scalars_ = !has_tensors;
}

ScalarType TensorIteratorBase::compute_common_dtype() {
  Promotion promotion;
  for (const auto& op : operands_) {
    if (!op.is_output) promotion.add(op.tensor_base());
  }
  common_dtype_ = promotion.result();
  TORCH_INTERNAL_ASSERT(common_dtype_ != ScalarType::Undefined);
  return common_dtype_;
}

void TensorIteratorBase::compute_types(const TensorIteratorConfig& config) {
  common_dtype_ = ScalarType::Undefined;
  ScalarType output_dtype = ScalarType::Undefined;
  bool different_inputs = false, different_outputs = false, undefined_outputs = false;
  Device common_device = kCPU;
  const auto note = [](ScalarType type, ScalarType& seen, bool& different) {
    if (seen == ScalarType::Undefined) seen = type;
    different = different || type != seen;
  };
  for (auto& op : operands_) {
    if (!op.is_type_defined()) {
      TORCH_INTERNAL_ASSERT(op.is_output, "Found type undefined input tensor!");
      if (config.static_dtype_) op.target_dtype = *config.static_dtype_;
      if (config.static_device_) op.device = config.static_device_;
      undefined_outputs = undefined_outputs || !config.static_dtype_ || !config.static_device_;
    }
    if (!op.tensor_base().defined()) {
      TORCH_INTERNAL_ASSERT(op.is_output, "Found undefined input tensor!");
      continue;
    }
    if (common_device == kCPU && !op.tensor_base().is_cpu()) common_device = op.tensor_base().device();
    if (op.is_output) {
      note(op.target_dtype, output_dtype, different_outputs);
    } else {
      note(op.target_dtype, common_dtype_, different_inputs);
    }
  }
  common_device_ = common_device;

  if (config.check_all_same_dtype_ && (different_inputs || different_outputs ||
                                       (common_dtype_ != output_dtype && output_dtype != ScalarType::Undefined))) {
    for (const auto& op : operands_) {
      if (!op.tensor_base().defined()) continue;
      TORCH_CHECK(op.target_dtype == common_dtype_, "Found dtype ", op.target_dtype, " but expected ", common_dtype_);
    }
  }
  if (!undefined_outputs && !config.check_all_same_device_ && !config.promote_inputs_to_common_dtype_ &&
      !config.cast_common_dtype_to_outputs_ && !config.enforce_safe_casting_to_output_) {
    if (different_inputs) common_dtype_ = ScalarType::Undefined;
    return;
  }
  if ((different_inputs || all_ops_are_scalars_) && config.promote_inputs_to_common_dtype_) compute_common_dtype();
  if (config.promote_integer_inputs_to_float_ && isIntegralType(common_dtype_, /*includeBool=*/true)) {
    common_dtype_ = c10::get_default_dtype_as_scalartype();
  }

  int cpu_scalars = 0;
  for (auto& op : operands_) {
    if (!op.is_type_defined()) op.target_dtype = common_dtype_;
    if (!op.is_device_defined()) op.device = common_device;
    if (!op.tensor_base().defined()) continue;
    if (config.check_all_same_device_) {
      if (common_device != kCPU && config.allow_cpu_scalars_ && !op.is_output && op.tensor_base().dim() == 0 &&
          op.tensor_base().is_cpu()) {
        TORCH_CHECK(cpu_scalars++ < 1, "Trying to pass too many CPU scalars to non-CPU kernel!");
      } else {
        TORCH_CHECK(op.device == common_device,
                    "Expected all tensors to be on the same device, but found at least two devices, ", common_device,
                    " and ", *op.device, "!");
      }
    }
    if (config.enforce_safe_casting_to_output_ && op.is_output && op.current_dtype != common_dtype_) {
      TORCH_CHECK(canCast(common_dtype_, op.current_dtype), "result type ", common_dtype_,
                  " can't be cast to the desired output type ", op.current_dtype);
    }
    if (common_device != kCPU || op.current_dtype == common_dtype_) continue;
    // The loop sees a temporary of the common type; cast_outputs brings outputs back.
    if (config.cast_common_dtype_to_outputs_ && op.is_output && !is_meta_) {
      const auto options = op.tensor_base().options().dtype(common_dtype_);
      op.exchange_tensor(
          c10::MaybeOwned<TensorBase>::owned(at::empty_like(op.tensor(), options, MemoryFormat::Contiguous)));
    } else if (config.promote_inputs_to_common_dtype_ && !op.is_output) {
      op.exchange_tensor(c10::MaybeOwned<TensorBase>::owned(op.tensor().to(common_dtype_)));
    } else {
      continue;
    }
    op.current_dtype = op.target_dtype = common_dtype_;
  }
}

FastSetupType TensorIteratorBase::compute_fast_setup_type(const TensorIteratorConfig&) {
  if (is_reduction_ || !all_ops_same_shape_) return FastSetupType::NONE;
  bool contiguous = true, channels_last = true, dense = true, same_strides = true;
  const TensorBase* previous = nullptr;
  for (const auto& op : operands_) {
    const auto& t = op.tensor_base();
    if (!t.defined() || op.will_resize) continue;
    contiguous = contiguous && t.is_contiguous(MemoryFormat::Contiguous);
    channels_last = channels_last && t.is_contiguous(MemoryFormat::ChannelsLast);
    dense = dense && t.is_non_overlapping_and_dense();
    same_strides = same_strides && (!previous || previous->strides().equals(t.strides()));
    previous = &t;
  }
  if (contiguous) return FastSetupType::CONTIGUOUS;
  if (enforce_linear_iteration_) return FastSetupType::NONE;
  if (channels_last) return FastSetupType::CHANNELS_LAST;
  return dense && same_strides && previous ? FastSetupType::NON_OVERLAPPING_DENSE : FastSetupType::NONE;
}

bool TensorIteratorBase::fast_set_up(const TensorIteratorConfig& config) {
  const FastSetupType type = compute_fast_setup_type(config);
  if (type == FastSetupType::NONE) return false;
  IntArrayRef strides;
  if (type == FastSetupType::NON_OVERLAPPING_DENSE) {
    for (int i = ntensors() - 1; i >= 0; --i) {
      if (!tensor_base(i).defined() || operands_[i].will_resize) continue;
      strides = tensor_base(i).strides();
      break;
    }
  }
  const auto format = type == FastSetupType::CHANNELS_LAST ? MemoryFormat::ChannelsLast : MemoryFormat::Contiguous;
  for (const auto i : c10::irange(num_outputs_)) {
    auto options = original_options(operands_[i]);
    if (type != FastSetupType::NON_OVERLAPPING_DENSE) options = options.memory_format(format);
    if (!operands_[i].tensor_base().defined()) operands_[i].device = operands_[i].device.value_or(common_device_);
    set_output_raw_strided(i, shape_, strides, options);
  }
  if (ndim() > 1) has_coalesced_dimensions_ = true;
  if (ndim() >= 1) {
    shape_[0] = numel();
    shape_.erase(shape_.begin() + 1, shape_.end());
  }
  for (auto& op : operands_) {
    op.stride_bytes.assign(shape_.size(), 0);
    if (ndim() > 0) op.stride_bytes[0] = static_cast<int64_t>(op.tensor_base().element_size());
  }
  return true;
}

void TensorIteratorBase::compute_strides(const TensorIteratorConfig& config) {
  for (auto& op : operands_) {
    if (!op.tensor_base().defined() || op.will_resize) continue;
    const IntArrayRef shape = config.static_shape_ ? IntArrayRef(shape_) : op.tensor_base().sizes();
    const auto stride = op.tensor_base().strides();
    const auto size = op.tensor_base().element_size();
    const auto offset = ndim() - shape.size();
    op.stride_bytes.assign(shape_.size(), 0);
    for (const auto i : c10::irange(shape.size())) {
      const bool broadcast = shape[i] == 1 && shape_[offset + i] != 1;
      op.stride_bytes[offset + i] = broadcast ? 0 : stride[i] * size;
    }
  }
}

void TensorIteratorBase::reorder_dimensions() {
  perm_.assign(shape_.size(), 0);
  for (const auto i : c10::irange(ndim())) perm_[i] = ndim() - 1 - i;
  if (ndim() == 1 || enforce_linear_iteration_) return permute_dimensions(perm_);

  // 1: dim0 belongs outside dim1; -1: inside; 0: cannot say. Operands are asked in order, broadcast dimensions say
  // nothing.
  const auto compare = [&](size_t dim0, size_t dim1) {
    for (const auto& op : operands_) {
      if (op.stride_bytes.empty() || op.will_resize) continue;
      const int64_t stride0 = op.stride_bytes[dim0], stride1 = op.stride_bytes[dim1];
      if (is_reduction_ && op.is_output && (stride0 == 0) != (stride1 == 0)) return stride1 == 0 ? 1 : -1;
      if (stride0 == 0 || stride1 == 0) continue;
      if (stride0 != stride1) return stride0 < stride1 ? -1 : 1;
      if (shape_[dim0] > shape_[dim1]) return 1;
    }
    return 0;
  };
  for (int i = 1; i < ndim(); ++i) {
    int dim1 = i;
    for (int dim0 = i - 1; dim0 >= 0; --dim0) {
      const int order = compare(perm_[dim0], perm_[dim1]);
      if (order < 0) break;
      if (order == 0) continue;
      std::swap(perm_[dim0], perm_[dim1]);
      dim1 = dim0;
    }
  }
  permute_dimensions(perm_);
}

void TensorIteratorBase::permute_dimensions(IntArrayRef perm) {
  const auto reorder = [perm](IntArrayRef data) {
    DimVector result(data.size(), 0);
    for (const auto i : c10::irange(perm.size())) result[i] = data[perm[i]];
    return result;
  };
  shape_ = reorder(shape_);
  for (auto& op : operands_) {
    if (!op.stride_bytes.empty()) op.stride_bytes = reorder(op.stride_bytes);
  }
}

void TensorIteratorBase::allocate_or_resize_outputs() {
  for (const auto i : c10::irange(num_outputs_)) {
    auto& op = operands_[i];
    if (op.tensor_base().defined() && !op.will_resize) {
      set_output_raw_strided(i, op.tensor_base().sizes(), {}, original_options(op));
      continue;
    }
    TORCH_INTERNAL_ASSERT(op.is_type_defined(), "no type for operand", i);
    const auto size = static_cast<int64_t>(elementSize(op.target_dtype));
    op.stride_bytes = compatible_stride(size);
    bool row_major = true;
    for (const auto j : c10::irange(ndim())) row_major = row_major && perm_[j] == ndim() - j - 1;
    DimVector strides;
    if (!row_major) {
      strides = invert_perm(op.stride_bytes);
      for (auto& s : strides) s /= size;
    }
    set_output_raw_strided(i, invert_perm(shape_), strides, original_options(op));
    op.current_dtype = op.target_dtype;
  }
}

void TensorIteratorBase::coalesce_dimensions() {
  if (ndim() <= 1) return;
  const auto can_coalesce = [&](int dim0, int dim1) {
    if (shape_[dim0] == 1 || shape_[dim1] == 1) return true;
    return std::all_of(operands_.begin(), operands_.end(), [&](const OperandInfo& op) {
      return shape_[dim0] * op.stride_bytes[dim0] == op.stride_bytes[dim1];
    });
  };
  const auto replace_stride = [&](int dim0, int dim1) {
    for (auto& op : operands_) op.stride_bytes[dim0] = op.stride_bytes[dim1];
  };
  int last = 0;
  for (int dim = 1; dim < ndim(); ++dim) {
    if (can_coalesce(last, dim)) {
      if (shape_[last] == 1) replace_stride(last, dim);
      shape_[last] *= shape_[dim];
    } else if (++last != dim) {
      replace_stride(last, dim);
      shape_[last] = shape_[dim];
    }
  }
  shape_.resize(last + 1);
  for (auto& op : operands_) op.stride_bytes.resize(shape_.size());
  has_coalesced_dimensions_ = true;
}

void TensorIteratorBase::set_output_raw_strided(int64_t output_idx, IntArrayRef sizes, IntArrayRef strides,
                                                TensorOptions options) {
  auto& op = operands_[output_idx];
  const auto& t = maybe_get_output(output_idx);
  TORCH_INTERNAL_ASSERT(t.defined());
  if (!op.tensor_base().defined()) {
    op.tensor(c10::MaybeOwned<TensorBase>::borrowed(t));
  } else if (op.will_resize && op.original_tensor_base().defined()) {
    at::native::resize_output(op.tensor(), sizes);
    if (!strides.empty()) {
      op.tensor().as_strided_(sizes, strides);
    } else if (options.memory_format_opt().has_value()) {
      op.tensor_base().unsafeGetTensorImpl()->empty_tensor_restride(*options.memory_format_opt());
    }
  }
  op.current_dtype = op.tensor_base().scalar_type();
}

const Tensor& TensorIterator::maybe_get_output(int64_t output_idx) { return output(output_idx); }

void TensorIterator::set_output_raw_strided(int64_t output_idx, IntArrayRef sizes, IntArrayRef strides,
                                            TensorOptions options) {
  auto& op = operands_[output_idx];
  if (!op.tensor_base().defined()) {
    Tensor fresh = strides.empty() ? at::empty(sizes, options) : at::empty_strided(sizes, strides, options);
    op.tensor(c10::MaybeOwned<TensorBase>::owned(std::move(fresh)));
    op.current_dtype = op.target_dtype;
  } else if (op.will_resize) {
    at::native::resize_output(op.tensor(), sizes);
    if (!strides.empty()) {
      op.tensor().as_strided_(sizes, strides);
    } else if (options.memory_format_opt().has_value()) {
      op.tensor_base().unsafeGetTensorImpl()->empty_tensor_restride(*options.memory_format_opt());
    }
  }
}

}  // namespace at
