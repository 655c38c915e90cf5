// Indexing helpers, and the backward operators of view operators, which write a gradient into zeros.
#include <ATen/Functions.h>
#include <ATen/MemoryOverlap.h>
#include <ATen/NativeFunctions.h>
#include <ATen/TensorOperators.h>
#include <ATen/WrapDimUtils.h>
#include <ATen/native/composite.h>

#include <limits>

namespace at::native {

FLB_EXPLICIT(select_backward)
Tensor select_backward(const Tensor& grad_output, IntArrayRef input_sizes, int64_t dim, int64_t index) {
  Tensor grad = at::zeros(input_sizes, grad_output.options());
  grad.select(dim, index).copy_(grad_output);
  return grad;
}

FLB_EXPLICIT(slice_backward)
Tensor slice_backward(const Tensor& grad_output, IntArrayRef input_sizes, int64_t dim, int64_t start, int64_t end,
                      int64_t step) {
  Tensor grad = at::zeros(input_sizes, grad_output.options());
  grad.slice(dim, start, end, step).copy_(grad_output);
  return grad;
}

FLB_EXPLICIT(diagonal_backward)
Tensor diagonal_backward(const Tensor& grad_output, IntArrayRef input_sizes, int64_t offset, int64_t dim1,
                         int64_t dim2) {
  Tensor grad = at::zeros(input_sizes, grad_output.options());
  grad.diagonal(offset, dim1, dim2).copy_(grad_output);
  return grad;
}

FLB_CPU(unfold_backward)
Tensor unfold_backward(const Tensor& grad_in, IntArrayRef input_sizes, int64_t dim, int64_t size, int64_t step) {
  Tensor grad = at::zeros(input_sizes, grad_in.options());
  if (grad.dim() == 0) return grad.add_(grad_in.sum());
  dim = maybe_wrap_dim(dim, grad.dim());
  // Windows overlap, so that each offset within the window is added by itself.
  const int64_t windows = grad_in.size(dim), length = grad.size(dim);
  TORCH_CHECK(step > 0 && 0 <= size && size <= length && windows == (length - size) / step + 1,
              "unfold_backward: windows of size ", size, " and step ", step, " of ", length, " elements are not ",
              windows);
  for (int64_t i = 0; i < size; ++i) {
    grad.slice(dim, i, i + (windows - 1) * step + 1, step).add_(grad_in.select(-1, i));
  }
  return grad;
}

FLB_COMPOSITE(index_select_backward)
Tensor index_select_backward(const Tensor& grad, IntArrayRef self_sizes, int64_t dim, const Tensor& index) {
  return at::zeros(self_sizes, grad.options()).index_add(dim, index, grad);
}

FLB_COMPOSITE(gather_backward)
Tensor gather_backward(const Tensor& grad, const Tensor& self, int64_t dim, const Tensor& index, bool) {
  return at::zeros(self.sizes(), grad.options()).scatter_add(dim, index, grad);
}

FLB_COMPOSITE(value_selecting_reduction_backward)
Tensor value_selecting_reduction_backward(const Tensor& grad, int64_t dim, const Tensor& indices, IntArrayRef sizes,
                                          bool keepdim) {
  const bool restore = !keepdim && !sizes.empty();
  const Tensor g = restore ? grad.unsqueeze(dim) : grad, at = restore ? indices.unsqueeze(dim) : indices;
  return at::zeros(sizes, g.options()).scatter(dim, at, g);
}

namespace {

/// What gather takes where the dimensions but one are broadcast against each other.
struct Gathered {
  Tensor self, indices;
  int64_t dim;
};
Gathered gathered(const Tensor& self, const Tensor& indices, std::optional<int64_t> dim) {
  TORCH_CHECK(indices.scalar_type() == kLong, "torch.take_along_dim(): dtype of indices should be Long but got ",
              indices.scalar_type());
  if (!dim) return gathered(self.reshape(-1), indices.reshape(-1), 0);
  TORCH_CHECK(self.dim() == indices.dim(),
              "torch.take_along_dim(): input and indices should have the same number of dimensions, but got ",
              self.dim(), " dimensions for input, and ", indices.dim(), " dimensions for indices");
  const int64_t d = maybe_wrap_dim(*dim, self.dim());
  DimVector of_self(self.sizes().begin(), self.sizes().end()),
      of_indices(indices.sizes().begin(), indices.sizes().end());
  for (int64_t i = 0; i < self.dim(); ++i) {
    if (i == d) continue;
    const int64_t common = of_self[i] == 1 ? of_indices[i] : of_self[i];
    of_self[i] = of_indices[i] = common;
  }
  const Tensor at = at::where(indices < 0, indices + self.size(d), indices);
  return {self.expand(of_self), at.expand(of_indices), d};
}

}  // namespace

FLB_COMPOSITE(take_along_dim)
Tensor take_along_dim(const Tensor& self, const Tensor& indices, std::optional<int64_t> dim) {
  const Gathered g = gathered(self, indices, dim);
  return g.self.gather(g.dim, g.indices);
}
FLB_COMPOSITE(take_along_dim_out)
Tensor& take_along_dim_out(const Tensor& self, const Tensor& indices, std::optional<int64_t> dim, Tensor& out) {
  const Gathered g = gathered(self, indices, dim);
  at::assert_no_overlap(out, indices);
  return at::gather_out(out, g.self, g.dim, g.indices);
}

FLB_COMPOSITE(repeat_interleave_self_int)
Tensor repeat_interleave_self_int(const Tensor& self, int64_t repeats, std::optional<int64_t> dim,
                                  std::optional<int64_t>) {
  TORCH_CHECK(repeats >= 0, "Repeats must be non-negative");
  const Tensor x = dim ? self : self.flatten();
  const int64_t d = maybe_wrap_dim(dim.value_or(0), x.dim());
  const Tensor source = x.dim() == 0 ? x.reshape({1}) : x;
  DimVector wide(source.sizes().begin(), source.sizes().end());
  wide.insert(wide.begin() + d + 1, repeats);
  return source.unsqueeze(d + 1).expand(wide).clone(MemoryFormat::Contiguous).flatten(d, d + 1);
}

FLB_COMPOSITE(repeat_interleave_self_Tensor)
Tensor repeat_interleave_self_Tensor(const Tensor& self, const Tensor& repeats, std::optional<int64_t> dim,
                                     std::optional<int64_t> output_size) {
  const Tensor x = dim ? self : self.flatten();
  const int64_t d = maybe_wrap_dim(dim.value_or(0), x.dim());
  TORCH_CHECK(repeats.dim() <= 1, "repeats must be 0-dim or 1-dim tensor");
  const int64_t size = x.dim() == 0 ? 1 : x.size(d);
  const bool one = repeats.dim() == 0 || repeats.size(0) == 1;
  TORCH_CHECK(one || repeats.size(0) == size,
              "repeats must have the same size as input along dim, but got repeats.size(0) = ",
              repeats.dim() ? repeats.size(0) : 1, " and input.size(", d, ") = ", size);
  const Tensor counts = one ? repeats.reshape({1}).expand({size}).contiguous() : repeats;
  return x.index_select(d, at::repeat_interleave(counts, output_size));
}

FLB_COMPOSITE(one_hot)
Tensor one_hot(const Tensor& self, int64_t num_classes) {
  TORCH_CHECK(self.scalar_type() == kLong, "one_hot is only applicable to index tensor of type LongTensor.");
  DimVector shape(self.sizes().begin(), self.sizes().end());
  if (self.numel() == 0) {
    TORCH_CHECK(num_classes > 0, "Can not infer total number of classes from empty tensor.");
    shape.push_back(num_classes);
    return at::empty(shape, self.options());
  }
  TORCH_CHECK(self.min().item<int64_t>() >= 0, "Class values must be non-negative.");
  const int64_t largest = self.max().item<int64_t>();
  TORCH_CHECK(num_classes != 0, "num_classes should be positive");
  TORCH_CHECK(num_classes < 0 || largest < num_classes, "Class values must be smaller than num_classes.");
  shape.push_back(num_classes < 0 ? largest + 1 : num_classes);
  return at::zeros(shape, self.options()).scatter_(-1, self.unsqueeze(-1), 1);
}

FLB_EXPLICIT(diag_embed)
Tensor diag_embed(const Tensor& self, int64_t offset, int64_t dim1, int64_t dim2) {
  const int64_t rank = self.dim() + 1, a = maybe_wrap_dim(dim1, rank), b = maybe_wrap_dim(dim2, rank);
  TORCH_CHECK(a != b, "diagonal dimensions cannot be identical ", dim1, ", ", dim2);
  constexpr int64_t kFarthest = std::numeric_limits<int64_t>::max() / 2;
  TORCH_CHECK(-kFarthest < offset && offset < kFarthest, "diag_embed: offset is out of range: ", offset);
  const int64_t size = self.size(-1) + std::abs(offset);
  DimVector shape(self.sizes().begin(), self.sizes().end() - 1);
  shape.insert(shape.begin() + std::min(a, b), size);
  shape.insert(shape.begin() + std::max(a, b), size);
  Tensor result = at::zeros(shape, self.options());
  result.diagonal(offset, a, b).copy_(self);
  return result;
}

FLB_COMPOSITE(diag)
Tensor diag(const Tensor& self, int64_t diagonal) {
  TORCH_CHECK(self.dim() == 1 || self.dim() == 2, "diag(): Supports 1D or 2D tensors. Got ", self.dim(), "D");
  return self.dim() == 1 ? at::diag_embed(self, diagonal) : at::diagonal_copy(self, diagonal);
}

FLB_COMPOSITE(fill_diagonal_)
Tensor& fill_diagonal_(Tensor& self, const Scalar& fill_value, bool wrap) {
  TORCH_CHECK(self.dim() >= 2, "dimensions must larger than 1");
  const int64_t height = self.size(0), width = self.size(1);
  for (int64_t d = 1; d < self.dim() && self.dim() > 2; ++d)
    TORCH_CHECK(self.size(d) == height, "all dimensions of input must be of equal length");
  int64_t step = 0, size = std::min(height, width);
  for (int64_t d = 0; d < self.dim(); ++d) step += self.stride(d);
  self.as_strided({size}, {step}, self.storage_offset()).fill_(fill_value);
  if (wrap && self.dim() == 2 && height > width + 1) {
    const int64_t rest = self.numel() - (size + 1) * width;
    const int64_t more = (rest + width) / (width + 1);
    self.as_strided({more}, {step}, self.storage_offset() + self.stride(0) * (width + 1)).fill_(fill_value);
  }
  return self;
}

FLB_COMPOSITE(trace_backward)
Tensor trace_backward(const Tensor& grad, IntArrayRef sizes) {
  TORCH_CHECK(sizes.size() == 2, "expected matrix input");
  Tensor result = at::zeros(sizes, grad.options());
  result.diagonal().fill_(grad);
  return result;
}

}  // namespace at::native
