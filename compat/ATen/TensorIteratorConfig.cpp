// The named kinds of iterators, and the options they consist of.
#include <ATen/TensorIterator.h>
#include <ATen/core/Tensor.h>

namespace at {

namespace {

using Owned = c10::MaybeOwned<TensorBase>;

TensorIteratorConfig& as_binary(TensorIteratorConfig& config) {
  return config.set_check_mem_overlap(true)
      .allow_cpu_scalars(true)
      .promote_inputs_to_common_dtype(true)
      .cast_common_dtype_to_outputs(true)
      .enforce_safe_casting_to_output(true);
}

TensorIteratorConfig& as_unary(TensorIteratorConfig& config) {
  return config.set_check_mem_overlap(true)
      .cast_common_dtype_to_outputs(false)
      .enforce_safe_casting_to_output(false)
      .check_all_same_dtype(true);
}

TensorIteratorConfig& as_unary_float(TensorIteratorConfig& config) {
  return config.set_check_mem_overlap(true)
      .promote_inputs_to_common_dtype(true)
      .promote_integer_inputs_to_float(true)
      .cast_common_dtype_to_outputs(true)
      .enforce_safe_casting_to_output(true);
}

/// The result is bool unless the caller brings an output of another type.
TensorIteratorConfig& as_comparison(TensorIteratorConfig& config, const TensorBase& out) {
  config.set_check_mem_overlap(true).allow_cpu_scalars(true).promote_inputs_to_common_dtype(true);
  if (!out.defined()) config.declare_static_dtype(kBool);
  if (out.defined() && out.scalar_type() != kBool) config.cast_common_dtype_to_outputs(true);
  return config;
}

TensorIteratorConfig& as_reduction(TensorIteratorConfig& config) {
  return config.set_check_mem_overlap(false).resize_outputs(false).is_reduction(true);
}

}  // namespace

#define ADD(name, kind, make, number)                                                                      \
  TensorIteratorConfig& TensorIteratorConfig::add_##name(const TensorBase& t) {                            \
    TORCH_INTERNAL_ASSERT(std::string_view(#kind) == "input" || num_inputs_ == 0,                          \
                          "Keep in mind that you have to add all outputs first before adding any input."); \
    tensors_.push_back(make);                                                                              \
    ++number;                                                                                              \
    return *this;                                                                                          \
  }
ADD(owned_output, output, Owned::owned(std::in_place, t), num_outputs_)
ADD(borrowed_output, output, Owned::borrowed(t), num_outputs_)
ADD(owned_input, input, Owned::owned(std::in_place, t), num_inputs_)
ADD(borrowed_input, input, Owned::borrowed(t), num_inputs_)
#undef ADD

TensorIteratorConfig& TensorIteratorConfig::add_owned_const_input(const TensorBase& t) {
  const_tensor_indices_.push_back(tensors_.size());
  return add_owned_input(t);
}
TensorIteratorConfig& TensorIteratorConfig::add_borrowed_const_input(const TensorBase& t) {
  const_tensor_indices_.push_back(tensors_.size());
  return add_borrowed_input(t);
}

bool TensorIteratorConfig::is_tensor_const(size_t idx) {
  return std::find(const_tensor_indices_.begin(), const_tensor_indices_.end(), idx) != const_tensor_indices_.end();
}

TensorIteratorConfig& TensorIteratorConfig::declare_static_dtype_and_device(ScalarType dtype, Device device) {
  return declare_static_dtype(dtype).declare_static_device(device);
}
TensorIteratorConfig& TensorIteratorConfig::declare_static_dtype(ScalarType dtype) {
  TORCH_CHECK(!check_all_same_dtype_, "check_all_same_dtype(false) must be called before declare_static_dtype(...)");
  static_dtype_ = dtype;
  return *this;
}
TensorIteratorConfig& TensorIteratorConfig::declare_static_device(Device device) {
  static_device_ = device;
  return *this;
}
TensorIteratorConfig& TensorIteratorConfig::declare_static_shape(IntArrayRef shape) {
  TORCH_CHECK(!resize_outputs_, "resize_outputs() must be called before declare_static_shape(...)");
  static_shape_ = DimVector(shape);
  return *this;
}
TensorIteratorConfig& TensorIteratorConfig::declare_static_shape(IntArrayRef shape, IntArrayRef squash_dims) {
  declare_static_shape(shape);
  if (static_shape_->empty()) return *this;
  for (const auto dim : squash_dims) {
    TORCH_CHECK(dim >= 0 && dim < static_cast<int64_t>(static_shape_->size()), "squash_dim ", dim, " must be in [0, ",
                static_shape_->size(), ").");
    (*static_shape_)[dim] = 1;
  }
  return *this;
}

void TensorIteratorBase::build_binary_float_op(const TensorBase& out, const TensorBase& a, const TensorBase& b) {
  TensorIteratorConfig config;
  config.add_owned_output(out).add_owned_const_input(a).add_owned_const_input(b);
  build(as_binary(config).promote_integer_inputs_to_float(true));
}
void TensorIteratorBase::build_borrowing_binary_float_op(const TensorBase& out, const TensorBase& a,
                                                         const TensorBase& b) {
  TensorIteratorConfig config;
  config.add_output(out).add_const_input(a).add_const_input(b);
  build(as_binary(config).promote_integer_inputs_to_float(true));
}
void TensorIteratorBase::build_binary_op(const TensorBase& out, const TensorBase& a, const TensorBase& b) {
  TensorIteratorConfig config;
  config.add_owned_output(out).add_owned_const_input(a).add_owned_const_input(b);
  build(as_binary(config));
}
void TensorIteratorBase::build_borrowing_binary_op(const TensorBase& out, const TensorBase& a, const TensorBase& b) {
  TensorIteratorConfig config;
  config.add_output(out).add_const_input(a).add_const_input(b);
  build(as_binary(config));
}
void TensorIteratorBase::build_unary_float_op(const TensorBase& out, const TensorBase& a) {
  TensorIteratorConfig config;
  config.add_owned_output(out).add_owned_const_input(a);
  build(as_unary_float(config));
}
void TensorIteratorBase::build_borrowing_unary_float_op(const TensorBase& out, const TensorBase& a) {
  TensorIteratorConfig config;
  config.add_output(out).add_const_input(a);
  build(as_unary_float(config));
}
void TensorIteratorBase::build_unary_op(const TensorBase& out, const TensorBase& a) {
  TensorIteratorConfig config;
  config.add_owned_output(out).add_owned_const_input(a);
  build(as_unary(config));
}
void TensorIteratorBase::build_borrowing_unary_op(const TensorBase& out, const TensorBase& a) {
  TensorIteratorConfig config;
  config.add_output(out).add_const_input(a);
  build(as_unary(config));
}
void TensorIteratorBase::build_output_borrowing_argument_owning_unary_op(const TensorBase& out, const TensorBase& a) {
  TensorIteratorConfig config;
  config.add_output(out).add_owned_const_input(a);
  build(as_unary(config));
}
void TensorIteratorBase::build_borrowing_unary_force_boolean_op(const TensorBase& out, const TensorBase& a) {
  TensorIteratorConfig config;
  config.set_check_mem_overlap(true).check_all_same_dtype(false).declare_static_dtype(kBool).declare_static_device(
      a.device());
  build(config.add_output(out).add_const_input(a));
}
void TensorIteratorBase::build_comparison_op(const TensorBase& out, const TensorBase& a, const TensorBase& b) {
  TensorIteratorConfig config;
  as_comparison(config, out).add_owned_output(out).add_owned_const_input(a).add_owned_const_input(b);
  build(config);
}
void TensorIteratorBase::build_borrowing_comparison_op(const TensorBase& out, const TensorBase& a,
                                                       const TensorBase& b) {
  TensorIteratorConfig config;
  as_comparison(config, out).add_borrowed_output(out).add_borrowed_const_input(a).add_borrowed_const_input(b);
  build(config);
}
void TensorIteratorBase::build_borrowing_except_last_argument_comparison_op(const TensorBase& out, const TensorBase& a,
                                                                            const TensorBase& b) {
  TensorIteratorConfig config;
  as_comparison(config, out).add_borrowed_output(out).add_borrowed_const_input(a).add_owned_const_input(b);
  build(config);
}
void TensorIteratorBase::build_ternary_op(const TensorBase& out, const TensorBase& a, const TensorBase& b,
                                          const TensorBase& c) {
  TensorIteratorConfig config;
  config.promote_inputs_to_common_dtype(true).cast_common_dtype_to_outputs(true).enforce_safe_casting_to_output(true);
  build(config.add_owned_output(out).add_owned_const_input(a).add_owned_const_input(b).add_owned_const_input(c));
}

TensorIterator TensorIterator::binary_float_op(TensorBase& out, const TensorBase& a, const TensorBase& b) {
  TensorIterator iter;
  iter.build_binary_float_op(out, a, b);
  return iter;
}
TensorIterator TensorIterator::binary_op(TensorBase& out, const TensorBase& a, const TensorBase& b) {
  TensorIterator iter;
  iter.build_binary_op(out, a, b);
  return iter;
}
TensorIterator TensorIterator::borrowing_binary_op(const TensorBase& out, const TensorBase& a, const TensorBase& b) {
  TensorIterator iter;
  iter.build_borrowing_binary_op(out, a, b);
  return iter;
}
TensorIterator TensorIterator::comparison_op(TensorBase& out, const TensorBase& a, const TensorBase& b) {
  TensorIterator iter;
  iter.build_comparison_op(out, a, b);
  return iter;
}
TensorIterator TensorIterator::unary_op(TensorBase& out, const TensorBase& a) {
  TensorIterator iter;
  iter.build_unary_op(out, a);
  return iter;
}
TensorIterator TensorIterator::unary_float_op(TensorBase& out, const TensorBase& a) {
  TensorIterator iter;
  iter.build_unary_float_op(out, a);
  return iter;
}
TensorIterator TensorIterator::nullary_op(TensorBase& out) {
  return TensorIteratorConfig()
      .set_check_mem_overlap(true)
      .check_all_same_dtype(false)
      .add_owned_output(out)
      .resize_outputs(false)
      .build();
}
TensorIterator TensorIterator::borrowing_nullary_op(const TensorBase& out) {
  return TensorIteratorConfig()
      .set_check_mem_overlap(true)
      .check_all_same_dtype(false)
      .add_output(out)
      .resize_outputs(false)
      .build();
}
TensorIterator TensorIterator::reduce_op(TensorBase& out, const TensorBase& a) {
  TORCH_INTERNAL_ASSERT(out.defined());
  TensorIteratorConfig config;
  return as_reduction(config)
      .add_owned_output(out)
      .add_owned_const_input(a)
      .promote_inputs_to_common_dtype(true)
      .build();
}
TensorIterator TensorIterator::reduce_op(TensorBase& out1, TensorBase& out2, const TensorBase& a) {
  TORCH_INTERNAL_ASSERT(out1.defined() && out2.defined());
  TORCH_CHECK(a.device() == out1.device() && out1.device() == out2.device(),
              "reduce_op(): expected input and both outputs to be on same device, ", "but input is on ", a.device(),
              ", output1 is on ", out1.device(), " and output2 is on", out2.device());
  TORCH_CHECK(out1.dim() == out2.dim(),
              "reduce_op(): expected both outputs to have same number of dims, but output1 has ", out1.dim(),
              " and output2 has ", out2.dim());
  TORCH_CHECK(out1.sizes() == out2.sizes(), "reduce_op(): expected both outputs to have same sizes, but output1 has ",
              out1.sizes(), " and output2 has ", out2.sizes());
  TORCH_CHECK(out1.strides() == out2.strides(),
              "reduce_op(): expected both outputs to have same strides, but output1 has ", out1.strides(),
              " and output2 has ", out2.strides());
  TensorIteratorConfig config;
  return as_reduction(config)
      .add_owned_output(out1)
      .add_owned_output(out2)
      .add_owned_const_input(a)
      .check_all_same_dtype(false)
      .build();
}

}  // namespace at
