// Distinct elements or slices, with where they came from and how many there were.

#include <algorithm>
#include <cstring>
#include <vector>

#include "backend/copy.h"
#include "backend/lines.h"
#include "backend/promotion.h"
#include "kernels/cpu/sort.h"

namespace flambeau::ops {
namespace {

using cpu::Ranked;

/// Groups of equal items, in sorted order (or in the items' order if only neighbours are compared): for item i its
/// group, for group g its first item and its size.
struct Groups {
  std::vector<int64_t> group_of, first, size;

  explicit Groups(int64_t items) : group_of(static_cast<size_t>(items)) {}
  int64_t count() const { return static_cast<int64_t>(first.size()); }
  void add(int64_t item, bool starts_group) {
    if (starts_group) first.push_back(item), size.push_back(0);
    ++size.back();
    group_of[static_cast<size_t>(item)] = count() - 1;
  }
};

/// The keys of all elements: items of `width` neighbouring keys are compared in order.
Groups group(const std::vector<Ranked>& keys, int64_t items, int64_t width, bool consecutive, bool floating) {
  constexpr uint64_t kNan = ~uint64_t{0};
  std::vector<Ranked> order(static_cast<size_t>(items)), spare(width == 1 ? static_cast<size_t>(items) : 0);
  for (int64_t i = 0; i < items; ++i)
    order[static_cast<size_t>(i)] = {width == 1 ? keys[static_cast<size_t>(i)].key : 0, i};
  const auto item = [&](const Ranked& r) { return keys.data() + r.index * width; };
  if (!consecutive && width == 1) {
    cpu::sort_ranked(order.data(), spare.data(), items);
  } else if (!consecutive) {
    std::stable_sort(order.begin(), order.end(), [&](const Ranked& a, const Ranked& b) {
      return std::lexicographical_compare(item(a), item(a) + width, item(b), item(b) + width,
                                          [](const Ranked& x, const Ranked& y) { return x.key < y.key; });
    });
  }
  const auto equal = [&](const Ranked& a, const Ranked& b) {
    // NaN equals nothing, itself included.
    return std::equal(item(a), item(a) + width, item(b),
                      [&](const Ranked& x, const Ranked& y) { return x.key == y.key && !(floating && x.key == kNan); });
  };
  Groups groups(items);
  for (int64_t i = 0; i < items; ++i) {
    const auto at = static_cast<size_t>(i);
    groups.add(order[at].index, i == 0 || !equal(order[at - 1], order[at]));
  }
  return groups;
}

/// What is told apart: the elements of `self`, or its slices along a dimension; `items.view` holds them one after the
/// other.
struct Problem {
  const View& self;
  int64_t dim;  ///< -1 for elements
  int64_t items, width;

  Problem(const View& v, int64_t d) : self(v), dim(d) {
    FLB_CHECK_AS(not_implemented, v.data() || v.numel() == 0,
                 "not implemented: a shape that depends on the values of a meta tensor");
    FLB_CHECK_AS(not_implemented, !is_complex(v.dtype()), "\"unique\" not implemented for '",
                 scalar_type_name(v.dtype()), "'");
    items = dim < 0 ? v.numel() : v.size(static_cast<int>(dim));
    width = dim < 0 ? 1 : items ? v.numel() / items : 0;
  }

  /// The elements as rows of items: `dim` first, then the other dimensions in order.
  void rows(char* memory) const {
    Dims sizes(self.sizes().begin(), self.sizes().end()), from(self.strides().begin(), self.strides().end()), strides;
    if (dim >= 0) {
      std::rotate(sizes.begin(), sizes.begin() + dim, sizes.begin() + dim + 1);
      std::rotate(from.begin(), from.begin() + dim, from.begin() + dim + 1);
    }
    View source = self;
    source.sizes_ = sizes.data(), source.strides_ = from.data();
    copy(contiguous_view(memory, self.dtype(), sizes, strides), source);
  }

  Groups solve(bool consecutive) const {
    Scratch<char> memory(self.numel() * static_cast<int64_t>(itemsize(self.dtype())));
    rows(memory.data());
    std::vector<Ranked> keys(static_cast<size_t>(self.numel()));
    cpu::make_keys(keys.data(), memory.data(), self.dtype(), self.numel(), false);
    return group(keys, items, width, consecutive, is_floating(self.dtype()));
  }
};

/// How a schema of the family reads.
struct UniqueSchema {
  int dim, inverse, counts;  ///< positions; -1: not there
  bool consecutive;
};
constexpr UniqueSchema kUnique{-1, 2, -1, false}, kUnique2{-1, 2, 3, false}, kUniqueDim{1, 3, 4, false},
    kConsecutive{3, 1, 2, true}, kDimConsecutive{1, 2, 3, true};

Problem problem_of(const Call& call, const UniqueSchema& schema) {
  const View& self = call.in(0);
  const bool along = schema.dim >= 0 && call.has(schema.dim);
  const int64_t dim = along ? wrap_dim(call.integer(schema.dim), self.dim()) : -1;
  return {self, self.dim() ? dim : -1};
}
bool wants(const Call& call, int position) { return position >= 0 && call.boolean(position); }

template <const UniqueSchema& schema>
Specs infer_unique(const Call& call) {
  const View& self = call.in(0);
  const Problem problem = problem_of(call, schema);
  const int64_t n = problem.solve(schema.consecutive).count();
  const Device device = self.device();
  Specs specs;
  const int64_t none = 0;
  if (problem.dim < 0)
    specs.push_back(spec_of(self.dtype(), device, {&n, 1}));
  else
    specs.push_back(spec_of(self.dtype(), device, self.sizes()));
  if (problem.dim >= 0) specs[0].sizes[static_cast<size_t>(problem.dim)] = n;
  // The dim forms give every output; the others leave out what was not asked for.
  const bool all = schema.dim == 1;
  const bool inverse = wants(call, schema.inverse) || all, counts = wants(call, schema.counts) || all;
  if (!inverse)
    specs.push_back(spec_of(DType::int64, device, {&none, 1}));
  else if (problem.dim < 0)
    specs.push_back(spec_of(DType::int64, device, self.sizes()));
  else
    specs.push_back(spec_of(DType::int64, device, {&problem.items, 1}));
  if (schema.counts >= 0) specs.push_back(spec_of(DType::int64, device, {counts ? &n : &none, 1}));
  return specs;
}

template <const UniqueSchema& schema>
void run_unique(const Call& call) {
  const View& self = call.in(0);
  const Problem problem = problem_of(call, schema);
  const Groups groups = problem.solve(schema.consecutive);
  const int64_t n = groups.count(), row = problem.width * static_cast<int64_t>(itemsize(self.dtype()));
  Scratch<char> rows(problem.items * row), kept(n * row);
  problem.rows(rows.data());
  for (int64_t g = 0; row > 0 && g < n; ++g) {
    std::memcpy(kept.data() + g * row, rows.data() + groups.first[static_cast<size_t>(g)] * row,
                static_cast<size_t>(row));
  }
  View out = call.out(0);
  Dims sizes(out.sizes().begin(), out.sizes().end()), to(out.strides().begin(), out.strides().end()), strides;
  if (problem.dim >= 0) {
    std::rotate(sizes.begin(), sizes.begin() + problem.dim, sizes.begin() + problem.dim + 1);
    std::rotate(to.begin(), to.begin() + problem.dim, to.begin() + problem.dim + 1);
  }
  out.sizes_ = sizes.data(), out.strides_ = to.data();
  copy(out, contiguous_view(kept.data(), self.dtype(), sizes, strides));
  const auto write = [](const View& target, const std::vector<int64_t>& values) {
    if (target.numel() == 0) return;
    Dims s;
    copy(target, contiguous_view(const_cast<int64_t*>(values.data()), DType::int64, target.sizes(), s));
  };
  write(call.out(1), groups.group_of);
  if (call.num_outputs > 2) write(call.out(2), groups.size);
}

}  // namespace

FLB_OP(_unique, infer_unique<kUnique>, run_unique<kUnique>);
FLB_OP(_unique2, infer_unique<kUnique2>, run_unique<kUnique2>);
FLB_OP(unique_dim, infer_unique<kUniqueDim>, run_unique<kUniqueDim>);
FLB_OP(unique_consecutive, infer_unique<kConsecutive>, run_unique<kConsecutive>);
FLB_OP(unique_dim_consecutive, infer_unique<kDimConsecutive>, run_unique<kDimConsecutive>);

}  // namespace flambeau::ops
