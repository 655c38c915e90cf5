// Operators that work along one dimension: every line of it is handed out as a dense array.
#pragma once

#include <algorithm>

#include "backend/op.h"
#include "backend/shape.h"
#include "kernels/common/memory.h"
#include "kernels/common/number.h"
#include "kernels/common/threads.h"
#include "kernels/cpu/convert.h"

namespace flambeau {

/// Lines along `dim` of views whose other dimensions are equal. A 0-dim view is one line of one element.
class Lines {
 public:
  static constexpr int kMaxViews = 4;

  Lines(std::initializer_list<const View*> views, int64_t dim) : dim_(static_cast<int>(dim)) {
    for (const View* v : views) views_[num_views_++] = v;
    const View& first = *views_[0];
    for (int d = 0; d < first.dim(); ++d) count_ *= d == dim_ ? 1 : first.size(d);
  }

  int64_t count() const { return count_; }
  int64_t length(int view) const { return views_[view]->dim() ? views_[view]->size(dim_) : 1; }
  /// In bytes.
  int64_t stride(int view) const { return views_[view]->dim() ? views_[view]->stride(dim_) * size(view) : 0; }
  int64_t size(int view) const { return static_cast<int64_t>(itemsize(views_[view]->dtype())); }

  /// Where line `index` of a view begins.
  char* at(int view, int64_t index) const {
    const View& v = *views_[view];
    int64_t offset = 0;
    for (int d = v.dim() - 1; d >= 0; --d) {
      if (d == dim_) continue;
      const int64_t n = views_[0]->size(d);
      offset += index % n * v.stride(d);
      index /= n;
    }
    return v.ptr<char>() + offset * size(view);
  }

  /// Copies a line into a dense array of type `to`; `stage` holds a line of the view's own type.
  void load(int view, int64_t index, void* dense, DType to, void* stage) const {
    const View& v = *views_[view];
    const int64_t n = length(view);
    const char* from = at(view, index);
    if (stride(view) != size(view)) {
      void* target = v.dtype() == to ? dense : stage;
      cpu::gather(target, from, stride(view), n, itemsize(v.dtype()));
      if (v.dtype() == to) return;
      from = static_cast<const char*>(target);
    }
    cpu::convert(dense, to, from, v.dtype(), n);
  }
  void store(int view, int64_t index, const void* dense, DType from, void* stage) const {
    const View& v = *views_[view];
    const int64_t n = length(view);
    if (stride(view) == size(view)) return cpu::convert(at(view, index), v.dtype(), dense, from, n);
    if (v.dtype() != from) {
      cpu::convert(stage, v.dtype(), dense, from, n);
      dense = stage;
    }
    cpu::scatter(at(view, index), stride(view), dense, n, itemsize(v.dtype()));
  }

  /// Calls body(first, last) on ranges of lines, in parallel for about 32768 elements each.
  template <class Body>
  void for_each(const Body& body) const {
    parallel_for(0, count_, std::max<int64_t>(1, 32768 / std::max<int64_t>(1, length(0))), body);
  }

 private:
  const View* views_[kMaxViews] = {};
  int num_views_ = 0;
  int dim_;
  int64_t count_ = 1;
};

/// Calls f(T()) with the C++ type in which elements of `t` are computed.
template <class F>
auto with_wide_type(DType t, const F& f) {
  switch (cpu::wide_type(t)) {
    case DType::float64:
      return f(double());
    case DType::complex64:
      return f(Complex<float>());
    case DType::complex128:
      return f(Complex<double>());
    case DType::int64:
      return f(int64_t());
    case DType::uint64:
      return f(uint64_t());
    default:
      return f(float());
  }
}

}  // namespace flambeau
