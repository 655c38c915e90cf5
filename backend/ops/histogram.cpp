// Counting into bins, and searching sorted sequences.

#include <algorithm>
#include <cmath>

#include "backend/copy.h"
#include "backend/dense.h"
#include "backend/lines.h"
#include "backend/number.h"
#include "backend/overlap.h"
#include "backend/pointwise.h"

namespace flambeau::ops {
namespace {

/// An array's elements converted to T, row-major.
template <class T>
class Dense {
 public:
  explicit Dense(const View& v) : data_(v.numel()) {
    copy(contiguous_view(data_.data(), dtype_of<T>, v.sizes(), strides_), v);
  }
  const T* data() const { return data_.data(); }
  const T& operator[](int64_t i) const { return data_[i]; }

 private:
  Scratch<T> data_;
  Dims strides_;
};

// bincount(self, weights?, minlength)
int64_t bins_of(const Call& call) {
  const View& self = call.in(0);
  FLB_CHECK(self.dim() == 1 && is_integral(self.dtype()), "bincount only supports 1-d non-negative integral inputs.");
  FLB_CHECK(call.integer(2) >= 0, "minlength should be >= 0");
  FLB_CHECK_AS(not_implemented, self.data() || self.numel() == 0, "not implemented: aten::bincount on a meta tensor");
  const Dense<int64_t> values(self);
  int64_t bins = call.integer(2);
  for (int64_t i = 0; i < self.numel(); ++i) {
    FLB_CHECK(values[i] >= 0, "bincount only supports 1-d non-negative integral inputs.");
    bins = std::max(bins, values[i] + 1);
  }
  return bins;
}
Specs infer_bincount(const Call& call) {
  const int64_t bins = bins_of(call);
  DType t = DType::int64;
  if (call.has(1)) {
    FLB_CHECK(call.in(1).dim() == 1 && call.in(1).numel() == call.in(0).numel(),
              "weights should be 1-d and have the same length as input");
    t = call.in(1).dtype() == DType::float32 ? DType::float32 : DType::float64;
  }
  return {spec_of(t, call.in(0).device(), {&bins, 1})};
}
void run_bincount(const Call& call) {
  const View &self = call.in(0), &out = call.out();
  const Dense<int64_t> values(self);
  const auto count = [&]<class T>(T, const T* weights) {
    Scratch<T> bins(out.numel());
    std::fill_n(bins.data(), out.numel(), T(0));
    for (int64_t i = 0; i < self.numel(); ++i) bins[values[i]] += weights ? weights[i] : T(1);
    Dims strides;
    copy(out, contiguous_view(bins.data(), dtype_of<T>, out.sizes(), strides));
  };
  if (!call.has(1)) return count(int64_t(), static_cast<const int64_t*>(nullptr));
  if (out.dtype() == DType::float32) return count(float(), Dense<float>(call.in(1)).data());
  count(double(), Dense<double>(call.in(1)).data());
}

// histc(self, bins, min, max): equal bins; min = max means the range of the elements.
Specs infer_histc(const Call& call) {
  const int64_t bins = call.integer(1);
  FLB_CHECK(bins > 0, "bins must be > 0");
  FLB_CHECK_AS(not_implemented, is_floating(call.in(0).dtype()), "\"histogram_cpu\" not implemented for '",
               scalar_type_name(call.in(0).dtype()), "'");
  return {spec_of(call.in(0).dtype(), call.in(0).device(), {&bins, 1})};
}
void run_histc(const Call& call) {
  const View &self = call.in(0), &out = call.out();
  check_fits(call.scalar(2), self), check_fits(call.scalar(3), self);
  const int64_t n = self.numel(), bins = call.integer(1);
  with_wide_type(self.dtype(), [&]<class T>(T) {
    if constexpr (std::is_floating_point_v<T>) {
      const Dense<T> values(self);
      T low = static_cast<T>(call.scalar(2).as_double()), high = static_cast<T>(call.scalar(3).as_double());
      if (low == high && n > 0) {
        const auto [least, most] = std::minmax_element(values.data(), values.data() + n);
        low = *least, high = *most;
      }
      if (low == high) low -= 1, high += 1;
      FLB_CHECK(std::isfinite(low) && std::isfinite(high), "range of [", low, ", ", high, "] is not finite");
      FLB_CHECK(low < high, "max must be larger than min");
      Scratch<T> counts(bins);
      std::fill_n(counts.data(), bins, T(0));
      for (int64_t i = 0; i < n; ++i) {
        if (!(values[i] >= low && values[i] <= high)) continue;
        const T at = (values[i] - low) * static_cast<T>(bins) / (high - low);  // of huge numbers: infinite or NaN
        counts[at < static_cast<T>(bins) ? static_cast<int64_t>(at) : bins - 1] += 1;
      }
      Dims strides;
      copy(out, contiguous_view(counts.data(), dtype_of<T>, out.sizes(), strides));
    }
  });
}

/// Positions in a search: what is searched, for what, and how.
struct Search {
  const View* sequence;
  const View* values;  ///< null for a number
  Scalar number;
  bool right;
  const View* sorter;
};

DType search_dtype(const Search& s) {
  if (s.values) return promote(s.sequence->dtype(), s.values->dtype());
  Promotion promotion;
  promotion.add(*s.sequence);
  promotion.add(s.number);
  return promotion.result();
}
void check_ordered(const Search& s) {
  const DType t = search_dtype(s);
  if (is_complex(t) || t == DType::boolean) not_implemented_for("searchsorted_out_cpu", t);
}

void run_search(const Search& s, const View& out) {
  const View& sequence = *s.sequence;
  const int64_t n = sequence.dim() ? sequence.size(-1) : 1, lines = n ? sequence.numel() / n : 0;
  const int64_t count = s.values ? s.values->numel() : 1;
  const int64_t per_line = sequence.dim() > 1 && lines ? count / lines : count;
  Scratch<int64_t> found(count);
  const DType common = search_dtype(s);
  with_wide_type(common, [&]<class T>(T) {
    if constexpr (!is_complex_v<T>) {
      const Dense<T> sorted(sequence);
      View number;
      Number value = number_as(s.number, common);
      number.data_ = value.bytes, number.numel_ = 1, number.dtype_ = common;
      const Dense<T> wanted(s.values ? *s.values : number);
      const Scratch<int64_t> order(s.sorter ? sequence.numel() : 0);
      if (s.sorter) {
        Dims strides;
        copy(contiguous_view(order.data(), DType::int64, s.sorter->sizes(), strides), *s.sorter);
        for (int64_t i = 0; i < sequence.numel(); ++i)
          FLB_CHECK(order[i] >= 0 && order[i] < n, "torch.searchsorted(): sorter index out of range");
      }
      // NaN comes after every number.
      const auto before = [](T a, T b) { return math::isnan(b) ? !math::isnan(a) : a < b; };
      parallel_for(0, count, 200, [&](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end; ++i) {
          const int64_t base = sequence.dim() > 1 ? i / std::max<int64_t>(per_line, 1) * n : 0;
          int64_t low = 0, high = n;
          while (low < high) {
            const int64_t middle = (low + high) / 2;
            const T x = sorted[base + (s.sorter ? order[base + middle] : middle)];
            if (s.right ? !before(wanted[i], x) : before(x, wanted[i]))
              low = middle + 1;
            else
              high = middle;
          }
          found[i] = low;
        }
      });
    }
  });
  Dims strides;
  copy(out, contiguous_view(found.data(), DType::int64, out.sizes(), strides));
}

// searchsorted.Tensor(sorted_sequence, self, *, out_int32, right, side?, sorter?) and .Scalar
Search searchsorted_of(const Call& call) {
  bool right = call.boolean(3);
  if (call.has(4)) {
    const std::string_view side = call.string(4);
    FLB_CHECK(side == "left" || side == "right", "torch.searchsorted(): side can only be 'left' or 'right' but got ",
              side);
    FLB_CHECK(!right || side == "right", "torch.searchsorted(): side and right can't be set to opposites, got side of ",
              side, " while right was True");
    right = side == "right";
  }
  const bool number = call.args[1].kind == ArgKind::scalar;
  return {&call.in(0), number ? nullptr : &call.in(1), number ? call.scalar(1) : Scalar{}, right,
          call.has(5) ? &call.in(5) : nullptr};
}
Specs infer_searchsorted(const Call& call) {
  const Search s = searchsorted_of(call);
  const View& sequence = *s.sequence;
  check_ordered(s);
  if (s.sorter) {
    FLB_CHECK(std::ranges::equal(sequence.sizes(), s.sorter->sizes()),
              "torch.searchsorted(): boundary and sorter must have the same size, but got boundary tensor ",
              shape_text(sequence.sizes()), "and got sorter tensor ", shape_text(s.sorter->sizes()));
    FLB_CHECK(s.sorter->dtype() == DType::int64, "torch.searchsorted(): sorter must be a tensor of long dtype");
  }
  if (!s.values) {
    FLB_CHECK(
        sequence.dim() == 1,
        "torch.searchsorted(): input value can be a scalar only when boundaries tensor dimension is 1, but we got "
        "boundaries tensor dim(",
        sequence.dim(), ")");
    return {spec_of(call.boolean(2) ? DType::int32 : DType::int64, sequence.device(), {})};
  }
  bool matches = sequence.dim() == 1 || sequence.dim() == s.values->dim();
  for (int d = 0; matches && sequence.dim() > 1 && d + 1 < sequence.dim(); ++d)
    matches = sequence.size(d) == s.values->size(d);
  FLB_CHECK(matches,
            "torch.searchsorted(): boundaries tensor should be 1 dimension or the first N-1 dimensions of boundaries "
            "tensor and input "
            "value tensor must match, but we got boundaries tensor ",
            shape_text(sequence.sizes()), " and input value tensor ", shape_text(s.values->sizes()));
  return {spec_of(call.boolean(2) ? DType::int32 : DType::int64, sequence.device(), s.values->sizes())};
}
void run_searchsorted(const Call& call) { run_search(searchsorted_of(call), call.out()); }

// bucketize.Tensor(self, boundaries, *, out_int32, right) and .Scalar
Search bucketize_of(const Call& call) {
  const bool number = call.args[0].kind == ArgKind::scalar;
  return {&call.in(1), number ? nullptr : &call.in(0), number ? call.scalar(0) : Scalar{}, call.boolean(3), nullptr};
}
Specs infer_bucketize(const Call& call) {
  const Search s = bucketize_of(call);
  FLB_CHECK(s.sequence->dim() == 1, "boundaries tensor must be 1 dimension, but got dim(", s.sequence->dim(), ")");
  check_ordered(s);
  return {spec_of(call.boolean(2) ? DType::int32 : DType::int64, s.sequence->device(),
                  s.values ? s.values->sizes() : std::span<const int64_t>())};
}
void run_bucketize(const Call& call) { run_search(bucketize_of(call), call.out()); }

// isin.Tensor_Tensor(elements, test_elements, *, assume_unique, invert), with a number in either place.
Specs infer_isin(const Call& call) {
  const bool number = call.args[0].kind == ArgKind::scalar;
  for (int i = 0; i < 2; ++i) {
    const DType t = call.args[i].kind == ArgKind::scalar ? scalar_dtype(call.scalar(i)) : call.in(i).dtype();
    FLB_CHECK(!is_complex(t) && t != DType::boolean,
              "Unsupported input type encountered for isin(): ", scalar_type_name(t));
  }
  return {spec_of(DType::boolean, call.in(number ? 1 : 0).device(),
                  number ? std::span<const int64_t>() : call.in(0).sizes())};
}
void run_isin(const Call& call) {
  const View& out = call.out();
  Promotion promotion;
  for (int i = 0; i < 2; ++i) {
    if (call.args[i].kind == ArgKind::scalar)
      promotion.add(call.scalar(i));
    else
      promotion.add(call.in(i));
  }
  const bool invert = call.boolean(3);
  with_wide_type(promotion.result(), [&]<class T>(T) {
    if constexpr (!is_complex_v<T>) {
      const auto count_of = [&](int i) { return call.args[i].kind == ArgKind::scalar ? 1 : call.in(i).numel(); };
      const int64_t count = count_of(0), tests_count = count_of(1);
      Scratch<T> elements(count), tests(tests_count);
      for (int i = 0; i < 2; ++i) {
        T* to = i == 0 ? elements.data() : tests.data();
        Dims strides;
        if (call.args[i].kind == ArgKind::scalar) {
          const DType common = promotion.result();
          cpu::convert(to, dtype_of<T>, number_as(call.scalar(i), common).bytes, common, 1);
        } else
          copy(contiguous_view(to, dtype_of<T>, call.in(i).sizes(), strides), call.in(i));
      }
      std::sort(tests.data(), tests.data() + tests_count,
                [](T a, T b) { return math::isnan(b) ? !math::isnan(a) : a < b; });
      int64_t numbers = tests_count;
      while (numbers > 0 && math::isnan(tests[numbers - 1])) --numbers;
      Scratch<bool> found(count);
      for (int64_t i = 0; i < count; ++i) {
        const bool present =
            !math::isnan(elements[i]) && std::binary_search(tests.data(), tests.data() + numbers, elements[i]);
        found[i] = present != invert;
      }
      Dims strides;
      copy(out, contiguous_view(found.data(), DType::boolean, out.sizes(), strides));
    }
  });
}

}  // namespace

FLB_OP(bincount, infer_bincount, run_bincount);
FLB_OP_FLAGS(histc, infer_histc, run_histc, kMayOverlap);
FLB_OP(searchsorted_Tensor, infer_searchsorted, run_searchsorted);
FLB_OP(searchsorted_Scalar, infer_searchsorted, run_searchsorted);
FLB_OP(bucketize_Tensor, infer_bucketize, run_bucketize);
FLB_OP(bucketize_Scalar, infer_bucketize, run_bucketize);
FLB_OP(isin_Tensor_Tensor, infer_isin, run_isin);
FLB_OP_FLAGS(isin_Tensor_Scalar, infer_isin, run_isin, kFirstApart);
FLB_OP(isin_Scalar_Tensor, infer_isin, run_isin);

}  // namespace flambeau::ops
