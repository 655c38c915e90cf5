#include <torch/csrc/autograd/FunctionsManual.h>

#include <ATen/ExpandUtils.h>
#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>
#include <ATen/WrapDimUtils.h>

#include <algorithm>
#include <numeric>

namespace torch::autograd::generated::details {

namespace {
bool column_major(IntArrayRef sizes, IntArrayRef strides) { return strides[0] == 1 && strides[1] == sizes[0]; }
}  // namespace

// A factor stored by columns gets its gradient by columns: a transposed weight's is then contiguous where it ends up.
Tensor mm_left_backward(const Tensor& grad, const Tensor& right, IntArrayRef sizes, IntArrayRef strides,
                        const Scalar& alpha) {
  const Tensor r = right.conj();
  const Tensor product = column_major(sizes, strides) ? r.mm(grad.t()).t() : grad.mm(r.t());
  return maybe_multiply(product, alpha.conj());
}

Tensor mm_right_backward(const Tensor& grad, const Tensor& left, IntArrayRef sizes, IntArrayRef strides,
                         const Scalar& alpha) {
  const Tensor l = left.conj();
  const Tensor product = column_major(sizes, strides) ? grad.t().mm(l).t() : l.t().mm(grad);
  return maybe_multiply(product, alpha.conj());
}

Tensor expand_front(const Tensor& t, int64_t count) {
  std::vector<int64_t> sizes = t.sizes().vec();
  sizes.insert(sizes.begin(), count);
  return t.unsqueeze(0).expand(sizes);
}

Tensor trace_grad(const Tensor& grad, IntArrayRef sizes) {
  TORCH_CHECK(sizes.size() == 2, "expected matrix input");
  return at::eye(sizes[0], sizes[1], grad.options()) * grad;
}

Tensor sum_to(const Tensor& grad, IntArrayRef sizes) { return at::sum_to(grad, sizes); }

Tensor permute_backward(const Tensor& grad, IntArrayRef dims) {
  const auto ndim = static_cast<int64_t>(dims.size());
  std::vector<int64_t> inverse(dims.size());
  for (int64_t i = 0; i < ndim; ++i) inverse[at::maybe_wrap_dim(dims[i], ndim)] = i;
  return grad.permute(inverse);
}

Tensor unsqueeze_to(const Tensor& grad, IntArrayRef sizes) {
  Tensor result = grad;
  for (size_t i = 0; i < sizes.size(); ++i) {
    if (sizes[i] == 1) result = result.unsqueeze(static_cast<int64_t>(i));
  }
  return result;
}

Tensor unsqueeze_to(const Tensor& grad, int64_t dim, IntArrayRef sizes) {
  return unsqueeze_to(grad, IntArrayRef(dim), sizes);
}

Tensor unsqueeze_to(const Tensor& grad, IntArrayRef dims, IntArrayRef sizes) {
  const auto ndim = static_cast<int64_t>(sizes.size());
  if (ndim == 0) return grad;
  std::vector<bool> squeezed(sizes.size(), false);
  for (const int64_t d : dims) squeezed[at::maybe_wrap_dim(d, ndim)] = true;
  Tensor result = grad;
  for (int64_t i = 0; i < ndim; ++i) {
    if (squeezed[i] && sizes[i] == 1) result = result.unsqueeze(i);
  }
  return result;
}

Tensor slice_of_backward(const Tensor& grad, IntArrayRef sizes, int64_t dim, std::optional<int64_t> start,
                         std::optional<int64_t> end, int64_t step) {
  const int64_t n = sizes[at::maybe_wrap_dim(dim, static_cast<int64_t>(sizes.size()))];
  return at::slice_backward(grad, sizes, dim, start.value_or(0), end.value_or(n), step);
}

Tensor split_with_sizes_backward(const variable_list& grads, IntArrayRef split_sizes, int64_t dim, IntArrayRef sizes,
                                 const at::TensorOptions& options) {
  dim = at::maybe_wrap_dim(dim, static_cast<int64_t>(sizes.size()));
  variable_list parts(grads);
  std::vector<int64_t> part(sizes.vec());
  for (size_t i = 0; i < parts.size(); ++i) {
    if (parts[i].defined()) continue;
    part[dim] = split_sizes[i];
    parts[i] = at::zeros(part, options);
  }
  return at::cat(parts, dim);
}

Tensor split_backward(const variable_list& grads, int64_t split_size, int64_t dim, IntArrayRef sizes,
                      const at::TensorOptions& options) {
  dim = at::maybe_wrap_dim(dim, static_cast<int64_t>(sizes.size()));
  std::vector<int64_t> split_sizes(grads.size(), split_size);
  split_sizes.back() = sizes[dim] - split_size * (static_cast<int64_t>(grads.size()) - 1);
  return split_with_sizes_backward(grads, split_sizes, dim, sizes, options);
}

Tensor unbind_backward(const variable_list& grads, int64_t dim) {
  const auto known = std::find_if(grads.begin(), grads.end(), [](const Tensor& g) { return g.defined(); });
  variable_list parts(grads);
  for (Tensor& part : parts) {
    if (!part.defined()) part = at::zeros(known->sizes(), known->options());
  }
  return at::stack(parts, dim);
}

namespace {
Tensor real_where_needed(const Tensor& grad, ScalarType type) {
  return grad.is_complex() && !isComplexType(type) ? at::real(grad) : grad;
}
}  // namespace

std::vector<Tensor> cat_backward(const Tensor& grad, const std::vector<std::vector<int64_t>>& sizes,
                                 const std::vector<ScalarType>& types, int64_t dim) {
  std::vector<Tensor> parts(sizes.size());
  dim = at::maybe_wrap_dim(dim, grad.dim());
  int64_t offset = 0;
  for (size_t i = 0; i < sizes.size(); ++i) {
    // cat() lets one-dimensional empty tensors stand among any others.
    if (sizes[i].size() == 1 && sizes[i][0] == 0) {
      parts[i] = at::zeros({0}, grad.options().dtype(types[i]));
      continue;
    }
    parts[i] = real_where_needed(grad, types[i]).narrow(dim, offset, sizes[i][dim]);
    offset += sizes[i][dim];
  }
  return parts;
}

std::vector<Tensor> stack_backward(const Tensor& grad, const std::vector<ScalarType>& types, int64_t dim) {
  std::vector<Tensor> parts = grad.unbind(dim);
  for (size_t i = 0; i < parts.size(); ++i) parts[i] = real_where_needed(parts[i], types[i]);
  return parts;
}

namespace {

int64_t extent(IntArrayRef sizes, IntArrayRef strides) {
  int64_t last = 0;
  for (size_t i = 0; i < sizes.size(); ++i) {
    if (sizes[i] == 0) return 0;
    last += (sizes[i] - 1) * strides[i];
  }
  return last + 1;
}

// Where each element of a strided tensor lies, counted from its first.
Tensor positions(IntArrayRef sizes, IntArrayRef strides, int64_t memory) {
  return at::arange(memory, at::TensorOptions(at::kLong)).as_strided(sizes, strides).reshape(-1);
}

}  // namespace

// Adds up the gradient where the view's elements lie in memory, then reads it where the base's lie. Memory that several
// elements of the base share is divided among them.
Tensor as_strided_backward(const Tensor& grad, const at::TensorGeometry& base, IntArrayRef sizes, IntArrayRef strides,
                           std::optional<int64_t> offset_) {
  const int64_t offset = offset_.value_or(base.storage_offset());
  const int64_t first = std::min(offset, base.storage_offset());
  const int64_t of_view = offset - first, of_base = base.storage_offset() - first;
  const int64_t memory = std::max(of_view + extent(sizes, strides), of_base + extent(base.sizes(), base.strides()));
  if (grad.numel() == 0 || base.numel() == 0) return at::zeros(base.sizes(), grad.options());
  const Tensor view_at = positions(sizes, strides, extent(sizes, strides)).to(grad.device()) + of_view;
  const Tensor base_at =
      positions(base.sizes(), base.strides(), extent(base.sizes(), base.strides())).to(grad.device()) + of_base;
  Tensor sums = at::zeros({memory}, grad.options()).index_add(0, view_at, grad.reshape(-1));
  const auto counts = grad.options().dtype(c10::toRealValueType(grad.scalar_type()));
  const Tensor shares = at::zeros({memory}, counts).index_add(0, base_at, at::ones({base.numel()}, counts));
  sums = sums / shares.clamp_min(1);
  return sums.index_select(0, base_at).reshape(base.sizes());
}

Tensor repeat_backward(const Tensor& grad, IntArrayRef repeats, IntArrayRef sizes) {
  if (std::find(repeats.begin(), repeats.end(), 0) != repeats.end()) return at::zeros(sizes, grad.options());
  const size_t extra = repeats.size() - sizes.size();
  std::vector<int64_t> split, summed;
  for (size_t i = 0; i < repeats.size(); ++i) {
    if (i < extra || repeats[i] != 1) {
      summed.push_back(static_cast<int64_t>(split.size()));
      split.push_back(repeats[i]);
    }
    if (i >= extra) split.push_back(sizes[i - extra]);
  }
  if (summed.empty()) return grad;
  return grad.reshape(split).sum(summed);
}

Tensor roll_backward(const Tensor& grad, IntArrayRef shifts, IntArrayRef dims) {
  std::vector<int64_t> back(shifts.rbegin(), shifts.rend()), order(dims.rbegin(), dims.rend());
  for (int64_t& shift : back) shift = -shift;
  return grad.roll(back, order);
}

Tensor constant_pad_nd_backward(const Tensor& grad, IntArrayRef pad) {
  std::vector<int64_t> back(pad.vec());
  for (int64_t& width : back) width = -width;
  return at::constant_pad_nd(grad, back, 0);
}

Tensor index_select_grad(const Tensor& grad, IntArrayRef sizes, int64_t dim, const Tensor& index) {
  if (sizes.empty()) return grad.sum();
  const Tensor at = index.dim() == 0 ? index.reshape(1) : index;
  const Tensor g = grad.dim() < static_cast<int64_t>(sizes.size()) ? grad.unsqueeze(dim) : grad;
  return at::zeros(sizes, grad.options()).index_add(dim, at, g);
}

Tensor index_backward(const Tensor& grad, IntArrayRef sizes, const c10::List<OptionalTensor>& indices) {
  return at::zeros(sizes, grad.options()).index_put(indices, grad, /*accumulate=*/true);
}

Tensor masked_select_grad(const Tensor& grad, IntArrayRef sizes, const Tensor& mask) {
  const auto whole = at::infer_size(sizes, mask.sizes());
  return at::zeros(whole, grad.options()).masked_scatter(mask.expand(whole), grad);
}

Tensor masked_scatter_source_backward(const Tensor& grad, const Tensor& mask, IntArrayRef sizes) {
  const int64_t count = std::accumulate(sizes.begin(), sizes.end(), int64_t{1}, std::multiplies<>());
  const Tensor taken = grad.masked_select(mask);
  if (taken.numel() >= count) return taken.narrow(0, 0, count).reshape(sizes);
  return at::cat({taken, at::zeros({count - taken.numel()}, grad.options())}).reshape(sizes);
}

Tensor take_backward(const Tensor& grad, IntArrayRef sizes, const Tensor& index) {
  const int64_t count = std::accumulate(sizes.begin(), sizes.end(), int64_t{1}, std::multiplies<>());
  const Tensor flat = index.reshape(-1), at = at::where(flat < 0, flat + count, flat);
  return at::zeros({count}, grad.options()).index_add(0, at, grad.reshape(-1)).reshape(sizes);
}

namespace {

// Of an extremum: all that reached it share the gradient.
Tensors2 scatter_extremum_backward(const Tensor& grad, const Tensor& self, const Tensor& src, const Tensor& index,
                                   int64_t dim, bool include_self, const Tensor& result) {
  const Tensor at_src = (src == result.gather(dim, index)).to(grad.scalar_type());
  Tensor at_self = (self == result).to(grad.scalar_type());
  if (!include_self) at_self = at_self.scatter(dim, index, 0);
  const Tensor share = grad / at_self.scatter_add(dim, index, at_src);
  return {at_self * share, at_src * share.gather(dim, index)};
}

}  // namespace

Tensors2 scatter_reduce_backward(const Tensor& grad, const Tensor& self, const Tensor& src, const Tensor& index,
                                 int64_t dim, std::string_view reduce, bool include_self, const Tensor& result) {
  if (self.numel() == 0 || index.numel() == 0) return {grad, at::zeros_like(src)};
  Tensors2 grads;
  auto& [of_self, of_src] = grads;
  if (reduce == "sum") {
    grads = {grad, grad.gather(dim, index)};
  } else if (reduce == "mean") {
    Tensor count = include_self ? at::ones_like(grad) : at::zeros_like(grad);
    count = count.scatter_add(dim, index, at::ones_like(src));
    const Tensor share = grad / count.masked_fill(count == 0, 1);
    grads = {share, share.gather(dim, index)};
  } else if (reduce == "amax" || reduce == "amin") {
    return scatter_extremum_backward(grad, self, src, index, dim, include_self, result);
  } else {
    TORCH_CHECK_NOT_IMPLEMENTED(reduce == "prod" && !(src == 0).any().item<bool>() && !(self == 0).any().item<bool>(),
                                "not implemented: derivative of scatter_reduce with reduce='", reduce, "' of zeros");
    grads = {grad * result / self, (grad * result).gather(dim, index) / src};
  }
  if (!include_self) of_self = of_self.scatter(dim, index, 0);
  return grads;
}

Tensor embedding_double_backward(const Tensor& grad, const Tensor& indices, int64_t padding_idx) {
  Tensor rows = grad.index_select(0, indices.reshape(-1));
  if (padding_idx >= 0) rows = rows.masked_fill((indices == padding_idx).reshape({-1, 1}), 0);
  std::vector<int64_t> sizes = indices.sizes().vec();
  sizes.insert(sizes.end(), grad.sizes().begin() + 1, grad.sizes().end());
  return rows.reshape(sizes);
}

}  // namespace torch::autograd::generated::details
