// Largest and smallest elements, and where they are. NaN counts as both; of equal elements the first is found.

#include <limits>

#include "backend/overlap.h"
#include "backend/promotion.h"
#include "backend/reduce.h"

namespace flambeau::ops {
namespace {

/// kSign 1 looks for the largest, -1 for the smallest.
template <int kSign, class T>
bool better(T x, T than) {
  return (kSign > 0 ? than < x : x < than) | (math::isnan(x) & !math::isnan(than));
}
template <int kSign, class T>
constexpr T worst() {
  using L = std::numeric_limits<T>;
  if constexpr (L::has_infinity)
    return kSign > 0 ? -L::infinity() : L::infinity();
  else
    return kSign > 0 ? L::lowest() : L::max();
}

template <int kSign, class T>
struct Extreme {
  using In = T;
  using Acc = T;
  T start() const { return worst<kSign, T>(); }
  T add(T a, T x, int64_t) const { return merge(a, x); }
  T merge(T a, T b) const { return kSign > 0 ? math::max_nan(a, b) : math::min_nan(a, b); }
  T result(T a) const { return a; }
};
template <class T>
using Largest = Extreme<1, T>;
template <class T>
using Smallest = Extreme<-1, T>;

template <class T>
struct Place {
  T value;
  int64_t index;
};

template <int kSign, class T>
struct Find {
  static constexpr bool kOrdered = true;
  using In = T;
  using Acc = Place<T>;
  Acc start() const { return {worst<kSign, T>(), -1}; }
  Acc add(Acc a, T x, int64_t index) const { return a.index < 0 || better<kSign>(x, a.value) ? Acc{x, index} : a; }
  Acc merge(Acc a, Acc b) const {
    if (b.index < 0) return a;
    if (a.index < 0 || better<kSign>(b.value, a.value)) return b;
    return better<kSign>(a.value, b.value) || a.index < b.index ? a : b;
  }
  /// The extreme of a dense row without indices, which vectorises; then the first element equal to it.
  Acc row(const T* x, int64_t count, int64_t index) const {
    T value = worst<kSign, T>();
    bool nan = false;
    for (int64_t i = 0; i < count; ++i) {
      value = kSign > 0 ? (value < x[i] ? x[i] : value) : (x[i] < value ? x[i] : value);
      nan |= math::isnan(x[i]);
    }
    for (int64_t i = 0; i < count; ++i) {
      if (nan ? math::isnan(x[i]) : x[i] == value) return {x[i], index + i};
    }
    return start();
  }
  std::pair<T, int64_t> result(Acc a) const { return {a.value, a.index}; }
};
template <class T>
using FindLargest = Find<1, T>;
template <class T>
using FindSmallest = Find<-1, T>;

template <int kSign, class T>
struct FindIndex : Find<kSign, T> {
  int64_t result(Place<T> a) const { return a.index; }
};
template <class T>
using LargestIndex = FindIndex<1, T>;
template <class T>
using SmallestIndex = FindIndex<-1, T>;

template <class T>
struct Range {
  T low, high;
};
template <class T>
struct FindRange {
  using In = T;
  using Acc = Range<T>;
  Acc start() const { return {worst<-1, T>(), worst<1, T>()}; }
  Acc add(Acc a, T x, int64_t) const { return merge(a, {x, x}); }
  Acc merge(Acc a, Acc b) const { return {math::min_nan(a.low, b.low), math::max_nan(a.high, b.high)}; }
  std::pair<T, T> result(Acc a) const { return {a.low, a.high}; }
};

template <template <class> class F>
void run(const Call& call, DimMask mask) {
  const View& self = call.in(0);
  const auto& loops =
      find_reduce_loops(cpu::reduce_loops_of<F, float, double, int64_t, uint64_t>, self.dtype(), call.op->name);
  reduce(loops, call, self, mask, {call.outputs, static_cast<size_t>(call.num_outputs)});
}

void check_not_empty(const View& self, DimMask mask, const char* name) {
  for (int d = 0; d < self.dim(); ++d) {
    FLB_CHECK_AS(index, !(mask >> d & 1) || self.size(d) != 0, name, "(): Expected reduction dim ", d,
                 " to have non-zero size.");
  }
}
void check_not_empty(const View& self, const char* name) {
  FLB_CHECK(self.numel() != 0, name,
            "(): Expected reduction dim to be specified for input.numel() == 0. Specify the reduction dim with the "
            "'dim' argument.");
}
void check_real(const View& self, const char* name) {
  FLB_CHECK_AS(not_implemented, !is_complex(self.dtype()), "\"", name, "\" not implemented for '",
               scalar_type_name(self.dtype()), "'");
}

// amax(self, dim=[], keepdim)
Specs infer_dims(const Call& call) {
  const View& self = call.in(0);
  const char* name = call.op->name;
  check_real(self, name);
  if (call.integers(1).empty()) check_not_empty(self, name);
  const DimMask mask = dim_mask(call.integers(1), self.dim());
  check_not_empty(self, mask, name);
  return {spec_of(self.dtype(), self.device(), reduced_sizes(self, mask, call.boolean(2)))};
}
template <template <class> class F>
void run_dims(const Call& call) {
  run<F>(call, dim_mask(call.integers(1), call.in(0).dim()));
}

// max(self)
Specs infer_all(const Call& call) {
  check_real(call.in(0), call.op->name);
  check_not_empty(call.in(0), call.op->name);
  return {spec_of(call.in(0).dtype(), call.in(0).device(), {})};
}
template <template <class> class F>
void run_all(const Call& call) {
  run<F>(call, all_dims(call.in(0).dim()));
}

DimMask one_dim(const Call& call) {
  const int64_t dim = call.integer(1);
  return dim_mask({&dim, 1}, call.in(0).dim());
}

// max.dim(self, dim, keepdim) -> (values, indices)
Specs infer_dim(const Call& call) {
  const View& self = call.in(0);
  const std::string_view name = std::string_view(call.op->name).substr(0, 3);
  check_real(self, call.op->name);
  check_not_empty(self, one_dim(call), std::string(name).c_str());
  const Dims sizes = reduced_sizes(self, one_dim(call), call.boolean(2));
  return {spec_of(self.dtype(), self.device(), sizes), spec_of(DType::int64, self.device(), sizes)};
}
template <template <class> class F>
void run_dim(const Call& call) {
  run<F>(call, one_dim(call));
}

// argmax(self, dim?, keepdim)
DimMask optional_dim(const Call& call) { return call.has(1) ? one_dim(call) : all_dims(call.in(0).dim()); }
Specs infer_arg(const Call& call) {
  const View& self = call.in(0);
  check_real(self, call.op->name);
  FLB_CHECK_AS(not_implemented, self.dtype() != DType::boolean, call.op->name, "(): does not support bool input");
  if (call.has(1)) check_not_empty(self, one_dim(call), call.op->name);
  FLB_CHECK_AS(index, call.has(1) || self.numel() != 0, call.op->name,
               "(): Expected reduction dim to be specified for input.numel() == 0.");
  return {spec_of(DType::int64, self.device(), reduced_sizes(self, optional_dim(call), call.boolean(2)))};
}
template <template <class> class F>
void run_arg(const Call& call) {
  run<F>(call, optional_dim(call));
}

// aminmax(self, *, dim?, keepdim) -> (min, max)
Specs infer_aminmax(const Call& call) {
  const View& self = call.in(0);
  check_real(self, call.op->name);
  if (call.has(1)) check_not_empty(self, one_dim(call), call.op->name);
  FLB_CHECK(call.has(1) || self.numel() != 0,
            "aminmax(): cannot compute aminmax over an empty dimension as the operation has no identity.");
  const Spec spec = spec_of(self.dtype(), self.device(), reduced_sizes(self, optional_dim(call), call.boolean(2)));
  return {spec, spec};
}

}  // namespace

FLB_OP_FLAGS(amax, infer_dims, run_dims<Largest>, kMayOverlap);
FLB_OP_FLAGS(amin, infer_dims, run_dims<Smallest>, kMayOverlap);
FLB_OP(max, infer_all, run_all<Largest>);
FLB_OP(min, infer_all, run_all<Smallest>);
FLB_OP_FLAGS(max_dim, infer_dim, run_dim<FindLargest>, kFirstApart);
FLB_OP_FLAGS(min_dim, infer_dim, run_dim<FindSmallest>, kFirstApart);
FLB_OP_FLAGS(argmax, infer_arg, run_arg<LargestIndex>, kMayOverlap);
FLB_OP_FLAGS(argmin, infer_arg, run_arg<SmallestIndex>, kMayOverlap);
FLB_OP(aminmax, infer_aminmax, run_arg<FindRange>);

}  // namespace flambeau::ops
