// Bags of embeddings, renormalised embeddings and what distances of rows are made of.
#include <ATen/Functions.h>
#include <ATen/NativeFunctions.h>
#include <ATen/TensorOperators.h>
#include <ATen/native/composite.h>

#include <cmath>

namespace at::native {
namespace {

enum Mode : int64_t { kSum, kMean, kMax };
using Bags = std::tuple<Tensor, Tensor, Tensor, Tensor>;

/// The first largest row of each bag, element by element; zeros for an empty one.
std::pair<Tensor, Tensor> largest(const Tensor& rows, const Tensor& indices, const Tensor& bag_of, int64_t bags) {
  std::vector<Tensor> values, places;
  for (int64_t b = 0; b < bags; ++b) {
    const Tensor members = at::nonzero(bag_of == b).squeeze(1);
    if (members.numel() == 0) {
      values.push_back(at::zeros({rows.size(1)}, rows.options()));
      places.push_back(at::zeros({rows.size(1)}, indices.options()));
      continue;
    }
    const auto [most, at] = rows.index_select(0, members).max(0);
    values.push_back(most), places.push_back(indices.index_select(0, members.index_select(0, at)));
  }
  if (bags == 0) return {at::zeros({0, rows.size(1)}, rows.options()), at::zeros({0, rows.size(1)}, indices.options())};
  return {at::stack(values), at::stack(places)};
}

bool given(const std::optional<Tensor>& t) { return t && t->defined(); }

void check_bags(const Tensor& weight, const Tensor& indices, const Tensor& offsets, int64_t mode,
                const std::optional<Tensor>& per_sample_weights) {
  TORCH_CHECK(indices.dim() == 1, "input has to be a 1D Tensor, but got Tensor of dimension ", indices.dim());
  TORCH_CHECK(offsets.dim() == 1, "offsets has to be a 1D Tensor, but got Tensor of dimension ", offsets.dim());
  TORCH_CHECK(weight.dim() == 2, "weight has to be a 2D Tensor, but got Tensor of dimension ", weight.dim());
  for (const auto& [name, t] : {std::pair<const char*, const Tensor&>{"indices", indices}, {"offsets", offsets}})
    TORCH_CHECK(t.scalar_type() == kLong || t.scalar_type() == kInt, "Expected tensor for argument #1 '", name,
                "' to have one of the following scalar types: Long, Int; but got ", t.toString(),
                " instead (while checking arguments for embedding_bag)");
  TORCH_CHECK(mode >= kSum && mode <= kMax, "mode has to be one of sum, mean or max");
  if (!given(per_sample_weights)) return;
  TORCH_CHECK(mode == kSum,
              "embedding_bag: per_sample_weights was not None. per_sample_weights is only supported for "
              "mode='sum' (got mode='",
              mode == kMean ? "mean" : "max", "'). Please open a feature request on GitHub.");
  TORCH_CHECK(per_sample_weights->sizes() == indices.sizes(), "expected per_sample_weights to have the shape of input");
  TORCH_CHECK(per_sample_weights->scalar_type() == weight.scalar_type(),
              "Expected tensor for argument #1 'weight' to have the same type as tensor for argument #7 ",
              "'per_sample_weights'; but type ", weight.toString(), " does not equal ", per_sample_weights->toString(),
              " (while checking arguments for embedding_bag)");
}

}  // namespace

FLB_CPU(_embedding_bag)
Bags _embedding_bag(const Tensor& weight, const Tensor& indices, const Tensor& offsets, bool scale_grad_by_freq,
                    int64_t mode, bool sparse, const std::optional<Tensor>& per_sample_weights,
                    bool include_last_offset, int64_t padding_idx) {
  check_bags(weight, indices, offsets, mode, per_sample_weights);
  const int64_t bags = offsets.size(0) - (include_last_offset ? 1 : 0), count = indices.size(0);
  TORCH_CHECK(bags >= 0, "include_last_offset: number of offsets should be at least 1");
  const Tensor starts = offsets.slice(0, 0, bags).to(kLong);
  TORCH_CHECK(bags == 0 || starts.select(0, 0).item<int64_t>() == 0,
              "offsets[0] has to be 0, i.e., the first sequence in the mini-batch has to start from position 0. "
              "However, got ",
              bags ? starts.select(0, 0).item<int64_t>() : 0);
  TORCH_CHECK(bags == 0 || starts.select(0, bags - 1).item<int64_t>() <= count,
              "offsets[-1] can not be greater than input's length ", count);
  const Tensor steps = at::zeros({count + 1}, starts.options()).index_add_(0, starts, at::ones_like(starts));
  const Tensor bag_of = steps.cumsum(0).sub_(1).slice(0, 0, count);
  const Tensor kept = padding_idx >= 0 ? at::nonzero(indices != padding_idx).squeeze(1) : Tensor();
  const auto chosen = [&](const Tensor& t) { return kept.defined() ? t.index_select(0, kept) : t; };
  const Tensor members = chosen(bag_of), used = chosen(indices);
  // Half precision adds up in single.
  const bool half = weight.scalar_type() == kHalf || weight.scalar_type() == kBFloat16;
  const ScalarType wide = half && mode != kMax ? kFloat : weight.scalar_type();
  Tensor rows = at::embedding(weight, used, -1, scale_grad_by_freq, sparse).to(wide);
  if (given(per_sample_weights)) rows = rows * chosen(*per_sample_weights).to(wide).unsqueeze(1);
  const Tensor sizes = at::zeros({bags}, starts.options()).index_add_(0, members, at::ones_like(members));
  if (mode == kMax) {
    const auto [values, places] = largest(rows, used, members, bags);
    return {values, bag_of, sizes, places};
  }
  Tensor sums = at::zeros({bags, weight.size(1)}, rows.options()).index_add(0, members, rows);
  if (mode == kMean) sums = sums / sizes.clamp_min(1).to(sums.scalar_type()).unsqueeze(1);
  return {sums.to(weight.scalar_type()), bag_of, sizes, at::zeros({0}, indices.options())};
}

namespace {

/// A row for each index: what its bag's gradient gives it; nothing where the index is padding.
Tensor rows_of(const Tensor& grad, const Tensor& indices, const Tensor& offset2bag, int64_t padding_idx) {
  const Tensor rows = grad.index_select(0, offset2bag);
  return padding_idx < 0 ? rows : rows.masked_fill((indices == padding_idx).unsqueeze(1), 0);
}

}  // namespace

FLB_COMPOSITE(_embedding_bag_backward)
Tensor _embedding_bag_backward(const Tensor& grad, const Tensor& indices, const Tensor&, const Tensor& offset2bag,
                               const Tensor& bag_size, const Tensor& maximum_indices, int64_t num_weights,
                               bool scale_grad_by_freq, int64_t mode, bool sparse,
                               const std::optional<Tensor>& per_sample_weights, int64_t padding_idx) {
  TORCH_CHECK_NOT_IMPLEMENTED(!sparse, "not implemented: aten::_embedding_bag_sparse_backward");
  return at::_embedding_bag_dense_backward(grad, indices, offset2bag, bag_size, maximum_indices, num_weights,
                                           scale_grad_by_freq, mode, per_sample_weights, padding_idx);
}
FLB_COMPOSITE(_embedding_bag_dense_backward)
Tensor _embedding_bag_dense_backward(const Tensor& grad, const Tensor& indices, const Tensor& offset2bag,
                                     const Tensor& bag_size, const Tensor& maximum_indices, int64_t num_weights,
                                     bool scale_grad_by_freq, int64_t mode,
                                     const std::optional<Tensor>& per_sample_weights, int64_t padding_idx) {
  if (mode == kMax) {
    const Tensor counted = grad.masked_fill((bag_size == 0).unsqueeze(1), 0);
    return at::zeros({num_weights, grad.size(1)}, grad.options()).scatter_add(0, maximum_indices.to(kLong), counted);
  }
  Tensor rows = rows_of(grad, indices, offset2bag, padding_idx);
  if (mode == kMean)
    rows = rows / bag_size.clamp_min(1).index_select(0, offset2bag).to(rows.scalar_type()).unsqueeze(1);
  if (given(per_sample_weights)) rows = rows * per_sample_weights->unsqueeze(1);
  return at::embedding_dense_backward(rows, indices, num_weights, padding_idx, scale_grad_by_freq);
}
FLB_COMPOSITE(_embedding_bag_per_sample_weights_backward)
Tensor _embedding_bag_per_sample_weights_backward(const Tensor& grad, const Tensor& weight, const Tensor& indices,
                                                  const Tensor&, const Tensor& offset2bag, int64_t mode,
                                                  int64_t padding_idx) {
  TORCH_CHECK(mode == kSum, "embedding_bag_backward: per_sample_weights only supported for mode='sum'");
  return (rows_of(grad, indices, offset2bag, padding_idx) * weight.index_select(0, indices)).sum(1);
}

FLB_COMPOSITE(embedding_bag)
Bags embedding_bag(const Tensor& weight, const Tensor& indices, const Tensor& offsets, bool scale_grad_by_freq,
                   int64_t mode, bool sparse, const std::optional<Tensor>& per_sample_weights,
                   bool include_last_offset) {
  return at::_embedding_bag(weight, indices, offsets, scale_grad_by_freq, mode, sparse, per_sample_weights,
                            include_last_offset, -1);
}

FLB_COMPOSITE(embedding_bag_padding_idx)
Bags embedding_bag_padding_idx(const Tensor& weight, const Tensor& indices, const Tensor& offsets,
                               bool scale_grad_by_freq, int64_t mode, bool sparse,
                               const std::optional<Tensor>& per_sample_weights, bool include_last_offset,
                               std::optional<int64_t> padding_idx) {
  int64_t padding = -1;
  if (padding_idx) {
    const int64_t n = weight.size(0);
    TORCH_CHECK(*padding_idx >= -n && *padding_idx < n, "padding_idx must be within the number of embeddings, -", n,
                " through ", n - 1, ", but got ", *padding_idx);
    padding = *padding_idx < 0 ? *padding_idx + n : *padding_idx;
  }
  return at::_embedding_bag(weight, indices, offsets, scale_grad_by_freq, mode, sparse, per_sample_weights,
                            include_last_offset, padding);
}

FLB_CPU(embedding_renorm_)
Tensor& embedding_renorm_(Tensor& self, const Tensor& indices, double max_norm, double norm_type) {
  TORCH_CHECK(self.dim() == 2, "Expected 2-dimensional tensor for argument #1 'self'");
  if (indices.numel() == 0) return self;
  const Tensor used = std::get<0>(at::_unique2(indices.flatten())), rows = self.index_select(0, used);
  const Tensor norms = at::linalg_vector_norm(rows, norm_type, {1}, /*keepdim=*/true);
  const Tensor scale = at::where(norms > max_norm, max_norm / (norms + 1e-7), at::ones({}, norms.options()));
  return self.index_copy_(0, used, rows * scale);
}

// ---- distances ----

FLB_COMPOSITE(cdist)
Tensor cdist(const Tensor& x1, const Tensor& x2, double p, std::optional<int64_t> compute_mode) {
  TORCH_CHECK(x1.dim() >= 2, "cdist only supports at least 2D tensors, X1 got: ", x1.dim(), "D");
  TORCH_CHECK(x2.dim() >= 2, "cdist only supports at least 2D tensors, X2 got: ", x2.dim(), "D");
  TORCH_CHECK(x1.size(-1) == x2.size(-1), "X1 and X2 must have the same number of columns. X1: ", x1.size(-1),
              " X2: ", x2.size(-1));
  return at::_cdist_forward(x1, x2, p, compute_mode);
}

namespace {

/// Rows i and j > i of an n-row matrix, pair by pair.
std::pair<Tensor, Tensor> pairs_of(const Tensor& rows) {
  const int64_t n = rows.size(0);
  const Tensor pairs = at::triu_indices(n, n, 1, TensorOptions().dtype(kLong).device(rows.device()));
  return {pairs.select(0, 0), pairs.select(0, 1)};
}

}  // namespace

FLB_COMPOSITE(pdist)
Tensor pdist(const Tensor& self, double p) {
  TORCH_CHECK(self.dim() == 2, "pdist only supports 2D tensors, got: ", self.dim(), "D");
  TORCH_CHECK(isFloatingType(self.scalar_type()), "pdist only supports floating-point dtypes");
  TORCH_CHECK(p >= 0, "pdist only supports non-negative p values");
  return at::_pdist_forward(self.contiguous(), p);
}

FLB_EXPLICIT(_pdist_forward)
Tensor _pdist_forward(const Tensor& self, double p) {
  TORCH_CHECK(self.is_contiguous(), "_pdist_forward requires contiguous input");
  const auto [from, to] = pairs_of(self);
  return at::linalg_vector_norm(self.index_select(0, from) - self.index_select(0, to), p, {1});
}

FLB_EXPLICIT(_pdist_backward)
Tensor _pdist_backward(const Tensor& grad, const Tensor& self, double p, const Tensor& pdist) {
  const Tensor result = at::zeros(self.sizes(), self.options());
  if (p == 0 || pdist.numel() == 0) return result;
  const auto [from, to] = pairs_of(self);
  const Tensor apart = self.index_select(0, from) - self.index_select(0, to);
  const Tensor length = pdist.unsqueeze(1), g = grad.unsqueeze(1);
  const Tensor slope = std::isinf(p) ? apart.sgn() * (apart.abs() == length)
                       : p == 1      ? apart.sgn()
                                     : apart.sgn() * (apart.abs() / length).pow(p - 1);
  const Tensor parts = (g * slope).masked_fill(length == 0, 0);
  return result.index_add(0, from, parts).index_add_(0, to, parts, -1);
}

}  // namespace at::native
