// Makes the gradients a node returned fit the inputs they are for, or raises.
#include <ATen/Functions.h>
#include <torch/csrc/autograd/engine.h>

namespace torch::autograd {

namespace {

using FormatError = std::function<std::string(const std::string&)>;

at::Tensor fit(const InputMetadata& metadata, size_t index, at::Tensor grad, const FormatError& format_error) {
  grad = metadata.maybe_reduce(index, std::move(grad), format_error);
  // The gradient of a real input of a complex result: only the real part moves it.
  const bool real = !isComplexType(c10::typeMetaToScalarType(metadata.dtype()));
  if (real && grad.is_complex()) grad = at::real(grad);
  const auto wanted = metadata.grad_dtype();
  if (wanted.has_value() && grad.scalar_type() != *wanted) grad = grad.to(*wanted);
  if (grad.layout() != metadata.layout() && !grad.is_sparse() && !metadata.is_tensor_subclass() &&
      !(grad.layout() == c10::kStrided && metadata.layout() == c10::kSparse)) {
    TORCH_CHECK(false, format_error(c10::str("invalid gradient at index ", index, " - expected layout ",
                                             metadata.layout(), " but got ", grad.layout())));
  }
  if (grad.device() != metadata.device()) {
    const bool movable =
        grad.dim() == 0 && !metadata.is_tensor_subclass() && !grad.unsafeGetTensorImpl()->is_python_dispatch();
    TORCH_CHECK(movable || metadata.is_tensor_subclass() || grad.unsafeGetTensorImpl()->is_python_dispatch(),
                format_error(c10::str("invalid gradient at index ", index, " - expected device ", metadata.device(),
                                      " but got ", grad.device())));
    if (movable) grad = grad.to(metadata.device());
  }
  return grad;
}

// The case of nearly every gradient, decided without a call.
bool fits(const InputMetadata& metadata, const at::Tensor& grad) {
  const at::TensorImpl* impl = grad.unsafeGetTensorImpl();
  return !metadata.is_cpp_nested_tensor() && !impl->has_symbolic_sizes_strides() && !impl->is_sparse() &&
         !grad.is_nested() && metadata.grad_dtype() == grad.scalar_type() && metadata.device() == grad.device() &&
         metadata.layout() == grad.layout() && metadata.dtype() == grad.dtype() &&
         metadata.shape_as_dim_vector() == c10::fromIntArrayRefUnchecked(grad.sizes());
}

template <class MetadataOf>
void fit_all(size_t count, variable_list& grads, const FormatError& format_error, const MetadataOf& metadata_of) {
  TORCH_CHECK(grads.size() == count,
              format_error(c10::str("invalid number of gradients - expected ", count, ", but got ", grads.size())));
  for (size_t i = 0; i < count; ++i) {
    const InputMetadata* metadata = grads[i].defined() ? metadata_of(i) : nullptr;
    if (metadata && !fits(*metadata, grads[i])) grads[i] = fit(*metadata, i, std::move(grads[i]), format_error);
  }
}

const InputMetadata* metadata_of(const Edge& edge) {
  if (!edge.is_valid()) return nullptr;
  const InputMetadata& metadata = edge.function->input_metadata(edge.input_nr);
  return metadata.was_default_constructed() ? nullptr : &metadata;
}

}  // namespace

void validate_outputs(const edge_list& edges, variable_list& grads, const FormatError& format_error) {
  fit_all(edges.size(), grads, format_error, [&](size_t i) { return metadata_of(edges[i]); });
}

void validate_outputs(const std::vector<std::optional<InputMetadata>>& input_metadata, variable_list& grads,
                      const FormatError& format_error) {
  fit_all(input_metadata.size(), grads, format_error,
          [&](size_t i) { return input_metadata[i].has_value() ? &*input_metadata[i] : nullptr; });
}

std::vector<std::optional<InputMetadata>> collect_input_metadata(const edge_list& edges) {
  std::vector<std::optional<InputMetadata>> all;
  all.reserve(edges.size());
  for (const Edge& edge : edges) {
    edge.is_valid() ? all.emplace_back(edge.function->input_metadata(edge.input_nr)) : all.emplace_back(std::nullopt);
  }
  return all;
}

}  // namespace torch::autograd
