// Copies of a tensor with one view of it replaced, and gradients' ways through masks and indices.
#include <ATen/Functions.h>
#include <ATen/NativeFunctions.h>
#include <ATen/TensorOperators.h>
#include <ATen/native/composite.h>

namespace at::native {
namespace {

/// `self` as a fresh tensor with `src` written into the part that `view` names.
template <class View>
Tensor replaced(const Tensor& self, const Tensor& src, const View& view) {
  Tensor result = self.clone(MemoryFormat::Contiguous);
  const Tensor part = view(result);
  TORCH_CHECK(part.sizes() == src.sizes(),
              "expected src to have a size equal to the slice of self. src size = ", src.sizes(),
              ", slice size = ", part.sizes());
  part.copy_(src);
  return result;
}

}  // namespace

FLB_EXPLICIT(select_scatter)
Tensor select_scatter(const Tensor& self, const Tensor& src, int64_t dim, int64_t index) {
  return replaced(self, src, [&](const Tensor& t) { return t.select(dim, index); });
}

FLB_EXPLICIT(slice_scatter)
Tensor slice_scatter(const Tensor& self, const Tensor& src, int64_t dim, std::optional<int64_t> start,
                     std::optional<int64_t> end, int64_t step) {
  return replaced(self, src, [&](const Tensor& t) { return t.slice(dim, start, end, step); });
}

FLB_EXPLICIT(diagonal_scatter)
Tensor diagonal_scatter(const Tensor& self, const Tensor& src, int64_t offset, int64_t dim1, int64_t dim2) {
  return replaced(self, src, [&](const Tensor& t) { return t.diagonal(offset, dim1, dim2); });
}

FLB_EXPLICIT(as_strided_scatter)
Tensor as_strided_scatter(const Tensor& self, const Tensor& src, IntArrayRef size, IntArrayRef stride,
                          std::optional<int64_t> storage_offset) {
  // The copy lies in memory as self does, so that the strides mean the same in it.
  Tensor result = at::empty_strided(self.sizes(), self.strides(), self.options());
  result.copy_(self);
  const Tensor part =
      result.as_strided(size, stride, storage_offset.value_or(self.storage_offset()) - self.storage_offset());
  TORCH_CHECK(part.sizes() == src.sizes(),
              "expected src to have a size equal to the slice of self. src size = ", src.sizes(),
              ", slice size = ", part.sizes());
  part.copy_(src);
  return result;
}

FLB_EXPLICIT(_unsafe_index_Tensor)
Tensor _unsafe_index_Tensor(const Tensor& self, const c10::List<std::optional<Tensor>>& indices) {
  return at::index(self, indices);
}

FLB_EXPLICIT(_unsafe_index_put)
Tensor _unsafe_index_put(const Tensor& self, const c10::List<std::optional<Tensor>>& indices, const Tensor& values,
                         bool accumulate) {
  return at::index_put(self, indices, values, accumulate);
}

namespace {

/// Indices of masked-out places point at element 0 instead of outside.
c10::List<std::optional<Tensor>> kept_inside(const Tensor& self, const Tensor& mask,
                                             const c10::List<std::optional<Tensor>>& indices) {
  c10::List<std::optional<Tensor>> inside;
  for (size_t d = 0; d < indices.size(); ++d) {
    const std::optional<Tensor> index = indices.get(d);
    if (index && index->defined())
      inside.push_back(index->clamp(-self.size(static_cast<int64_t>(d)), self.size(static_cast<int64_t>(d)) - 1)
                           .masked_fill(mask.logical_not(), 0));
    else
      inside.push_back(std::nullopt);
  }
  return inside;
}

}  // namespace

FLB_EXPLICIT(_unsafe_masked_index)
Tensor _unsafe_masked_index(const Tensor& self, const Tensor& mask, const c10::List<std::optional<Tensor>>& indices,
                            const Scalar& fill) {
  if (self.numel() == 0) {
    const Tensor zeros = at::zeros(mask.sizes(), self.options());
    return zeros.masked_fill(mask.logical_not(), fill);
  }
  return at::index(self, kept_inside(self, mask, indices)).masked_fill(mask.logical_not(), fill);
}

FLB_EXPLICIT(_unsafe_masked_index_put_accumulate)
Tensor _unsafe_masked_index_put_accumulate(const Tensor& self, const Tensor& mask,
                                           const c10::List<std::optional<Tensor>>& indices, const Tensor& values) {
  if (self.numel() == 0) return self.clone();
  return at::index_put(self, kept_inside(self, mask, indices), values.masked_fill(mask.logical_not(), 0), true);
}

FLB_EXPLICIT(masked_scatter_backward)
Tensor masked_scatter_backward(const Tensor& grad_output, const Tensor& mask, IntArrayRef sizes) {
  const Tensor taken = grad_output.masked_select(mask);
  Tensor grad = at::zeros(sizes, grad_output.options());
  grad.view(-1).slice(0, 0, taken.numel()).copy_(taken);
  return grad;
}

FLB_COMPOSITE(masked_select_backward)
Tensor masked_select_backward(const Tensor& grad, const Tensor& input, const Tensor& mask) {
  return at::zeros_like(input.expand(at::broadcast_tensors({input, mask})[0].sizes()), input.options())
      .masked_scatter(mask, grad)
      .sum_to_size(input.sizes());
}

}  // namespace at::native
