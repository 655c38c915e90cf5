// Sorting and order statistics along a dimension.

#include <cstring>
#include <limits>

#include "backend/copy.h"
#include "backend/lines.h"
#include "backend/overlap.h"
#include "backend/promotion.h"
#include "kernels/cpu/sort.h"

namespace flambeau::ops {
namespace {

using cpu::Ranked;

bool less(const Ranked& a, const Ranked& b) { return a.key != b.key ? a.key < b.key : a.index < b.index; }
bool smaller_key(const Ranked& a, const Ranked& b) { return a.key < b.key; }

void check_sortable(const View& self, const char* name) {
  FLB_CHECK_AS(not_implemented, !is_complex(self.dtype()), "\"", name, "\" not implemented for '",
               scalar_type_name(self.dtype()), "'");
}

/// Calls choose(ranked, spare, values, count) for each line of `self`, then writes the elements that `ranked` begins
/// with and their places into the outputs.
template <class Choose>
void run_ranked(const View& self, const View& values, const View& indices, int64_t dim, bool descending,
                const Choose& choose) {
  if (self.numel() == 0) return;
  const Lines lines({&self, &values, &indices}, dim);
  const int64_t n = lines.length(0), kept = lines.length(1);
  const size_t size = itemsize(self.dtype());
  lines.for_each([&](int64_t first, int64_t last) {
    Scratch<Ranked> ranked(n), spare(n);
    Scratch<char> line(n * static_cast<int64_t>(size)), stage(std::max(n, kept) * 16), chosen(kept * 16);
    Scratch<int64_t> places(kept);
    for (int64_t i = first; i < last; ++i) {
      lines.load(0, i, line.data(), self.dtype(), stage.data());
      cpu::make_keys(ranked.data(), line.data(), self.dtype(), n, descending);
      choose(ranked.data(), spare.data(), n);
      for (int64_t j = 0; j < kept; ++j) {
        places[j] = ranked[j].index;
        std::memcpy(chosen.data() + static_cast<size_t>(j) * size, line.data() + static_cast<size_t>(places[j]) * size,
                    size);
      }
      lines.store(1, i, chosen.data(), self.dtype(), stage.data());
      lines.store(2, i, places.data(), DType::int64, stage.data());
    }
  });
}

// sort(self, dim, descending); sort.stable(self, *, stable, dim, descending); argsort likewise.
Specs infer_sort(const Call& call, int dim_position) {
  const View& self = call.in(0);
  wrap_dim(call.integer(dim_position), self.dim());
  check_sortable(self, "sort");
  Spec values = spec_like(self, self.dtype()), indices = values;
  indices.dtype = DType::int64;
  return {values, indices};
}
/// Equal elements keep their order where that is asked for. Otherwise they come as PyTorch leaves them: by the standard
/// library's introsort, but for long vectors of integers, which it sorts by digits.
void run_sort(const Call& call, int dim_position, const View& values, const View& indices, bool stable) {
  constexpr int64_t kLongVector = 32768;
  const View& self = call.in(0);
  stable |= self.dim() == 1 && is_integral(self.dtype()) && self.numel() >= kLongVector;
  const auto by_key = [](Ranked* ranked, Ranked*, int64_t n) { std::sort(ranked, ranked + n, smaller_key); };
  const int64_t dim = wrap_dim(call.integer(dim_position), self.dim());
  const bool descending = call.boolean(dim_position + 1);
  if (stable)
    run_ranked(self, values, indices, dim, descending, cpu::sort_ranked);
  else
    run_ranked(self, values, indices, dim, descending, by_key);
}
Specs infer_sort_default(const Call& call) { return infer_sort(call, 1); }
Specs infer_sort_stable(const Call& call) { return infer_sort(call, 2); }
void run_sort_default(const Call& call) { run_sort(call, 1, call.out(0), call.out(1), false); }
void run_sort_stable(const Call& call) { run_sort(call, 2, call.out(0), call.out(1), call.has(1) && call.boolean(1)); }

// topk(self, k, dim, largest, sorted)
Specs infer_topk(const Call& call) {
  const View& self = call.in(0);
  const int64_t k = call.integer(1), dim = wrap_dim(call.integer(2), self.dim()),
                n = self.dim() ? self.size(static_cast<int>(dim)) : 1;
  FLB_CHECK(k >= 0 && k <= n, "selected index k out of range");
  check_sortable(self, "topk_cpu");
  Spec values = spec_of(self.dtype(), self.device(), self.sizes());
  if (self.dim()) values.sizes[static_cast<size_t>(dim)] = k;
  Spec indices = values;
  indices.dtype = DType::int64;
  return {values, indices};
}
void run_topk(const Call& call) {
  const View& self = call.in(0);
  const int64_t k = call.integer(1);
  run_ranked(self, call.out(0), call.out(1), wrap_dim(call.integer(2), self.dim()), call.boolean(3),
             [k, sorted = call.boolean(4)](Ranked* ranked, Ranked*, int64_t n) {
               // The very algorithms that PyTorch uses, so that equal elements come out in the same order.
               if (k == 0) return;
               if (k * 64 <= n) return std::partial_sort(ranked, ranked + k, ranked + n, smaller_key);
               std::nth_element(ranked, ranked + k - 1, ranked + n, smaller_key);
               if (sorted) std::sort(ranked, ranked + k - 1, smaller_key);
             });
}

/// Outputs (values, indices) without dimension `dim`, or with it as 1.
Specs one_of_each_line(const Call& call, int64_t dim, bool keepdim) {
  const View& self = call.in(0);
  Dims sizes(self.sizes().begin(), self.sizes().end());
  if (self.dim() && keepdim)
    sizes[static_cast<size_t>(dim)] = 1;
  else if (self.dim())
    sizes.erase(sizes.begin() + dim);
  return {spec_of(self.dtype(), self.device(), sizes), spec_of(DType::int64, self.device(), sizes)};
}

/// A view of an output with the reduced dimension put back as 1.
struct Unsqueezed {
  Dims sizes, strides;
  View view;
  Unsqueezed(const View& out, const View& self, int64_t dim)
      : sizes(out.sizes().begin(), out.sizes().end()), strides(out.strides().begin(), out.strides().end()), view(out) {
    if (out.dim() != self.dim()) sizes.insert(sizes.begin() + dim, 1), strides.insert(strides.begin() + dim, 1);
    view.sizes_ = sizes.data(), view.strides_ = strides.data(), view.dim_ = static_cast<int32_t>(sizes.size());
  }
};

template <class Choose>
void run_one_of_each_line(const Call& call, int64_t dim, const Choose& choose) {
  const View& self = call.in(0);
  const Unsqueezed values(call.out(0), self, dim), indices(call.out(1), self, dim);
  run_ranked(self, values.view, indices.view, dim, false, choose);
}

void check_line(const View& self, int64_t dim, const char* name) {
  FLB_CHECK_AS(index, self.dim() == 0 || self.size(static_cast<int>(dim)) != 0, name, "(): Expected reduction dim ",
               dim, " to have non-zero size.");
}

/// Puts the element of rank k (0 is the smallest) first.
void select(Ranked* ranked, int64_t n, int64_t k) {
  std::nth_element(ranked, ranked + k, ranked + n, less);
  ranked[0] = ranked[k];
}

/// The same by Hoare's quickselect with a median of three, as PyTorch does it: of equal elements it finds the same one.
void quickselect(Ranked* x, int64_t n, int64_t k) {
  int64_t left = 0, right = n - 1;
  const auto order = [x](int64_t i, int64_t j) {
    if (x[i].key > x[j].key) std::swap(x[i], x[j]);
  };
  while (right > left + 1) {
    std::swap(x[left + (right - left) / 2], x[left + 1]);
    order(left + 1, right);
    order(left, right);
    order(left + 1, left);
    const uint64_t pivot = x[left].key;
    int64_t i = left + 1, j = right;
    for (;;) {
      while (pivot > x[++i].key) {
      }
      while (x[--j].key > pivot) {
      }
      if (j < i) break;
      std::swap(x[i], x[j]);
    }
    std::swap(x[left], x[j]);
    if (j <= k) left = i;
    if (j >= k) right = j - 1;
  }
  if (right == left + 1) order(left, right);
  x[0] = x[k];
}

// kthvalue(self, k, dim, keepdim)
Specs infer_kthvalue(const Call& call) {
  const View& self = call.in(0);
  const int64_t k = call.integer(1), dim = wrap_dim(call.integer(2), self.dim());
  check_line(self, dim, "kthvalue");
  check_sortable(self, "kthvalue_cpu");
  FLB_CHECK(k >= 1 && k <= (self.dim() ? self.size(static_cast<int>(dim)) : 1),
            "kthvalue(): selected number k out of range for dimension ", dim);
  return one_of_each_line(call, dim, call.boolean(3));
}
void run_kthvalue(const Call& call) {
  const int64_t k = call.integer(1);
  run_one_of_each_line(call, wrap_dim(call.integer(2), call.in(0).dim()),
                       [k](Ranked* ranked, Ranked*, int64_t n) { quickselect(ranked, n, k - 1); });
}

constexpr uint64_t kNanKey = ~uint64_t{0};

/// The lower of two middle elements. A NaN decides the median, unless NaNs are left out.
void select_median(Ranked* ranked, int64_t n, bool floating, bool skip_nan) {
  int64_t numbers = n;
  if (floating) {
    numbers = 0;
    int64_t first_nan = -1;
    for (int64_t i = 0; i < n; ++i) {
      if (ranked[i].key != kNanKey)
        ++numbers;
      else if (first_nan < 0)
        first_nan = i;
    }
    if (first_nan >= 0 && !skip_nan) {
      ranked[0] = ranked[first_nan];
      return;
    }
  }
  select(ranked, n, numbers == 0 ? 0 : (numbers - 1) / 2);
}

// median.dim(self, dim, keepdim)
Specs infer_median_dim(const Call& call) {
  const View& self = call.in(0);
  const int64_t dim = wrap_dim(call.integer(1), self.dim());
  check_line(self, dim, "median");
  check_sortable(self, "median_out");
  return one_of_each_line(call, dim, call.boolean(2));
}
template <bool kSkipNan>
void run_median_dim(const Call& call) {
  const bool floating = is_floating(call.in(0).dtype());
  run_one_of_each_line(call, wrap_dim(call.integer(1), call.in(0).dim()),
                       [=](Ranked* ranked, Ranked*, int64_t n) { select_median(ranked, n, floating, kSkipNan); });
}

Specs infer_median(const Call& call) {
  check_sortable(call.in(0), "median_cpu");
  return {spec_of(call.in(0).dtype(), call.in(0).device(), {})};
}
template <bool kSkipNan>
void run_median(const Call& call) {
  const View &self = call.in(0), &out = call.out();
  const int64_t n = self.numel();
  const bool floating = is_floating(self.dtype());
  const size_t size = itemsize(self.dtype());
  if (n == 0) {
    const bool is_signed = self.dtype() >= DType::int8 && self.dtype() <= DType::int64;
    const int64_t lowest = is_signed ? std::numeric_limits<int64_t>::min() >> (64 - 8 * size) : 0;
    return fill(out, floating ? Scalar::of(std::numeric_limits<double>::quiet_NaN()) : Scalar::of(lowest));
  }
  Scratch<char> line(n * static_cast<int64_t>(size));
  Dims strides;
  const Dims sizes(self.sizes().begin(), self.sizes().end());
  copy(contiguous_view(line.data(), self.dtype(), sizes, strides), self);
  Scratch<Ranked> ranked(n);
  cpu::make_keys(ranked.data(), line.data(), self.dtype(), n, false);
  select_median(ranked.data(), n, floating, kSkipNan);
  std::memcpy(out.data(), line.data() + static_cast<size_t>(ranked[0].index) * size, size);
}

// mode(self, dim, keepdim): of the most frequent values the smallest, and where it is last.
Specs infer_mode(const Call& call) {
  const View& self = call.in(0);
  const int64_t dim = wrap_dim(call.integer(1), self.dim());
  check_line(self, dim, "mode");
  check_sortable(self, "mode");
  return one_of_each_line(call, dim, call.boolean(2));
}
void run_mode(const Call& call) {
  run_one_of_each_line(call, wrap_dim(call.integer(1), call.in(0).dim()), [](Ranked* ranked, Ranked* spare, int64_t n) {
    cpu::sort_ranked(ranked, spare, n);
    int64_t best = 0, best_count = 0;
    for (int64_t i = 0; i < n;) {
      int64_t j = i;
      while (j < n && ranked[j].key == ranked[i].key) ++j;
      if (j - i > best_count) best_count = j - i, best = j - 1;
      i = j;
    }
    ranked[0] = ranked[best];
  });
}

}  // namespace

FLB_OP_FLAGS(sort, infer_sort_default, run_sort_default, kFirstApart);
FLB_OP_FLAGS(sort_stable, infer_sort_stable, run_sort_stable, kFirstApart);
FLB_OP_FLAGS(topk, infer_topk, run_topk, kFirstApart);
FLB_OP_FLAGS(kthvalue, infer_kthvalue, run_kthvalue, kFirstApart);
FLB_OP(median, infer_median, run_median<false>);
FLB_OP(nanmedian, infer_median, run_median<true>);
FLB_OP(median_dim, infer_median_dim, run_median_dim<false>);
FLB_OP(nanmedian_dim, infer_median_dim, run_median_dim<true>);
FLB_OP_FLAGS(mode, infer_mode, run_mode, kFirstApart);

}  // namespace flambeau::ops
