// Covariance, quantiles and histograms.
#include <ATen/Functions.h>
#include <ATen/NativeFunctions.h>
#include <ATen/TensorOperators.h>
#include <ATen/WrapDimUtils.h>
#include <ATen/native/composite.h>

#include <cmath>
#include <limits>

namespace at::native {
namespace {

/// One observation's weight; checks what fweights and aweights have in common.
void check_weights(const char* name, const Tensor& w, int64_t observations) {
  TORCH_CHECK(w.dim() <= 1, "cov(): expected ", name, " to have one or fewer dimensions but got ", name, " with ",
              w.dim(), " dimensions");
  TORCH_CHECK(w.numel() == observations, "cov(): expected ", name, " to have the same numel as there are observations ",
              "in the input but got ", w.numel(), " != ", observations);
  TORCH_CHECK(observations == 0 || w.min().ge(0).item<bool>(), "cov(): ", name, " cannot be negative");
}

bool given(const std::optional<Tensor>& t) { return t && t->defined(); }

}  // namespace

FLB_COMPOSITE(cov)
Tensor cov(const Tensor& self, int64_t correction, const std::optional<Tensor>& fweights,
           const std::optional<Tensor>& aweights) {
  TORCH_CHECK(self.dim() <= 2, "cov(): expected input to have two or fewer dimensions but got an input with ",
              self.dim(), " dimensions");
  TORCH_CHECK(self.scalar_type() != kBool, "cov(): bool dtype is not supported for input");
  Tensor in = self.dim() < 2 ? self.view({1, -1}) : self;
  const int64_t n = in.size(1);
  Tensor w;
  if (given(fweights)) {
    TORCH_CHECK(isIntegralType(fweights->scalar_type(), false), "cov(): expected fweights to have integral dtype but ",
                "got fweights with ", fweights->scalar_type(), " dtype");
    check_weights("fweights", *fweights, n);
    w = *fweights;
  }
  if (given(aweights)) {
    TORCH_CHECK(isFloatingType(aweights->scalar_type()), "cov(): expected aweights to have floating point dtype but ",
                "got aweights with ", aweights->scalar_type(), " dtype");
    check_weights("aweights", *aweights, n);
    w = w.defined() ? w * *aweights : *aweights;
  }
  const Tensor total = w.defined() ? w.sum() : at::scalar_tensor(n, in.options().dtype(kLong));
  TORCH_CHECK(!w.defined() || total.item<double>() != 0, "cov(): weights sum to zero, can't be normalized");
  const Tensor mean = (w.defined() ? in * w : in).sum(1) / total;
  Tensor norm = total - correction;
  if (given(aweights) && correction != 0) norm = total - correction * (w * *aweights).sum() / total;
  if (norm.item<double>() <= 0) {
    TORCH_WARN(
        "cov(): degrees of freedom is <= 0. Correction should be strictly less than the number of observations.");
    norm = at::zeros_like(norm);
  }
  in = in - mean.unsqueeze(1);
  return at::true_divide(at::mm(in, (w.defined() ? in * w : in).t().conj()), norm).squeeze();
}

FLB_COMPOSITE(corrcoef)
Tensor corrcoef(const Tensor& self) {
  TORCH_CHECK(self.dim() <= 2, "corrcoef(): expected input to have two or fewer dimensions but got an input with ",
              self.dim(), " dimensions");
  const Tensor c = at::cov(self);
  if (c.dim() == 0) return c / c;
  const Tensor variance = c.diag(), deviation = (c.is_complex() ? at::real(variance) : variance).sqrt();
  const Tensor r = c / deviation.view({-1, 1}) / deviation.view({1, -1});
  return r.is_complex() ? at::complex(at::real(r).clip(-1, 1), at::imag(r).clip(-1, 1)) : r.clip(-1, 1);
}

// ---- quantiles ----

namespace {

Tensor between(const Tensor& sorted, const Tensor& ranks, c10::string_view how) {
  const Tensor below = ranks.toType(kLong), value = sorted.gather(-1, below);
  if (how != "linear" && how != "midpoint") return value;
  const Tensor weight = how == "midpoint" ? at::full_like(ranks, 0.5) : ranks - below;
  return value.lerp(sorted.gather(-1, ranks.ceil().toType(kLong)), weight);
}

Tensor quantile_of(const Tensor& self, const Tensor& q, std::optional<int64_t> dim, bool keepdim, c10::string_view how,
                   bool ignore_nan) {
  TORCH_CHECK(self.numel() > 0, "quantile() input tensor must be non-empty");
  TORCH_CHECK(q.dim() <= 1, "quantile() q must be a scalar or 1D tensor");
  TORCH_CHECK(self.scalar_type() == kFloat || self.scalar_type() == kDouble,
              "quantile() input tensor must be either float or double dtype");
  TORCH_CHECK(self.scalar_type() == q.scalar_type(), "quantile() q tensor must be same dtype as the input tensor");
  TORCH_CHECK(self.device() == q.device(), "quantile() q tensor must be on the same device as the input tensor");
  const bool known = how == "linear" || how == "lower" || how == "higher" || how == "midpoint" || how == "nearest";
  TORCH_CHECK(known, "quantile() interpolation must be one of linear, lower, higher, midpoint or nearest, but got ",
              how);
  TORCH_CHECK(q.ge(0).logical_and(q.le(1)).all().item<bool>(), "quantile() q values must be in the range [0, 1]");
  const int64_t d = maybe_wrap_dim(dim.value_or(0), self.dim());
  const Tensor lines = !dim ? self.flatten() : self.dim() == 0 ? self.reshape({1}) : self.movedim(d, -1);
  const Tensor sorted = std::get<0>(lines.sort()), wide = q.dim() == 0 ? q.unsqueeze(0) : q;
  const double last = static_cast<double>(sorted.size(-1) - 1);
  Tensor ranks;
  if (ignore_nan) {
    ranks = wide * (sorted.isnan().logical_not().sum(-1, true) - 1);
    ranks = ranks.masked_fill(ranks < 0, 0);
  } else {
    // A line with a NaN has it last: all its quantiles are that.
    const Tensor spoiled = sorted.isnan().any(-1, true);
    DimVector shape(sorted.sizes().begin(), sorted.sizes().end());
    shape.back() = wide.size(0);
    ranks = (wide * last).expand(shape).masked_fill(spoiled, last);
  }
  if (how == "lower") ranks = ranks.floor();
  if (how == "higher") ranks = ranks.ceil();
  if (how == "nearest") ranks = ranks.round();
  Tensor result = between(sorted, ranks, how);
  if (keepdim && self.dim() > 0) {
    if (dim) {
      result = result.unsqueeze(d);
    } else {
      DimVector shape(self.dim(), 1);
      shape.push_back(wide.size(0));
      result = result.reshape(shape);
    }
  }
  return q.dim() == 0 ? result.squeeze(-1) : result.movedim(-1, 0);
}

Tensor number(const Tensor& self, double q) {
  TORCH_CHECK(q >= 0 && q <= 1, "quantile() q must be in the range [0, 1] but got ", q);
  return at::scalar_tensor(q, self.options());
}

}  // namespace

FLB_COMPOSITE(quantile)
Tensor quantile(const Tensor& self, const Tensor& q, std::optional<int64_t> dim, bool keepdim,
                c10::string_view interpolation) {
  return quantile_of(self, q, dim, keepdim, interpolation, false);
}
FLB_COMPOSITE(quantile_scalar)
Tensor quantile_scalar(const Tensor& self, double q, std::optional<int64_t> dim, bool keepdim,
                       c10::string_view interpolation) {
  return quantile_of(self, number(self, q), dim, keepdim, interpolation, false);
}
FLB_COMPOSITE(nanquantile)
Tensor nanquantile(const Tensor& self, const Tensor& q, std::optional<int64_t> dim, bool keepdim,
                   c10::string_view interpolation) {
  return quantile_of(self, q, dim, keepdim, interpolation, true);
}
FLB_COMPOSITE(nanquantile_scalar)
Tensor nanquantile_scalar(const Tensor& self, double q, std::optional<int64_t> dim, bool keepdim,
                          c10::string_view interpolation) {
  return quantile_of(self, number(self, q), dim, keepdim, interpolation, true);
}

// ---- histograms ----

namespace {

/// Edges of `bins` equal bins of dimension `d` over [low, high], or over the values' own range.
Tensor equal_edges(const Tensor& values, int64_t bins, std::optional<std::pair<double, double>> range, size_t d = 0) {
  TORCH_CHECK(bins > 0, "torch.histogram(): bins must be > 0, but got ", bins, " for dimension ", d);
  double low = 0, high = 1;
  if (range) {
    std::tie(low, high) = *range;
  } else if (values.numel()) {
    low = values.min().item<double>(), high = values.max().item<double>();
  }
  TORCH_CHECK(std::isfinite(low) && std::isfinite(high), "torch.histogramdd: dimension ", d, "'s range [", low, ", ",
              high, "] is not finite");
  TORCH_CHECK(low <= high, "torch.histogramdd: min should not exceed max, but got min ", low, " max ", high,
              " for dimension ", d);
  if (low == high) low -= 0.5, high += 0.5;
  TORCH_CHECK(bins < std::numeric_limits<int64_t>::max(), "numel: integer multiplication overflow");
  return at::linspace(low, high, bins + 1, values.options());
}

/// Counts rows of `points` [n, d] in the boxes that the edges of each dimension make. The last edge is inclusive.
Tensor count_in_boxes(const Tensor& points, TensorList edges, const std::optional<Tensor>& weight, bool density) {
  if (edges.empty()) return at::zeros({}, points.options());
  Tensor inside, place;
  DimVector shape;
  for (size_t d = 0; d < edges.size(); ++d) {
    const Tensor x = points.select(1, static_cast<int64_t>(d)).contiguous();
    const int64_t bins = edges[d].numel() - 1;
    const Tensor low = edges[d].select(0, 0), high = edges[d].select(0, bins);
    const Tensor fits = (x >= low).logical_and(x <= high);
    const Tensor bin = (at::searchsorted(edges[d], x, false, /*right=*/true) - 1).clamp(0, bins - 1);
    inside = inside.defined() ? inside.logical_and(fits) : fits;
    place = place.defined() ? place * bins + bin : bin;
    shape.push_back(bins);
  }
  const Tensor each = given(weight) ? weight->reshape(-1) : at::ones({points.size(0)}, points.options());
  Tensor counts = at::zeros({c10::multiply_integers(shape)}, points.options());
  counts = counts.index_add(0, place.masked_select(inside), each.masked_select(inside)).view(shape);
  if (!density) return counts;
  counts = counts / counts.sum();
  for (size_t d = 0; d < edges.size(); ++d) {
    DimVector along(shape.size(), 1);
    along[d] = shape[d];
    counts = counts / edges[d].diff().view(along);
  }
  return counts;
}

using Range = std::optional<ArrayRef<double>>;

/// Dimension `d` of a range given for `dims`.
std::optional<std::pair<double, double>> range_of(const Range& range, size_t d, size_t dims) {
  if (!range) return std::nullopt;
  TORCH_CHECK(range->size() == 2 * dims, "torch.histogramdd: for a ", dims, "-dimensional histogram range should have ",
              2 * dims, " elements, but got ", range->size());
  return std::pair((*range)[2 * d], (*range)[2 * d + 1]);
}

void check_histogram(const char* name, const Tensor& self, const std::optional<Tensor>& weight, int64_t inner) {
  TORCH_CHECK_NOT_IMPLEMENTED(self.scalar_type() == kFloat || self.scalar_type() == kDouble,
                              "\"histogram_cpu\" not implemented for '", self.scalar_type(), "'");
  if (!given(weight)) return;
  TORCH_CHECK(weight->scalar_type() == self.scalar_type(), name, ": if weight tensor is provided, input tensor and ",
              "weight tensor should have the same dtype, but got input(", self.scalar_type(), "), and weight(",
              weight->scalar_type(), ")");
  TORCH_CHECK(weight->sizes() == self.sizes().slice(0, self.dim() - inner), name,
              ": if weight tensor is provided it should have the same shape as the input tensor excluding its ",
              "innermost dimension, but got input with shape ", self.sizes(), " and weight with shape ",
              weight->sizes());
}

/// [..., d] as rows.
Tensor rows(const Tensor& self) {
  TORCH_CHECK(self.dim() >= 2, "torch.histogramdd: input tensor should have at least 2 dimensions, but got ",
              self.dim());
  return self.reshape({c10::multiply_integers(self.sizes().slice(0, self.dim() - 1)), self.size(-1)});
}

std::vector<Tensor> all_edges(const Tensor& points, IntArrayRef bins, const Range& range) {
  TORCH_CHECK(static_cast<int64_t>(bins.size()) == points.size(1),
              "histogramdd: The size of bins must be equal to the innermost dimension of the input.");
  std::vector<Tensor> edges;
  for (size_t d = 0; d < bins.size(); ++d)
    edges.push_back(
        equal_edges(points.select(1, static_cast<int64_t>(d)), bins[d], range_of(range, d, bins.size()), d));
  return edges;
}

/// Edges that are given, one tensor for each dimension.
void check_edges(const Tensor& points, TensorList edges) {
  for (size_t d = 0; d < edges.size(); ++d) {
    TORCH_CHECK(edges[d].scalar_type() == points.scalar_type(), "torch.histogramdd: input tensor and bins tensors ",
                "should have the same dtype, but got input with dtype ", points.dtype(), " and bins for ", "dimension ",
                d, " with dtype ", edges[d].dtype());
    TORCH_CHECK(edges[d].dim() == 1, "torch.histogramdd: bins tensor should have one dimension, but got ",
                edges[d].dim(), " dimensions in the bins tensor for dimension ", d);
    TORCH_CHECK(edges[d].numel() > 0, "torch.histogramdd: bins tensor should have at least 1 element, but got 0 ",
                "elements in the bins tensor for dimension ", d);
    TORCH_CHECK(edges[d].numel() > 1, "torch.histogram(): bins must be > 0, but got 0 for dimension ", d);
  }
}

}  // namespace

FLB_CPU(histogram_bins_tensor)
std::tuple<Tensor, Tensor> histogram_bins_tensor(const Tensor& self, const Tensor& bins,
                                                 const std::optional<Tensor>& weight, bool density) {
  check_histogram("torch.histogram()", self, weight, 0);
  check_edges(self, bins);
  return {count_in_boxes(self.reshape({-1, 1}), {bins}, weight, density), bins.clone()};
}

FLB_CPU(histogram_bin_ct)
std::tuple<Tensor, Tensor> histogram_bin_ct(const Tensor& self, int64_t bins, Range range,
                                            const std::optional<Tensor>& weight, bool density) {
  check_histogram("torch.histogram()", self, weight, 0);
  const Tensor edges = equal_edges(self, bins, range_of(range, 0, 1));
  return {count_in_boxes(self.reshape({-1, 1}), {edges}, weight, density), edges};
}

FLB_CPU(_histogramdd_bin_edges)
std::vector<Tensor> _histogramdd_bin_edges(const Tensor& self, IntArrayRef bins, Range range,
                                           const std::optional<Tensor>&, bool) {
  return all_edges(rows(self), bins, range);
}

FLB_CPU(_histogramdd_from_bin_cts)
Tensor _histogramdd_from_bin_cts(const Tensor& self, IntArrayRef bins, Range range, const std::optional<Tensor>& weight,
                                 bool density) {
  check_histogram("torch.histogramdd", self, weight, 1);
  const Tensor points = rows(self);
  return count_in_boxes(points, all_edges(points, bins, range), weight, density);
}

FLB_CPU(_histogramdd_from_bin_tensors)
Tensor _histogramdd_from_bin_tensors(const Tensor& self, TensorList bins, const std::optional<Tensor>& weight,
                                     bool density) {
  check_histogram("torch.histogramdd", self, weight, 1);
  const Tensor points = rows(self);
  TORCH_CHECK(static_cast<int64_t>(bins.size()) == points.size(1), "torch.histogramdd: expected ", points.size(1),
              " sequences of bin edges for a ", points.size(1), "-dimensional histogram but got ", bins.size());
  check_edges(points, bins);
  return count_in_boxes(points, bins, weight, density);
}

FLB_COMPOSITE(histogramdd)
std::tuple<Tensor, std::vector<Tensor>> histogramdd(const Tensor& self, IntArrayRef bins, Range range,
                                                    const std::optional<Tensor>& weight, bool density) {
  std::vector<Tensor> edges = at::_histogramdd_bin_edges(self, bins, range, weight, density);
  return {at::_histogramdd_from_bin_cts(self, bins, range, weight, density), edges};
}

FLB_COMPOSITE(histogramdd_int_bins)
std::tuple<Tensor, std::vector<Tensor>> histogramdd_int_bins(const Tensor& self, int64_t bins, Range range,
                                                             const std::optional<Tensor>& weight, bool density) {
  return at::histogramdd(self, DimVector(self.size(-1), bins), range, weight, density);
}

FLB_COMPOSITE(histogramdd_TensorList_bins)
std::tuple<Tensor, std::vector<Tensor>> histogramdd_TensorList_bins(const Tensor& self, TensorList bins, Range,
                                                                    const std::optional<Tensor>& weight, bool density) {
  return {at::_histogramdd_from_bin_tensors(self, bins, weight, density), bins.vec()};
}

}  // namespace at::native
