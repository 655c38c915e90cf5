#include <ATen/ExpandUtils.h>
#include <ATen/Functions.h>
#include <ATen/core/Formatting.h>
#include <torch/csrc/autograd/input_metadata.h>
#include <torch/csrc/autograd/variable.h>

namespace torch::autograd {

namespace {

c10::Stream stream_of(at::Device device) {
  if (C10_LIKELY(device.is_cpu() || device.is_meta())) return c10::Stream(c10::Stream::DEFAULT, device);
  return c10::impl::getDeviceGuardImpl(device.type())->getStream(device);
}

/// t.options(), for the most frequent kind of tensor ready made: composed field by field they cannot be read in one go.
at::TensorOptions options_of(const at::Tensor& t) {
  static const at::TensorOptions of_float = at::TensorOptions(at::kFloat).device(at::kCPU).layout(at::kStrided);
  if (C10_LIKELY(t.scalar_type() == at::kFloat && t.is_cpu() && t.layout() == at::kStrided)) return of_float;
  return t.options();
}

std::optional<at::ScalarType> grad_dtype_of(const at::Tensor& t) {
  const AutogradMeta* meta = impl::get_autograd_meta(t);
  return meta ? meta->grad_dtype(t) : t.scalar_type();
}

}  // namespace

InputMetadata::InputMetadata(const at::TensorOptions& options, MetadataShape input_shape, bool is_tensor_subclass,
                             bool is_nested, std::optional<at::ScalarType> grad_dtype)
    : options_(options),
      shape_(std::move(input_shape)),
      stream_(stream_of(options_.device())),
      is_tensor_subclass_(is_tensor_subclass),
      is_nested_(is_nested),
      was_default_constructed_(false),
      grad_dtype_(grad_dtype) {}

// Made for every tensor that a graph records: each member in place.
InputMetadata::InputMetadata(const at::Tensor& t)
    : options_(options_of(t)),
      shape_(std::in_place_type<SymIntSmallVec>),
      stream_(stream_of(options_.device())),
      is_tensor_subclass_(t.unsafeGetTensorImpl()->is_python_dispatch()),
      is_nested_(t.is_nested()),
      was_default_constructed_(false),
      grad_dtype_(grad_dtype_of(t)) {
  if (C10_UNLIKELY(is_nested_ && !is_tensor_subclass_)) {
    shape_ = t._nested_tensor_size();
    return;
  }
  const auto sizes = t.sym_sizes();
  std::get<SymIntSmallVec>(shape_).append(sizes.begin(), sizes.end());
}

at::Tensor InputMetadata::zeros_like() const {
  TORCH_CHECK(!is_nested_, "Zeros is not currently supported for nested tensors.");
  return at::zeros_symint(shape_as_dim_vector(), options_);
}

bool InputMetadata::is_same_shape(const at::Tensor& grad) const {
  if (!is_nestedness_same(grad)) return false;
  return is_cpp_nested_tensor() ? grad._nested_tensor_size().is_same_size(shape_as_tensor())
                                : grad.sym_sizes() == shape_as_dim_vector();
}

bool InputMetadata::is_expandable_to_shape(const at::Tensor& grad) const {
  return maybe_expandable_to(grad) && at::is_expandable_to(shape_as_dim_vector(), grad.sym_sizes());
}

at::Tensor InputMetadata::reduce_grad(at::Tensor& grad) const {
  return at::sum_to(std::move(grad), shape_as_dim_vector());
}

at::Tensor InputMetadata::maybe_reduce(const size_t index, at::Tensor grad,
                                       const std::function<std::string(const std::string&)>& format_error) const {
  if (is_same_shape(grad)) return grad;
  TORCH_CHECK(is_expandable_to_shape(grad), format_error(incompatible_shape_error_message(index, grad).str()));
  return reduce_grad(grad);
}

std::stringstream InputMetadata::incompatible_shape_error_message(const size_t index, const at::Tensor& grad) const {
  std::stringstream text;
  text << "invalid gradient at index " << index << " - got ";
  grad.is_nested() ? text << grad._nested_tensor_size() : text << grad.sym_sizes();
  text << " but expected shape compatible with ";
  is_cpp_nested_tensor() ? text << shape_as_tensor() : text << shape_as_dim_vector();
  return text;
}

bool InputMetadata::is_cpp_nested_tensor() const { return std::holds_alternative<at::Tensor>(shape_); }
c10::SymIntArrayRef InputMetadata::shape_as_dim_vector() const { return std::get<SymIntSmallVec>(shape_); }
SymIntSmallVec& InputMetadata::mutable_shape_as_dim_vector() { return std::get<SymIntSmallVec>(shape_); }
at::Tensor InputMetadata::shape_as_tensor() const { return std::get<at::Tensor>(shape_); }
bool InputMetadata::is_nestedness_same(const at::Tensor& grad) const { return grad.is_nested() == is_nested_; }
bool InputMetadata::maybe_expandable_to(const at::Tensor& grad) const {
  return is_nestedness_same(grad) && !is_cpp_nested_tensor();
}

}  // namespace torch::autograd
